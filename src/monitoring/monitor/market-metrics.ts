import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { LinkEvent, SyncEvent } from '../../domain/market-event.js';
import type { Family } from '../metrics/family.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Series } from '../metrics/series.js';

/** What of an instrument is measured. */
interface Listed {
  readonly lastEvent: Series;
  readonly gaps: Series;
  readonly synced: Series;
}

/** Market data: how much, how old, with how many gaps, over which links. */
export class MarketMetrics {
  /** Events of each instrument, by its index: the hot path adds to it and to nothing else. */
  readonly #counts: Float64Array;
  /** Time of the last one, Unix milliseconds. */
  readonly #times: Float64Array;
  readonly #listed: readonly Listed[];
  readonly #links: Family<Series>;
  readonly #table: InstrumentTable;

  constructor(metrics: Metrics, table: InstrumentTable) {
    this.#table = table;
    this.#counts = new Float64Array(table.size);
    this.#times = new Float64Array(table.size).fill(Number.NaN);
    const labels = ['venue', 'symbol'];
    const events = metrics.counter({
      name: 'market_data_events_total',
      help: 'Events of market data that passed through the pipeline, merged ones once.',
      labels,
    });
    const lastEvent = metrics.gauge({
      name: 'market_data_last_event_timestamp_seconds',
      help: 'When the last event of market data was known here, in Unix seconds.',
      labels,
    });
    const gaps = metrics.counter({
      name: 'market_data_gaps_total',
      help: 'How often a book lost its continuity: a gap, a checksum, silence, a cross that did not heal.',
      labels,
    });
    const synced = metrics.gauge({
      name: 'market_data_synced',
      help: '1 while the book is whole, 0 while it is not.',
      labels,
    });
    this.#links = metrics.gauge({
      name: 'venue_session_open',
      help: '1 while a channel to a venue is up, 0 while it is down.',
      labels: ['venue', 'channel'],
    });
    const counted: Series[] = [];
    this.#listed = Array.from({ length: table.size }, (_, index) => {
      const { venue, symbol } = table.at(index).definition;
      counted.push(events.bind(venue, symbol));
      return {
        lastEvent: lastEvent.bind(venue, symbol),
        gaps: gaps.bind(venue, symbol),
        synced: synced.bind(venue, symbol),
      };
    });
    events.collect = () => {
      for (const [index, series] of counted.entries()) series.value = this.#counts[index] as number;
    };
    lastEvent.collect = () => {
      for (const [index, { lastEvent: series }] of this.#listed.entries())
        series.value = (this.#times[index] as number) / 1_000;
    };
  }

  data(index: number, ts: number): void {
    if (index < 0) return;
    this.#counts[index] = (this.#counts[index] as number) + 1;
    this.#times[index] = ts;
  }

  sync({ instrument, state }: SyncEvent): void {
    const listed = this.#listed[this.#table.indexOf(instrument)];
    if (listed === undefined) return;
    listed.synced.value = state === 'synced' ? 1 : 0;
    if (state === 'unsynced') listed.gaps.value++;
  }

  link({ venue, channel, state }: LinkEvent): void {
    this.#links.bind(venue, channel).value = state === 'up' ? 1 : 0;
  }
}
