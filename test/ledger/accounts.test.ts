import { describe, expect, test } from 'vitest';
import { Balances } from '../../src/operators/ledger/balances.js';
import { Ledger } from '../../src/operators/ledger/index.js';
import { Desk, INVERSE, LINEAR, perpetual, SPOT } from './desk.js';

const account = (desk: Desk, venueTime: number, balances: readonly (readonly [string, string, string])[]) =>
  desk.apply({
    kind: 'account',
    venue: 'two',
    venueTime,
    balances: balances.map(([currency, free, locked]) => ({ currency, free, locked })),
  });

const withMargin = (): Desk =>
  new Desk([LINEAR, INVERSE, SPOT], {
    reportingCurrency: 'USDT',
    margin: {
      one: { initial: 0.1, maintenance: 0.05 },
      [INVERSE.id]: { initial: 0.5, maintenance: 0.25 },
    },
  });

describe('balances', () => {
  test('are unknown until told, kept by currency, and never go back', () => {
    const d = new Desk();
    expect(d.ledger.balance('two', 'EUR')).toBeNaN();
    account(d, 5, [
      ['EUR', '10.5', '2'],
      ['ETH', '1', '0'],
    ]);
    account(d, 6, [['EUR', '9', '1']]);
    account(d, 4, [['EUR', '99', '0']]);
    d.ledger = Ledger.restore(d.instruments, d.options, structuredClone(d.ledger.save()));
    const { ledger } = d;
    expect([ledger.balance('two', 'EUR'), ledger.freeBalance('two', 'EUR')]).toEqual([10, 9]);
    expect([ledger.balance('two', 'ETH'), ledger.freeBalance('one', 'ETH')]).toEqual([1, Number.NaN]);
  });
});

describe('balances that come in any order', () => {
  const told = (desk: Desk, venueTime: number, free: string) => {
    account(desk, venueTime, [['EUR', free, '0']]);
    return desk.ledger.balance('two', 'EUR');
  };

  test('are those of the latest word; one without a time is the latest', () => {
    const d = new Desk();
    expect([told(d, 5, '1'), told(d, 5, '2'), told(d, 4, '3')]).toEqual([1, 2, 2]);
    expect([told(d, 0, '4'), told(d, 1, '5')]).toEqual([4, 5]);
  });

  test('are saved the same whichever came first', () => {
    const words = [
      ['two', 'EUR'],
      ['one', 'USDT'],
      ['two', 'BTC'],
      ['one', 'BTC'],
    ] as const;
    const saved = [words, [...words].reverse()].map((each) => {
      const balances = new Balances();
      for (const [venue, currency] of each)
        balances.take({ venue, venueTime: 1, balances: [{ currency, free: '1', locked: '0' }] });
      return balances.save().map(([venue, currency]) => `${venue} ${currency}`);
    });
    expect(saved[0]).toEqual(['one BTC', 'one USDT', 'two BTC', 'two EUR']);
    expect(saved[1]).toEqual(saved[0]);
  });
});

describe('what orders reserve', () => {
  test('at spot: the price of a buy, what a sell sells, until filled or over', () => {
    const d = new Desk();
    d.submit('a', 'buy', 2_000, { index: 2 });
    d.submit('b', 'sell', 500, { index: 2 });
    // 2 ETH at 1 EUR, half an ETH.
    expect([d.ledger.reserved('two', 'EUR'), d.ledger.reserved('two', 'ETH')]).toEqual([2, 0.5]);
    d.fill('a', 500, 100, { index: 2 });
    d.say('b', 'canceled', 2);
    expect(d.ledger.reserved('two', 'EUR')).toBeCloseTo(1.5, 12);
    expect(d.ledger.reserved('two', 'ETH')).toBe(0);
    expect([d.ledger.reserved('one', 'EUR'), d.ledger.marginInitial('two')]).toEqual([0, 0]);
  });

  test('a market buy counts at the mark, and is unknown without', () => {
    const d = new Desk();
    const { order } = d.submitted('a', 'buy', 1_000, { index: 2 });
    d.apply({ kind: 'submitted', order: { ...order, type: 'market', price: 0 } });
    expect(d.ledger.reserved('two', 'EUR')).toBeNaN();
    d.ledger.mark(2, 3);
    expect(d.ledger.reserved('two', 'EUR')).toBe(3);
  });

  test('of contracts: initial margin', () => {
    const d = withMargin();
    d.submit('a', 'buy', 5);
    d.submit('b', 'sell', 3);
    d.submit('c', 'sell', 10, { index: 1 });
    expect(d.ledger.reserved('one', 'USDT')).toBeCloseTo(80, 9);
    // 10 contracts of 10 USD at 50: 2 BTC, half of it.
    expect(d.ledger.reserved('one', 'BTC')).toBeCloseTo(1, 12);
  });
});

