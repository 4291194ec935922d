import { afterEach, describe, expect, test } from 'vitest';
import { mintApproved } from '../../../src/domain/approval.js';
import type { FillReport, OutsideEvent } from '../../../src/domain/event.js';
import type { BookEvent, TradeEvent } from '../../../src/domain/market-event.js';
import {
  acknowledged,
  type Outcome,
  refused,
  unknown,
  type VenueTruth,
} from '../../../src/venues/driver/index.js';
import { Bench, X } from './fake-adapter.js';

const benches: Bench[] = [];
const bench = (...of: ConstructorParameters<typeof Bench>): Bench => {
  const made = new Bench(...of);
  benches.push(made);
  return made;
};
afterEach(() => {
  for (const each of benches.splice(0)) each.close();
});

const truth = (more: Partial<VenueTruth> = {}): VenueTruth => ({
  venueTime: 2_000_000,
  coversClosed: false,
  orders: [],
  fills: [],
  positions: [],
  balances: [],
  ...more,
});

/** Connected, with the first truth told. */
async function connected(...of: ConstructorParameters<typeof Bench>): Promise<Bench> {
  const made = bench(...of);
  made.answers.truth.push(truth(), truth());
  made.up();
  await made.news();
  await made.news();
  made.calls.length = 0;
  return made;
}

describe('outcomes', () => {
  test.each<[string, Outcome, readonly string[]]>([
    ['an acknowledgement', acknowledged(5), ['a accepted']],
    ['a refusal', refused('rejected', 'too small'), ['a rejected: too small']],
    ['a doubt', unknown('who knows'), ['a unknown: who knows']],
    ['an id that is taken', refused('duplicate-id', 'there is one'), ['a unknown: there is one']],
    ['a limit', refused('throttled', 'slow down'), ['fault throttled notice', 'a rejected: slow down']],
    ['a clock', refused('clock', 'too late'), ['fault clock notice', 'a rejected: too late']],
    ['a dead key', refused('dead-key', 'no'), ['fault dead-key halt', 'a rejected: no']],
  ])('%s of a submit', async (_, outcome, said) => {
    const it = await connected();
    it.answers.submit.push(outcome);
    expect(await it.submit('a').news()).toEqual(said);
  });

  test.each<[string, Outcome, readonly string[]]>([
    ['an acknowledgement', acknowledged(5, 0), ['a canceled: canceled by us']],
    ['an order that is not there', refused('not-found', 'not there'), ['a cancelRejected: not there']],
    ['a doubt', unknown('who knows'), ['a unknown: who knows']],
  ])('%s of a cancel', async (_, outcome, said) => {
    const it = await connected();
    it.answers.cancel.push(outcome);
    expect(await it.cancel('a').news()).toEqual(said);
  });

  test('what rejects or never answers is unknown, once; a late answer is told', async () => {
    const it = await connected({ timeout: 100 });
    it.answers.submit.push(Promise.reject(new Error('it threw')));
    expect(await it.submit('a').news()).toEqual(['a unknown: it threw']);
    let answer: (outcome: Outcome) => void = () => {};
    it.answers.submit.push(new Promise((resolve) => (answer = resolve)));
    it.submit('b');
    it.clock.goTo(it.clock.now() + 100);
    expect(await it.news()).toEqual(['b unknown: no word about the submit in 100 ms']);
    answer(acknowledged(1));
    expect(await it.news()).toEqual(['b accepted']);
  });

  test('a time-out of an order that the stream has told of is no doubt', async () => {
    const it = await connected({ timeout: 100 });
    it.submit('a');
    const common = { kind: 'report', venue: 'x', instrument: X.id, venueTime: 1, reason: '' } as const;
    const { clientOrderId } = it.order('a');
    it.port?.say({ ...common, clientOrderId, type: 'accepted', filled: 0 });
    it.clock.goTo(it.clock.now() + 1_000);
    expect(await it.news()).toEqual(['a accepted']);
  });

  test('a cancel that is acknowledged before the stream has told of the fills leaves the word to the stream', async () => {
    const it = await connected();
    it.answers.submit.push(acknowledged(1));
    it.submit('a');
    it.answers.cancel.push(acknowledged(2, 4));
    it.cancel('a');
    expect(await it.news()).toEqual(['a accepted']);
    it.fill('a', 'e1', 4);
    it.answers.cancel.push(acknowledged(2, 4));
    expect(await it.cancel('a').news()).toEqual(['a fill 4', 'a canceled: canceled by us']);
  });
});

