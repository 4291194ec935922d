import { describe, expect, test } from 'vitest';
import { type BudgetBoard, memoryBudgetBoard } from '../../src/scaling/budget-board.js';
import { type BudgetReport, budgetCoordinator } from '../../src/scaling/budget-coordinator.js';
import { parseStanding, parseTable } from '../../src/scaling/check-words.js';
import { borrowedBudget, natsBudgetBoard } from '../../src/scaling/index.js';
import { AShard, LEAST } from './a-shard.js';
import { boardConformance, eventually } from './board-conformance.js';

async function eventuallySays(board: BudgetBoard, version: number): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const [standing] = await board.standings();
    if (standing?.version === version) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`it never said that loan ${version} is in force`);
}

/** A board that can be cut off. */
function cuttable(board: BudgetBoard): BudgetBoard & { cut: boolean } {
  const through =
    <A extends unknown[], R>(action: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (made.cut) throw new Error('the board cannot be reached');
      return await action(...args);
    };
  const made = {
    cut: false,
    name: board.name,
    read: through(board.read),
    write: through(board.write),
    say: through(board.say),
    standings: through(board.standings),
    close: board.close,
  };
  return made;
}

describe('a budget board in memory', () => {
  boardConformance(() => {
    const board = memoryBudgetBoard();
    return { open: () => board };
  });
});

