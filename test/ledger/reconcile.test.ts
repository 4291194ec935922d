import { describe, expect, test } from 'vitest';
import type { TruthEvent } from '../../src/domain/event.js';
import type { OrderStatus } from '../../src/domain/order.js';
import { reconcile, reconciliationPolicy } from '../../src/operators/ledger/index.js';
import { outcomeOf } from '../../src/operators/ledger/reconcile.js';
import { Desk, INVERSE, LINEAR, SPOT, truth } from './desk.js';

/** What a desk finds, long after the last word on any order. */
const found = (desk: Desk, more: Partial<TruthEvent>, policy = {}, ts = 9e9) =>
  [...reconcile(desk.ledger, desk.instruments, truth(more), reconciliationPolicy(policy), ts)].map(
    ({ message, action, entry }) => [action, message, entry?.type],
  );

const told = (id: string, status: TruthEvent['orders'][number]['status'], filled = 0) =>
  ({ clientOrderId: id, instrument: LINEAR.id, status, filled }) as TruthEvent['orders'][number];

describe('what becomes of an open order', () => {
  const OPEN: readonly OrderStatus[] = [
    'submitted',
    'unknown',
    'accepted',
    'partiallyFilled',
    'pendingCancel',
    'pendingReplace',
  ];
  type Word = TruthEvent['orders'][number]['status'] | 'notFound';
  test.each<[Word, readonly (ReturnType<typeof outcomeOf> | '-')[]]>([
    ['notFound', ['rejected', 'rejected', 'canceled', 'canceled', 'unresolved', 'unresolved']],
    ['accepted', ['accepted', 'accepted', '-', '-', '-', '-']],
    ['partiallyFilled', ['accepted', 'accepted', '-', '-', '-', '-']],
    ['rejected', ['rejected', 'rejected', 'canceled', 'canceled', 'canceled', 'canceled']],
    ['expired', ['expired', 'expired', 'expired', 'expired', 'expired', 'expired']],
    ['canceled', ['canceled', 'canceled', 'canceled', 'canceled', 'canceled', 'canceled']],
    ['filled', ['canceled', 'canceled', 'canceled', 'canceled', 'canceled', 'canceled']],
  ] as never)('that the venue has as %s', (word, expected) => {
    const known = word === 'notFound' ? undefined : { status: word };
    expect(OPEN.map((status) => outcomeOf({ status, filled: 0 }, known) ?? '-')).toEqual(expected);
  });

  test('a fill is an acknowledgement', () => {
    for (const status of ['submitted', 'unknown'] as const) {
      expect(outcomeOf({ status, filled: 1 }, undefined)).toBe('canceled');
      expect(outcomeOf({ status, filled: 1 }, { status: 'accepted' })).toBeUndefined();
    }
  });
});

