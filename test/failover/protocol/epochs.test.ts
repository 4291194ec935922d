import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonPrefix } from '../../../src/failover/protocol/epochs.js';
import type { EpochStart } from '../../../src/failover/protocol/message.js';

const at = (...pairs: readonly (readonly [number, number])[]): EpochStart[] =>
  pairs.map(([epoch, firstSeq]) => ({ epoch, firstSeq }));

describe('where two logs part', () => {
  test.each([
    ['the same', at([1, 1], [3, 10]), 20, at([1, 1], [3, 10]), 20, 20],
    ['the follower is behind', at([1, 1], [3, 10]), 20, at([1, 1], [3, 10]), 15, 15],
    ['the follower is a reign behind', at([1, 1], [3, 10]), 20, at([1, 1]), 7, 7],
    ['the follower has what the new reign never saw', at([1, 1], [3, 10]), 20, at([1, 1]), 14, 9],
    ['the follower led a reign that is void', at([1, 1], [3, 10]), 20, at([1, 1], [2, 8]), 30, 7],
    ['nothing in common', at([2, 1]), 5, at([1, 1]), 5, 0],
    ['an empty follower', at([1, 1]), 5, [], 0, 0],
    ['an empty leader', [], 0, at([1, 1]), 5, 0],
    ['the follower knows late reigns only', at([1, 1], [3, 10], [4, 30]), 40, at([3, 10]), 50, 29],
  ])('%s', (_, mine, last, theirs, theirLast, common) => {
    expect(commonPrefix(mine, last, theirs, theirLast)).toBe(common);
  });

  test('is what a comparison event by event finds, for logs that reigns made', () => {
    // Each reign begins somewhere in a log that some reign before it made, as a promoted member's does.
    const history = fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.integer({ min: 1, max: 6 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), (reigns, one, two) => {
        const logs: string[][] = [[]];
        for (const [epoch, [from, keep, more]] of reigns.entries()) {
          const base = logs[from % logs.length] as string[];
          const log = base.slice(0, keep % (base.length + 1));
          for (let index = 0; index < more; index += 1) log.push(`${epoch + 1}:${log.length}`);
          logs.push(log);
        }
        const mine = logs[one % logs.length] as string[];
        const theirs = logs[two % logs.length] as string[];
        const table = (log: readonly string[]): EpochStart[] => {
          const found: EpochStart[] = [];
          for (const [index, entry] of log.entries()) {
            const epoch = Number(entry.split(':')[0]);
            if (found.at(-1)?.epoch !== epoch) found.push({ epoch, firstSeq: index + 1 });
          }
          return found;
        };
        let common = 0;
        while (common < Math.min(mine.length, theirs.length) && mine[common] === theirs[common]) common += 1;
        expect(commonPrefix(table(mine), mine.length, table(theirs), theirs.length)).toBe(common);
      }),
      { numRuns: 500 },
    );
  });
});
