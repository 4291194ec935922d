import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import {
  concentration,
  correlatedExposure,
  grossExposure,
  leverage,
  lossStreak,
  maxDailyLoss,
  maxDrawdown,
  maxOpenOrders,
  maxOrderSize,
  maxPosition,
  maxVenueExposure,
  messagesPerFill,
  netExposure,
  orderRate,
  priceCollar,
  type RiskRule,
} from '../../src/operators/index.js';
import { spot } from '../../src/testing/index.js';
import { aView, type Seen } from './a-view.js';

const table = new InstrumentTable([spot(), spot({ base: 'ETH' })]);

/** What a rule says is in use of its limit. */
const used = <M>(rule: RiskRule<M>, seen: Seen, memory?: M): number | undefined =>
  (rule as RiskRule).uses?.(rule.limit, aView({ table, ...seen }), memory);

/** 3 lots long at worst of one at 10 each, 2 short at worst of the other at 20 each. */
const BOOK: Seen = {
  position: [1, -1],
  worst: [
    [3, 1],
    [0, -2],
  ],
  notional: [10, 20],
};

describe('what is in use of a limit', () => {
  test('is the worst case, as an order is judged', () => {
    const perLot = used(maxPosition({ limit: 5 }), { ...BOOK, worst: [[1, 0]], position: [] }) as number;
    expect(perLot).toBeGreaterThan(0);
    expect(used(maxPosition({ limit: 5 }), BOOK)).toBeCloseTo(3 * perLot, 12);
    expect(used(maxPosition({ limit: 5, asset: 'ETH' }), BOOK)).toBeCloseTo(2 * perLot, 12);
    expect(used(grossExposure({ limit: 100 }), BOOK)).toBe(70);
    expect(used(netExposure({ limit: 100 }), BOOK)).toBe(30);
    expect(used(maxVenueExposure({ limit: 100 }), BOOK)).toBe(70);
    expect(used(correlatedExposure({ group: 'g', weights: { BTC: 1, ETH: 0.5 }, limit: 9 }), BOOK)).toBe(30);
    // All of it is long, if the short is not filled.
    expect(used(concentration({ limit: 0.5, from: 1 }), BOOK)).toBe(1);
  });

  test('is 0 of an empty desk, whatever it knows of prices', () => {
    const blind: Seen = { notional: [Number.NaN, Number.NaN] };
    for (const rule of [
      maxPosition({ limit: 1 }),
      grossExposure({ limit: 1 }),
      netExposure({ limit: 1 }),
      maxVenueExposure({ limit: 1 }),
      concentration({ limit: 1, from: 1 }),
      correlatedExposure({ group: 'g', weights: { BTC: 1 }, limit: 1 }),
      leverage({ limit: 1 }),
    ])
      expect(used(rule, blind), rule.name).toBe(0);
  });

  test('is unknown with the price of what is held', () => {
    const blind: Seen = { ...BOOK, notional: [Number.NaN, 20] };
    for (const rule of [
      grossExposure({ limit: 1 }),
      netExposure({ limit: 1 }),
      maxVenueExposure({ limit: 1 }),
      concentration({ limit: 1, from: 1 }),
      correlatedExposure({ group: 'g', weights: { BTC: 1 }, limit: 1 }),
      leverage({ limit: 1 }),
    ])
      expect(used(rule, { ...blind, ledger: { equity: () => 100 } }), rule.name).toBeNaN();
  });

  test('of leverage is the exposure for each unit of equity, and without end where there is none', () => {
    expect(used(leverage({ limit: 2 }), { ...BOOK, ledger: { equity: () => 35 } })).toBe(2);
    expect(used(leverage({ limit: 2 }), { ...BOOK, ledger: { equity: () => -5 } })).toBe(Infinity);
    expect(used(leverage({ limit: 2 }), { ...BOOK, ledger: { equity: () => Number.NaN } })).toBeNaN();
  });

  test('of losses is what was lost, and no profit', () => {
    const at = (dayProfit: number, drawdown: number): Seen => ({
      ledger: { dayProfit: () => dayProfit, drawdown: () => drawdown },
    });
    expect(used(maxDailyLoss({ limit: 10 }), at(-4, 0))).toBe(4);
    expect(used(maxDailyLoss({ limit: 10 }), at(7, 0))).toBe(0);
    expect(used(maxDailyLoss({ limit: 10 }), at(Number.NaN, 0))).toBeNaN();
    expect(used(maxDrawdown({ limit: 10 }), at(0, 6))).toBe(6);
  });

  test('of counts is the count, and flows off with time', () => {
    const order = { attribution: [] };
    const open = {
      openOrders: () => [
        { order, index: 0 },
        { order, index: 1 },
      ],
    };
    expect(used(maxOpenOrders({ limit: 5 }), { ledger: open })).toBe(2);
    const rate = orderRate({ limit: 4, per: 1_000 });
    expect(used(rate, { ts: 0 }, { spent: 4, at: 0 })).toBe(4);
    expect(used(rate, { ts: 500 }, { spent: 4, at: 0 })).toBe(2);
    const streak = lossStreak({ limit: 3, coolDown: '1m' });
    const lost = (losses: number) => ({ losses, at: 0, order: '', realised: new Float64Array(2) });
    expect(used(streak, { ts: 59_999 }, lost(3))).toBe(3);
    expect(used(streak, { ts: 60_000 }, lost(3))).toBe(0);
    expect(used(streak, { ts: 60_000 }, lost(2))).toBe(2);
    const talk = messagesPerFill({ limit: 10, free: 2 });
    const said = (messages: number) => ({ day: 0, messages, fills: 2, executions: new Set<string>() });
    expect(used(talk, { ts: 1 }, said(2))).toBe(0);
    expect(used(talk, { ts: 1 }, said(8))).toBe(4);
    expect(used(talk, { ts: 86_400_000 }, said(8))).toBe(0);
  });

  test('is not told by rules that look at one order at a time', () => {
    expect(maxOrderSize({ of: 'quantity', limit: 1 }).uses).toBeUndefined();
    expect(priceCollar({ limit: 0.1 }).uses).toBeUndefined();
  });
});
