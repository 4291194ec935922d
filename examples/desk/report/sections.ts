import type { CurvePoint } from 'millrace/monitoring';
import type { Result } from '../account.js';
import { count, gain, money, percent } from './numbers.js';
import { drawdowns, plot } from './plot.js';
import { table, wrap } from './table.js';
import type { Told } from './told.js';

/** Columns of a report. */
export const WIDTH = 92;

const LABEL = 14;

/** A part of the report: its heading and its lines. */
export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

export function profitSection({ outcome: { account } }: Told): Section {
  const row = (label: string, { realised, unrealised, fees, net }: Result): string[] => [
    label,
    gain(realised),
    gain(unrealised),
    money(fees),
    gain(net),
  ];
  const lines = table(
    [
      { head: '', left: true },
      { head: 'realised' },
      { head: 'unrealised' },
      { head: 'fees' },
      { head: 'net' },
    ],
    [
      ...account.agents.map((agent) => row(`agent  ${agent.name}`, agent)),
      ...account.venues.map((venue) => row(`venue  ${venue.name}`, venue)),
      row('desk', account.desk),
    ],
  );
  return { title: `Profit and loss in ${account.currency}`, lines };
}

export function curveSection({ outcome: { summary, account } }: Told): Section {
  const { profit, exposure } = summary;
  const width = WIDTH - LABEL - 4;
  const draw = (
    label: string,
    points: readonly CurvePoint[],
    height: number,
    low: number,
    high: number,
  ): string[] =>
    plot(points, { width, height, low, high }).map((row, index) => {
      const scale = index === 0 ? money(high) : index === height - 1 ? money(low) : '';
      return `  ${(index === 0 && height === 1 ? label : scale).padStart(LABEL)} ${row}`.trimEnd();
    });
  const falls = drawdowns(profit.curve);
  return {
    title: `Over time, in ${account.currency}`,
    lines: [
      `  profit: highest ${gain(profit.peak)}, lowest ${gain(profit.lowest)}, at the end ${gain(profit.last)}`,
      ...draw('profit', profit.curve, 4, profit.lowest, profit.peak),
      `  drawdown: at most ${money(profit.maximumDrawdown)}`,
      ...draw('drawdown', falls, 2, 0, profit.maximumDrawdown),
      `  gross exposure: at most ${money(exposure.most)}`,
      ...draw('exposure', exposure.curve, 2, 0, exposure.most),
    ],
  };
}

export function tradingSection({ outcome: { summary, costs, account } }: Told): Section {
  const { orders, ordersFilled, ordersDone, rejected, fills, venues, latency } = summary;
  const word =
    latency === null
      ? ''
      : `; first word after ${latency.mean.toFixed(1)} ms, at most ${latency.most.toFixed(1)} ms`;
  const slip = (value: number | null): string => (value === null ? '-' : value.toFixed(2));
  return {
    title: 'Orders and fills',
    lines: [
      `  ${count(orders)} orders, ${percent(ordersFilled, ordersDone)} of them filled, ${count(rejected)} rejected${word}`,
      ...table(
        [
          { head: 'venue', left: true },
          { head: 'orders' },
          { head: 'fills' },
          { head: `volume ${account.currency}` },
          { head: 'slippage bp' },
          { head: `cost ${account.currency}` },
        ],
        [...venues, ...(venues.length > 1 ? [{ venue: 'all', orders, ...fills }] : [])].map((venue) => [
          venue.venue,
          count(venue.orders),
          count(venue.fills),
          money(venue.volume),
          slip(venue.slippage),
          money(venue.slippageCost),
        ]),
      ),
      '  slippage: price against the mid at the decision, before fees; above 0 it cost',
      ...wrap(
        '  ',
        `implementation shortfall ${money(costs.shortfall)} ${account.currency}: delay ${money(costs.delay)}, trading ` +
          `${money(costs.trading)}, missed ${money(costs.opportunity)}, fees ${money(costs.fees)}`,
        WIDTH,
      ),
    ],
  };
}

export function denialSection({ outcome: { summary } }: Told): Section {
  if (summary.denied === 0) return { title: 'Denied by risk', lines: ['  nothing'] };
  return {
    title: `Denied by risk: ${count(summary.denied)}`,
    lines: summary.denials.flatMap(({ rule, count: times, example }) => [
      `  ${rule}: ${count(times)}`,
      ...wrap('    such as: ', example, WIDTH),
    ]),
  };
}

export function positionSection({ outcome: { account } }: Told): Section {
  if (account.positions.length === 0) return { title: 'Positions at the end', lines: ['  flat'] };
  return {
    title: 'Positions at the end',
    lines: table(
      [
        { head: 'instrument', left: true },
        { head: 'quantity' },
        { head: 'average price' },
        { head: 'mark' },
        { head: `notional ${account.currency}` },
      ],
      account.positions.map(({ instrument, quantity, averagePrice, mark, notional }) => [
        instrument,
        quantity,
        money(averagePrice),
        money(mark),
        money(notional),
      ]),
    ),
  };
}

export function faultSection({ outcome: { summary, halted, tradingStatus } }: Told): Section {
  const { faults } = summary;
  const state = halted === undefined ? `trading was ${tradingStatus} at the end` : `HALTED: ${halted}`;
  return {
    title: 'Faults and halts',
    lines: [
      ...wrap('  ', `${state}${faults.length === 0 ? '; no faults' : ''}`, WIDTH),
      ...faults
        .slice(0, 8)
        .flatMap(({ component, code, severity, count: times, example }) =>
          wrap(`  ${count(times)} × `, `${component} ${code} (${severity}): ${example}`, WIDTH),
        ),
      ...(faults.length > 8 ? [`  and ${faults.length - 8} other kinds`] : []),
    ],
  };
}
