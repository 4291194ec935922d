import { describe, expect, test } from 'vitest';
import { clientOrderId } from '../../src/domain/brand.js';
import type { OutsideEvent, TruthEvent } from '../../src/domain/event.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';
import { Desk, type DeskOptions } from './desk.js';
import { ManualClock } from './manual-clock.js';

const at = (venue: DeskOptions['venue'], more: DeskOptions = {}): Desk =>
  new Desk({ venue: { ...venue }, ...more }).snapshot([99, 10, 98, 20], [101, 5, 102, 7]);
const rest = { side: 'buy', quantity: 6, price: 99 } as const;

describe('requests that expire', () => {
  test('one that arrives too late after its request time is refused', () => {
    const desk = at({ capabilities: { requestExpiry: 100 } }).at(1_100);
    desk.submit('a', { ...rest, requestTime: 1_000 }).submit('b', { ...rest, requestTime: 999.9 });
    expect(desk.news()).toEqual(['1100 a accepted', '1100 b rejected: the request has expired']);
  });

  test('unless the venue lets them arrive at any time', () => {
    expect(
      at({})
        .at(1_100)
        .submit('a', { ...rest, requestTime: 0 })
        .news(),
    ).toEqual(['1100 a accepted']);
  });
});

describe('an id that is sent twice', () => {
  test('stands for the order that has it where the venue takes an id once, also when that is over', () => {
    const desk = at({ capabilities: { idempotent: true } })
      .submit('a', rest)
      .submit('a', rest);
    expect(desk.news()).toEqual(['0 a accepted', '0 a accepted: resting']);
    desk.cancel('a').news();
    expect(desk.submit('a', rest).news()).toEqual(['0 a canceled: changed its mind']);
  });

  test('is refused elsewhere', () => {
    expect(at({}).submit('a', rest).submit('a', rest).news()).toEqual([
      '0 a accepted',
      '0 a rejected: duplicate client order id',
    ]);
  });
});

describe('replacing an order', () => {
  const replaces = clientOrderId('a');

  test('takes its place by one request where the venue can', () => {
    const desk = at({ capabilities: { nativeReplace: true } }).submit('a', rest);
    desk.news();
    desk.submit('b', { ...rest, price: 98, replaces });
    expect(desk.news()).toEqual([
      '0 a canceled: replaced by b',
      '0 b replaced: in the place of a',
      '0 b accepted',
    ]);
    expect(desk.ask('a').ask('b').news()).toEqual(['0 a canceled: replaced by b', '0 b accepted: resting']);
  });

  test('leaves it where the new one is refused, and does nothing where it is not there any more', () => {
    const desk = at({ capabilities: { nativeReplace: true } }).submit('a', rest);
    desk.submit('b', { ...rest, quantity: 1, replaces });
    desk.cancel('a').submit('c', { ...rest, replaces });
    expect(desk.news()).toEqual([
      '0 a accepted',
      '0 b replaceRejected: quantity 0.001 is below the least, 0.002',
      '0 a canceled: changed its mind',
      '0 c replaceRejected: order a, which it is to replace, is not in the book',
    ]);
    expect(desk.ask('c').news()).toEqual([
      '0 c rejected: order a, which it is to replace, is not in the book',
    ]);
  });

  test('is two orders elsewhere', () => {
    expect(
      at({})
        .submit('a', rest)
        .submit('b', { ...rest, replaces })
        .news(),
    ).toEqual(['0 a accepted', '0 b accepted']);
  });
});

describe('the truth', () => {
  test('names orders, fills and positions, after whatever was told before', () => {
    const desk = at({ latency: { submit: 1, report: 2 } });
    desk
      .submit('a', { side: 'buy', quantity: 4 })
      .submit('b', { ...rest, price: 101 })
      .submit('c', rest);
    desk.cancel('c').reconcile().at(50);
    const truth = desk.others.find((event): event is TruthEvent => event.kind === 'truth');
    const of = { instrument: desk.instrument.id };
    expect(truth).toMatchObject({
      venue: 'binance',
      venueTime: 1,
      coversClosed: true,
      orders: [
        { ...of, clientOrderId: 'b', status: 'partiallyFilled', filled: 1 },
        { ...of, clientOrderId: 'a', status: 'filled', filled: 4 },
        { ...of, clientOrderId: 'c', status: 'canceled', filled: 0 },
      ],
      positions: [{ ...of, quantity: 5 }],
    });
    expect(truth?.fills.map(({ executionId }) => executionId).sort()).toEqual(
      [...desk.fills('a'), ...desk.fills('b')].map(({ executionId }) => executionId).sort(),
    );
  });

  test('is not told while the link is down, nor when the request or its answer is lost', () => {
    for (const fault of ['lostRequest', 'lostReply'] as const) {
      const desk = at({ faults: { script: [{ fault, request: 'reconcile' }] } })
        .reconcile()
        .at(9_000);
      expect(desk.others).toEqual([]);
    }
    const down = at({ faults: { script: [{ fault: 'disconnect', from: 1, lasts: 100 }] } }).at(5);
    expect(down.reconcile().at(50).others).toEqual([]);
    expect(down.at(200).reconcile().others).toHaveLength(1);
  });
});

