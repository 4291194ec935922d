import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { books } from '../../src/operators/index.js';
import { evaluate, type Performance } from '../../src/research/index.js';
import { recordingOf } from '../../src/streams/replay/memory.js';
import { BTC, momentumDesk, START, waves } from './studies.js';

const source = recordingOf(waves(400), [BTC]);
const measured = (options: Parameters<typeof evaluate>[2] = {}): Promise<Performance> =>
  evaluate(momentumDesk({ lookback: 3 }), source, { period: '10s', ...options });

describe('what a desk did', () => {
  test('adds up: returns to the profit, trades to what was closed, fees by turnover', async () => {
    const result = await measured();
    expect(result).toMatchObject({ currency: 'USDT', from: START, halted: null });
    expect(result.orders).toBeGreaterThan(5);
    expect(result.fills).toBeGreaterThanOrEqual(result.orders);
    // 399 s and a second for what is under way: 39 periods that are whole.
    expect(result.returns).toHaveLength(39);
    expect(result.fees).toBeCloseTo(result.turnover * 0.0001, 6);
    expect(result.trades.length).toBeGreaterThan(5);
    const closed = result.trades.reduce((sum, { profit }) => sum + profit, 0);
    // What is still open is missing from the trades: less than the move of a wave on the budget.
    expect(Math.abs(closed - result.netProfit)).toBeLessThan(500);
    expect(result.trades.every(({ opened, closed: at }) => at > opened)).toBe(true);
    expect(result.maximumDrawdown).toBeGreaterThan(0);
    expect(result.sharpe).toMatchObject({ period: 10_000, count: 39 });
  });

  test('is the same in a second run, and does not depend on the length of the period', async () => {
    const [one, two, finer] = [await measured(), await measured(), await measured({ period: '1s' })];
    expect(two).toEqual(one);
    expect(finer.netProfit).toBe(one.netProfit);
    const sum = (returns: readonly number[]): number => returns.reduce((all, each) => all + each, 0);
    expect(sum(finer.returns.slice(0, 390))).toBeCloseTo(sum(one.returns), 8);
  });

  test('a window: nothing is traded before it, everything is seen, and it ends where it is told', async () => {
    const [from, to] = [START + 100_000, START + 300_000];
    const result = await measured({ from, to });
    expect(result).toMatchObject({ from, to });
    expect(result.returns).toHaveLength(20);
    expect(result.trades.every(({ opened, closed }) => opened >= from && closed < to + 1_000)).toBe(true);
    expect(result.orders).toBeGreaterThan(2);
    // Warm from the first moment: the first order comes within the first wave.
    expect(result.trades[0]?.opened).toBeLessThan(from + 80_000);
    const outside = await measured({ from: START + 1e9 });
    expect(outside).toMatchObject({ orders: 0, fills: 0, netProfit: 0, returns: [] });
    expect(outside.from).toBeNaN();
  });

  test('no events, no ledger, wrong windows', async () => {
    const nothing = await evaluate(momentumDesk({ lookback: 3 }), recordingOf([], [BTC]), {});
    expect(nothing).toMatchObject({ orders: 0, netProfit: 0, returns: [] });
    const bookish = compose({ instruments: [BTC] }, books());
    await expect(evaluate(bookish, source)).rejects.toThrow('needs ledger()');
    await expect(measured({ from: Number.NaN })).rejects.toThrow('evaluate.from');
    await expect(measured({ from: 5, to: 5 })).rejects.toThrow('evaluate.to');
    await expect(measured({ period: 0 })).rejects.toThrow('evaluate.period');
    await expect(measured({ rate: 1 } as never)).rejects.toThrow('unknown setting "rate"');
  });

  test('a signal ends it with what was measured so far', async () => {
    const stop = new AbortController();
    stop.abort();
    const result = await measured({ signal: stop.signal });
    expect(result.returns.length).toBeLessThan(39);
  });
});
