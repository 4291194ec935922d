import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONG } from '../properties/many-runs.js';
import { faultsOf, settingOf } from './faults.js';
import { shrink } from './shrink.js';
import { simulate } from './simulate.js';

const long = process.env['MILLRACE_LONG'] === '1';
/** Each commit has seeds of its own (test/setup.ts), or those that were asked for. */
const FIRST = Math.abs(fc.readConfigureGlobal().seed ?? 1) % 1_000_000_000;
const COUNT = long ? 5_000 : 300;

describe('a pair under faults', () => {
  test(
    `${COUNT} seeds from ${FIRST}: nothing lost, nothing doubled, nothing unknown, and it goes on`,
    async () => {
      const broken: string[] = [];
      let orders = 0;
      let operators = 0;
      for (let seed = FIRST; seed < FIRST + COUNT; seed += 1) {
        const outcome = await simulate(seed);
        orders += outcome.orders;
        if (outcome.operator) operators += 1;
        if (outcome.violation === undefined) continue;
        const least = await shrink(seed);
        const faults = least.faults.map(({ at, kind, node }) => `${kind} of ${node} at ${at.toFixed(0)}`);
        broken.push(`npm run simulate -- --seed ${seed}: ${outcome.violation} (${faults.join(', ')})`);
      }
      expect(broken).toEqual([]);
      // A simulation in which nothing happens proves nothing.
      expect(orders).toBeGreaterThan(COUNT * 10);
      expect(operators).toBeLessThan(COUNT / 4);
    },
    LONG,
  );

  test('the same seed plays the same, line by line', async () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const lines: string[][] = [[], []];
      for (const each of lines) await simulate(seed, { trace: (line) => each.push(line) });
      expect(lines[0]?.length).toBeGreaterThan(10);
      expect(lines[1]).toEqual(lines[0]);
    }
  });

  test('other seeds have other faults and settings, and every kind of each', () => {
    const settings = Array.from({ length: 300 }, (_, seed) => settingOf(seed));
    const kinds = new Set(
      settings.flatMap((setting, seed) => faultsOf(seed, setting).map(({ kind }) => kind)),
    );
    expect(kinds.size).toBeGreaterThanOrEqual(17);
    expect(new Set(settings.map(({ policy }) => policy)).size).toBe(4);
    expect(settings.some(({ embedded }) => embedded)).toBe(true);
    expect(settings.some(({ shadow }) => shadow)).toBe(true);
    expect(settings.some(({ register }) => register === 'none')).toBe(true);
  });
});