describe('what the venue says of its own accord', () => {
  const reason = 'amended by the venue';
  const schedule = [
    { kind: 'bust', at: 10, execution: 1 },
    { kind: 'correction', at: 20, execution: 2, price: 103, quantity: 2 },
    { kind: 'interest', at: 30, currency: 'USDT', amount: '-0.25' },
    { kind: 'funding', at: 40, instrument: 'BTCUSDT.SPOT@binance', rate: '0.0001' },
    { kind: 'bust', at: 50, execution: 99 },
  ] as const;

  test('busts and corrections change its own books, interest and funding are told', () => {
    const desk = at({ schedule });
    desk.submit('a', { side: 'buy', quantity: 4 }).submit('b', { side: 'buy', quantity: 9, price: 102 });
    const fills = [...desk.fills('a'), ...desk.fills('b')];
    expect(fills.map(({ quantity, price }) => [quantity, price])).toEqual([
      [4, 101],
      [1, 101],
      [7, 102],
    ]);
    desk.news();
    desk.at(60);
    expect(desk.news()).toEqual([
      `10 a bust: ${reason}`,
      `10 a canceled: ${reason}`,
      `20 b correction: ${reason}`,
    ]);
    expect(desk.others).toEqual([
      {
        kind: 'interest',
        venue: 'binance',
        venueTime: 30,
        paymentId: 'binance-interest-3',
        currency: 'USDT',
        amount: '-0.25',
      },
      expect.objectContaining({ kind: 'funding', rate: '0.0001', fundingTime: 40, venueTime: 40 }),
    ]);
    desk.reconcile();
    expect((desk.others.at(-1) as TruthEvent).positions).toMatchObject([{ quantity: 8 }]);
  });

  test('a busted order that rests may trade those lots again', () => {
    const desk = at({ schedule: [{ kind: 'bust', at: 10, execution: 1 }] });
    desk.submit('a', { side: 'buy', quantity: 8, price: 101 }).at(15).news();
    desk.at(20).trade(100, 20, 'sell');
    expect(desk.news()).toEqual(['20 a fill 8@101 maker']);
  });

  test('goes on after a restore, each word once', () => {
    const go = (cut: number): readonly OutsideEvent[] => {
      const before = at({ schedule }).submit('a', { side: 'buy', quantity: 4 }).at(cut);
      const saved = structuredClone(before.save());
      before.close();
      const after = new Desk({ venue: { schedule }, clock: new ManualClock(cut), restored: saved }).at(90);
      return [...before.others, ...after.others, ...before.reports, ...after.reports];
    };
    expect(go(25)).toEqual(go(5));
    expect(go(25)).toEqual(go(90));
  });

  test.each([
    [{ kind: 'gift' }, 'schedule[0].kind must be one of bust, correction, interest, funding, not "gift"'],
    [{ kind: 'bust', at: -1, execution: 1 }, 'schedule[0].at must be a number of at least 0, not -1'],
    [{ kind: 'bust', at: 1, execution: 0 }, 'schedule[0].execution must be an integer of at least 1, not 0'],
    [{ kind: 'correction', at: 1, execution: 1, quantity: 0 }, 'schedule[0].quantity must be an integer'],
    [{ kind: 'correction', at: 1, execution: 1, price: 0.5 }, 'schedule[0].price must be an integer'],
    [{ kind: 'interest', at: 1, currency: '', amount: '1' }, 'schedule[0].currency must be a name'],
    [
      { kind: 'interest', at: 1, currency: 'X', amount: '1e3' },
      'schedule[0].amount must be a decimal string',
    ],
    [{ kind: 'funding', at: 1, instrument: '', rate: '1' }, 'schedule[0].instrument must be a name'],
    [{ kind: 'funding', at: 1, instrument: 'i', rate: 1 }, 'schedule[0].rate must be a decimal string'],
    [{ kind: 'bust', at: 1, execution: 1, price: 4 }, 'schedule[0] has an unknown setting "price"'],
    [null, 'schedule[0] must be an object, not null'],
  ])('refuses %j', (word, message) => {
    expect(() => simulatedVenue({ venue: 'v', schedule: [word as never] })).toThrow(message);
    expect(() => simulatedVenue({ venue: 'v', schedule: 4 as never })).toThrow('schedule must be an array');
  });
});
