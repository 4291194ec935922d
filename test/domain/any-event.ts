import fc from 'fast-check';
import { instrument } from '../../src/domain/instrument.js';

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
export const arbitraries: Readonly<Record<string, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
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

export type Fields = Record<string, unknown>;

/** An arbitrary of events of one title of {@link arbitraries}. */
export const eventOf = (title: string): fc.Arbitrary<Fields> =>
  fc.record(arbitraries[title] as (typeof arbitraries)[string]).map((fields) => ({
    kind: title.split(' ')[0],
    ...fields,
  }));

/** Kinds of events, reports by their shape. */
export const titles: readonly string[] = Object.keys(arbitraries);
