import { describe, expect, test } from 'vitest';
import type { Instrument } from '../../src/domain/instrument.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import { closable, isReduction, reductionOf } from '../../src/operators/risk/reduction.js';
import type { RiskView } from '../../src/operators/risk/rule.js';
import { perpetual, spot } from '../../src/testing/index.js';

interface Given {
  /** Signed lots by agent. */
  readonly held: Readonly<Record<string, number>>;
  /** Lots of working orders that would reduce: they count as filled. */
  readonly selling?: number;
  readonly buying?: number;
  readonly synced?: boolean;
  readonly open?: boolean;
  readonly bid?: number;
  readonly ask?: number;
}

const listedOf = (definition: Instrument) => new InstrumentTable([definition]).at(0);

function viewOf({ held, selling = 0, buying = 0, synced = true, open = true, bid = 99, ask = 101 }: Given) {
  const position = Object.values(held).reduce((total, lots) => total + lots, 0);
  return {
    ledger: {
      position: () => position,
      agents: () => Object.keys(held),
      agentPosition: (agent: string) => held[agent] ?? 0,
    },
    markets: {
      synced: () => synced,
      open: () => open,
      bid: () => bid,
      ask: () => ask,
      mid: () => (bid + ask) / 2,
    },
    worstLong: () => position + buying,
    worstShort: () => position - selling,
  } as unknown as RiskView;
}

const COIN = spot({ tick: '0.01', lot: '1' });
const FUTURE = perpetual({ tick: '0.01', lot: '1' });

const own = (excess: number, given: Given, definition: Instrument = COIN): Proposal | undefined =>
  reductionOf(listedOf(definition), excess, viewOf(given));

describe('what can be closed', () => {
  test.each<[string, Given, 'buy' | 'sell', number]>([
    ['a long', { held: { a: 5 } }, 'sell', 5],
    ['a long, of which some is on its way', { held: { a: 5 }, selling: 2 }, 'sell', 3],
    ['a short', { held: { a: -5 } }, 'buy', 5],
    ['a short, of which some is on its way', { held: { a: -5 }, buying: 4 }, 'buy', 1],
  ])('of %s', (_, given, side, lots) => {
    expect(closable(listedOf(COIN), side, viewOf(given))).toBe(lots);
  });

  test.each(['buy', 'sell'] as const)('of nothing held, to %s, is nothing', (side) => {
    expect(closable(listedOf(COIN), side, viewOf({ held: {} })) > 0).toBe(false);
    // Nor when what works would only turn a flat position round.
    expect(closable(listedOf(COIN), side, viewOf({ held: {}, selling: 3, buying: 3 })) > 0).toBe(false);
  });

  test('a reduction is no larger than that', () => {
    const asks = (side: 'buy' | 'sell', quantity: number, given: Given) =>
      isReduction({ side, quantity } as Proposal, listedOf(COIN), viewOf(given));
    const long = { held: { a: 5 }, selling: 1 };
    expect([asks('sell', 4, long), asks('sell', 5, long), asks('buy', 1, long)]).toEqual([
      true,
      false,
      false,
    ]);
    const short = { held: { a: -5 }, buying: 1 };
    expect([asks('buy', 4, short), asks('buy', 5, short), asks('sell', 1, short)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('an order of the engine’s own', () => {
  test('sells what is too much, half a percent below the bid, rounded down', () => {
    expect(own(3, { held: { a: 10 }, bid: 99.99, ask: 101 })).toEqual({
      instrument: COIN.id,
      side: 'sell',
      type: 'limit',
      timeInForce: 'IOC',
      // 99.99 less 0.5% is 99.49005.
      price: 9_949,
      quantity: 3,
      reduceOnly: false,
      postOnly: false,
      attribution: [{ agent: 'a', quantity: -3 }],
      arrivalMid: 100.495,
    });
  });

  test('buys back what is too short, half a percent above the ask, rounded up', () => {
    expect(own(-3, { held: { a: -10 }, bid: 99, ask: 101.01 }, FUTURE)).toMatchObject({
      side: 'buy',
      // 101.01 and 0.5% is 101.51505.
      price: 10_152,
      quantity: 3,
      reduceOnly: true,
      attribution: [{ agent: 'a', quantity: 3 }],
    });
  });

  test('never asks a price below one tick', () => {
    expect(own(1, { held: { a: 1 }, bid: 0.01, ask: 0.02 })?.price).toBe(1);
  });

  test('takes from each agent in proportion to what it holds, and from nobody else', () => {
    const held = { a: 6, idle: 0, b: 3, c: 1 };
    expect(own(5, { held })?.attribution).toEqual([
      { agent: 'a', quantity: -3 },
      { agent: 'b', quantity: -1 },
      { agent: 'c', quantity: -1 },
    ]);
    expect(own(10, { held })?.attribution).toEqual([
      { agent: 'a', quantity: -6 },
      { agent: 'b', quantity: -3 },
      { agent: 'c', quantity: -1 },
    ]);
    // A share of nothing is none.
    expect(own(1, { held })?.attribution).toEqual([{ agent: 'a', quantity: -1 }]);
    expect(own(-4, { held: { a: -6, b: -2 } })?.attribution).toEqual([
      { agent: 'a', quantity: 3 },
      { agent: 'b', quantity: 1 },
    ]);
  });

  test.each<[string, number, Given]>([
    ['there is no excess', 0, { held: { a: -5 } }],
    ['there is no price', 3, { held: { a: 5 }, synced: false }],
    ['the market is closed', 3, { held: { a: 5 }, open: false }],
    ['it is on its way already', 3, { held: { a: 5 }, selling: 5 }],
    ['more than what is held is on its way', 3, { held: { a: 5 }, selling: 7 }],
    ['nothing is held', 3, { held: {} }],
  ])('is none while %s', (_, excess, given) => {
    expect(own(excess, given)).toBeUndefined();
  });

  test('is no larger than what can be closed, and of whole steps, rounded up where there is more', () => {
    const stepped = spot({ tick: '0.01', lot: '1', orderStep: '10' });
    expect(own(3, { held: { a: 2 } })?.quantity).toBe(2);
    expect(own(11, { held: { a: 35 } }, stepped)?.quantity).toBe(20);
    expect(own(31, { held: { a: 35 } }, stepped)?.quantity).toBe(30);
    expect(own(9, { held: { a: 9 } }, stepped)).toBeUndefined();
  });

  test('reaches beyond the best price of a spread also where that is below nothing', () => {
    const spread = { ...FUTURE, kind: 'spread' } as Instrument;
    expect(own(1, { held: { a: 1 }, bid: -10, ask: -9 }, spread)?.price).toBe(-1_005);
    expect(own(-1, { held: { a: -1 }, bid: -10, ask: -9 }, spread)?.price).toBe(-895);
    expect(own(1, { held: { a: 1 }, bid: 0, ask: 1 }, spread)?.price).toBe(0);
  });
});
