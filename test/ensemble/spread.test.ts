import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { instrument } from '../../src/domain/instrument.js';
import {
  agents,
  books,
  ensemble,
  exponentialWeights,
  inverseVariance,
  type Joining,
  riskParity,
  thompsonSampling,
} from '../../src/operators/index.js';
import { backtest, recordingOf } from '../../src/streams/index.js';
import { fakeAgent, quote, wants } from '../../src/testing/index.js';

const SPREAD = instrument({
  venue: 'venue',
  symbol: 'A-B',
  kind: 'spread',
  base: 'A-B',
  quote: 'USD',
  tick: '0.01',
  lot: '1',
});
const START = 1_700_000_000_000;

/** The last exposure of a long and a smaller short side, and what has halted the desk. */
function run(joining: Joining, mids: readonly number[]): Promise<{ halts: string[]; exposure: number }> {
  const team = [fakeAgent('long', [wants('A-B', 1)]), fakeAgent('short', [wants('A-B', -0.1)])];
  const options = { joining, every: 1_000, hysteresis: 0, netting: false };
  const core = compose({ instruments: [SPREAD] }, books(), agents(team), ensemble(options));
  const rows = mids.map((mid, index) => ({
    ts: START + 2_000 * index,
    event: quote(SPREAD, { bid: mid - 1, ask: mid + 1 }),
  }));
  const running = backtest(core, recordingOf(rows, [SPREAD]));
  const halts: string[] = [];
  running.halts$.subscribe(({ message }) => halts.push(message));
  let exposure = Number.NaN;
  return new Promise((resolve, reject) => {
    running.subscribe({
      next: ({ targets }) => {
        for (const target of targets) exposure = target.exposure;
      },
      error: reject,
      complete: () => resolve({ halts, exposure }),
    });
  });
}

describe('a spread that passes through 0', () => {
  const before = [10, 11, 10, 12];
  const through = [1, 0, -1, 0, -2, 1];
  const after = [10, 12, 10, 11, 10, 12];

  test.each<[string, () => Joining]>([
    ['inverse variance', () => inverseVariance({ warmUp: 2, halfLife: 3 })],
    ['risk parity', () => riskParity({ warmUp: 2, halfLife: 3 })],
    ['exponential weights', () => exponentialWeights({ rate: 1 })],
    ['Thompson sampling', () => thompsonSampling({ seed: 1 })],
  ])('has no return there, which ends no desk and spoils no weight: %s', async (_name, joining) => {
    const { halts, exposure } = await run(joining(), [...before, ...through, ...after]);
    expect(halts).toEqual([]);
    // Nor does anybody fall back to weighing the same.
    expect(exposure).toBeGreaterThanOrEqual(-0.1);
    expect(exposure).not.toBeCloseTo((1 - 0.1) / 2, 3);
  });
});
