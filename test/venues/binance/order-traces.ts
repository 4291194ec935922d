import fc from 'fast-check';
import { expect } from 'vitest';
import type { BinanceOptions } from '../../../src/venues/binance/index.js';
import type { DoubleKind } from '../../doubles/binance/spelling.js';
import { orderTrace, scripts } from '../conformance/order-trace.js';
import { simulatedUnderTest } from '../conformance/simulated-under-test.js';
import { Wire } from '../conformance/wire.js';
import { binanceUnderTest } from './binance-under-test.js';

/** Plays random schedules on the simulated venue and on Binance's double: the same is said of every order. */
export async function sameTraces(
  kind: Exclude<DoubleKind, 'coinm'>,
  options: Partial<BinanceOptions>,
  runs: number,
  seed?: number,
): Promise<number> {
  const venue = await binanceUnderTest(kind, options);
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
