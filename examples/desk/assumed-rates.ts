import type { Instrument, RateEvent, TimedEvent } from 'millrace';
import type { RecordingSource } from 'millrace/streams';
import type { Rate } from './option-error.js';

const DEFAULTS: readonly Rate[] = ['USDT', 'USDC', 'BUSD'].map((from) => ({ from, to: 'USD', rate: '1' }));

/** The rates that these instruments need and recordings do not hold; what the user says goes before the defaults. */
export function assumedRates(instruments: readonly Instrument[], given: readonly Rate[]): readonly Rate[] {
  const needed = new Set(instruments.flatMap(({ quote, settle }) => [quote, settle]));
  const defaults = DEFAULTS.filter(
    ({ from }) => needed.has(from) && !given.some((rate) => rate.from === from),
  );
  return [...given, ...defaults];
}

/**
 * Puts the rates in front of a recording, at the time of its first event: from there on they are events like all others.
 *
 * ```
 * recording  ---q-q-t-|
 *            withRates(recording, rates)
 * output     ---(rrq)-q-t-|
 * ```
 */
export function withRates(source: RecordingSource, rates: readonly Rate[]): RecordingSource {
  return {
    ...source,
    async *batches() {
      let told = false;
      for await (const batch of source.batches()) {
        const [first] = batch.events;
        if (told || first === undefined) {
          yield batch;
          continue;
        }
        told = true;
        const said = rates.map(({ from, to, rate }): TimedEvent<RateEvent> => {
          return { ts: first.ts, event: { kind: 'rate', venueTime: first.ts, from, to, rate } };
        });
        yield { events: [...said, ...batch.events], bytesRead: batch.bytesRead };
      }
    },
  };
}
