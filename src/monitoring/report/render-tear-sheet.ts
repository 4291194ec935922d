import type { CurvePoint } from '../summary/curve.js';
import { chart } from './chart.js';
import { STYLE } from './style.js';
import type { TearSheetData, TradedInstrument } from './tear-sheet.js';
import { durationOf, escaped, moneyOf, percentOf } from './words.js';

/** What stands above a tear sheet. */
export interface TearSheetTitle {
  readonly title: string;
  /** Said below it, such as that the market was simulated. */
  readonly notes?: readonly string[];
  /** Of the money. @default "USD" */
  readonly currency?: string;
}

/**
 * A tear sheet as one page of HTML that needs nothing else: no script, no host, charts as SVG, light and dark, for print too.
 *
 * Text from outside (names of agents, reasons) is escaped, and the page's own policy forbids everything but its style.
 *
 * @example
 * writeFileSync('report.html', renderTearSheet(data, { title: 'Trend on BTC', notes: ['Simulated.'] }));
 */
export function renderTearSheet(
  data: TearSheetData,
  { title, notes = [], currency = 'USD' }: TearSheetTitle,
): string {
  const { summary, capital, agents, traded, hitRates } = data;
  const { profit, exposure, fills, firstTime, lastTime } = summary;
  const known = Number.isFinite(firstTime);
  const tile = (name: string, value: string, more = ''): string =>
    `<div class="tile"><dt>${name}</dt><dd>${value}</dd>${more === '' ? '' : `<dd class="more">${more}</dd>`}</div>`;
  const share = (amount: number): string =>
    capital === null ? '' : `${percentOf(amount / capital, 2)} of the capital`;
  const sections = [
    section(
      'Profit',
      `In ${escaped(currency)}, less fees.`,
      chart({
        title: 'Profit over time',
        lines: [{ name: 'profit', points: profit.curve, color: 1 }],
        area: true,
      }),
    ),
    section(
      'Drawdown',
      'How far the profit is below its peak.',
      chart({
        title: 'Drawdown over time',
        lines: [{ name: 'drawdown', points: drawdownOf(profit.curve), color: 4 }],
        area: true,
      }),
    ),
    section(
      'Agents',
      'Each fill counts for the agents that wanted it; their profits add up to the desk’s.',
      `${chart({
        title: 'Profit of each agent over time',
        lines: agents.map(({ agent, profit: points }, nth) => ({
          name: agent,
          points,
          color: (nth % 6) + 1,
        })),
        zero: true,
      })}${table(
        ['Agent', `Profit, ${currency}`],
        agents.map(({ agent, profit: points }) => [agent, moneyOf(points.at(-1)?.value ?? Number.NaN)]),
      )}`,
    ),
    section(
      'Exposure',
      `Gross notional held, at most ${moneyOf(exposure.most)} ${escaped(currency)}.`,
      chart({
        title: 'Exposure over time',
        lines: [{ name: 'exposure', points: exposure.curve, color: 2 }],
        area: true,
      }),
    ),
    ...traded.map(trades),
    section(
      'Venues',
      'Slippage is what fills cost against the mid at the decision, weighted by notional; above 0: it cost.',
      table(
        ['Venue', 'Orders', 'Fills', 'Maker', `Volume, ${currency}`, 'Slippage, bp', `Slippage, ${currency}`],
        summary.venues.map(({ venue, orders, fills: count, maker, volume, slippage, slippageCost }) => [
          venue,
          moneyOf(orders),
          moneyOf(count),
          percentOf(count === 0 ? Number.NaN : maker / count),
          moneyOf(volume),
          slippage === null ? 'unknown' : slippage.toFixed(2),
          moneyOf(slippageCost),
        ]),
      ),
    ),
    section(
      'Signals at their horizon',
      'How often the mid had moved their way by then, and how far on average, before costs. Half is what chance gives.',
      table(
        ['Signal', 'Horizon', 'Outcomes', 'Right', 'Mean move, bp'],
        hitRates.map(({ signal, horizon, count, hitRate, meanMove }) => [
          signal,
          durationOf(horizon),
          moneyOf(count),
          percentOf(hitRate),
          Number.isFinite(meanMove) ? (meanMove * 10_000).toFixed(3) : 'unknown',
        ]),
      ),
    ),
    section(
      'What risk denied',
      '',
      table(
        ['Rule', 'Proposals', 'The first one'],
        summary.denials.map(({ rule, count, example }) => [rule, moneyOf(count), example]),
      ),
    ),
    section(
      'What failed and was contained',
      '',
      table(
        ['Component', 'Kind', 'How often', 'The first one'],
        summary.faults.map(({ component, code, count, example }) => [
          component,
          code,
          moneyOf(count),
          example,
        ]),
      ),
    ),
  ];
  const period = known
    ? `${new Date(firstTime).toISOString().slice(0, 19)} to ${new Date(lastTime).toISOString().slice(0, 19)} UTC, ${durationOf(lastTime - firstTime)}`
    : 'nothing happened';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escaped(title)}</h1><p>${period}</p>${notes.map((note) => `<p class="note">${escaped(note)}</p>`).join('')}</header>
