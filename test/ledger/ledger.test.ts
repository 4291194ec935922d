import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { Ledger } from '../../src/operators/ledger/index.js';
import { Desk, INVERSE, LINEAR, SPOT } from './desk.js';

const HOUR = 3_600_000;
const MIDNIGHT = 20_000 * 24 * HOUR;

describe('profit', () => {
  test('is realised and unrealised less fees, in the reporting currency', () => {
    const d = new Desk(undefined, { reportingCurrency: 'USDT', capital: 1_000 });
    d.trade('buy', 10, 100, { fee: '2' });
    d.ledger.mark(0, 110);
    d.trade('sell', 4, 120, { fee: '-0.5' });
    expect([d.ledger.realised(0), d.ledger.unrealised(0), d.ledger.fees()]).toEqual([80, 60, 1.5]);
    expect([d.ledger.profit(), d.ledger.equity(), d.ledger.averagePrice(0)]).toEqual([138.5, 1_138.5, 100]);
  });

  test('of an inverse contract arises in the base currency and is converted', () => {
    const d = new Desk();
    d.trade('buy', 100, 20_000, { index: 1, feeCurrency: 'BTC', fee: '0.0001' });
    d.ledger.mark(1, 20_000);
    expect(d.ledger.unrealised(1)).toBeCloseTo(0.05, 12);
    expect(d.ledger.profit()).toBeNaN();
    d.rate('USDT', 'BTC', '0.00005');
    expect(d.ledger.profit()).toBeCloseTo(998, 9);
    expect(d.ledger.exposure()).toBeCloseTo(1_000, 9);
    d.rate('BTC', 'USDT', '10000');
    expect(d.ledger.profit()).toBeCloseTo(499, 9);
  });

  test('is unknown while a mark or a rate is unknown that it needs, and only then', () => {
    const d = new Desk();
    expect([d.ledger.profit(), d.ledger.exposure('two')]).toEqual([0, 0]);
    d.trade('buy', 1_000, 100, { index: 2 });
    expect([d.ledger.unrealised(2), d.ledger.profit(), d.ledger.exposure('two')]).toEqual([NaN, NaN, NaN]);
    expect(d.ledger.exposure('one')).toBe(0);
    d.ledger.mark(2, 2);
    expect([d.ledger.unrealised(2), d.ledger.profit()]).toEqual([1, NaN]);
    d.rate('EUR', 'USDT', '1.5');
    expect([d.ledger.profit(), d.ledger.exposure('two'), d.ledger.lotNotional(2)]).toEqual([1.5, 3, 0.003]);
    d.ledger.mark(2, Number.NaN);
    expect(d.ledger.profit()).toBeNaN();
    d.trade('sell', 1_000, 100, { index: 2 });
    expect([d.ledger.profit(), d.ledger.unrealised(2)]).toEqual([0, 0]);
  });

  test('an unknown rate of a fee makes it unknown, a fee of 0 does not', () => {
    const d = new Desk();
    d.ledger.mark(0, 100);
    d.trade('buy', 1, 100, { fee: '0', feeCurrency: 'BNB' });
    expect(d.ledger.profit()).toBe(0);
    d.trade('buy', 1, 100, { fee: '0.1', feeCurrency: 'BNB' });
    expect([d.ledger.profit(), d.ledger.fees()]).toEqual([NaN, NaN]);
    d.rate('BNB', 'USDT', '600');
    expect([d.ledger.profit(), d.ledger.fees()]).toEqual([-60, 60]);
    expect([d.ledger.convert(2, 'USDT', 'BNB'), d.ledger.rateTime('BNB', 'USDT')]).toEqual([2 / 600, d.now]);
  });

  test('the day begins at midnight UTC, or when it is said to, with the last known profit', () => {
    const offset = 22 * HOUR;
    const d = new Desk([LINEAR], { reportingCurrency: 'USDT', dayOffset: offset });
    const tick = { kind: 'timer', name: '', due: 0 } as const;
    d.now = MIDNIGHT;
    d.trade('buy', 1, 100);
    d.ledger.mark(0, 130);
    d.ledger.apply(tick, MIDNIGHT + offset - 1);
    expect(d.ledger.dayProfit()).toBe(30);
    d.ledger.mark(0, Number.NaN);
    d.ledger.apply(tick, MIDNIGHT + offset);
    d.ledger.mark(0, 125);
    expect([d.ledger.profit(), d.ledger.dayProfit()]).toEqual([25, -5]);
    d.ledger.apply(tick, MIDNIGHT + offset + 72 * HOUR);
    expect(d.ledger.dayProfit()).toBe(0);
  });

  test('the peak stays, the drawdown is measured from it', () => {
    const d = new Desk();
    d.trade('buy', 1, 100);
    for (const [price, peak, drawdown] of [
      [90, 0, 10],
      [150, 50, 0],
      [120, 50, 30],
      [160, 60, 0],
    ] as const) {
      d.ledger.mark(0, price);
      expect([d.ledger.peakProfit(), d.ledger.drawdown()]).toEqual([peak, drawdown]);
    }
  });

  test('the running sum does not drift over many marks', () => {
    const d = new Desk([{ ...LINEAR, tick: '0.1', lot: '0.001' }, SPOT], { reportingCurrency: 'USDT' });
    d.rate('EUR', 'USDT', '1.1');
    d.trade('buy', 12_345, 1_000);
    d.trade('sell', 777, 1_000, { index: 1 });
    for (let n = 0; n < 5_000; n++) {
      d.ledger.mark(0, 100 + Math.sin(n) * 10);
      d.ledger.mark(1, 10 + Math.cos(n));
    }
    const exact = Number(d.ledger.statement().desk.profit);
    expect(Math.abs(d.ledger.profit() - exact)).toBeLessThan(1e-9);
  });
});

