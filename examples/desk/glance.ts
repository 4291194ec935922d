import { Grid, type Instrument, type OutsideEvent } from 'millrace';
import type { RecordingSource } from 'millrace/streams';

/** What the beginning of a market tells. */
export interface Glance {
  /** About how long it lasts, in milliseconds. */
  readonly span: number;
  /** The first price of each asset. */
  readonly prices: ReadonlyMap<string, number>;
}

const LOOK_EVENTS = 20_000;

/** Looks at the beginnings of some recordings; a large file is not read twice. The longest one gives the span. */
export async function glance(sources: readonly RecordingSource[]): Promise<Glance> {
  const prices = new Map<string, number>();
  let longest = 0;
  for (const source of sources) longest = Math.max(longest, await look(source, prices));
  return { span: longest, prices };
}

async function look(source: RecordingSource, prices: Map<string, number>): Promise<number> {
  const instruments = new Map<string, Instrument>(source.instruments.map((one) => [one.id, one]));
  let first = Number.NaN;
  let last = Number.NaN;
  let events = 0;
  for await (const batch of source.batches()) {
    for (const { ts, event } of batch.events) {
      if (Number.isNaN(first)) first = ts;
      last = ts;
      const [id, ticks] = priceOf(event);
      const instrument = instruments.get(id);
      if (ticks > 0 && instrument !== undefined && !prices.has(instrument.base))
        prices.set(instrument.base, new Grid(instrument.tick).toNumber(ticks));
    }
    events += batch.events.length;
    if (events >= LOOK_EVENTS) return (last - first) * (source.bytesTotal / Math.max(1, batch.bytesRead));
  }
  return Number.isNaN(first) ? 0 : last - first;
}

/** The instrument and the price in ticks that an event tells, if it is one that does. */
function priceOf(event: OutsideEvent): readonly [string, number] {
  if (event.kind === 'quote') return [event.instrument, event.bidPrice];
  if (event.kind === 'trade') return [event.instrument, event.price];
  if (event.kind === 'bar') return [event.instrument, event.close];
  if (event.kind === 'bookOrder' && event.action === 'trade') return [event.instrument, event.price];
  if (event.kind === 'book' && event.action === 'snapshot') {
    const prices = event.bids.filter((_, place) => place % 2 === 0);
    return [event.instrument, prices.reduce((best, price) => Math.max(best, price), 0)];
  }
  return ['', 0];
}