describe('margin', () => {
  test('of what is held at the mark and of what is ordered', () => {
    const d = withMargin();
    expect([d.ledger.marginInitial('one'), d.ledger.marginMaintenance('one')]).toEqual([0, 0]);
    d.trade('sell', 4, 100);
    expect(d.ledger.marginInitial('one')).toBeNaN();
    d.ledger.mark(0, 110);
    d.submit('a', 'sell', 5);
    expect(d.ledger.marginInitial('one')).toBeCloseTo(44 + 50, 9);
    expect(d.ledger.marginMaintenance('one')).toBeCloseTo(22, 9);
  });

  test('is unknown without a rate, and nothing without a position', () => {
    const d = new Desk();
    expect(d.ledger.marginInitial('one')).toBe(0);
    d.trade('buy', 1, 100);
    d.ledger.mark(0, 100);
    expect([d.ledger.marginInitial('one'), d.ledger.marginMaintenance('one')]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
    expect(
      () =>
        new Desk([LINEAR], {
          reportingCurrency: 'USDT',
          margin: { one: { initial: 0.1, maintenance: 0.2 } },
        }),
    ).toThrow('ledger.margin.one.maintenance must be a number from 0 to 0.1, not 0.2');
  });
});

test('interest is booked once, beside the positions, and belongs to nobody', () => {
  const d = new Desk();
  const interest = (paymentId: string, currency: string, amount: string) =>
    d.apply({ kind: 'interest', venue: 'two', venueTime: 0, paymentId, currency, amount });
  expect(interest('1', 'USDT', '1.25')).toEqual([]);
  expect(interest('1', 'USDT', '1.25')).toEqual(['duplicate-payment']);
  interest('2', 'EUR', '-2');
  expect(d.ledger.profit()).toBeNaN();
  d.rate('EUR', 'USDT', '1.1');
  expect(d.ledger.profit()).toBeCloseTo(-0.95, 12);
  d.ledger = Ledger.restore(d.instruments, d.options, structuredClone(d.ledger.save()));
  const statement = d.ledger.statement();
  expect(statement.desk).toMatchObject({
    lines: [],
    profit: '-0.95',
    currencies: [
      { currency: 'EUR', interest: '-2' },
      { currency: 'USDT', interest: '1.25' },
    ],
  });
  expect(statement.venues.map(({ profit }) => profit)).toEqual(['0', '-0.95']);
  expect(statement.agents).toMatchObject([{ name: 'unattributed', profit: '-0.95' }]);
  expect(interest('1', 'USDT', '1.25')).toEqual(['duplicate-payment']);
});

describe('interest', () => {
  const paid = (d: Desk, paymentId: string, amount: string, venue = 'two') =>
    d.apply({ kind: 'interest', venue, venueTime: 0, paymentId, currency: 'USDT', amount });

  test('is profit of its venue and of nobody’s account', () => {
    const d = new Desk();
    d.trade('buy', 1, 100);
    d.ledger.mark(0, 110);
    paid(d, '1', '3');
    const { ledger } = d;
    expect([
      ledger.interest(),
      ledger.profit(),
      ledger.venueProfit('two'),
      ledger.venueProfit('one'),
    ]).toEqual([3, 13, 3, 10]);
    expect([ledger.agentProfit('alpha'), ledger.agentProfit('unattributed')]).toEqual([10, 3]);
  });

  test('is remembered for a thousand payments', () => {
    const d = new Desk();
    for (let nth = 0; nth <= 1_000; nth++) paid(d, `${nth}`, '1');
    expect(d.ledger.interest()).toBe(1_001);
    expect(paid(d, '1', '1')).toEqual(['duplicate-payment']);
    expect(paid(d, '1000', '1')).toEqual(['duplicate-payment']);
    // The very first is forgotten.
    expect(paid(d, '0', '1')).toEqual([]);
    // The same id of another venue is another payment.
    expect(paid(d, '1000', '1', 'one')).toEqual([]);
  });
});

test('funding that was received is read in the reporting currency, unknown while a rate is', () => {
  const d = new Desk();
  expect(d.ledger.fundingReceived()).toBe(0);
  d.trade('sell', 10, 100);
  d.trade('buy', 4, 200, { index: 1, feeCurrency: 'BTC' });
  d.ledger.mark(0, 110);
  d.ledger.mark(1, 100);
  const due = (index: number, fundingTime: number) =>
    d.apply({
      kind: 'funding',
      instrument: d.instruments.at(index).id,
      venueTime: 0,
      rate: '0.01',
      fundingTime,
    });
  due(0, 5);
  expect(d.ledger.fundingReceived()).toBe(11);
  // Four contracts of 10 USD are worth 0.4 BTC.
  due(1, 5);
  expect(d.ledger.fundingReceived()).toBeNaN();
  d.rate('BTC', 'USDT', '1000');
  expect(d.ledger.fundingReceived()).toBeCloseTo(11 - 4, 12);
});

describe('margin of orders on an inverse contract', () => {
  test('is of those with a price at that price, of the others at the mark', () => {
    const d = withMargin();
    d.rate('BTC', 'USDT', '100');
    d.ledger.mark(1, 100);
    const reserved = () => d.ledger.reserved('one', 'BTC');
    d.submit('a', 'buy', 4, { index: 1, terms: { price: 400 } });
    // 40 USD at 200, half of it.
    expect(reserved()).toBeCloseTo(0.1, 12);
    d.submit('b', 'sell', 3, { index: 1, terms: { price: 100 } });
    expect(reserved()).toBeCloseTo(0.1 + 0.3, 12);
    d.submit('c', 'buy', 2, { index: 1, terms: { price: 0, type: 'market', timeInForce: 'IOC' } });
    expect(reserved()).toBeCloseTo(0.1 + 0.3 + 0.1, 12);
    d.say('a', 'canceled', 1);
    expect(reserved()).toBeCloseTo(0.4, 12);
  });
});

test('a spot position asks for no margin, though its venue asks for some', () => {
  const d = new Desk(undefined, {
    reportingCurrency: 'EUR',
    margin: { two: { initial: 0.5, maintenance: 0.25 } },
  });
  d.trade('buy', 1_000, 10_000, { index: 2, feeCurrency: 'EUR' });
  d.submit('more', 'buy', 1_000, { index: 2 });
  d.ledger.mark(2, 100);
  expect([d.ledger.marginInitial('two'), d.ledger.marginMaintenance('two')]).toEqual([0, 0]);
  expect(
    () => new Desk(undefined, { reportingCurrency: 'EUR', margin: { two: { initial: 2, maintenance: 0 } } }),
  ).toThrow('ledger.margin.two.initial must be a number from 0 to 1, not 2');
});

describe('a statement without a mark', () => {
  const opened = (d: Desk, agent: string, lots: number, price = 100, index = 0) => {
    const side = lots > 0 ? 'buy' : 'sell';
    const more = {
      index,
      attribution: [{ agent, quantity: lots }],
      feeCurrency: index === 1 ? 'BTC' : 'USDT',
    };
    d.trade(side, Math.abs(lots), price, more);
  };
  const unrealised = (d: Desk) => {
    const { desk, agents } = d.ledger.statement();
    return [desk, ...agents].map(({ lines }) => lines[0]?.unrealised);
  };

  test('knows that nothing is nothing', () => {
    const d = new Desk();
    opened(d, 'a', 5);
    opened(d, 'a', -5, 110);
    expect(unrealised(d)).toEqual(['0', '0']);
    expect(d.ledger.statement().desk.profit).toBe('50');
  });

  test('does not know what agents who oppose each other have, though the desk has nothing', () => {
    const d = new Desk();
    opened(d, 'a', 5);
    opened(d, 'b', -5);
    expect(unrealised(d)).toEqual(['0', null, null]);
    d.ledger.mark(0, 110);
    expect(unrealised(d)).toEqual(['0', '50', '-50']);
  });

  test('posts what rounding leaves to one who holds lots', () => {
    const d = new Desk();
    for (const [agent, lots] of [
      ['a', 1],
      ['a', -1],
      ['b', 1],
      ['c', 1],
    ] as const)
      opened(d, agent, lots, 2, 1);
    d.ledger.mark(1, 3);
    const [desk, a, b, c] = unrealised(d);
    expect(a).toBe('0');
    expect([desk, b, c]).toEqual([
      '13.33333333333333333333',
      '6.66666666666666666666',
      '6.66666666666666666667',
    ]);
  });
});

describe('what agents have', () => {
  const bought = (d: Desk, agent: string, index = 0, fee = '0', feeCurrency = 'USDT') =>
    d.trade('buy', 1, 100, { index, attribution: [{ agent, quantity: 1 }], fee, feeCurrency });

  test('is told and saved by name, whoever traded first', () => {
    const desks = [
      ['b', 'c', 'a'],
      ['a', 'b', 'c'],
    ].map((agents) => {
      const d = new Desk();
      for (const agent of agents) bought(d, agent);
      return d;
    });
    for (const { ledger } of desks) {
      expect(ledger.agents()).toEqual(['a', 'b', 'c']);
      expect(ledger.statement().agents.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
      const saved = ledger.save() as unknown as { readonly accounts: { readonly agents: [string][] } };
      expect(saved.accounts.agents.map(([name]) => name)).toEqual(['a', 'b', 'c']);
    }
  });

  test('by currency: unknown where one of its positions is, and in alphabetical order', () => {
    const d = new Desk([LINEAR, SPOT, perpetual({ symbol: 'OTHER', base: 'Y' })]);
    bought(d, 'a', 0, '1', 'BNB');
    bought(d, 'a', 2);
    bought(d, 'a', 1, '1', 'EUR');
    d.ledger.mark(2, 110);
    const totals = () =>
      d.ledger.statement().desk.currencies.map(({ currency, unrealised }) => [currency, unrealised]);
    expect(totals()).toEqual([
      ['BNB', '0'],
      ['EUR', null],
      ['USDT', null],
    ]);
    d.ledger.mark(0, 105);
    expect(totals()[2]).toEqual(['USDT', '15']);
  });

  test('needs no rate for a currency that comes to nothing', () => {
    const d = new Desk();
    bought(d, 'a', 0, '1', 'BNB');
    d.ledger.mark(0, 105);
    expect(d.ledger.statement().desk.profit).toBeNull();
    bought(d, 'a', 0, '-1', 'BNB');
    expect(d.ledger.statement().desk.profit).toBe('10');
  });
});

test('at a venue that nobody knows there is nothing', () => {
  const { ledger } = withMargin();
  expect([
    ledger.exposure('nowhere'),
    ledger.marginInitial('nowhere'),
    ledger.venueProfit('nowhere'),
  ]).toEqual([0, 0, 0]);
});

test('what comes to nothing needs no rate', () => {
  const d = new Desk();
  const traded = (side: 'buy' | 'sell', fee: string) =>
    d.trade(side, 1_000, 10_000, { index: 2, fee, feeCurrency: 'BNB' });
  traded('buy', '1');
  expect([d.ledger.fees(), d.ledger.profit()]).toEqual([Number.NaN, Number.NaN]);
  traded('sell', '-1');
  expect([d.ledger.fees(), d.ledger.profit(), d.ledger.agentProfit('alpha')]).toEqual([0, 0, 0]);
});
