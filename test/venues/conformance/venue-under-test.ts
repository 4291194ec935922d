import type { Driver } from '../../../src/core/driver.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import type { VenueDriver } from '../../../src/venues/driver/index.js';

/** What goes wrong with the next order (or cancel) that arrives at the double. */
export type RequestFault =
  /** The venue takes it, and the connection that it came by breaks before it answers. */
  | 'acceptThenDrop'
  /** The venue takes it and never answers; nor does its stream tell of it until it is asked. */
  | 'acceptThenHang'
  /** The request is lost: the venue never has it, and nobody answers. */
  | 'noReply'
  /** An answer that says nothing about the order, though the venue has it. */
  | 'http500'
  | 'http504'
  /** Refusals, whole and certain. */
  | 'reject'
  | 'throttle'
  | 'clockSkew'
  | 'deadKey';

/** A part of the conformance suite that a venue may not have. */
export type Part = RequestFault | 'freeze' | 'marketData' | 'takeover' | 'cancelAll';

/** An order as the double has it, in lots. */
export interface OrderAtDouble {
  readonly clientOrderId: string;
  readonly status: string;
  readonly filled: number;
  /** How often a request to place it arrived. */
  readonly requests: number;
}

/** The far end, with both hands on it. */
export interface VenueDouble {
  /** Every order that it ever took. */
  orders(): readonly OrderAtDouble[];
  /** Executes lots of an order at its limit, one execution each, told in one piece of TCP. */
  fill(clientOrderId: string, ...lots: readonly number[]): void;
  /** The next order is taken and filled at once by these lots: its acknowledgement and the fills are one piece of TCP. */
  fillNextInBurst(...lots: readonly number[]): void;
  /** What happens to the next request; once. */
  failNext(fault: RequestFault): void;
  /** Breaks every connection; new ones are taken at once. */
  disconnect(): void;
  /** Takes in and says nothing, over open connections, until it thaws. */
  freeze(): void;
  thaw(): void;
  /** Prints a trade of the public, at the best price. */
  trade?(lots: number): void;
  /** Changes a level of the book, price in ticks. */
  level?(side: 'bid' | 'ask', price: number, lots: number): void;
  /** Leaves out some changes of the book, so that the next one does not follow. */
  gap?(): void;
  /** The book as it stands: price in ticks, lots, best first. */
  book?(): { readonly bids: readonly number[]; readonly asks: readonly number[] };
  stop(): Promise<void>;
}

/** A venue with its double, ready to be connected. */
export interface VenueUnderTest {
  readonly instrument: Instrument;
  readonly double: VenueDouble;
  /** A driver of the double, with time-outs short enough for tests; again for each member. */
  driver(): Driver & Partial<Pick<VenueDriver, 'closed' | 'cancelAll'>>;
  /** Milliseconds from ping to ping, where the venue has a connection that can freeze. */
  readonly keepAlive: number;
  /** Parts that have no meaning on this venue, with the reason: they are named in the suite's last test. */
  readonly without?: Partial<Record<Part, string>>;
  /** Limits for an order that rests and for one that trades, in ticks; lots of an order. */
  readonly restingPrice: number;
  readonly lots: number;
}
