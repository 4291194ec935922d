import { describe, expect, test } from 'vitest';
import { clientOrderId } from '../../src/domain/brand.js';
import { type OrderGroup, orderTermsFault, type Proposal } from '../../src/domain/order.js';
import { Ledger } from '../../src/operators/ledger/index.js';
import { Desk } from './desk.js';

const terms = (more: Partial<Proposal>): Proposal => ({
  ...new Desk().submitted('a', 'buy', 10).order,
  ...more,
});

describe('the terms of an order', () => {
  test.each<[string, Partial<Proposal>]>([
    ['limit', {}],
    ['market', { type: 'market', price: 0 }],
    ['stop', { type: 'stop', price: 0, stopPrice: 90 }],
    ['stop-limit', { type: 'stopLimit', stopPrice: 90 }],
    ['trailing stop', { type: 'trailingStop', price: 0, trail: 5 }],
    ['post-only', { postOnly: true }],
    ['reduce-only IOC', { reduceOnly: true, timeInForce: 'IOC' }],
    ['GTD', { timeInForce: 'GTD', expireTime: 1 }],
    ['iceberg', { display: 2 }],
  ])('%s', (_, more) => {
    expect(orderTermsFault(terms(more))).toBeUndefined();
  });

  test.each<[string, Partial<Proposal>]>([
    ['a market order has no limit price', { type: 'market' }],
    ['a stop order needs a stop price in ticks', { type: 'stop', price: 0 }],
    ['a limit order has no stop price', { stopPrice: 1 }],
    ['a trailing stop needs a trail of at least one tick', { type: 'trailingStop', price: 0, trail: 0 }],
    ['a limit order has no trail', { trail: 1 }],
    ['a GTD order needs a time to expire', { timeInForce: 'GTD' }],
    ['a GTC order does not expire', { expireTime: 1 }],
    ['an iceberg is a limit order that shows from one lot to all of it', { display: 11 }],
    ['a post-only order is a limit order that may rest', { postOnly: true, timeInForce: 'FOK' }],
    ['an order of a bracket is its entry or an exit', { group: { id: 'g', kind: 'bracket' } }],
  ])('%s', (fault, more) => {
    expect(orderTermsFault(terms(more))).toBe(fault);
  });

  test('an order whose terms contradict each other is followed and told of', () => {
    const d = new Desk();
    expect(d.submit('a', 'buy', 10, { terms: { trail: 1 } })).toEqual(['invalid-order']);
    expect(d.ledger.workingBuy(0)).toBe(10);
  });
});

describe('a group', () => {
  const member = (d: Desk, id: string, kind: OrderGroup['kind'], role?: 'entry' | 'exit'): void => {
    d.submit(id, id === 'entry' ? 'buy' : 'sell', 10, {
      terms: { group: { id: 'g', kind, ...(role === undefined ? {} : { role }) } },
    });
  };
  const cancels = (d: Desk): string[] => d.ledger.takeCancels().map((order) => order.clientOrderId);

  test('OCO: one lot of one cancels the others, once', () => {
    const d = new Desk();
    for (const id of ['a', 'b', 'c']) member(d, id, 'oco');
    d.submit('d', 'buy', 1);
    d.fill('d', 1, 100);
    expect(cancels(d)).toEqual([]);
    d.ledger = Ledger.restore(d.instruments, d.options, structuredClone(d.ledger.save()));
    d.fill('a', 1, 100);
    expect(cancels(d)).toEqual(['b', 'c']);
    for (const id of ['b', 'c']) d.cancel(id);
    d.fill('a', 9, 100);
    expect(cancels(d)).toEqual([]);
  });

  test('an OCO has no entry: what trades cancels the others, whatever it calls itself', () => {
    const d = new Desk();
    member(d, 'a', 'oco', 'entry');
    member(d, 'b', 'oco', 'exit');
    d.fill('a', 1, 100);
    expect(cancels(d)).toEqual(['b']);
    const alone = new Desk();
    member(alone, 'a', 'oco');
    alone.say('a', 'canceled');
    expect(cancels(alone)).toEqual([]);
  });

  test('a bracket: the exits are an OCO, and go when the entry is over with nothing', () => {
    const bracket = (): Desk => {
      const d = new Desk();
      member(d, 'entry', 'bracket', 'entry');
      member(d, 'stop', 'bracket', 'exit');
      member(d, 'target', 'bracket', 'exit');
      return d;
    };
    const traded = bracket();
    traded.fill('entry', 10, 100);
    expect(cancels(traded)).toEqual([]);
    traded.fill('target', 3, 110);
    expect(cancels(traded)).toEqual(['stop']);
    const over = bracket();
    over.say('entry', 'rejected');
    expect(cancels(over)).toEqual(['stop', 'target']);
  });
});

