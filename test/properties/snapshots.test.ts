import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../src/core/snapshot.js';
import type { Plain } from '../../src/domain/plain.js';
import { fullDesk, market, venues } from './full-desk.js';
import { LONG, manyRuns } from './many-runs.js';
import { playRecorded } from './play.js';

const grace = 2_000;

const hashOf = (snapshot: Snapshot | undefined): string => stateHash(snapshot as unknown as Plain);

/** The first place where two runs part, as one line each. */
function firstDifference(one: readonly string[], two: readonly string[]): unknown {
  for (let index = 0; index < Math.max(one.length, two.length); index++)
    if (one[index] !== two[index]) return [index, one[index], two[index]];
  return undefined;
}

const latencies = fc.constantFrom(0, 0, 3, 20, 45.5);

describe('a snapshot at any place', () => {
  test('goes on, with work under way, to the frames and the end of the run that never stopped', {
    timeout: LONG,
  }, async () => {
    let pending = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 7, max: 200 }),
        fc.nat(),
        latencies,
        latencies,
        async (seed, barrierEvery, cut, submit, report) => {
          const source = market(seed, 3_000);
          const core = fullDesk(source.instruments);
          const options = { grace, barrierEvery };
          const whole = await playRecorded(core, source, { ...options, drivers: venues(submit, report) });
          // Not the last one: it is the end, and nothing goes on from there.
          const cuts = whole.snapshots.slice(0, -1);
          fc.pre(cuts.length > 0);
          const restore = cuts[cut % cuts.length] as Snapshot;
          const before = hashOf(restore);
          const rest = await playRecorded(core, source, {
            ...options,
            drivers: venues(submit, report),
            restore: decodeSnapshot(encodeSnapshot(restore)),
          });
          if (JSON.stringify(restore.drivers).includes('"due"')) pending++;
          // The barrier's own frame may have made events that are still to pass.
          const expected = whole.digests.slice(
            1 + whole.digests.findIndex((line) => line.startsWith(`${restore.seq}.0 `)),
          );
          expect(firstDifference(rest.digests, expected)).toBeUndefined();
          expect(rest.hash).toBe(whole.hash);
          expect(hashOf(rest.snapshots.at(-1))).toBe(hashOf(whole.snapshots.at(-1)));
          expect(hashOf(restore)).toBe(before);
        },
      ),
      { numRuns: manyRuns(16), endOnFailure: true },
    );
    expect(pending).toBeGreaterThan(0);
  });
});
