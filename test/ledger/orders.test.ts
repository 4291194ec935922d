import { describe, expect, test } from 'vitest';
import { instrumentId } from '../../src/domain/brand.js';
import { NO_NOTICES } from '../../src/operators/ledger/index.js';
import { Orders } from '../../src/operators/ledger/orders.js';
import { TrackedOrder } from '../../src/operators/ledger/tracked-order.js';
import { Desk } from './desk.js';

const desk = (): Desk => new Desk();

describe('the life of an order', () => {
  test('working lots follow from submission to the last fill', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    expect([d.ledger.workingBuy(0), d.ledger.workingSell(0), d.ledger.openOrderCount]).toEqual([10, 0, 1]);
    d.say('a', 'accepted');
    d.fill('a', 4, 100);
    expect(d.order('a')).toEqual({ status: 'partiallyFilled', filled: 4, remaining: 6 });
    expect([d.ledger.workingBuy(0), d.ledger.position(0)]).toEqual([6, 4]);
    expect([d.ledger.worstCaseLong(0), d.ledger.worstCaseShort(0)]).toEqual([10, 4]);
    d.fill('a', 6, 100);
    expect(d.order('a')).toEqual({ status: 'filled', filled: 10, remaining: 0 });
    expect([d.ledger.workingBuy(0), d.ledger.position(0), d.ledger.openOrderCount]).toEqual([0, 10, 0]);
  });

  test('a fill that is as it should be says the one shared nothing', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    expect(d.ledger.apply(d.filled('a', 4, 100), 2_000)).toBe(NO_NOTICES);
  });

  test('an order nobody knows of stays in flight and counts', () => {
    const d = desk();
    d.submit('a', 'sell', 10);
    expect(d.say('a', 'unknown')).toEqual([]);
    expect(d.order('a')).toEqual({ status: 'unknown', filled: 0, remaining: 10 });
    expect([d.ledger.workingSell(0), d.ledger.worstCaseShort(0)]).toEqual([10, -10]);
    d.say('a', 'rejected');
    expect(d.ledger.workingSell(0)).toBe(0);
  });

  test('reports may overtake each other', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    expect(d.fill('a', 10, 100)).toEqual([]);
    expect(d.say('a', 'accepted')).toEqual([]);
    expect(d.order('a')?.status).toBe('filled');
    d.submit('b', 'buy', 10);
    expect(d.fill('b', 3, 100)).toEqual([]);
    expect(d.say('b', 'accepted')).toEqual([]);
    expect(d.order('b')?.status).toBe('partiallyFilled');
  });

  test.each([
    ['never acknowledged', [], 'submitted'],
    ['unknown', ['unknown'], 'unknown'],
    ['accepted', ['accepted'], 'accepted'],
    ['accepted while the cancel was pending', ['cancel', 'accepted'], 'accepted'],
    ['partly filled', ['accepted', 'fill'], 'partiallyFilled'],
    ['partly filled while the cancel was pending', ['accepted', 'cancel', 'fill'], 'partiallyFilled'],
  ])('a rejected cancel goes back: %s', (_, steps, status) => {
    const d = desk();
    d.submit('a', 'buy', 10);
    for (const step of steps) {
      if (step === 'cancel') d.cancel('a');
      else if (step === 'fill') d.fill('a', 1, 100);
      else d.say('a', step as 'accepted');
    }
    if (!steps.includes('cancel')) d.cancel('a');
    expect(d.order('a')?.status).toBe('pendingCancel');
    expect(d.say('a', 'cancelRejected')).toEqual([]);
    expect(d.order('a')?.status).toBe(status);
    expect(d.ledger.workingBuy(0)).toBe(steps.includes('fill') ? 9 : 10);
  });

  test('an invalid word changes nothing and is told of', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    d.fill('a', 1, 100);
    expect(d.say('a', 'rejected')).toEqual(['invalid-transition']);
    expect(d.order('a')).toEqual({ status: 'partiallyFilled', filled: 1, remaining: 9 });
    expect(d.ledger.workingBuy(0)).toBe(9);
    d.say('a', 'canceled');
    expect(d.cancel('a')).toEqual(['invalid-transition']);
    expect(d.submit('a', 'buy', 10)).toEqual(['invalid-transition']);
    expect(d.ledger.workingBuy(0)).toBe(0);
  });
});

