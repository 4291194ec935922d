import { expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import type { Snapshot } from '../../src/core/snapshot.js';
import {
  agents,
  books,
  ensemble,
  exponentialWeights,
  inverseVariance,
  type Joining,
  type MarketFields,
  majorityVote,
  riskParity,
  thompsonSampling,
} from '../../src/operators/index.js';
import { backtest, recordingOf } from '../../src/streams/index.js';
import { decision, quote, spot } from '../../src/testing/index.js';

const BTC = spot();
const START = 1_700_000_000_000;
const recording = () =>
  recordingOf(
    Array.from({ length: 300 }, (_, step) => {
      const ts = START + 10 * step;
      const event =
        step % 4 === 0
          ? decision({
              agent: ['a', 'b', 'c'][(step / 4) % 3] as string,
              of: 'BTC',
              exposure: ((step * 13) % 21) / 10 - 1,
              confidence: ((step * 3) % 5) / 4,
              validUntil: ts + 400,
            })
          : quote(BTC, 100 + ((step * 7) % 19));
      return { ts, event };
    }),
    [BTC],
  );

const core = (joining: Joining) =>
  compose(
    { name: 'desk', instruments: [BTC] },
    books(),
    agents([]),
    ensemble<Frame & MarketFields>({
      joining,
      every: 50,
      gates: [{ name: 'price', allow: ({ mid }, agent) => (agent === 'c' && mid > 110 ? 0 : 1) }],
      edge: { expected: ({ mid }) => (mid - 100) / 1_000, cost: 0.003 },
      turnover: { exposure: 0.4, per: 200 },
      hysteresis: 0,
    }),
  );

async function play(joining: Joining, restore?: Snapshot) {
  const targets: string[] = [];
  const snapshots: Snapshot[] = [];
  const running = backtest(core(joining), recording(), { barrierEvery: 71, ...(restore && { restore }) });
  running.snapshots$.subscribe((snapshot) => snapshots.push(snapshot));
  await new Promise<void>((resolve, reject) => {
    running.subscribe({
      next: (frame) =>
        targets.push(...frame.targets.map((target) => `${frame.seq} ${JSON.stringify(target)}`)),
      error: reject,
      complete: resolve,
    });
  });
  return { targets, snapshots };
}

test.each<[string, () => Joining]>([
  ['majorityVote', () => majorityVote()],
  ['inverseVariance', () => inverseVariance({ warmUp: 3 })],
  ['riskParity', () => riskParity({ warmUp: 3 })],
  ['exponentialWeights', () => exponentialWeights()],
  ['thompsonSampling', () => thompsonSampling({ seed: 5 })],
])('restored from a snapshot in its midst an ensemble goes on to the bit: %s', async (_name, make) => {
  const whole = await play(make());
  expect(whole.targets.length).toBeGreaterThan(20);
  for (const snapshot of whole.snapshots.slice(0, -1)) {
    const rest = await play(make(), structuredClone(snapshot));
    expect(rest.targets).toEqual(whole.targets.filter((line) => Number.parseInt(line, 10) > snapshot.seq));
    const last = ({ snapshots }: typeof whole) => stateHash((snapshots.at(-1) as Snapshot).stages as never);
    expect(last(rest)).toBe(last(whole));
  }
});
