import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import {
  concentration,
  correlatedExposure,
  duplicateIntent,
  grossExposure,
  type RiskRule,
} from '../../src/operators/index.js';
import type { RiskView } from '../../src/operators/risk/rule.js';
import { perpetual, spot } from '../../src/testing/index.js';

const table = new InstrumentTable([spot(), spot({ base: 'ETH' }), perpetual({ base: 'SOL' })]);

type Worst = readonly [long: number, short: number];

/** What may come to be held of each instrument at worst; a lot of the n-th is worth n times ten, or what is said. */
function viewOf(
  worst: readonly Worst[],
  notional = [10, 20, 30],
  position: readonly number[] = [],
): RiskView {
  return {
    ts: 0,
    instruments: table,
    onTheWay: [],
    worstLong: (index: number) => worst[index]?.[0] ?? 0,
    worstShort: (index: number) => worst[index]?.[1] ?? 0,
    lotNotional: (index: number) => notional[index],
    ledger: { reportingCurrency: 'USD', position: (index: number) => position[index] ?? 0 },
  } as unknown as RiskView;
}

const wish = (side: 'buy' | 'sell', quantity: number): Proposal =>
  ({ side, quantity, instrument: table.at(0).id, attribution: [] }) as unknown as Proposal;

const judged = (rule: RiskRule, proposal: Proposal, view: RiskView, index = 0, limit = rule.limit) =>
  rule.judge?.(proposal, table.at(index), limit, view, undefined);

describe('concentration', () => {
  const rule = concentration({ limit: 0.5, from: 100 });
  const share = (proposal: Proposal, view: RiskView) =>
    judged(rule, proposal, view)?.match(/become ([\d.]+)%/)?.[1];

  test.each<[string, Proposal, readonly Worst[], string | undefined]>([
    ['of a small book is of `from`', wish('buy', 5), [], undefined],
    ['is beyond it by a lot', wish('buy', 6), [], '60.0'],
    ['counts what may be held on the same side', wish('buy', 3), [[3, 0]], '60.0'],
    ['counts a short as much as a long', wish('sell', 3), [[0, -3]], '60.0'],
    ['sees that a sale makes a short no longer', wish('buy', 1), [[0, -5]], undefined],
    ['sees the worse side only', wish('sell', 2), [[4, -3]], undefined],
    [
      'takes the others into the book',
      wish('buy', 12),
      [
        [0, 0],
        [6, 6],
      ],
      undefined,
    ],
    [
      'takes them at their least',
      wish('buy', 12),
      [
        [0, 0],
        [6, 4],
      ],
      '60.0',
    ],
    [
      'takes shorts as well',
      wish('buy', 12),
      [
        [0, 0],
        [-6, -8],
      ],
      undefined,
    ],
    [
      'does not count on what may end at nothing',
      wish('buy', 12),
      [
        [0, 0],
        [50, -50],
      ],
      '100.0',
    ],
    [
      'does not count on what may be flat',
      wish('buy', 12),
      [
        [0, 0],
        [50, 0],
      ],
      '100.0',
    ],
    [
      'does not count on a short that may be flat',
      wish('buy', 12),
      [
        [0, 0],
        [0, -50],
      ],
      '100.0',
    ],
    [
      'adds up all others',
      wish('buy', 12),
      [
        [0, 0],
        [3, 3],
        [2, 2],
      ],
      undefined,
    ],
  ])('%s', (_, proposal, worst, expected) => {
    expect(share(proposal, viewOf(worst))).toBe(expected);
  });

  test('an unknown price denies, unless nothing may be held at it', () => {
    const unknown = [10, Number.NaN, 30];
    expect(
      judged(
        rule,
        wish('buy', 1),
        viewOf(
          [
            [0, 0],
            [1, 1],
          ],
          unknown,
        ),
      ),
    ).toMatch('is unknown');
    expect(
      judged(
        rule,
        wish('buy', 1),
        viewOf(
          [
            [0, 0],
            [0, 0],
          ],
          unknown,
        ),
      ),
    ).toBeUndefined();
    expect(judged(rule, wish('buy', 1), viewOf([], [Number.NaN]))).toMatch('is unknown');
  });

  test('cuts only when it is told to', () => {
    expect([rule.clips, concentration({ limit: 0.5, from: 1, action: 'clip' }).clips]).toEqual([false, true]);
  });

  test('is a share of at most 1', () => {
    expect([rule.allows?.(1), rule.allows?.(1.01)]).toEqual([undefined, 'a share of at most 1']);
  });
});

