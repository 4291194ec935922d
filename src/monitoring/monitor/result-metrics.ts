import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Family } from '../metrics/family.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Series } from '../metrics/series.js';
import type { Breakdown } from './breakdown.js';

/** What the desk has made, and how far it is below its best. Money in the reporting currency. */
export class ResultMetrics {
  readonly #capital: number;
  readonly #table: InstrumentTable;
  readonly #agents: Family<Series>;
  readonly #venues: Family<Series>;
  readonly #exposures: Family<Series>;
  readonly #instruments: Family<Series>;
  readonly #positions: Family<Series>;
  readonly #day: Series;
  readonly #limits: Family<Series>;
  #profit = Number.NaN;
  #peak = 0;
  #exposure = Number.NaN;

  /** @param capital of the desk at its start, `NaN` when unknown: then drawdown has no share */
  constructor(metrics: Metrics, table: InstrumentTable, capital: number) {
    this.#capital = capital;
    this.#table = table;
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
    this.#day = metrics
      .gauge({ name: 'day_profit_quote', help: 'Profit since the trading day began.' })
      .bind();
    const byPart = (name: string, help: string, labels: readonly string[]): Family<Series> =>
      metrics.gauge({ name, help, labels });
    this.#agents = byPart('agent_profit_quote', 'Profit of each agent, less its fees.', ['agent']);
    this.#venues = byPart('venue_profit_quote', 'Profit at each venue, less its fees.', ['venue']);
    this.#exposures = byPart('venue_exposure_quote', 'Gross notional held at each venue.', ['venue']);
    this.#instruments = byPart(
      'instrument_profit_quote',
      'Realised and unrealised profit and funding of each instrument, before fees.',
      ['venue', 'symbol'],
    );
    this.#positions = byPart(
      'position_base_units',
      'Base units (contracts of a derivative) held; below 0: short.',
      ['venue', 'symbol'],
    );
    this.#limits = byPart(
      'risk_limit_utilisation_ratio',
      'How much of a limit of risk is in use, at the worst of what open orders may do: 1 is at the limit.',
      ['rule'],
    );
  }

  profit(profit: number): void {
    this.#profit = profit;
    if (profit > this.#peak) this.#peak = profit;
  }

  exposure(exposure: number): void {
    this.#exposure = exposure;
  }

  breakdown({ dayProfit, agents, venues, instruments, limits }: Breakdown): void {
    for (const { rule, ratio } of limits) this.#limits.of(rule).value = ratio;
    this.#day.value = dayProfit;
    for (const { agent, profit } of agents) this.#agents.bind(agent).value = profit;
    for (const { venue, profit, exposure } of venues) {
      this.#venues.bind(venue).value = profit;
      this.#exposures.bind(venue).value = exposure;
    }
    for (const { index, position, profit } of instruments) {
      const { venue, symbol } = this.#table.at(index).definition;
      this.#positions.bind(venue, symbol).value = position;
      this.#instruments.bind(venue, symbol).value = profit;
    }
  }
}