describe('a refusal of a second order of the same id', () => {
  test.each([
    ['accepted', ['accepted'], 'accepted'],
    ['partly filled', ['accepted', 'fill'], 'partiallyFilled'],
    ['filled before it was acknowledged', ['fill', 'fill'], 'filled'],
    ['accepted, its cancel pending', ['accepted', 'cancel'], 'pendingCancel'],
    ['accepted while its cancel was pending', ['cancel', 'accepted'], 'pendingCancel'],
    ['partly filled, its cancel pending', ['fill', 'cancel'], 'pendingCancel'],
    ['canceled', ['accepted', 'canceled'], 'canceled'],
  ])('leaves the first as it is: %s', (_, steps, status) => {
    const d = desk();
    d.submit('a', 'buy', 2);
    for (const step of steps) {
      if (step === 'cancel') d.cancel('a');
      else if (step === 'fill') d.fill('a', 1, 100);
      else d.say('a', step as 'accepted');
    }
    const working = d.ledger.workingBuy(0);
    expect(d.say('a', 'rejected')).toEqual(['invalid-transition']);
    expect([d.order('a')?.status, d.ledger.workingBuy(0)]).toEqual([status, working]);
  });

  test.each([
    ['submitted', []],
    ['unknown', ['unknown']],
    ['submitted, its cancel pending', ['cancel']],
    ['unknown, its cancel pending', ['unknown', 'cancel']],
  ])('a refusal of the first ends it while the venue has not spoken: %s', (_, steps) => {
    const d = desk();
    d.submit('a', 'buy', 2);
    for (const step of steps) {
      if (step === 'cancel') d.cancel('a');
      else d.say('a', step as 'unknown');
    }
    expect(d.say('a', 'rejected')).toEqual([]);
    expect([d.order('a')?.status, d.ledger.workingBuy(0)]).toEqual(['rejected', 0]);
  });
});

describe('fills', () => {
  test('one that comes after the cancel is booked and told of; the order stays canceled', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    d.say('a', 'canceled');
    expect(d.fill('a', 4, 100)).toEqual(['late-fill']);
    expect(d.order('a')).toEqual({ status: 'canceled', filled: 4, remaining: 0 });
    expect([d.ledger.position(0), d.ledger.workingBuy(0)]).toEqual([4, 0]);
    expect(d.fill('a', 6, 100)).toEqual(['late-fill']);
    expect(d.order('a')?.status).toBe('filled');
  });

  test('one after a rejection proves it wrong: what is left counts as unknown', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    d.say('a', 'rejected');
    expect(d.fill('a', 4, 100)).toEqual(['late-fill']);
    expect(d.order('a')).toEqual({ status: 'unknown', filled: 4, remaining: 6 });
    expect([d.ledger.workingBuy(0), d.ledger.openOrderCount]).toEqual([6, 1]);
    expect(d.say('a', 'accepted')).toEqual([]);
    expect(d.order('a')?.status).toBe('partiallyFilled');
    expect(d.say('a', 'canceled')).toEqual([]);
    expect([d.ledger.workingBuy(0), d.ledger.openOrderCount]).toEqual([0, 0]);
  });

  test('more than was ordered is booked and told of', () => {
    const d = desk();
    d.submit('a', 'sell', 10);
    expect(d.fill('a', 12, 100)).toEqual(['overfill']);
    expect(d.order('a')).toEqual({ status: 'filled', filled: 12, remaining: 0 });
    expect([d.ledger.position(0), d.ledger.agentPosition('alpha', 0), d.ledger.workingSell(0)]).toEqual([
      -12, -12, 0,
    ]);
    expect(d.fill('a', 1, 100)).toEqual(['overfill']);
    expect(d.ledger.position(0)).toBe(-13);
  });

  test('the same execution is booked once, whether its order is open, finished or not known', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    for (const [lots, expected] of [
      [4, []],
      [4, ['duplicate-execution']],
    ] as const) {
      expect(d.fill('a', lots, 100, { executionId: 'x' })).toEqual(expected);
    }
    d.fill('a', 6, 100);
    expect(d.fill('a', 4, 100, { executionId: 'x' })).toEqual(['duplicate-execution']);
    expect(d.ledger.position(0)).toBe(10);
    d.fill('nobody', 1, 100, { executionId: 'y', side: 'buy' });
    expect(d.fill('nobody', 1, 100, { executionId: 'y', side: 'buy' })).toEqual(['duplicate-execution']);
    expect(d.ledger.position(0)).toBe(11);
  });

  test('execution ids are unique for an instrument of a venue only', () => {
    const d = desk();
    d.submit('a', 'buy', 1);
    d.submit('b', 'buy', 1, { index: 1 });
    expect(d.fill('a', 1, 100, { executionId: '7' })).toEqual([]);
    expect(d.fill('b', 1, 100, { executionId: '7', index: 1 })).toEqual([]);
    expect([d.ledger.position(0), d.ledger.position(1)]).toEqual([1, 1]);
  });

  test('of an order that is not known: nobody owns it', () => {
    const d = desk();
    d.ledger.mark(0, 100);
    expect(d.fill('?', 5, 100, { side: 'sell', fee: '1' })).toEqual(['unknown-order']);
    expect([d.ledger.position(0), d.ledger.agentPosition('unattributed', 0)]).toEqual([-5, -5]);
    expect(d.fill('?', 2, 90, { side: 'buy', fee: '3' })).toEqual(['unknown-order']);
    expect([d.ledger.position(0), d.ledger.agentPosition('unattributed', 0)]).toEqual([-3, -3]);
    expect([d.ledger.worstCaseLong(0), d.ledger.worstCaseShort(0)]).toEqual([-3, -3]);
    expect([d.ledger.fees(), d.ledger.agents()]).toEqual([4, ['unattributed']]);
    expect([d.ledger.profit(), d.ledger.agentProfit('unattributed')]).toEqual([16, 16]);
    expect(d.say('?', 'accepted')).toEqual(['unknown-order']);
    expect(d.cancel('?')).toEqual(['unknown-order']);
  });

  test('of an order that was forgotten meanwhile: nobody owns it, and it is booked once', () => {
    const d = new Desk(undefined, { reportingCurrency: 'USDT', finishedOrders: 1 });
    d.submit('a', 'sell', 10);
    d.say('a', 'canceled');
    d.trade('buy', 1, 100);
    expect(d.order('a')).toBeUndefined();
    const late = d.filled('a', 4, 100, { side: 'sell' });
    expect(d.apply(late)).toEqual(['unknown-order']);
    expect(d.apply(late)).toEqual(['duplicate-execution']);
    expect([d.ledger.position(0), d.ledger.agentPosition('unattributed', 0)]).toEqual([-3, -4]);
  });

  test.each([
    ['instrument', { index: 2 }, [0, 1]],
    ['side', { side: 'sell' }, [-1, 0]],
  ] as const)(
    'a report that names another %s than its order is not taken for that order',
    (_, more, held) => {
      const d = desk();
      d.submit('a', 'buy', 10);
      expect(d.fill('a', 1, 100, more)).toEqual(['unknown-order']);
      expect([d.order('a')?.filled, d.ledger.workingBuy(0)]).toEqual([0, 10]);
      expect([0, 2].map((index) => d.ledger.agentPosition('unattributed', index))).toEqual(held);
    },
  );

  test('one of an instrument that is not listed is told of, and of no consequence', () => {
    const d = desk();
    const report = { ...d.filled('?', 1, 100), instrument: instrumentId('X.SPOT@nowhere') };
    expect(d.apply(report)).toEqual(['unknown-order']);
    expect(d.ledger.agents()).toEqual([]);
  });
});