describe('correlated exposure', () => {
  const rule = correlatedExposure({ group: 'g', weights: { BTC: 1, ETH: 0.5 }, limit: 100 });
  const worst = (proposal: Proposal, view: RiskView) =>
    judged(rule, proposal, view)?.match(/become (-?[\d.]+)/)?.[1];

  test.each<[string, Proposal, readonly Worst[], string | undefined]>([
    ['at the limit passes', wish('buy', 10), [], undefined],
    ['beyond it does not', wish('buy', 11), [], '110.00'],
    ['nor does a short', wish('sell', 11), [], '-110.00'],
    [
      'others count by their weight',
      wish('buy', 1),
      [
        [0, 0],
        [10, 10],
      ],
      '110.00',
    ],
    [
      'but not those outside the group',
      wish('buy', 1),
      [
        [0, 0],
        [0, 0],
        [50, 50],
      ],
      undefined,
    ],
    [
      'opposite positions offset each other only once both are sure',
      wish('buy', 11),
      [
        [0, 0],
        [0, -10],
      ],
      '110.00',
    ],
    ['the worse side is named', wish('sell', 2), [[4, -10]], '-120.00'],
    ['the worse side is named, where it is the long', wish('buy', 2), [[10, -9]], '120.00'],
  ])('%s', (_, proposal, held, expected) => {
    expect(worst(proposal, viewOf(held))).toBe(expected);
  });

  test('an order outside the group is none of its business, though the group is beyond the limit', () => {
    expect(judged(rule, wish('buy', 1), viewOf([[99, 99]]), 2)).toBeUndefined();
  });

  test('an unknown price of the group denies, unless nothing is held at it', () => {
    const unknown = [10, Number.NaN, 30];
    expect(
      judged(
        rule,
        wish('buy', 1),
        viewOf(
          [
            [0, 0],
            [1, 0],
          ],
          unknown,
        ),
      ),
    ).toMatch('is unknown');
    expect(
      judged(
        rule,
        wish('buy', 1),
        viewOf(
          [
            [0, 0],
            [0, 0],
          ],
          unknown,
        ),
      ),
    ).toBeUndefined();
  });

  test('its fingerprint does not depend on the order of the weights', () => {
    const other = correlatedExposure({ group: 'g', weights: { ETH: 0.5, BTC: 1 }, limit: 100 });
    expect(other.fingerprint).toBe(rule.fingerprint);
    expect(rule.fingerprint).toContain('[["BTC",1],["ETH",0.5]]');
  });

  test('cuts only when it is told to', () => {
    const clips = correlatedExposure({ group: 'g', weights: { BTC: 1 }, limit: 1, action: 'clip' });
    expect([rule.clips, clips.clips]).toEqual([false, true]);
  });
});

