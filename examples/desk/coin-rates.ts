import { Grid, type Instrument, type RateEvent, type TimedEvent } from 'millrace';
import type { EventBatch, RecordingSource } from 'millrace/streams';
import type { Rate } from './option-error.js';

/** Milliseconds between two rates. */
const EVERY = 10_000;

/**
 * Tells what a coin is worth where contracts settle in it: the bid of such a contract itself, every ten seconds.
 *
 * Without it nothing that settles in a coin could be counted in dollars, and risk would refuse to trade it.
 */
export function withCoinRates(
  source: RecordingSource,
  given: readonly Rate[],
): { readonly source: RecordingSource; readonly notes: readonly string[] } {
  const contracts = new Map<string, Instrument>();
  for (const instrument of source.instruments) {
    const { inverse, settle, quote } = instrument;
    const known =
      given.some(({ from }) => from === settle) ||
      [...contracts.values()].some((one) => one.settle === settle);
    if (inverse && quote === 'USD' && !known) contracts.set(instrument.id, instrument);
  }
  if (contracts.size === 0) return { source, notes: [] };
  return {
    source: { ...source, batches: () => addRates(source, contracts) },
    notes: [...contracts.values()].map(
      ({ settle, id }) => `${settle} in dollars is taken from ${id}, every 10 s`,
    ),
  };
}

async function* addRates(
  source: RecordingSource,
  contracts: ReadonlyMap<string, Instrument>,
): AsyncGenerator<EventBatch> {
  const nextAt = new Map<string, number>();
  for await (const { events, bytesRead } of source.batches()) {
    const out: TimedEvent[] = [];
    for (const timed of events) {
      out.push(timed);
      const { ts, event } = timed;
      if (event.kind !== 'quote' || !(event.bidQuantity > 0) || ts < (nextAt.get(event.instrument) ?? 0))
        continue;
      const contract = contracts.get(event.instrument);
      if (contract === undefined) continue;
      nextAt.set(event.instrument, ts + EVERY);
      const rate = new Grid(contract.tick).format(event.bidPrice);
      const said: RateEvent = {
        kind: 'rate',
        venueTime: event.venueTime,
        from: contract.settle,
        to: 'USD',
        rate,
      };
      out.push({ ts, event: said });
    }
    yield { events: out, bytesRead };
  }
}