describe('a shard', () => {
  test('that is cut off goes on with what it has, and nobody else gets it', async () => {
    const board = memoryBudgetBoard();
    const way = cuttable(board);
    const reports: BudgetReport[] = [];
    const coordinator = budgetCoordinator({
      board,
      shards: ['a', 'b'],
      limit: 1_000,
      least: LEAST,
      every: 10,
    });
    coordinator.report$.subscribe((report) => reports.push(report));
    const a = new AShard(way, 'a', 5_000);
    const b = new AShard(board, 'b', 0);
    try {
      await eventually(() => a.exposure > 850);
      way.cut = true;
      const had = a.limits.at(-1) as number;
      b.wants = 5_000;
      await eventually(() => a.faults.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(a.faults).toEqual([
        'budget:grossExposure cut-off: the board cannot be reached; the limit stays as it is',
      ]);
      expect(b.exposure + had).toBeLessThanOrEqual(1_000);
      expect(Math.max(...reports.map(({ committed }) => committed))).toBeLessThanOrEqual(1_000);
      // It is back, and has no use for it any more.
      a.wants = 0;
      way.cut = false;
      await eventually(() => b.exposure > 850);
      expect(a.exposure + b.exposure).toBeLessThanOrEqual(1_000);
    } finally {
      a.end();
      b.end();
      await coordinator.close();
    }
  }, 60_000);

  test('with a lease falls to the least when it is cut off, and has its loan again when it is back', async () => {
    const board = memoryBudgetBoard();
    await board.write(0, { a: { version: 1, amount: 300, atMost: 300 } });
    const way = cuttable(board);
    const a = new AShard(way, 'a', 5_000, 60);
    try {
      await eventually(() => a.limits.length === 1);
      way.cut = true;
      await eventually(() => a.limits.length === 2);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(a.limits).toEqual([300, LEAST]);
      expect(a.faults).toEqual([
        'budget:grossExposure cut-off: the board cannot be reached; after 60 ms of it the limit falls to 100',
      ]);
      way.cut = false;
      await eventually(() => a.limits.length === 3);
      expect(a.limits).toEqual([300, LEAST, 300]);
      // Meanwhile it is lent less: that is what it gets when it is back, and the newer loan counts as in force.
      way.cut = true;
      await eventually(() => a.limits.length === 4);
      const { mark } = await board.read();
      await board.write(mark, { a: { version: 2, amount: 200, atMost: 300 } });
      way.cut = false;
      await eventually(() => a.limits.length === 5);
      expect(a.limits).toEqual([300, LEAST, 300, LEAST, 200]);
      await eventuallySays(board, 2);
    } finally {
      a.end();
    }
  }, 60_000);

  test('with a lease gives its loan up although the board never answers at all', async () => {
    const board = memoryBudgetBoard();
    await board.write(0, { a: { version: 1, amount: 300, atMost: 300 } });
    let mute = false;
    const silent: BudgetBoard = {
      ...board,
      read: () => (mute ? new Promise(() => undefined) : board.read()),
    };
    const a = new AShard(silent, 'a', 5_000, 60);
    try {
      await eventually(() => a.limits.length === 1);
      mute = true;
      await eventually(() => a.limits.length === 2);
      expect(a.limits).toEqual([300, LEAST]);
    } finally {
      a.end();
    }
  }, 60_000);

  test.each([0, -1, Number.NaN, 10, 'soon'])('refuses a lease of %s', (lease) => {
    expect(() => new AShard(memoryBudgetBoard(), 'a', 0, lease as number)).toThrow(/borrowedBudget\.lease/);
  });

  test('takes no more than it was lent, whoever raises its limit', async () => {
    const board = memoryBudgetBoard();
    await board.write(0, { a: { version: 1, amount: 300, atMost: 300 } });
    const a = new AShard(board, 'a', 5_000);
    try {
      await eventually(() => a.exposure > 250);
      a.setLimit(900);
      await eventually(() => a.limits.length === 3);
      expect(a.limits).toEqual([300, 900, 300]);
      // Downwards an operator's word stands.
      a.setLimit(200);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(a.limits).toEqual([300, 900, 300, 200]);
      expect(a.most).toBeLessThanOrEqual(300);
    } finally {
      a.end();
    }
  }, 60_000);
});

describe('a coordinator', () => {
  test('that starts again finds what was lent, and says what troubles it', async () => {
    const board = memoryBudgetBoard();
    await board.write(0, { a: { version: 7, amount: 800, atMost: 800 } });
    const way = cuttable(board);
    const coordinator = budgetCoordinator({
      board: way,
      shards: ['a', 'b'],
      limit: 1_000,
      least: 100,
      every: 5,
    });
    let report: BudgetReport | undefined;
    coordinator.report$.subscribe((each) => {
      report = each;
    });
    await eventually(() => report?.committed === 900);
    way.cut = true;
    await eventually(() => report?.trouble === 'the board cannot be reached');
    expect(report?.table).toEqual({ a: { version: 7, amount: 800, atMost: 800 } });
    await coordinator.close();
  });

  test.each([
    [{ shards: [] }, /shards must name at least one/],
    [{ shards: ['a', 'a'] }, /shards/],
    [{ limit: 0 }, /limit/],
    [{ least: 600 }, /least must be at most 500/],
    [{ least: Number.NaN }, /least/],
    [{ every: 'soon' }, /every/],
    [{ lmit: 5 }, /lmit/],
  ])('refuses %j', (wrong, message) => {
    const board = memoryBudgetBoard();
    const settings = { board, shards: ['a', 'b'], limit: 1_000, least: 100, ...wrong } as never;
    expect(() => budgetCoordinator(settings)).toThrow(message);
  });
});

test.each([
  [{ shard: '' }, /shard/],
  [{ rule: '' }, /rule/],
  [{ least: 0 }, /least/],
  [{ used: 5 }, /used/],
  [{ every: -1 }, /every/],
])('borrowing refuses %j', (wrong, message) => {
  const settings = { board: memoryBudgetBoard(), shard: 'a', rule: 'r', least: 1, used: () => 0, ...wrong };
  expect(() => borrowedBudget(settings as never)).toThrow(message);
});

test.each([
  [{ servers: ['http://a'] }, /servers/],
  [{ servers: ['nats://a'], bucket: 'a b' }, /bucket/],
])('a board in NATS refuses %j', (wrong, message) => {
  expect(() => natsBudgetBoard(wrong)).toThrow(message);
});

test('words that are none are refused by the name of the board', () => {
  for (const text of ['', '[]', '{"a":{"version":1,"amount":5,"atMost":4}}', '{"a":{"version":-1}}'])
    expect(() => parseTable('the board', text)).toThrow(/^the board: /);
  for (const text of ['null', '{}', '{"shard":"a","version":1,"limit":-1,"used":0,"wants":0}'])
    expect(() => parseStanding('the board', text)).toThrow(/^the board: /);
});