describe('a replacement', () => {
  const id = clientOrderId;
  const replaced = (): Desk => {
    const d = new Desk();
    d.submit('a', 'buy', 10);
    d.say('a', 'accepted');
    d.submit('b', 'buy', 7, { terms: { replaces: id('a') } });
    return d;
  };
  const states = (d: Desk, ...ids: string[]) => ids.map((each) => d.order(each)?.status);

  test('both orders count until the venue speaks; the chain is kept', () => {
    const d = replaced();
    expect([states(d, 'a', 'b'), d.ledger.workingBuy(0)]).toEqual([['pendingReplace', 'submitted'], 17]);
    d.say('b', 'replaced');
    expect([states(d, 'a', 'b'), d.ledger.workingBuy(0)]).toEqual([['canceled', 'accepted'], 7]);
    d.submit('c', 'buy', 5, { terms: { replaces: id('b') } });
    d.ledger = Ledger.restore(d.instruments, d.options, structuredClone(d.ledger.save()));
    for (const each of ['a', 'b', 'c']) expect(d.ledger.chain(id(each))).toEqual(['a', 'b', 'c']);
  });

  test('refused, the first order stands as it was', () => {
    const d = replaced();
    d.fill('a', 2, 100);
    expect(states(d, 'a')).toEqual(['pendingReplace']);
    d.say('b', 'replaceRejected');
    expect([states(d, 'a', 'b'), d.ledger.workingBuy(0)]).toEqual([['partiallyFilled', 'rejected'], 8]);
    expect(d.say('b', 'replaceRejected')).toEqual([]);
  });

  test('as a cancel and a new order', () => {
    const d = replaced();
    d.say('a', 'canceled');
    d.say('b', 'accepted');
    expect([states(d, 'a', 'b'), d.ledger.workingBuy(0)]).toEqual([['canceled', 'accepted'], 7]);
  });

  test('a fill of the first order crosses it', () => {
    const d = replaced();
    d.fill('a', 10, 100);
    expect(states(d, 'a', 'b')).toEqual(['filled', 'submitted']);
    d.say('b', 'replaceRejected');
    expect(states(d, 'a', 'b')).toEqual(['filled', 'rejected']);
  });
});

describe('a replacement that goes another way', () => {
  const id = clientOrderId;
  const states = (d: Desk, ...ids: string[]) => ids.map((each) => d.order(each)?.status);
  const begun = (...before: ('accepted' | 'cancel' | 'canceled')[]): Desk => {
    const d = new Desk();
    d.submit('a', 'buy', 10);
    for (const each of before) {
      if (each === 'cancel') d.cancel('a');
      else d.say('a', each);
    }
    d.submit('b', 'buy', 7, { terms: { replaces: id('a') } });
    return d;
  };

  test('of an order that is being canceled leaves it so, whatever becomes of the new one', () => {
    const refused = begun('accepted', 'cancel');
    expect(states(refused, 'a')).toEqual(['pendingCancel']);
    refused.say('b', 'replaceRejected');
    expect(states(refused, 'a', 'b')).toEqual(['pendingCancel', 'rejected']);
    refused.say('a', 'cancelRejected');
    expect(states(refused, 'a')).toEqual(['accepted']);
    const taken = begun('accepted', 'cancel');
    taken.say('b', 'replaced');
    expect(states(taken, 'a', 'b')).toEqual(['canceled', 'accepted']);
  });

  test('that is accepted as an order has not taken the place of the first yet', () => {
    const d = begun('accepted');
    d.say('b', 'accepted');
    expect([states(d, 'a', 'b'), d.ledger.workingBuy(0)]).toEqual([['pendingReplace', 'accepted'], 17]);
    d.fill('b', 7, 100);
    expect(states(d, 'a', 'b')).toEqual(['pendingReplace', 'filled']);
  });

  test('of an order that is over changes nothing of it', () => {
    const d = begun('accepted', 'canceled');
    d.say('b', 'replaced');
    expect([states(d, 'a', 'b'), d.ledger.workingBuy(0)]).toEqual([['canceled', 'accepted'], 7]);
    const e = begun('accepted', 'canceled');
    e.say('b', 'rejected');
    expect(states(e, 'a', 'b')).toEqual(['canceled', 'rejected']);
  });

  test('that is rejected as an order leaves the first as it was', () => {
    const d = begun('accepted');
    d.say('b', 'rejected');
    expect([states(d, 'a', 'b'), d.ledger.workingBuy(0)]).toEqual([['accepted', 'rejected'], 10]);
  });

  test('of an order that nobody remembers is an order', () => {
    const d = new Desk();
    expect(d.submit('b', 'buy', 7, { terms: { replaces: id('long ago') } })).toEqual([]);
    expect(d.say('b', 'replaced')).toEqual([]);
    expect([states(d, 'b'), d.ledger.chain(id('b'))]).toEqual([['accepted'], ['long ago', 'b']]);
    expect(d.ledger.chain(id('nobody'))).toEqual(['nobody']);
  });

  test('whose last order is forgotten ends the chain where memory does', () => {
    const d = new Desk(undefined, { reportingCurrency: 'USDT', finishedOrders: 1 });
    d.submit('a', 'buy', 10);
    d.submit('b', 'buy', 7, { terms: { replaces: id('a') } });
    d.say('b', 'replaceRejected');
    d.submit('c', 'buy', 1);
    d.say('c', 'rejected');
    expect(d.order('b')).toBeUndefined();
    expect(d.ledger.chain(id('a'))).toEqual(['a', 'b']);
  });
});

describe('an order that is no good', () => {
  test('of an instrument that is not listed is not followed', () => {
    const d = new Desk();
    expect(d.submit('a', 'buy', 10, { terms: { instrument: 'X@nowhere' as never } })).toEqual([
      'unknown-order',
    ]);
    expect([d.order('a'), d.ledger.openOrderCount]).toEqual([undefined, 0]);
  });
});

describe('a word that comes too late', () => {
  test('that an order was replaced, after it was said that it was not, cancels nothing', () => {
    const d = new Desk();
    d.submit('a', 'buy', 10);
    d.say('a', 'accepted');
    d.submit('b', 'buy', 7, { terms: { replaces: clientOrderId('a') } });
    d.say('b', 'replaceRejected');
    expect(d.say('b', 'replaced')).toEqual(['invalid-transition']);
    expect([d.order('a')?.status, d.order('b')?.status]).toEqual(['accepted', 'rejected']);
  });
});