describe('exposure', () => {
  test('is gross; worst cases count open and unknown orders, and fills of unknown side', () => {
    const d = new Desk();
    d.ledger.mark(0, 10);
    d.trade('buy', 5, 10);
    d.submit('b', 'buy', 3);
    d.submit('s', 'sell', 20);
    d.say('s', 'unknown');
    expect([d.ledger.exposure('one'), d.ledger.worstCaseExposure('one')]).toEqual([50, 150]);
    d.say('s', 'canceled');
    expect(d.ledger.worstCaseExposure('one')).toBe(80);
    d.fill('?', 2, 10);
    expect(d.ledger.worstCaseExposure()).toBe(100);
  });

  test('an order on an instrument without a price is unknown exposure', () => {
    const d = new Desk();
    d.submit('b', 'buy', 3);
    expect([d.ledger.exposure(), d.ledger.worstCaseExposure()]).toEqual([0, NaN]);
  });
});

describe('agents', () => {
  const attribution = [
    { agent: 'alpha', quantity: 3 },
    { agent: 'beta', quantity: -1 },
  ];

  test('hold their parts of a fill, also against each other, and share its fee by gross lots', () => {
    const d = new Desk();
    d.submit('a', 'buy', 2, { attribution });
    expect([d.ledger.agentWorking('alpha', 0), d.ledger.agentWorking('beta', 0)]).toEqual([3, -1]);
    d.fill('a', 1, 100, { fee: '3' });
    expect([d.ledger.agentPosition('alpha', 0), d.ledger.agentPosition('beta', 0)]).toEqual([2, -1]);
    expect([d.ledger.agentWorking('alpha', 0), d.ledger.agentWorking('beta', 0)]).toEqual([1, 0]);
    d.fill('a', 1, 100);
    expect([d.ledger.agentPosition('alpha', 0), d.ledger.agentPosition('beta', 0)]).toEqual([3, -1]);
    d.ledger.mark(0, 110);
    expect([d.ledger.agentProfit('alpha'), d.ledger.agentProfit('beta'), d.ledger.profit()]).toEqual([
      28, -11, 17,
    ]);
    expect(d.ledger.agents()).toEqual(['alpha', 'beta']);
    expect([
      d.ledger.agentPosition('nobody', 0),
      d.ledger.agentWorking('nobody', 0),
      d.ledger.agentProfit('nobody'),
    ]).toEqual([0, 0, 0]);
  });
});

