import fc from 'fast-check';
import { expect } from 'vitest';
import { orderTrace, scripts } from './order-trace.js';
import { simulatedUnderTest } from './simulated-under-test.js';
import type { VenueUnderTest } from './venue-under-test.js';
import { Wire } from './wire.js';

/**
 * Plays random schedules on the simulated venue and at the double of another: the same is said of every order.
 *
 * @returns the words that were said in all: a property over nothing says nothing
 */
export async function sameTracesAt(venue: VenueUnderTest, runs: number, seed?: number): Promise<number> {
  const simulated = simulatedUnderTest(venue.instrument, venue);
  const real = new Wire(venue.driver(), venue.instrument);
  const other = new Wire(simulated.driver(), venue.instrument);
  let run = 0;
  let words = 0;
  try {
    await Promise.all([real.connected(), other.connected()]);
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        run++;
        const expected = await orderTrace(simulated, other, run, script);
        expect(await orderTrace(venue, real, run, script)).toEqual(expected);
        words += expected.flat().length;
      }),
      { numRuns: runs, endOnFailure: true, ...(seed === undefined ? {} : { seed }) },
    );
  } finally {
    await Promise.all([real.close(), other.close()]);
    await venue.double.stop();
  }
  return words;
}