describe('what is not sent', () => {
  test.each([
    ['an id that is too long', 'a-way-too-long-id-for-x', {}, ['fault client-order-id notice']],
    ['an id of other characters', 'A', {}, ['fault client-order-id notice']],
    ['no lots', 'a', { quantity: 0 }, []],
    ['half a lot', 'a', { quantity: 0.5 }, []],
    ['no number of lots', 'a', { quantity: Number.NaN }, []],
    ['half a tick', 'a', { price: 99.5 }, []],
    ['a price below nothing', 'a', { price: -1 }, []],
    ['a stop without a stop price', 'a', { type: 'stop', price: 0 } as const, []],
    ['a stop at no price', 'a', { type: 'stop', stopPrice: Number.NaN, price: 0 } as const, []],
    ['a stop price without a stop', 'a', { stopPrice: 5 }, []],
    ['an iceberg that shows more than all', 'a', { display: 11 }, []],
    ['a kind of order that it has not', 'a', { type: 'stop', stopPrice: 5, price: 0 } as const, []],
    ['a time in force that it has not', 'a', { timeInForce: 'GTD', expireTime: 5 } as const, []],
  ])('%s', async (_, id, more, faults) => {
    const it = await connected();
    const news = await it.submit(id, more).news();
    expect(news.slice(0, -1)).toEqual(faults);
    expect(news.at(-1)).toContain(`${id} rejected: not sent: `);
    expect(it.calls).toEqual([]);
  });

  test('anything while the link for orders is down, and anything new once the key is dead', async () => {
    const it = await connected();
    it.port?.link('orders', 'down', 'gone');
    expect(await it.submit('a').cancel('b').news()).toEqual([
      'link orders down',
      'a rejected: not sent: the order channel is down',
      'b cancelRejected: not sent: the order channel is down',
    ]);
    it.answers.truth.push(truth());
    it.port?.link('orders', 'up', '');
    it.answers.submit.push(refused('dead-key', 'no'));
    it.answers.cancel.push(acknowledged(1, 0));
    await it.submit('c').news();
    expect(await it.submit('d').cancel('e').news()).toEqual([
      'd rejected: not sent: the venue refuses our key: no',
      'e canceled: canceled by us',
    ]);
  });

  test('a forged approval, an altered order, an order of another venue', async () => {
    const it = await connected();
    const order = it.order('a');
    it.commands.next({ kind: 'submit', approved: {} as never, order });
    it.commands.next({ kind: 'submit', approved: mintApproved(order), order: { ...order, quantity: 11 } });
    it.commands.next({ kind: 'submit', approved: mintApproved(order), order: { ...order, venue: 'y' } });
    expect(await it.news()).toEqual(['fault unapproved halt', 'fault unapproved halt']);
    expect(it.calls).toEqual([]);
  });
});