describe('the statement', () => {
  test('is exact, by instrument, venue, agent and currency', () => {
    const d = new Desk();
    d.rate('EUR', 'USDT', '1.1');
    d.trade('buy', 3, 100, { fee: '0.1' });
    d.trade('sell', 1, 101, { fee: '0.01', feeCurrency: 'EUR' });
    d.trade('buy', 1, 12_345, { index: 2, attribution: [{ agent: 'beta', quantity: 1 }] });
    d.ledger.mark(0, 100.5);
    d.ledger.mark(2, 123.46);
    const statement = d.ledger.statement();
    expect(statement.desk).toEqual({
      name: 'desk',
      lines: [
        {
          instrument: LINEAR.id,
          venue: 'one',
          settle: 'USDT',
          position: 2,
          cost: '200',
          realised: '1',
          unrealised: '1',
          fees: [
            { currency: 'USDT', amount: '0.1' },
            { currency: 'EUR', amount: '0.01' },
          ],
          funding: '0',
          profit: '1.889',
        },
        {
          instrument: SPOT.id,
          venue: 'two',
          settle: 'EUR',
          position: 1,
          cost: '0.12345',
          realised: '0',
          unrealised: '0.00001',
          fees: [],
          funding: '0',
          profit: '0.000011',
        },
      ],
      currencies: [
        {
          currency: 'EUR',
          realised: '0',
          unrealised: '0.00001',
          fees: '0.01',
          funding: '0',
          interest: '0',
          net: '-0.00999',
        },
        {
          currency: 'USDT',
          realised: '1',
          unrealised: '1',
          fees: '0.1',
          funding: '0',
          interest: '0',
          net: '1.9',
        },
      ],
      profit: '1.889011',
    });
    expect(statement.venues.map(({ name, profit }) => [name, profit])).toEqual([
      ['one', '1.889'],
      ['two', '0.000011'],
    ]);
    expect(statement.agents.map(({ name, profit }) => [name, profit])).toEqual([
      ['alpha', '1.889'],
      ['beta', '0.000011'],
    ]);
  });

  test('says null for what is unknown', () => {
    const d = new Desk();
    d.trade('buy', 3, 100);
    const { desk } = d.ledger.statement();
    expect([desk.profit, desk.lines[0]?.unrealised, desk.currencies[0]?.net]).toEqual([null, null, null]);
    d.ledger.mark(0, 100);
    d.trade('buy', 3, 100, { index: 2 });
    d.ledger.mark(2, 2);
    const { venues } = d.ledger.statement();
    expect(venues.map(({ profit }) => profit)).toEqual(['0', null]);
  });
});

describe('options and snapshots', () => {
  const table = new InstrumentTable([LINEAR]);

  test.each([
    [{ reportingCurrency: '' }, 'ledger.reportingCurrency must be a name'],
    [{ reportingCurrency: 'USDT', capital: -1 }, 'ledger.capital must be a number of at least 0, not -1'],
    [
      { reportingCurrency: 'USDT', finishedOrders: 0 },
      'ledger.finishedOrders must be an integer of at least 1',
    ],
    [
      { reportingCurrency: 'USDT', dayOffset: 86_400_000 },
      'ledger.dayOffset must be a number from 0 to 86399999',
    ],
    [{ reportingCurrency: 'USDT', dayOfset: 1 }, 'ledger has an unknown setting "dayOfset"'],
  ])('refuses %j', (options, message) => {
    expect(() => new Ledger(table, options)).toThrow(message);
  });

  test('a snapshot fits a table in another order, not one that lacks an instrument', () => {
    const d = new Desk();
    d.trade('buy', 3, 100);
    d.submit('open', 'sell', 2, { index: 2 });
    const foreign = d.filled('?', 1, 100, { index: 1 });
    d.apply(foreign);
    d.ledger.mark(0, 101);
    const saved = d.ledger.save();
    const other = Ledger.restore(new InstrumentTable([SPOT, INVERSE, LINEAR]), d.options, saved);
    expect([other.position(2), other.workingSell(0), other.position(1), other.markPrice(2)]).toEqual([
      3, 2, 1, 101,
    ]);
    expect([other.agentPosition('alpha', 2), other.agentPosition('unattributed', 1)]).toEqual([3, 1]);
    other.mark(1, 50);
    other.apply({ kind: 'rate', venueTime: 0, from: 'BTC', to: 'USDT', rate: '10' }, d.now);
    expect(other.profit()).toBeCloseTo(3, 12);
    expect(other.apply(foreign, d.now).map(({ code }) => code)).toEqual(['duplicate-execution']);
    expect(() => Ledger.restore(table, d.options, saved)).toThrow(`names "${INVERSE.id}", which is not in`);
    expect(() => Ledger.restore(d.instruments, { reportingCurrency: 'USD' }, saved)).toThrow(
      'ledger.reportingCurrency must be "USDT" as in the snapshot, not "USD"',
    );
    expect(() => Ledger.restore(d.instruments, d.options, null)).toThrow('of version 4, not undefined');
  });

  test('a snapshot does not change with the ledger', () => {
    const d = new Desk();
    d.submit('a', 'buy', 3);
    const saved = d.ledger.save();
    const copy = structuredClone(saved);
    d.fill('a', 1, 100);
    d.ledger.mark(0, 5);
    expect(saved).toEqual(copy);
  });
});
