import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shrink } from '../../src/testing/verify/shrink.js';
import { runs } from '../runs.js';

test('what is left still fails, in its order, and no single item can go', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.nat(59), { minLength: 1, maxLength: 4 }),
      async (length, picked) => {
        const items = Array.from({ length }, (_, place) => place);
        const needed = [...new Set(picked.map((place) => place % length))].sort((a, b) => a - b);
        const fails = async (some: readonly number[]): Promise<string | undefined> =>
          needed.every((each) => some.includes(each)) ? 'fails' : undefined;
        const { items: left, failure } = await shrink(items, 'fails', fails, 10_000);
        expect(left).toEqual(needed);
        expect(failure).toBe('fails');
      },
    ),
    { numRuns: runs(50) },
  );
});

test('no more attempts are made than are allowed', async () => {
  let asked = 0;
  const items = Array.from({ length: 100 }, (_, place) => place);
  const { attempts, items: left } = await shrink(
    items,
    'fails',
    async () => {
      asked++;
      return undefined;
    },
    7,
  );
  expect({ attempts, asked }).toEqual({ attempts: 7, asked: 7 });
  expect(left).toEqual(items);
});