describe('reconciliation', () => {
  test('follows every up of orders or account, one at a time, and tells fills that were missed once', async () => {
    const it = bench();
    const fill: FillReport = {
      ...{ kind: 'report', type: 'fill', venue: 'x', instrument: X.id, venueTime: 1, executionId: 'e1' },
      ...{ side: 'buy', price: 100, quantity: 3, liquidity: 'maker', fee: '0', feeCurrency: 'USD' },
      clientOrderId: it.order('a').clientOrderId,
    };
    it.answers.truth.push(truth({ fills: [fill] }), truth({ fills: [fill], venueTime: 3_000_000 }), truth());
    it.up();
    it.commands.next({ kind: 'reconcile', venue: 'x', requestTime: 1 });
    expect(await it.news()).toEqual(['link account up', 'link orders up', 'a fill 3', 'truth', 'truth']);
    it.port?.link('account', 'down', 'gone');
    it.port?.link('account', 'up', 'back');
    expect(await it.news()).toEqual(['link account down', 'link account up', 'truth']);
    expect(it.calls).toEqual(
      ['open', 'leads', 'reconcile 0', 'reconcile 1940000', 'reconcile 2940000'].sort((one, two) =>
        one === 'leads' ? -1 : two === 'leads' ? 1 : 0,
      ),
    );
  });

  test('a venue that does not answer, or throws, is asked again by the core', async () => {
    const it = bench();
    it.answers.truth.push(undefined);
    it.port?.link('orders', 'up', '');
    expect(await it.news()).toEqual(['link orders up']);
  });
});

describe('look-ups', () => {
  const ask = (it: Bench, id?: string) =>
    it.commands.next({
      kind: 'ask',
      what: 'order',
      venue: 'x',
      instrument: X.id,
      requestTime: 7,
      ...(id === undefined ? {} : { clientOrderId: it.order(id).clientOrderId }),
    });

  test('say where the order stands, with what they answer', async () => {
    const it = await connected();
    it.answers.lookUp.push(
      {
        kind: 'found',
        status: 'filled',
        filled: 10,
        averagePrice: '1.5',
        fills: [],
        reason: '',
        venueTime: 9,
      },
      { kind: 'notFound', venueTime: 9 },
      { kind: 'unknown', reason: 'no answer' },
    );
    ask(it, 'a');
    await new Promise((resolve) => setImmediate(resolve));
    expect(it.events.splice(0)).toMatchObject([
      { type: 'accepted', filled: 10, averagePrice: '1.5', answers: 7, venueTime: 9 },
    ]);
    ask(it, 'b');
    ask(it, 'c');
    expect(await it.news()).toEqual(['b notFound: not found']);
  });

  test('of a whole instrument are those of every order that may be alive', async () => {
    const it = await connected();
    it.answers.submit.push(acknowledged(1), acknowledged(1), refused('rejected', 'no'));
    await it.submit('a').submit('b').submit('c').news();
    it.fill('b', 'e1', 10);
    it.calls.length = 0;
    ask(it);
    expect(it.calls).toEqual(['lookUp a']);
  });
});

