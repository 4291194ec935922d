import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import { instrument } from '../../src/domain/instrument.js';
import { checkEvent, WIRE_KINDS } from '../../src/domain/wire.js';
import { manyRuns } from '../properties/many-runs.js';

const name = fc.string({ minLength: 1, maxLength: 200 });
const text = fc.string({ maxLength: 300 });
const time = fc.double({ min: 0, max: 9e13, noNaN: true });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const ticks = fc.maxSafeInteger();
const lots = fc.maxSafeNat();
const some = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const count = fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER });
const exact = fc
  .tuple(fc.constantFrom('', '-'), fc.nat(), fc.option(fc.nat()))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`);
const levels = fc.array(fc.tuple(ticks, lots), { maxLength: 4 }).map((list) => list.flat());
const definition = fc.constantFrom(
  instrument({ venue: 'v', symbol: 's', kind: 'spot', base: 'B', quote: 'Q', tick: '0.1', lot: '1' }),
  instrument({
    venue: 'v',
    symbol: 'f',
    kind: 'future',
    base: 'B',
    quote: 'Q',
    tick: '5',
    lot: '1',
    multiplier: '0.1',
    expiry: 1e12,
    calendar: 'c',
    bands: { low: '1', high: '2.5' },
  }),
);

const own = { venue: name, instrument: name, clientOrderId: name, venueTime: time };

const execution = {
  executionId: name,
  side: fc.constantFrom('buy', 'sell'),
  price: ticks,
  quantity: some,
  liquidity: fc.constantFrom('maker', 'taker'),
  fee: exact,
  feeCurrency: name,
};

/** An arbitrary of every kind of event, by kind; reports in both their shapes. */
const arbitraries: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  trade: {
    instrument: name,
    venueTime: time,
    price: ticks,
    quantity: lots,
    aggressor: fc.constantFrom('buy', 'sell', 'none'),
    tradeId: text,
  },
  quote: {
    instrument: name,
    venueTime: time,
    bidPrice: ticks,
    bidQuantity: lots,
    askPrice: ticks,
    askQuantity: lots,
    updateId: count,
  },
  book: {
    instrument: name,
    venueTime: time,
    action: fc.constantFrom('snapshot', 'delta'),
    first: count,
    last: count,
    previous: count,
    bids: levels,
    asks: levels,
  },
  bookOrder: {
    instrument: name,
    venueTime: time,
    action: fc.constantFrom('add', 'cancel', 'modify', 'clear', 'trade', 'fill'),
    orderId: text,
    side: fc.constantFrom('bid', 'ask', 'none'),
    price: ticks,
    quantity: lots,
    snapshot: fc.boolean(),
    last: fc.boolean(),
  },
  bar: {
    instrument: name,
    venueTime: time,
    start: time,
    end: time,
    open: ticks,
    high: ticks,
    low: ticks,
    close: ticks,
    volume: lots,
    trades: count,
  },
  funding: { instrument: name, venueTime: time, rate: exact, fundingTime: time },
  rate: { venueTime: time, from: name, to: name, rate: exact },
  instrument: { venueTime: time, definition },
  status: {
    instrument: name,
    venueTime: time,
    state: fc.constantFrom('open', 'closed', 'halted', 'auction', 'preOpen'),
  },
  link: {
    venueTime: time,
    venue: name,
    channel: fc.constantFrom('market', 'orders', 'account'),
    state: fc.constantFrom('up', 'down'),
    reason: text,
  },
  sync: { instrument: name, venueTime: time, state: fc.constantFrom('unsynced', 'synced'), reason: text },
  roll: {
    venueTime: time,
    continuous: name,
    from: name,
    to: name,
    reason: fc.constantFrom('expiry', 'volume'),
    at: time,
  },
  report: {
    ...own,
    type: fc.constantFrom('accepted', 'rejected', 'unknown', 'canceled', 'expired', 'cancelRejected'),
    reason: text,
  },
  'report fill': { ...own, type: fc.constant('fill'), ...execution },
  'report correction': { ...own, type: fc.constant('correction'), ...execution, reason: text },
  'report bust': { ...own, type: fc.constant('bust'), executionId: name, reason: text },
  interest: { venue: name, venueTime: time, paymentId: name, currency: name, amount: exact },
  account: {
    venue: name,
    venueTime: time,
    balances: fc.array(fc.record({ currency: name, free: exact, locked: exact }), { maxLength: 3 }),
  },
  truth: {
    venue: name,
    venueTime: time,
    coversClosed: fc.boolean(),
    orders: fc.array(
      fc.record({
        clientOrderId: name,
        instrument: name,
        status: fc.constantFrom('accepted', 'filled', 'expired'),
        filled: lots,
      }),
      { maxLength: 2 },
    ),
    fills: fc.array(
      fc.record({ kind: fc.constant('report'), ...own, type: fc.constant('fill'), ...execution }),
      { maxLength: 2 },
    ),
    positions: fc.array(fc.record({ instrument: name, quantity: ticks, averagePrice: exact }), {
      maxLength: 2,
    }),
    balances: fc.array(fc.record({ currency: name, free: exact, locked: exact }), { maxLength: 2 }),
  },
  signal: {
    signal: fc.record({
      name,
      instrument: name,
      direction: fc.constantFrom(1, 0, -1),
      strength: share,
      confidence: share,
      horizon: finite,
      eventTime: time,
      validUntil: time,
    }),
  },
  decision: {
    decision: fc.record({
      agent: name,
      of: fc.oneof(fc.record({ instrument: name }), fc.record({ asset: name })),
      exposure: fc.double({ min: -1, max: 1, noNaN: true }),
      confidence: share,
      basedOn: count,
      validUntil: time,
    }),
  },
  timer: { name, due: time },
  control: {
    action: fc.constantFrom('kill', 'resume', 'reduce', 'limit'),
    scope: name,
    value: finite,
    by: text,
    reason: text,
  },
  epoch: { epoch: count, leader: name },
  fault: {
    component: name,
    code: name,
    message: text,
    severity: fc.constantFrom('notice', 'quarantine', 'halt'),
  },
  barrier: { id: text },
};

type Fields = Record<string, unknown>;

const eventOf = (title: string): fc.Arbitrary<Fields> =>
  fc.record(arbitraries[title] as (typeof arbitraries)[string]).map((fields) => ({
    kind: title.split(' ')[0],
    ...fields,
  }));

const titles = Object.keys(arbitraries);

test('these are arbitraries of all kinds that the wire carries', () => {
  expect(new Set(titles.map((title) => title.split(' ')[0]))).toEqual(new Set(WIRE_KINDS));
});

describe.each(titles)('an event %s', (title) => {
  test('passes as it is', () => {
    fc.assert(
      fc.property(eventOf(title), (event) => {
        expect(checkEvent(event)).toBe(event);
      }),
      { numRuns: manyRuns(40) },
    );
  });

  test('is refused without a field, with a strange value, and with a field too many; the message names the field', () => {
    const fields = Object.keys(arbitraries[title] as object).filter((field) => field !== 'type');
    // No field of any event may hold any of these.
    const strange = fc.constantFrom<unknown>(
      undefined,
      null,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      {},
      () => 1,
      1n,
    );
    fc.assert(
      fc.property(eventOf(title), fc.constantFrom(...fields), strange, (event, field, value) => {
        const at = `${event['kind']}.${field}`;
        const { [field]: _gone, ...without } = event;
        for (const wrong of [without, { ...event, [field]: value }]) {
          expect(() => checkEvent(wrong)).toThrow(InputError);
          expect(() => checkEvent(wrong)).toThrow(at);
        }
      }),
      { numRuns: manyRuns(40) },
    );
    fc.assert(
      fc.property(
        eventOf(title),
        fc.constantFrom('extra', 'constructor', 'toString', 'hasOwnProperty'),
        (event, extra) => {
          expect(() => checkEvent({ ...event, [extra]: 1 })).toThrow(
            `${event['kind']}.${extra} must be absent`,
          );
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('what is nested is checked as well', () => {
  const report = (more: object): object => ({
    kind: 'report',
    type: 'fill',
    venue: 'v',
    instrument: 'i',
    clientOrderId: 'c',
    venueTime: 0,
    executionId: 'e',
    side: 'buy',
    price: 1,
    quantity: 1,
    liquidity: 'maker',
    fee: '0',
    feeCurrency: 'USD',
    ...more,
  });
  const decision = (more: object): object => ({
    kind: 'decision',
    decision: {
      agent: 'a',
      of: { asset: 'BTC' },
      exposure: 0,
      confidence: 1,
      basedOn: 1,
      validUntil: 1,
      ...more,
    },
  });
  const book = (more: object): object => ({
    kind: 'book',
    instrument: 'i',
    venueTime: 0,
    action: 'delta',
    first: -1,
    last: -1,
    previous: -1,
    bids: [],
    asks: [],
    ...more,
  });
  const made = instrument({
    venue: 'v',
    symbol: 's',
    kind: 'spot',
    base: 'B',
    quote: 'Q',
    tick: '1',
    lot: '1',
  });
  const listing = (more: object): object => ({
    kind: 'instrument',
    venueTime: 0,
    definition: { ...made, ...more },
  });

  test.each([
    [report({ quantity: 0 }), 'report.quantity must be an integer of lots, at least 1, not 0'],
    [report({ fee: '1e-5' }), 'report.fee must be a decimal string, not "1e-5"'],
    [report({ side: 'long' }), 'report.side must be one of buy, sell, not "long"'],
    [report({ type: 'gone' }), 'report.type must be one of accepted, rejected'],
    [decision({ exposure: 1.01 }), 'decision.decision.exposure must be a number from -1 to 1, not 1.01'],
    [decision({ confidence: -0.1 }), 'decision.decision.confidence must be a number from 0 to 1'],
    [decision({ of: {} }), 'decision.decision.of must be either an instrument or an asset'],
    [
      decision({ of: { asset: 'BTC', instrument: 'i' } }),
      'decision.decision.of must be either an instrument or an asset',
    ],
    [decision({ of: { asset: '' } }), 'decision.decision.of.asset must be a name'],
    [book({ bids: [1, 2, 3] }), 'book.bids must be an array of price, quantity'],
    [book({ asks: [1, -2] }), 'book.asks[1] must be an integer of lots, at least 0, not -2'],
    [book({ asks: [1.5, 2] }), 'book.asks[0] must be an integer of ticks, not 1.5'],
    [listing({ tick: 0.1 }), 'instrument.definition.tick must be a decimal string, not 0.1'],
    [
      listing({ fees: { maker: 0 } }),
      'instrument.definition.fees.taker must be a finite number, not undefined',
    ],
    [listing({ nickname: 'x' }), 'instrument.definition.nickname must be absent'],
    [
      { kind: 'account', venue: 'v', venueTime: 0, balances: [{ currency: 'USD', free: '1', locked: 1 }] },
      'account.balances[0].locked must be a decimal string, not 1',
    ],
    [JSON.parse('{"kind":"barrier","id":"","__proto__":1}'), 'barrier.__proto__ must be absent'],
  ])('%o', (event, message) => {
    expect(() => checkEvent(event)).toThrow(InputError);
    expect(() => checkEvent(event)).toThrow(message);
  });
});

test.each([
  [null, 'event must be an object, not null'],
  ['trade', 'event must be an object, not "trade"'],
  [{}, 'event.kind must be one of trade, quote'],
  [{ kind: 'toString' }, 'event.kind must be one of trade, quote'],
  [{ kind: 'submitted' }, 'event.kind must be one of trade, quote'],
] as [unknown, string][])('%o is no event', (value, message) => {
  expect(() => checkEvent(value)).toThrow(message);
});
