import { expect, test } from 'vitest';
import type { BudgetBoard } from '../../src/scaling/budget-board.js';
import { budgetCoordinator } from '../../src/scaling/budget-coordinator.js';
import { AShard, LEAST } from './a-shard.js';

const LIMIT = 1_000;

/** Waits until something holds, however busy the machine is. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const start = Date.now(); Date.now() - start < 20_000; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(await holds(), 'it did not come about').toBe(true);
}

/** What every board must do. `open` opens the same one again; `fresh` is a new place. */
export function boardConformance(fresh: () => { readonly open: () => BudgetBoard }): void {
  test('has an empty table at first, and changes only from what was read', async () => {
    const { open } = fresh();
    const [one, other] = [open(), open()];
    const { mark, table } = await one.read();
    expect(table).toEqual({});
    const loan = { version: 1, amount: 50, atMost: 50 };
    expect(await one.write(mark, { a: loan })).toBe(true);
    expect(await other.write(mark, { a: { ...loan, amount: 10, atMost: 10 } })).toBe(false);
    const read = await other.read();
    expect(read.table).toEqual({ a: loan });
    expect(await other.write(read.mark, {})).toBe(true);
    await Promise.all([one.close(), other.close()]);
  });

  test('keeps the newest word of each shard', async () => {
    const { open } = fresh();
    const board = open();
    const word = { shard: 'north/1', version: 1, limit: 5, used: 2, wants: 3 };
    await board.say(word);
    await board.say({ ...word, version: 2 });
    await board.say({ ...word, shard: 'south', used: 0 });
    const words = [...(await board.standings())].sort((a, b) => a.shard.localeCompare(b.shard));
    expect(words).toEqual([
      { ...word, version: 2 },
      { ...word, shard: 'south', used: 0 },
    ]);
    await board.close();
  });

  test('two shards share a limit: it goes to who wants it, and both together never have more', async () => {
    const { open } = fresh();
    const boards = [open(), open(), open()] as const;
    const coordinator = budgetCoordinator({
      board: boards[0],
      shards: ['a', 'b'],
      limit: LIMIT,
      least: LEAST,
      every: 10,
    });
    const a = new AShard(boards[1], 'a', 5_000);
    const b = new AShard(boards[2], 'b', 0);
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, a.exposure + b.exposure);
    }, 1);
    try {
      // Nobody else wants any: a has nearly all, and uses it.
      await eventually(() => a.exposure > 0.85 * LIMIT);
      // Now b wants as much, and a sells out: what a gives back is lent on.
      a.wants = 0;
      b.wants = 5_000;
      await eventually(() => a.exposure === 0 && b.exposure > 0.85 * LIMIT);
      expect(most).toBeLessThanOrEqual(LIMIT);
      expect(Math.max(a.most, b.most)).toBeLessThanOrEqual(LIMIT - LEAST);
      expect([a.faults, b.faults]).toEqual([[], []]);
    } finally {
      clearInterval(watch);
      a.end();
      b.end();
      await coordinator.close();
      await Promise.all(boards.map((board) => board.close()));
    }
  }, 60_000);
}