test('open orders come oldest first, of all instruments or of one', () => {
  const d = desk();
  d.submit('a', 'buy', 1);
  d.submit('b', 'buy', 1, { index: 2 });
  d.submit('c', 'buy', 1);
  d.say('a', 'canceled');
  const ids = (index?: number): string[] =>
    Array.from(d.ledger.openOrders(index), (record) => record.order.clientOrderId);
  expect([ids(), ids(0), ids(1), ids(2)]).toEqual([['b', 'c'], ['c'], [], ['b']]);
});

test('an order with an incomplete attribution leaves the rest to nobody', () => {
  const d = desk();
  d.submit('a', 'sell', 10, { attribution: [{ agent: 'alpha', quantity: -4 }] });
  expect([d.ledger.agentWorking('alpha', 0), d.ledger.agentWorking('unattributed', 0)]).toEqual([-4, -6]);
  d.fill('a', 10, 100);
  expect([d.ledger.agentPosition('alpha', 0), d.ledger.agentPosition('unattributed', 0)]).toEqual([-4, -6]);
});

test('market data gives the same empty array every time', () => {
  const { ledger, instruments } = desk();
  const quote = {
    kind: 'quote',
    instrument: instruments.at(0).id,
    venueTime: 0,
    bidPrice: 1,
    bidQuantity: 1,
    askPrice: 2,
    askQuantity: 1,
    updateId: -1,
  } as const;
  expect(ledger.apply(quote, 1)).toBe(NO_NOTICES);
});

test('what is remembered of finished orders is bounded', () => {
  const d = desk();
  const orders = new Orders(100);
  for (let n = 0; n < 1_000; n++) {
    const tracked = new TrackedOrder(d.submitted(`o${n}`, 'buy', 1).order, 0, n);
    orders.file(tracked);
    tracked.fill(1, n, n);
    orders.remember({ key: `e${n}`, order: undefined, booking: undefined, last: 'fill' }, tracked);
    orders.file(tracked);
    orders.rememberForeign({ key: `f${n}`, order: undefined, booking: undefined, last: 'fill' });
  }
  expect([orders.openCount, orders.finishedCount, orders.executionCount]).toEqual([0, 100, 200]);
  expect(['e899', 'e900', 'f900'].map((key) => orders.execution(key)?.key)).toEqual([
    undefined,
    'e900',
    'f900',
  ]);
});

test('an open order keeps its executions however many orders finish meanwhile', () => {
  const d = new Desk(undefined, { reportingCurrency: 'USDT', finishedOrders: 1 });
  d.submit('a', 'buy', 10);
  d.fill('a', 1, 100, { executionId: 'x' });
  for (let n = 0; n < 5; n++) d.trade('buy', 1, 100);
  expect(d.fill('a', 1, 100, { executionId: 'x' })).toEqual(['duplicate-execution']);
});
