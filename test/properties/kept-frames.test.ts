import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import type { Plain } from '../../src/domain/plain.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { copied, type DeskFrame, fullDesk, market, venues } from './full-desk.js';

const source = market(11, 4_000);
const core = fullDesk(source.instruments);

test.each([true, false])('a kept frame never changes (development: %s)', async (development) => {
  const kept: { readonly frame: DeskFrame; readonly before: Buffer }[] = [];
  const options = { drivers: venues(), grace: 1_000, barrierEvery: 50, development };
  await backtest(core, source, options).forEach((frame) => {
    kept.push({ frame, before: serialize(copied(frame)) });
  });
  expect(kept.length).toBeGreaterThan(400);
  for (const { frame, before } of kept) {
    // Equal data may serialize to other bytes; only then is it worth a look at each field.
    if (!serialize(copied(frame)).equals(before)) expect(copied(frame)).toEqual(deserialize(before));
  }
});

test('a kept snapshot never changes', async () => {
  const hashes: { readonly hash: string; readonly again: () => string }[] = [];
  const pipeline = backtest(core, source, { drivers: venues(), grace: 1_000, barrierEvery: 50 });
  pipeline.snapshots$.subscribe((snapshot) => {
    const again = (): string => stateHash(snapshot as unknown as Plain);
    hashes.push({ hash: again(), again });
  });
  await pipeline.forEach(() => {});
  expect(hashes.length).toBeGreaterThan(5);
  for (const { hash, again } of hashes) expect(again()).toBe(hash);
});