describe('orders', () => {
  test('are told with where they stand here and there, and what is filled', () => {
    const desk = new Desk();
    desk.submit('a', 'buy', 5);
    desk.submit('b', 'buy', 5);
    desk.say('b', 'accepted');
    desk.fill('b', 2, 100);
    desk.submit('c', 'buy', 5);
    expect(found(desk, { orders: [told('b', 'canceled', 3), told('c', 'expired', 0)] })).toEqual([
      ['adopt', 'order a is submitted here and not found at one', 'rejected'],
      ['adopt', 'order b is partiallyFilled here and canceled at one, filled 2 here and 3 there', 'canceled'],
      ['adopt', 'order c is submitted here and expired at one', 'expired'],
    ]);
  });

  test('become entries that say what they are and of what time', () => {
    const desk = new Desk();
    desk.submit('a', 'buy', 5);
    const [difference] = [
      ...reconcile(desk.ledger, desk.instruments, truth({}), reconciliationPolicy({}), 9e9),
    ];
    expect(difference?.entry).toEqual({
      kind: 'report',
      venue: 'one',
      instrument: LINEAR.id,
      clientOrderId: 'a',
      venueTime: 77,
      type: 'rejected',
      reason: 'reconciliation',
    });
  });

  test('of another venue are not looked for', () => {
    const desk = new Desk();
    desk.submit('far', 'buy', 5, { index: 2 });
    expect(desk.ledger.order('far' as never)?.order.instrument).toBe(SPOT.id);
    expect(found(desk, {})).toEqual([]);
    expect(found(desk, { venue: 'two' })).toEqual([
      ['adopt', 'order far is submitted here and not found at two', 'rejected'],
    ]);
  });

  test('that are not found are over once the grace is past, to the millisecond', () => {
    const desk = new Desk();
    desk.submit('a', 'buy', 5);
    const changed = desk.now;
    expect(found(desk, {}, { grace: 100 }, changed + 99)).toEqual([]);
    expect(found(desk, {}, { grace: 100 }, changed + 100)).toHaveLength(1);
    // A word of the venue's needs no grace.
    expect(found(desk, { orders: [told('a', 'canceled')] }, { grace: 100 }, changed)).toHaveLength(1);
  });

  test('of which a cancel is under way are kept', () => {
    const desk = new Desk();
    desk.submit('a', 'buy', 5);
    desk.say('a', 'accepted');
    desk.cancel('a');
    expect(found(desk, {})).toEqual([
      ['tell', 'order a is pendingCancel here and not found at one: kept', undefined],
    ]);
  });

  test('with missing lots are kept unless the venue tells the position that has them', () => {
    const desk = new Desk();
    desk.submit('a', 'buy', 5);
    desk.say('a', 'accepted');
    desk.apply({ ...desk.state('a', 'accepted'), filled: 3 });
    const orders = [told('a', 'canceled', 3)];
    const message = 'order a is accepted here and canceled at one, filled 0 here and 3 there';
    expect(desk.order('a')?.filled).toBe(0);
    const elsewhere = [{ instrument: SPOT.id, quantity: 0, averagePrice: '0' }];
    expect(found(desk, { orders })[0]).toEqual(['tell', `${message}: kept`, undefined]);
    expect(found(desk, { orders, positions: elsewhere })[0]).toEqual(['tell', `${message}: kept`, undefined]);
    const positions = [{ instrument: LINEAR.id, quantity: 3, averagePrice: '100' }];
    expect(found(desk, { orders, positions })[0]).toEqual(['adopt', message, 'canceled']);
  });

  test('alive there and not here are told, or halt', () => {
    const desk = new Desk();
    desk.submit('over', 'buy', 5);
    desk.say('over', 'canceled');
    const orders = [
      told('strange', 'accepted'),
      told('over', 'partiallyFilled', 1),
      told('gone', 'canceled'),
      told('done', 'filled', 5),
    ];
    const messages = [
      'order strange is unknown here and alive at one',
      'order over is canceled here and alive at one',
    ];
    expect(found(desk, { orders })).toEqual(messages.map((each) => ['tell', each, undefined]));
    expect(found(desk, { orders }, { orders: 'tell' })).toEqual(
      messages.map((each) => ['tell', each, undefined]),
    );
    expect(found(desk, { orders }, { orders: 'halt' })).toEqual(
      messages.map((each) => ['halt', each, undefined]),
    );
  });
});

test('a fill is told with its execution and order', () => {
  const desk = new Desk();
  const fill = desk.filled('a', 5, 100, { executionId: 'x' });
  expect(found(desk, { fills: [fill] }, { positions: 'tell' })[0]).toEqual([
    'adopt',
    'one tells of execution x of order a, which is not booked',
    'fill',
  ]);
});

describe('the grace of positions', () => {
  test('is that of the latest word on an order of the instrument, to the millisecond', () => {
    const desk = new Desk();
    desk.ledger.mark(0, 100);
    desk.submit('a', 'buy', 5);
    desk.say('a', 'accepted');
    const changed = desk.now;
    const positions = [{ instrument: LINEAR.id, quantity: 3, averagePrice: '100' }];
    const orders = [told('a', 'accepted')];
    const entries = (ts: number) =>
      found(desk, { positions, orders }, { grace: 100 }, ts).map(([, , entry]) => entry);
    expect(entries(changed + 99)).toEqual([undefined]);
    expect(entries(changed + 100)).toEqual(['fill']);
  });
});

describe('balances', () => {
  const held = (free: string, locked: string): Desk => {
    const desk = new Desk();
    desk.apply({
      kind: 'account',
      venue: 'one',
      venueTime: 1,
      balances: [{ currency: 'USDT', free, locked }],
    });
    return desk;
  };
  const balances = (free: string, locked: string) => ({ balances: [{ currency: 'USDT', free, locked }] });

  test.each([
    ['5', '0'],
    ['5', '2'],
    // Binary fractions of these do not add up.
    ['0.1', '0.2'],
    ['1000000.07', '0.01'],
  ])('%s free and %s locked that agree say nothing', (free, locked) => {
    expect(found(held(free, locked), balances(free, locked))).toEqual([]);
  });

  test.each([
    ['in all', '5', '1', '7 in all'],
    ['in what is locked', '5', '3', '7 in all'],
    ['in what is free, though not in all', '6', '1', '7 in all'],
    ['in both', '8', '1', '7 in all'],
  ])('that differ %s are told', (_, free, locked, here) => {
    expect(found(held('5', '2'), balances(free, locked))).toEqual([
      ['adopt', `one holds ${free} free and ${locked} locked USDT, not ${here}`, undefined],
    ]);
  });

  test('of which nothing was ever said here are left alone', () => {
    expect(found(new Desk(), balances('5', '2'))).toEqual([]);
  });
});

