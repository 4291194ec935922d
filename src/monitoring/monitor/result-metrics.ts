import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Family } from '../metrics/family.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Series } from '../metrics/series.js';
import type { Breakdown } from './breakdown.js';

/** What the desk has made, and how far it is below its best. Money in the reporting currency. */
export class ResultMetrics {
  readonly #capital: number;
  #profit = Number.NaN;
  #peak = 0;
  #exposure = Number.NaN;
  /** The newest: it is written into series when somebody asks. */
  #breakdown: Breakdown | undefined;

  /** @param capital of the desk at its start, `NaN` when unknown: then drawdown has no share */
  constructor(metrics: Metrics, table: InstrumentTable, capital: number) {
    this.#capital = capital;
    const level = (name: string, help: string, value: () => number): void => {
      const family = metrics.gauge({ name, help });
      const series = family.bind();
      family.collect = () => {
        series.value = value();
      };
    };
    level(
      'profit_quote',
      'Realised and unrealised profit, funding and interest, less fees.',
      () => this.#profit,
    );
    level('equity_quote', 'The starting capital and the profit.', () => this.#capital + this.#profit);
    level('drawdown_quote', 'How far the profit is below its peak.', () => this.#peak - this.#profit);
    level(
      'drawdown_ratio',
      'How far the equity is below its peak, as a share of the peak.',
      () => (this.#peak - this.#profit) / (this.#capital + this.#peak),
    );
    level('exposure_quote', 'Gross notional held.', () => this.#exposure);
    level(
      'day_profit_quote',
      'Profit since the trading day began.',
      () => this.#breakdown?.dayProfit ?? Number.NaN,
    );
    const byPart = (
      name: string,
      help: string,
      labels: readonly string[],
      write: (family: Family<Series>, breakdown: Breakdown) => void,
    ): void => {
      const family = metrics.gauge({ name, help, labels });
      family.collect = () => {
        if (this.#breakdown !== undefined) write(family, this.#breakdown);
      };
    };
    byPart('agent_profit_quote', 'Profit of each agent, less its fees.', ['agent'], (family, { agents }) => {
      for (const { agent, profit } of agents) family.of(agent).value = profit;
    });
    byPart('venue_profit_quote', 'Profit at each venue, less its fees.', ['venue'], (family, { venues }) => {
      for (const { venue, profit } of venues) family.of(venue).value = profit;
    });
    byPart('venue_exposure_quote', 'Gross notional held at each venue.', ['venue'], (family, { venues }) => {
      for (const { venue, exposure } of venues) family.of(venue).value = exposure;
    });
    const byInstrument = (name: string, help: string, part: 'profit' | 'position'): void =>
      byPart(name, help, ['venue', 'symbol'], (family, { instruments }) => {
        // One that is neither held nor has made anything is not in the breakdown any more.
        for (const series of family.series) series.value = 0;
        for (const instrument of instruments) {
          const { venue, symbol } = table.at(instrument.index).definition;
          family.bind(venue, symbol).value = instrument[part];
        }
      });
    byInstrument(
      'instrument_profit_quote',
      'Realised and unrealised profit and funding of each instrument, before fees.',
      'profit',
    );
    byInstrument(
      'position_base_units',
      'Base units (contracts of a derivative) held; below 0: short.',
      'position',
    );
    byPart(
      'risk_limit_utilisation_ratio',
      'How much of a limit of risk is in use, at the worst of what open orders may do: 1 is at the limit.',
      ['rule'],
      (family, { limits }) => {
        for (const { rule, ratio } of limits) family.of(rule).value = ratio;
      },
    );
  }

  profit(profit: number): void {
    this.#profit = profit;
    if (profit > this.#peak) this.#peak = profit;
  }

  exposure(exposure: number): void {
    this.#exposure = exposure;
  }

  /** Keeps it: its parts are looked at when somebody asks. */
  breakdown(breakdown: Breakdown): void {
    this.#breakdown = breakdown;
    this.#exposure = breakdown.exposure;
  }
}
