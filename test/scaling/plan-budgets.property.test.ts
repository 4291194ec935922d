import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BudgetTable, Standing } from '../../src/scaling/budget-table.js';
import { type BudgetTerms, ceilingOf, planBudgets } from '../../src/scaling/plan-budgets.js';
import { LONG, manyRuns } from '../properties/many-runs.js';

const TERMS: BudgetTerms = { shards: ['a', 'b', 'c'], limit: 100, least: 5, step: 2 };

/** What a shard truly is: nobody else sees it but by what it says. */
interface Shard {
  version: number;
  limit: number;
  used: number;
  wants: number;
}

/** One thing that happens; numbers are drawn for whom it concerns and how much. */
const step = fc.record({
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('look', 'say', 'apply', 'applyOlder') },
    { weight: 4, arbitrary: fc.constantFrom('want', 'take') },
    { weight: 1, arbitrary: fc.constantFrom('twoLooks', 'giveBack', 'restart', 'lateWord') },
  ),
  who: fc.constantFrom('a', 'b', 'c'),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('a limit that is lent', () => {
  test(
    'is never exceeded by all limits in force together, whatever is lost, late or cut off',
    () => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 50, maxLength: 400 }), (steps) => {
          const shards: Record<string, Shard> = {};
          for (const name of TERMS.shards)
            shards[name] = { version: 0, limit: TERMS.least, used: 0, wants: 0 };
          let table: BudgetTable = {};
          /** Every table that was ever written: a shard may see any newer than its own. */
          const tables: BudgetTable[] = [table];
          const said = new Map<string, Standing>();
          const words: Standing[] = [];
          for (const { what, who, share } of steps) {
            const shard = shards[who] as Shard;
            if (what === 'look') {
              table = planBudgets(table, said, TERMS);
              tables.push(table);
            } else if (what === 'twoLooks') {
              // Two coordinators read the same; the second write is refused by its mark.
              const [first] = [planBudgets(table, said, TERMS), planBudgets(table, new Map(), TERMS)];
              table = first;
              tables.push(table);
            } else if (what === 'say') {
              const word = { shard: who, ...shard };
              words.push(word);
              said.set(who, word);
            } else if (what === 'lateWord') {
              // A board that gives an older word of the same version: what was in force then is in force still.
              const old = words.filter(
                (word) => word.shard === who && word.version === said.get(who)?.version,
              );
              const one = old[Math.floor(share * (old.length - 1))];
              if (one !== undefined && one.used <= (said.get(who)?.limit ?? 0)) said.set(who, one);
            } else if (what === 'take') shard.used += (shard.limit - shard.used) * share;
            else if (what === 'giveBack') shard.used *= share;
            else if (what === 'want') shard.wants = 150 * share;
            else if (what === 'restart')
              Object.assign(shard, {
                version: 0,
                limit: TERMS.least,
                used: Math.min(shard.used, TERMS.least),
              });
            else {
              // It sees the newest table, or an older one that is newer than what it has.
              const at = what === 'apply' ? tables.length - 1 : Math.floor(share * (tables.length - 1));
              const seen = tables[at]?.[who];
              if (seen !== undefined && seen.version > shard.version && seen.amount >= shard.used) {
                shard.version = seen.version;
                shard.limit = seen.amount;
              }
            }
            const inForce = TERMS.shards.reduce(
              (sum, name) => sum + Math.max((shards[name] as Shard).limit, (shards[name] as Shard).used),
              0,
            );
            expect(inForce).toBeLessThanOrEqual(TERMS.limit + 1e-9);
          }
        }),
        { numRuns: manyRuns(300) },
      );
    },
    LONG,
  );

  test('comes to who wants it, and comes back, once words are heard', () => {
    const shards: Record<string, Shard> = {};
    for (const name of TERMS.shards) shards[name] = { version: 0, limit: TERMS.least, used: 0, wants: 0 };
    let table: BudgetTable = {};
    const settle = (): number[] => {
      for (let round = 0; round < 6; round++) {
        const said = new Map(TERMS.shards.map((name) => [name, { shard: name, ...(shards[name] as Shard) }]));
        table = planBudgets(table, said, TERMS);
        for (const name of TERMS.shards) {
          const loan = table[name];
          if (loan === undefined) continue;
          Object.assign(shards[name] as Shard, { version: loan.version, limit: loan.amount });
        }
      }
      return TERMS.shards.map((name) => (shards[name] as Shard).limit);
    };
    // Nobody wants anything: all alike.
    for (const limit of settle()) expect(limit).toBeCloseTo(100 / 3, 9);
    (shards['a'] as Shard).wants = 100;
    const [a = 0, b = 0, c = 0] = settle();
    expect(a).toBeGreaterThan(85);
    expect(b + c + a).toBeLessThanOrEqual(100);
    (shards['a'] as Shard).used = 60;
    (shards['a'] as Shard).wants = 0;
    Object.assign(shards['b'] as Shard, { wants: 100 });
    const [kept = 0, given = 0] = settle();
    // What is in use is not asked back.
    expect(kept).toBeCloseTo(60, 9);
    expect(given).toBeGreaterThan(30);
  });

  test('that a silent shard may have is lent to nobody', () => {
    const table: BudgetTable = { a: { version: 3, amount: 60, atMost: 60 } };
    const said = new Map([
      ['b', { shard: 'b', version: 0, limit: 5, used: 0, wants: 100 }],
      ['c', { shard: 'c', version: 0, limit: 5, used: 0, wants: 0 }],
    ]);
    const next = planBudgets(table, said, TERMS);
    expect(next['a']).toEqual(table['a']);
    expect((next['b']?.amount ?? 5) + (next['c']?.amount ?? 5)).toBeLessThanOrEqual(40);
  });

  test('counts what was asked back until the shard has said so', () => {
    const loan = { version: 4, amount: 20, atMost: 50 };
    const standing = { shard: 'a', limit: 50, used: 0, wants: 0 };
    expect(ceilingOf(loan, { ...standing, version: 3 }, 5)).toBe(50);
    expect(ceilingOf(loan, { ...standing, version: 4 }, 5)).toBe(20);
    expect(ceilingOf(loan, { ...standing, version: 4, used: 70 }, 5)).toBe(70);
    expect(ceilingOf(undefined, undefined, 5)).toBe(5);
  });
});