describe('positions', () => {
  const positions = [{ instrument: LINEAR.id, quantity: 7, averagePrice: '100' }];

  test.each(['open', 'finished'])(
    'of an instrument with an %s order that has just filled are only told of',
    (state) => {
      const desk = new Desk();
      desk.submit('before', 'buy', 7);
      desk.fill('before', 7, 100);
      desk.submit('a', 'buy', state === 'open' ? 20 : 10);
      desk.say('a', 'accepted');
      // The venue's word is from before this fill, and comes behind it.
      desk.fill('a', 10, 100);
      const changed = desk.now;
      const message = `${LINEAR.id} is at 17 lots here and at 7 at one`;
      const orders = state === 'open' ? [told('a', 'accepted')] : [];
      expect(found(desk, { orders, positions }, { grace: 100 }, changed + 99)).toEqual([
        ['tell', `${message}: an order of it has just changed`, undefined],
      ]);
      expect(found(desk, { orders, positions }, { grace: 100 }, changed + 100)).toEqual([
        ['adopt', message, 'fill'],
      ]);
    },
  );
});

describe('a position', () => {
  const at = (quantity: number, averagePrice = '0', instrument = LINEAR.id) => ({
    positions: [{ instrument, quantity, averagePrice }],
  });
  const strange = 'X-Y.PERP@one' as typeof LINEAR.id;

  test('of an instrument that is not listed is told of, or halts, unless it is none', () => {
    const message = `one holds 3 lots of ${strange}, which is not listed`;
    expect(found(new Desk(), at(3, '1', strange))).toEqual([['tell', message, undefined]]);
    expect(found(new Desk(), at(3, '1', strange), { positions: 'tell' })).toEqual([
      ['tell', message, undefined],
    ]);
    expect(found(new Desk(), at(3, '1', strange), { positions: 'halt' })).toEqual([
      ['halt', message, undefined],
    ]);
    expect(found(new Desk(), at(0, '1', strange))).toEqual([]);
  });

  test('that differs becomes one fill, named by what it does', () => {
    const desk = new Desk();
    desk.trade('buy', 3, 100);
    const differences = [
      ...reconcile(desk.ledger, desk.instruments, truth(at(-2, '90')), reconciliationPolicy({}), 9e9),
    ];
    expect(differences).toEqual([
      {
        what: 'position',
        message: `${LINEAR.id} is at 3 lots here and at -2 at one`,
        action: 'adopt',
        entry: {
          kind: 'report',
          type: 'fill',
          venue: 'one',
          venueTime: 77,
          instrument: LINEAR.id,
          clientOrderId: 'reconciliation',
          executionId: 'reconciliation:77:3:-2',
          side: 'sell',
          quantity: 5,
          price: 90,
          liquidity: 'taker',
          fee: '0',
          feeCurrency: 'USDT',
        },
      },
    ]);
    expect(found(desk, at(3, '90'))).toEqual([]);
  });

  test('of an instrument whose order has just changed is only told of', () => {
    const desk = new Desk();
    desk.submit('a', 'buy', 5);
    expect(found(desk, { ...at(2, '90'), coversClosed: false }, {}, desk.now)).toEqual([
      ['tell', `${LINEAR.id} is at 0 lots here and at 2 at one: an order of it has just changed`, undefined],
    ]);
  });

  test('without a price halts: so does an inverse contract whose price is nearest to nothing', () => {
    const unpriced = (id: typeof LINEAR.id) =>
      `${id} is at 0 lots here and at 2 at one: nobody knows at what price`;
    expect(found(new Desk(), at(2))).toEqual([['halt', unpriced(LINEAR.id), undefined]]);
    // Ticks of 0.5.
    expect(found(new Desk(), at(2, '0.2', INVERSE.id))).toEqual([['halt', unpriced(INVERSE.id), undefined]]);
    expect(found(new Desk(), at(2, '0.3', INVERSE.id))[0]?.[2]).toBe('fill');
    expect(found(new Desk(), at(2, '0.2'))[0]?.[2]).toBe('fill');
  });
});

test.each([
  [{ often: 1 }, 'ledger.reconciliation has an unknown setting "often"'],
  [{ balances: 'guess' }, 'ledger.reconciliation.balances must be one of adopt, tell, halt'],
  [{ grace: -1 }, 'ledger.reconciliation.grace must be a number of at least 0, not -1'],
])('a policy is refused that is none: %j', (policy, message) => {
  expect(() => reconciliationPolicy(policy as never)).toThrow(message);
});