describe('a follower', () => {
  const book = (
    action: BookEvent['action'],
    first: number,
    last: number,
    bids: number[],
    asks: number[],
  ): BookEvent => ({
    ...{ kind: 'book', instrument: X.id, venueTime: 1, action, first, last, previous: -1, bids, asks },
  });
  const trade = (tradeId: string): TradeEvent => ({
    ...{ kind: 'trade', instrument: X.id, venueTime: 1, price: 5, quantity: 1, aggressor: 'none', tradeId },
  });
  const logged = (it: Bench, event: OutsideEvent) => it.log.next({ seq: 1, sub: 0, ts: 1, event });

  test('says nothing, and at the takeover what lies beyond the log', async () => {
    const it = bench({}, false);
    it.port?.link('market', 'up', '');
    it.up();
    it.port?.say(book('snapshot', 10, 10, [99, 1], [101, 2]));
    it.port?.say(trade('t1'));
    it.port?.say(trade('t2'));
    it.fill('a', 'e1', 1);
    const [e1] = [it.order('a')];
    logged(it, trade('t1'));
    logged(it, {
      ...{ kind: 'report', type: 'fill', venue: 'x', instrument: X.id, venueTime: 1, executionId: 'e1' },
      ...{ side: 'buy', price: 100, quantity: 1, liquidity: 'maker', fee: '0', feeCurrency: 'USD' },
      clientOrderId: e1.clientOrderId,
    });
    it.port?.say(book('delta', 11, 11, [98, 4], []));
    it.fill('a', 'e2', 2);
    expect(await it.news()).toEqual([]);
    it.answers.truth.push(truth());
    it.leading.next(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(it.events.map(({ kind }) => kind)).toEqual([
      'link',
      'link',
      'link',
      'book',
      'trade',
      'report',
      'truth',
    ]);
    expect(it.events[3]).toMatchObject({
      action: 'snapshot',
      last: 11,
      bids: [99, 1, 98, 4],
      asks: [101, 2],
    });
    expect(it.events[4]).toMatchObject({ tradeId: 't2' });
    expect(it.events[5]).toMatchObject({ executionId: 'e2' });
    it.events.length = 0;
    it.port?.say(book('delta', 12, 12, [98, 0], []));
    expect(await it.news()).toEqual(['book']);
  });

  test('asks for a book that was lost, and at the takeover for one that it has not', async () => {
    const it = bench({}, false);
    it.port?.link('market', 'up', '');
    it.port?.say(book('snapshot', 10, 10, [99, 1], [101, 2]));
    it.port?.say(book('delta', 13, 13, [98, 4], []));
    it.calls.length = 0;
    it.clock.goTo(it.clock.now() + 1_000);
    expect(it.calls).toEqual([`book ${X.id}`]);
    it.leading.next(true);
    expect(it.calls).toContain(`book ${X.id}`);
    expect(await it.news()).toEqual(['link market up']);
  });

  test('one that steps down is silent from then on', async () => {
    const it = await connected();
    it.leading.next(false);
    it.port?.say(trade('t1'));
    it.port?.link('orders', 'down', '');
    expect(await it.news()).toEqual([]);
    expect(it.calls).toContain('follows');
  });
});

test('closing closes the adapter once, stops every timer, and nothing is said any more', async () => {
  const it = await connected({ timeout: 100 });
  it.submit('a');
  it.close();
  await it.driver.closed();
  it.port?.link('market', 'up', '');
  it.clock.goTo(it.clock.now() + 1_000);
  expect(await it.news()).toEqual([]);
  expect([it.closes, it.clock.waiting]).toEqual([1, 0]);
});

test('a timer that is asked for behind the end is none', async () => {
  const it = await connected();
  it.close();
  await it.driver.closed();
  const stop = it.port?.after(1_800_000, () => it.calls.push('late'));
  expect(it.clock.waiting).toBe(0);
  stop?.();
  it.clock.goTo(it.clock.now() + 2_000_000);
  expect(it.calls).not.toContain('late');
});

test.each([
  [1e18, 3 * 86_400_000],
  [Number.POSITIVE_INFINITY, 3 * 86_400_000],
  [60_000, 60_000],
  [0, 1_000],
  [-5, 1_000],
  [Number.NaN, 1_000],
])('a pause of %s ms is one of %s ms', async (told, wait) => {
  const it = await connected({ backOff: { first: 1_000 } });
  it.answers.submit.push(refused('throttled', 'slow down', 0, told));
  await it.submit('a').news();
  const left: string[] = [];
  void it.port?.requests.run('cancel', {}, async () => left.push('a cancel'));
  it.clock.goTo(it.clock.now() + wait - 1);
  expect(left).toEqual([]);
  it.clock.goTo(it.clock.now() + 1);
  expect(left).toEqual(['a cancel']);
});

test.each([
  [{ venue: '' }, 'venueDriver.venue'],
  [{ adapter: 5 as never }, 'venueDriver x.adapter'],
  [{ timeout: 0 }, 'venueDriver x.timeout'],
  [{ patience: -1 }, 'venueDriver x.patience'],
  [{ history: Number.NaN }, 'venueDriver x.history'],
  [{ capabilities: { clientOrderIdAlphabet: ']' } }, 'capabilities.clientOrderIdAlphabet'],
  [{ capabilities: { orderTypes: ['magic' as never] } }, 'capabilities.orderTypes'],
  [{ capabilities: { clientOrderIdLength: 0 } }, 'capabilities.clientOrderIdLength'],
])('refuses %o', (options, name) => {
  expect(() => new Bench(options)).toThrow(name);
});
