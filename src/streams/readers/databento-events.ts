import type { ListedInstrument } from '../../domain/instrument-table.js';
import type {
  Aggressor,
  BarEvent,
  BookOrderEvent,
  QuoteEvent,
  StatusEvent,
  TradeEvent,
} from '../../domain/market-event.js';
import { ACTIONS, LAST, SIDES, SNAPSHOT } from './databento-codes.js';
import { characterAt, type FixedPrices, fixedAt, lotsOf, millisAt } from './databento-fields.js';
import { refuseField } from './fields.js';

const AGGRESSORS: ReadonlyMap<string, Aggressor> = new Map([
  ['B', 'buy'],
  ['A', 'sell'],
  ['N', 'none'],
]);
/** Actions of a status; of those that are not here (a changed short sale restriction) there is nothing to say. */
const STATES: ReadonlyMap<number, StatusEvent['state']> = new Map([
  ...[1, 2, 3].map((action) => [action, 'preOpen'] as const),
  ...[4, 5, 6].map((action) => [action, 'auction'] as const),
  [7, 'open'],
  ...[8, 9, 10].map((action) => [action, 'halted'] as const),
  ...[11, 12, 13, 15].map((action) => [action, 'closed'] as const),
]);

/** A change of an order-by-order book. */
export function databentoOrder(listed: ListedInstrument, bytes: Buffer, prices: FixedPrices): BookOrderEvent {
  const code = characterAt(bytes, 38);
  const action = ACTIONS.get(code) ?? refuseField('action', 'one of A, C, M, R, T, F', code);
  const side = characterAt(bytes, 39);
  const price = fixedAt(bytes, 24);
  const flags = bytes[36] as number;
  return {
    kind: 'bookOrder',
    instrument: listed.id,
    venueTime: millisAt(bytes, 8, 'ts_event'),
    action,
    orderId: String(bytes.readBigUInt64LE(16)),
    side: SIDES.get(side) ?? refuseField('side', 'one of B, A, N', side),
    // Clearing the book concerns no price.
    price: action === 'clear' && price === undefined ? 0 : prices.ticks(listed, price, 'price'),
    quantity: lotsOf(listed, bytes.readUInt32LE(32), 'size'),
    snapshot: (flags & SNAPSHOT) !== 0,
    last: (flags & LAST) !== 0,
  };
}

/** A trade; its number is of the packet, so the decoder says how to tell several apart. */
export function databentoTrade(
  listed: ListedInstrument,
  bytes: Buffer,
  prices: FixedPrices,
  tradeId: string,
): TradeEvent {
  const side = characterAt(bytes, 29);
  return {
    kind: 'trade',
    instrument: listed.id,
    venueTime: millisAt(bytes, 8, 'ts_event'),
    price: prices.ticks(listed, fixedAt(bytes, 16), 'price'),
    quantity: lotsOf(listed, bytes.readUInt32LE(24), 'size'),
    aggressor: AGGRESSORS.get(side) ?? refuseField('side', 'one of B, A, N', side),
    tradeId,
  };
}

/**
 * Best bid and ask.
 *
 * @param timeAt where the venue's time stands; that of a sampled top is the last trade's, so its own is taken
 */
export function databentoQuote(
  listed: ListedInstrument,
  bytes: Buffer,
  prices: FixedPrices,
  timeAt: number,
): QuoteEvent {
  const bid = fixedAt(bytes, 48);
  const ask = fixedAt(bytes, 56);
  return {
    kind: 'quote',
    instrument: listed.id,
    venueTime: millisAt(bytes, timeAt, 'ts_event'),
    // An empty side has no price.
    bidPrice: bid === undefined ? 0 : prices.ticks(listed, bid, 'bid_px'),
    bidQuantity: bid === undefined ? 0 : lotsOf(listed, bytes.readUInt32LE(64), 'bid_sz'),
    askPrice: ask === undefined ? 0 : prices.ticks(listed, ask, 'ask_px'),
    askQuantity: ask === undefined ? 0 : lotsOf(listed, bytes.readUInt32LE(68), 'ask_sz'),
    updateId: bytes.readUInt32LE(44),
  };
}

/** A bar of a length in milliseconds, from its start. */
export function databentoBar(
  listed: ListedInstrument,
  bytes: Buffer,
  prices: FixedPrices,
  interval: number,
): BarEvent {
  const start = millisAt(bytes, 8, 'ts_event');
  const ticksAt = (at: number, name: string): number => prices.ticks(listed, fixedAt(bytes, at), name);
  const end = start + interval;
  return {
    kind: 'bar',
    instrument: listed.id,
    venueTime: end,
    start,
    end,
    open: ticksAt(16, 'open'),
    high: ticksAt(24, 'high'),
    low: ticksAt(32, 'low'),
    close: ticksAt(40, 'close'),
    volume: lotsOf(listed, bytes.readBigUInt64LE(48), 'volume'),
    trades: -1,
  };
}

/** The state that a record tells, or `undefined` where it tells none. */
export function databentoState(bytes: Buffer): StatusEvent['state'] | undefined {
  return STATES.get(bytes.readUInt16LE(24));
}