<main>
<dl class="tiles">
${tile('Profit', `${moneyOf(profit.last)} ${escaped(currency)}`, share(profit.last))}
${tile('Greatest drawdown', `${moneyOf(profit.maximumDrawdown)} ${escaped(currency)}`, share(profit.maximumDrawdown))}
${tile('Fills', moneyOf(fills.fills), `${moneyOf(summary.orders)} orders, ${moneyOf(summary.ordersFilled)} of them filled`)}
${tile('Volume', `${moneyOf(fills.volume)} ${escaped(currency)}`)}
${tile('Slippage', fills.slippage === null ? 'unknown' : `${fills.slippage.toFixed(2)} bp`, `${moneyOf(fills.slippageCost)} ${escaped(currency)}`)}
${tile('Denied by risk', moneyOf(summary.denied), `${moneyOf(summary.rejected)} rejected by venues`)}
</dl>
${sections.join('\n')}
</main>
<footer><p>${moneyOf(summary.events)} events, ${moneyOf(summary.frames)} frames. Made by millrace.</p></footer>
</body>
</html>
`;
}

function trades({ instrument, mids, fills, fillCount }: TradedInstrument): string {
  const shown =
    fills.length < fillCount
      ? `${fills.length} of ${moneyOf(fillCount)} fills are shown`
      : `${fillCount} fills`;
  return section(
    instrument,
    `Mid price and fills: ${shown}. An arrow up is a buy, an arrow down a sell.`,
    chart({
      title: `Mid price of ${instrument} with fills`,
      lines: [{ name: 'mid', points: mids, color: 3 }],
      marks: fills.map(({ ts, side, price, quantity }) => ({
        ts,
        value: price,
        up: side === 'buy',
        words: `${side} ${quantity} at ${price}, ${new Date(ts).toISOString()}`,
      })),
    }),
  );
}

function drawdownOf(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  let peak = 0;
  return curve.map(({ ts, value }) => {
    if (value > peak) peak = value;
    return { ts, value: value - peak };
  });
}

const section = (title: string, about: string, body: string): string =>
  `<section><h2>${escaped(title)}</h2>${about === '' ? '' : `<p>${escaped(about)}</p>`}${body}</section>`;

/** A table whose columns of numbers are set to the right. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p class="none">none</p>';
  const numeric = heads.map((_, column) =>
    rows.every((row) => /^(-?[\d,.]+( \S+)?|unknown)$/.test(row[column] ?? '')),
  );
  const cell =
    (kind: 'th' | 'td') =>
    (text: string, column: number): string =>
      `<${kind}${numeric[column] ? ' class="number"' : ''}${kind === 'th' ? ' scope="col"' : ''}>${escaped(text)}</${kind}>`;
  return `<div class="scroll"><table><thead><tr>${heads.map(cell('th')).join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`)
    .join('')}</tbody></table></div>`;
}
