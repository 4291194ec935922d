import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import {
  concentration,
  correlatedExposure,
  duplicateIntent,
  expiryNear,
  grossExposure,
  leverage,
  maxDrawdown,
  maxOrderSize,
  maxPosition,
  maxVenueExposure,
  netExposure,
  type RiskRule,
} from '../../src/operators/index.js';
import type { RiskView } from '../../src/operators/risk/rule.js';
import { perpetual, spot } from '../../src/testing/index.js';
import { aView } from './a-view.js';

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
    ledger: {
      reportingCurrency: 'USD',
      position: (index: number) => position[index] ?? 0,
      exposureAtMost: () => Number.POSITIVE_INFINITY,
    },
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
    ['a sale does not make the long larger', wish('sell', 1), [[10, 10]], undefined],
    ['a purchase does not make the short larger', wish('buy', 1), [[-10, -10]], undefined],
    ['both sides alike: the short is named', wish('sell', 1), [[11, -10]], '-110.00'],
  ])('%s', (_, proposal, held, expected) => {
    expect(worst(proposal, viewOf(held))).toBe(expected);
    expect(judged(rule, proposal, viewOf(held)) === undefined).toBe(expected === undefined);
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

describe('what an agent may do', () => {
  const agent = 'a';
  const scope = { agent };
  /** Agent a is far beyond every limit of 100, and so is the desk. */
  const beyond = aView({ table, position: [50], agents: { a: [50] }, notional: [10] });
  const order = (agents: Readonly<Record<string, number>>, side: 'buy' | 'sell' = 'buy') =>
    ({
      ...wish(side, 1),
      attribution: Object.entries(agents).map(([name, quantity]) => ({ agent: name, quantity })),
    }) as Proposal;

  test.each<[string, RiskRule]>([
    ['gross exposure', grossExposure({ limit: 100, scope })],
    ['net exposure', netExposure({ limit: 100, scope })],
    ['position', maxPosition({ limit: 0.01, scope })],
  ])('its %s is no matter of the others', (_, rule) => {
    expect(judged(rule, order({ b: 1 }), beyond)).toBeUndefined();
    expect(judged(rule, order({ a: 1 }), beyond)).toMatch('beyond the limit');
  });

  test('towards nothing is never beyond its limit, though the desk is flat', () => {
    const rule = maxPosition({ limit: 0.01, scope });
    const hedged = aView({ table, agents: { a: [-50], b: [50] } });
    expect(judged(rule, order({ a: 1 }), hedged)).toBeUndefined();
    expect(judged(rule, order({ a: -1 }, 'sell'), hedged)).toMatch('could become -0.051 BTC');
    expect(judged(rule, order({ a: 61 }), hedged)).toMatch('could become 0.011 BTC');
  });

  test('a breach of its own is not brought back by the engine: it stops the agent', () => {
    const breaches = [
      grossExposure({ limit: 100, scope }).watch?.(100, beyond, 0, undefined),
      maxPosition({ limit: 0.01, scope }).watch?.(0.01, beyond, 0, undefined),
    ];
    for (const breach of breaches) {
      expect(breach).toMatchObject({ action: 'reduce', scope: 'agent:a' });
      expect(breach).not.toHaveProperty('excess');
    }
    expect(breaches[1]?.reason).toBe(
      `the position of a in ${table.at(0).id} is 0.05 BTC, beyond the limit of 0.01`,
    );
  });
});

describe('the position', () => {
  const watched = (action: 'deny' | 'clip' | 'reduce' | 'kill', lots: number, index = 0) =>
    maxPosition({ limit: 2, asset: 'BTC', action }).watch?.(
      2,
      aView({ table, position: [lots, lots] }),
      index,
      undefined,
    );

  test('beyond the limit is brought back, or kills, where the action says so', () => {
    expect([watched('deny', 2_500), watched('clip', 2_500)]).toEqual([undefined, undefined]);
    expect(watched('reduce', 2_500)).toEqual({
      action: 'reduce',
      scope: 'desk',
      reason: `the position in ${table.at(0).id} is 2.5 BTC, beyond the limit of 2`,
      excess: [{ index: 0, lots: 500 }],
    });
    expect(watched('kill', -2_001)).toMatchObject({ action: 'kill', excess: [{ index: 0, lots: -1 }] });
  });

  test('at the limit, of nothing, and of what is out of scope is left alone', () => {
    expect([watched('reduce', 2_000), watched('reduce', 0), watched('reduce', -2_000)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([watched('reduce', 2_500, 1), watched('reduce', 2_500, -1)]).toEqual([undefined, undefined]);
  });
});

describe('net exposure', () => {
  const scope = { venue: 'venue' };
  const places = new InstrumentTable([spot(), spot({ base: 'ETH' }), spot({ venue: 'abroad' })]);
  const net = (
    side: 'buy' | 'sell',
    worst: readonly Worst[],
    { limit = 100, notional = [10, 10, 10], index = 0, options = {} } = {},
  ) => {
    const rule = netExposure({ limit, ...options });
    const quantity = side === 'buy' ? 1 : -1;
    const proposal = { side, quantity: 1, attribution: [{ agent: 'a', quantity }] } as unknown as Proposal;
    return rule.judge?.(
      proposal,
      places.at(index),
      limit,
      aView({ table: places, worst, notional }),
      undefined,
    );
  };

  test('is what is long less what is short, at the worse of the two for the order', () => {
    expect(net('buy', [[9, 9]])).toBeUndefined();
    expect(net('buy', [[10, 10]])).toBe('the net exposure could become 110.00 USD, beyond the limit of 100');
    // What may be sold does not help a buy, what is short does.
    expect(
      net('buy', [
        [10, 10],
        [0, -5],
      ]),
    ).toMatch('110.00');
    expect(
      net('buy', [
        [10, 10],
        [-5, -9],
      ]),
    ).toBeUndefined();
    expect(net('sell', [[-10, -10]])).toBe(
      'the net exposure could become -110.00 USD, beyond the limit of 100',
    );
    expect(
      net('sell', [
        [-5, -5],
        [0, -5],
      ]),
    ).toMatch('-110.00');
    expect(
      net('sell', [
        [-9, -9],
        [5, 0],
      ]),
    ).toBeUndefined();
  });

  test('lets an order lean against it, though it is beyond the limit', () => {
    expect([net('sell', [[50, 20]]), net('buy', [[-20, -50]])]).toEqual([undefined, undefined]);
  });

  test('is of its scope', () => {
    const options = { scope };
    expect(
      net(
        'buy',
        [
          [0, 0],
          [0, 0],
          [50, 50],
        ],
        { options },
      ),
    ).toBeUndefined();
    expect(net('buy', [[50, 50]], { options, index: 2 })).toBeUndefined();
    expect(net('buy', [[10, 10]], { options })).toBe(
      'the net exposure of venue=venue could become 110.00 USD, beyond the limit of 100',
    );
  });

  test('is unknown while a price of what may be held is', () => {
    const unknown = { notional: [10, Number.NaN, 10] };
    const words = 'the net exposure is unknown: a mark or a conversion rate is missing';
    expect(
      net(
        'buy',
        [
          [0, 0],
          [0, 0],
        ],
        unknown,
      ),
    ).toBeUndefined();
    expect(
      net(
        'buy',
        [
          [0, 0],
          [1, 0],
        ],
        unknown,
      ),
    ).toBe(words);
    expect(
      net(
        'buy',
        [
          [0, 0],
          [0, -1],
        ],
        unknown,
      ),
    ).toBe(words);
    expect(
      net(
        'sell',
        [
          [0, 0],
          [1, 0],
        ],
        unknown,
      ),
    ).toBe(words);
  });
});

describe('the exposure at a venue', () => {
  const places = new InstrumentTable([spot(), perpetual(), spot({ venue: 'abroad' })]);
  const ledger = { exposure: (venue: string) => (venue === 'venue' ? 200 : 90) };
  const view = aView({ table: places, position: [8, -12, 9], notional: [10, 10, 10], ledger });
  type Action = 'deny' | 'clip' | 'reduce' | 'kill';
  const watched = (index: number, options: { action?: Action; venue?: string; limit?: number } = {}) =>
    maxVenueExposure({ limit: 100, ...options }).watch?.(options.limit ?? 100, view, index, undefined);

  test('beyond the limit takes the same share off all that is held there', () => {
    expect(watched(0)).toEqual({
      action: 'reduce',
      reason: 'the exposure at venue is 200.00 USD, beyond the limit of 100',
      excess: [
        { index: 0, lots: 4 },
        { index: 1, lots: -6 },
      ],
    });
    expect(watched(1, { action: 'kill', venue: 'venue' })?.action).toBe('kill');
  });

  test('is left alone within the limit, elsewhere, where nothing is held, and by what only denies', () => {
    expect([watched(2), watched(0, { venue: 'abroad' }), watched(-1), watched(0, { limit: 200 })]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([watched(0, { action: 'deny' }), watched(0, { action: 'clip' })]).toEqual([undefined, undefined]);
    const flat = aView({ table: places, position: [0, 5], ledger });
    expect(maxVenueExposure({ limit: 100 }).watch?.(100, flat, 0, undefined)).toBeUndefined();
  });

  test('counts each instrument at its worse side, with the order on its own', () => {
    const could = (side: 'buy' | 'sell', worst: readonly Worst[], index = 0) =>
      maxVenueExposure({ limit: 1 })
        .judge?.(
          wish(side, 2),
          places.at(index),
          1,
          aView({ table: places, worst, notional: [10, 10, 10] }),
          undefined,
        )
        ?.match(/become ([\d.]+)/)?.[1];
    expect(could('buy', [[5, -6]])).toBe('70.00');
    expect(could('sell', [[5, -6]])).toBe('80.00');
    expect(could('sell', [[9, -6]])).toBe('90.00');
    expect(could('buy', [[5, -9]])).toBe('90.00');
    expect(
      could('buy', [
        [5, 0],
        [1, -3],
        [99, 0],
      ]),
    ).toBe('100.00');
  });

  test('cuts only when it is told to', () => {
    const clips = (action: Action) => maxVenueExposure({ limit: 1, action }).clips;
    expect([clips('clip'), clips('deny'), clips('reduce')]).toEqual([true, false, false]);
  });
});

describe('leverage', () => {
  const view = (equity: number, position: readonly number[], notional = [10, 20, 30]) =>
    aView({ table, position, notional, ledger: { equity: () => equity } });
  const watched = (
    action: 'deny' | 'clip' | 'reduce' | 'kill',
    equity: number,
    position: readonly number[],
    index = 0,
  ) => leverage({ limit: 3, action }).watch?.(3, view(equity, position), index, undefined);

  test('beyond the limit takes a share off every position', () => {
    expect(watched('reduce', 20, [6, 3])).toEqual({
      action: 'reduce',
      reason: '120.00 are held, beyond 3 times the equity of 20.00 USD',
      excess: [
        { index: 0, lots: 3 },
        { index: 1, lots: 2 },
      ],
    });
    // Nothing stays on an equity that is gone.
    expect(watched('kill', -5, [6])).toMatchObject({ action: 'kill', excess: [{ index: 0, lots: 6 }] });
  });

  test('within the limit, where nothing is held, and for what only denies there is nothing to see to', () => {
    expect([
      watched('reduce', 40, [6, 3]),
      watched('reduce', 20, [6, 3], 2),
      watched('reduce', 20, [6, 3], -1),
    ]).toEqual([undefined, undefined, undefined]);
    expect([watched('deny', 20, [6, 3]), watched('clip', 20, [6, 3])]).toEqual([undefined, undefined]);
  });

  test('is judged with the order', () => {
    const ask = (equity: number, notional?: number[]) =>
      judged(leverage({ limit: 3 }), wish('buy', 1), view(equity, [5], notional));
    expect([ask(20), ask(19.9)]).toEqual([
      undefined,
      'the leverage could become 3.02, beyond the limit of 3',
    ]);
    expect([ask(0), ask(Number.NaN)]).toEqual([
      'the equity is 0: nothing is to be had on it',
      'the equity is NaN: nothing is to be had on it',
    ]);
    expect(ask(20, [Number.NaN])).toBe('the exposure is unknown: a mark or a conversion rate is missing');
  });
});

describe('the size of an order', () => {
  const convert = (amount: number, from: string, to: string) => (from === to ? amount : undefined);
  const limitOrder = (quantity: number, price = 10_000) =>
    ({ ...wish('buy', quantity), type: 'limit', price }) as Proposal;
  const said = (of: 'quantity' | 'notional', proposal: Proposal, on = table, ledger: object = { convert }) =>
    maxOrderSize({ of, limit: 2 }).judge?.(proposal, on.at(0), 2, aView({ table: on, ledger }), undefined);

  test('is named in its unit', () => {
    expect([said('quantity', limitOrder(2_000)), said('notional', limitOrder(20))]).toEqual([
      undefined,
      undefined,
    ]);
    expect(said('quantity', limitOrder(2_001))).toBe('the quantity is 2.001 BTC, beyond the limit of 2');
    expect(said('notional', limitOrder(21))).toBe('the notional is 2.10 USD, beyond the limit of 2');
    expect(said('notional', limitOrder(20), table, { convert: () => undefined })).toBe(
      'the notional is unknown: a price or a conversion rate is missing',
    );
  });

  test('is judged in its scope', () => {
    const ask = (scope: object) =>
      judged(maxOrderSize({ of: 'quantity', limit: 2, scope }), limitOrder(9_000), aView({ table }));
    expect([ask({ venue: 'abroad' }), ask({ agent: 'a' })]).toEqual([undefined, undefined]);
    expect(ask({ venue: 'venue' })).toBe('the quantity is 9 BTC, beyond the limit of 2');
  });

  test('of a spread below nothing is as large as above it', () => {
    const spreads = new InstrumentTable([spot({ kind: 'spread', expiry: 9 })]);
    expect(said('notional', limitOrder(20, -10_000), spreads)).toBeUndefined();
    expect(said('notional', limitOrder(21, -10_000), spreads)).toBe(
      'the notional is 2.10 USD, beyond the limit of 2',
    );
  });
});

test('an expiry that is now has come', () => {
  const soon = new InstrumentTable([perpetual({ expiry: 10_000 })]);
  const said = (ts: number) =>
    expiryNear({ within: '5s' }).judge?.(wish('buy', 1), soon.at(0), 5_000, aView({ ts }), undefined);
  expect(said(4_999)).toBeUndefined();
  expect(said(5_000)).toBe(`${soon.at(0).id} expires in 5000 ms, within the limit of 5000 ms`);
  expect(said(9_999)).toBe(`${soon.at(0).id} expires in 1 ms, within the limit of 5000 ms`);
  expect(said(10_000)).toBe(`${soon.at(0).id} has expired`);
});

test('a drawdown that is unknown denies', () => {
  const said = (drawdown: number, scope = {}) =>
    judged(
      maxDrawdown({ limit: 9, ...scope }) as RiskRule,
      wish('buy', 1),
      aView({ ledger: { drawdown: () => drawdown } }),
    );
  expect([said(8.99), said(9), said(Number.NaN)]).toEqual([
    undefined,
    'the drawdown is 9.00 USD, at the limit of 9',
    'the drawdown is unknown: a mark or a conversion rate is missing',
  ]);
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

  test('is none when the terms differ, though they read alike', () => {
    const memory = memoryOf();
    const stop = (price: number, stopPrice: number) =>
      ({ ...order(price), type: 'stopLimit', stopPrice }) as Proposal;
    rule.observe?.(memory, { kind: 'submitted', order: stop(10, 110) } as never, at(0), 0, 1_000);
    const again = (price: number, stopPrice: number) =>
      rule.judge?.(stop(price, stopPrice), table.at(0), 1_000, at(1), memory);
    expect([again(101, 10), again(10, 110)]).toEqual([
      undefined,
      'the same order was sent 1 ms ago, within the limit of 1000 ms',
    ]);
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