describe('gross exposure', () => {
  const watched = (action: 'deny' | 'clip' | 'reduce' | 'kill', index = 0, position = [6, 3]) =>
    grossExposure({ limit: 100, action }).watch?.(100, viewOf([], undefined, position), index, undefined);

  test('what is held beyond the limit is seen to only where the action says so', () => {
    expect([watched('deny'), watched('clip')]).toEqual([undefined, undefined]);
    expect(watched('kill')).toMatchObject({
      action: 'kill',
      reason: 'the gross exposure is 120.00 USD, beyond the limit of 100',
    });
    expect(watched('reduce')?.excess?.length).toBeGreaterThan(0);
  });

  test('within the limit, and on events of what is not held, there is nothing to see to', () => {
    expect(watched('kill', 0, [4, 3])).toBeUndefined();
    expect(watched('kill', 2)).toBeUndefined();
    expect(watched('kill', -1)).toBeUndefined();
  });

  test('names its scope, and cuts only when it is told to', () => {
    const scoped = grossExposure({ limit: 100, action: 'clip', scope: { venue: 'venue' } });
    expect(judged(scoped, wish('buy', 11), viewOf([]))).toBe(
      'the gross exposure of venue=venue could become 110.00 USD, beyond the limit of 100',
    );
    const whole = grossExposure({ limit: 100 });
    expect(judged(whole, wish('buy', 11), viewOf([]))).toMatch(
      /^the gross exposure could become 110\.00 USD/,
    );
    expect(judged(whole, wish('buy', 1), viewOf([], [Number.NaN]))).toBe(
      'the gross exposure is unknown: a mark or a conversion rate is missing',
    );
    expect([scoped.clips, whole.clips]).toEqual([true, false]);
    const elsewhere = grossExposure({ limit: 100, scope: { venue: 'elsewhere' } });
    expect(judged(elsewhere, wish('buy', 11), viewOf([]))).toBeUndefined();
  });
});

describe('a duplicate intent', () => {
  const rule = duplicateIntent({ within: '1s' });
  type Memory = Map<string, number>;
  const order = (price: number) => ({ ...wish('buy', 1), price }) as Proposal;
  const at = (ts: number, onTheWay: readonly Proposal[] = []) => ({ ts, onTheWay }) as unknown as RiskView;
  const send = (memory: Memory, ts: number, price: number, limit = 1_000) =>
    rule.observe?.(memory, { kind: 'submitted', order: order(price) } as never, at(ts), 0, limit);
  const ask = (memory: Memory, ts: number, price: number, onTheWay: readonly Proposal[] = []) =>
    rule.judge?.(order(price), table.at(0), 1_000, at(ts, onTheWay), memory);
  const memoryOf = () => rule.init?.(table) as Memory;

  test('is denied until the time is over, to the millisecond', () => {
    const memory = memoryOf();
    send(memory, 5_000, 100);
    expect(ask(memory, 5_999, 100)).toBe('the same order was sent 999 ms ago, within the limit of 1000 ms');
    expect([ask(memory, 6_000, 100), ask(memory, 5_500, 101)]).toEqual([undefined, undefined]);
  });

  test('is denied while the same order is on its way', () => {
    expect(ask(memoryOf(), 0, 100, [order(101), order(100)])).toBe('the same order is on its way');
    expect(ask(memoryOf(), 0, 100, [order(101)])).toBeUndefined();
  });

  test('is remembered no longer than it must be', () => {
    const memory = memoryOf();
    send(memory, 0, 100);
    send(memory, 10, 101);
    send(memory, 500, 100);
    send(memory, 1_010, 102);
    // 101 is over; 100 was sent again meanwhile.
    expect([...memory.values()]).toEqual([500, 1_010]);
    send(memory, 1_499, 103);
    expect([...memory.values()]).toEqual([500, 1_010, 1_499]);
  });

  test('is about orders that were sent, and nothing else', () => {
    const memory = memoryOf();
    rule.observe?.(memory, { kind: 'barrier', id: 'x' }, at(0), -1, 1_000);
    expect(memory.size).toBe(0);
  });

  test('survives being saved', () => {
    const memory = memoryOf();
    send(memory, 5_000, 100);
    const restored = rule.restore?.(structuredClone(rule.save?.(memory as never)) as never, table) as Memory;
    expect(ask(restored, 5_500, 100)).toBe('the same order was sent 500 ms ago, within the limit of 1000 ms');
  });
});
