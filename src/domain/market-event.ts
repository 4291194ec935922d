import type { InstrumentId } from './brand.js';
import type { Instrument } from './instrument.js';

/** The side of the order that took liquidity; `none` where the venue does not say. */
export type Aggressor = 'buy' | 'sell' | 'none';

/** A trade that the venue printed. Price in ticks, quantity in lots, times in Unix milliseconds. */
export interface TradeEvent {
  readonly kind: 'trade';
  readonly instrument: InstrumentId;
  readonly venueTime: number;
  readonly price: number;
  readonly quantity: number;
  readonly aggressor: Aggressor;
  readonly tradeId: string;
}

/** Best bid and ask as the venue says them. Prices in ticks, quantities in lots; quantity 0: that side is empty. */
export interface QuoteEvent {
  readonly kind: 'quote';
  readonly instrument: InstrumentId;
  readonly venueTime: number;
  readonly bidPrice: number;
  readonly bidQuantity: number;
  readonly askPrice: number;
  readonly askQuantity: number;
  /** The venue's update id, or -1. */
  readonly updateId: number;
}

/**
 * Levels of an L2 book: a whole book (`snapshot`) or changed levels (`delta`, quantity 0 removes).
 *
 * `bids` and `asks` are flat: price in ticks, quantity in lots, price, quantity, and so on.
 * The ids tell how deltas chain: with `previous >= 0` each names its predecessor (Binance futures, `pu`); else
 * with `first >= 0` each starts right after the last (Binance spot, `U` and `u`); else the connection vouches
 * for the order and a `sync` event tells of a gap.
 */
export interface BookEvent {
  readonly kind: 'book';
  readonly instrument: InstrumentId;
  readonly venueTime: number;
  readonly action: 'snapshot' | 'delta';
  readonly first: number;
  readonly last: number;
  readonly previous: number;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

/**
 * One change of an order-by-order (L3) book. Price in ticks, quantity in lots.
 *
 * `trade` and `fill` tell of executions and change no book; the `cancel` or `modify` after them does.
 * `last` marks the end of a venue's atomic group: only then is the book whole.
 */
export interface BookOrderEvent {
  readonly kind: 'bookOrder';
  readonly instrument: InstrumentId;
  readonly venueTime: number;
  readonly action: 'add' | 'cancel' | 'modify' | 'clear' | 'trade' | 'fill';
  readonly orderId: string;
  readonly side: 'bid' | 'ask' | 'none';
  readonly price: number;
  readonly quantity: number;
  readonly snapshot: boolean;
  readonly last: boolean;
}

/** A closed bar: prices in ticks, volume in lots, `[start, end)` in Unix milliseconds. Known from `end` on. */
export interface BarEvent {
  readonly kind: 'bar';
  readonly instrument: InstrumentId;
  readonly venueTime: number;
  readonly start: number;
  readonly end: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

/** A funding rate of a perpetual, as a share of the notional (exact decimal string), due at `fundingTime`. */
export interface FundingEvent {
  readonly kind: 'funding';
  readonly instrument: InstrumentId;
  readonly venueTime: number;
  readonly rate: string;
  readonly fundingTime: number;
}

/** One unit of `from` is worth `rate` (exact decimal string) units of `to`. */
export interface RateEvent {
  readonly kind: 'rate';
  readonly venueTime: number;
  readonly from: string;
  readonly to: string;
  readonly rate: string;
}

/** A definition of an instrument, at the start or when the venue changes it. */
export interface InstrumentEvent {
  readonly kind: 'instrument';
  readonly venueTime: number;
  readonly definition: Instrument;
}

/** The trading state of an instrument. */
export interface StatusEvent {
  readonly kind: 'status';
  readonly instrument: InstrumentId;
  readonly venueTime: number;
  readonly state: 'open' | 'closed' | 'halted' | 'auction' | 'preOpen';
}

/** The state of one channel to a venue. */
export interface LinkEvent {
  readonly kind: 'link';
  readonly venueTime: number;
  readonly venue: string;
  readonly channel: 'market' | 'orders' | 'account';
  readonly state: 'up' | 'down';
  readonly reason: string;
}

/** A feed lost or regained the continuity of an instrument's data (a gap seen by the connection, a checksum). */
export interface SyncEvent {
  readonly kind: 'sync';
  readonly instrument: InstrumentId;
  readonly venueTime: number;
  readonly state: 'unsynced' | 'synced';
  readonly reason: string;
}

/**
 * The front contract of a chain of futures gave way to the next.
 *
 * `roll` derives one for each step along its chain, by its own rule; one that comes from outside is somebody else's
 * word, and moves nothing.
 */
export interface RollEvent {
  readonly kind: 'roll';
  readonly venueTime: number;
  /** Name of the continuous contract, such as `ES`. */
  readonly continuous: string;
  /** The contract that was the front, and the one that is. */
  readonly from: InstrumentId;
  readonly to: InstrumentId;
  /** `expiry`: the time that the expiry sets had come; `volume`: the next contract traded more. */
  readonly reason: 'expiry' | 'volume';
  /** When it was due (Unix milliseconds); the first event at or after that time makes it known. */
  readonly at: number;
}

/** Market data and reference data: what replay reads and venues say without being asked to trade. */
export type MarketEvent =
  | TradeEvent
  | QuoteEvent
  | BookEvent
  | BookOrderEvent
  | BarEvent
  | FundingEvent
  | RateEvent
  | InstrumentEvent
  | StatusEvent
  | LinkEvent
  | SyncEvent
  | RollEvent;
