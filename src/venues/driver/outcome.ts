import type { ClientOrderId } from '../../domain/brand.js';
import type { FillReport, TrueOrder, TruthEvent } from '../../domain/event.js';

/**
 * What an error of a venue means for us.
 *
 * - `unknown`: nobody can say whether the request was carried out; only a look-up settles it.
 * - `throttled`: refused for the rate of requests: everything backs off.
 * - `rejected`: refused for what it says; it was not carried out.
 * - `clock`: refused since our time is not the venue's: the clock is to be set once.
 * - `dead-key`: refused since the key, its permissions or the signature are not taken.
 * - `duplicate-id`: there is, or was, an order of this client order id: it is to be looked up.
 * - `not-found`: the venue does not know the order; it may have ended, or have been filled.
 */
export type ErrorClass =
  | 'unknown'
  | 'throttled'
  | 'rejected'
  | 'clock'
  | 'dead-key'
  | 'duplicate-id'
  | 'not-found';

/** What became of a request to a venue: one of three, always a value and never an exception. */
export type Outcome = Acknowledged | Refused | Unknown;

/** The venue has taken the request. */
export interface Acknowledged {
  readonly kind: 'acknowledged';
  /** By the venue's clock, Unix milliseconds; 0: not told. */
  readonly venueTime: number;
  /** Of a cancel: lots executed before it, where the venue counts them. */
  readonly filled?: number;
}

/** The venue has certainly not carried out the request, and why. */
export interface Refused {
  readonly kind: 'refused';
  readonly error: Exclude<ErrorClass, 'unknown'>;
  readonly reason: string;
  readonly venueTime: number;
  /** Milliseconds for which the venue wants to hear nothing, of `throttled`; absent: not told. */
  readonly retryAfter?: number;
}

/** Nobody can say whether the venue has carried out the request. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: string;
}

/** An order that ended with all others on its instrument. */
export interface CanceledOrder {
  readonly clientOrderId: ClientOrderId;
  /** Lots executed before it, where the venue counts them. */
  readonly filled?: number;
}

/** What became of a request to cancel all orders on an instrument. */
export type CancelAllOutcome =
  | (Acknowledged & {
      /** Those that the venue named in its answer; empty where its stream tells of them. */
      readonly canceled: readonly CanceledOrder[];
    })
  | Refused
  | Unknown;

/** The answer to a look-up by client order id. */
export type Finding =
  | {
      readonly kind: 'found';
      readonly status: TrueOrder['status'];
      /** Lots executed so far, by the venue's count. */
      readonly filled: number;
      /** Mean price of those lots as an exact decimal string, where the venue tells it. */
      readonly averagePrice?: string;
      /** Every fill of the order that the venue can repeat. */
      readonly fills: readonly FillReport[];
      readonly reason: string;
      readonly venueTime: number;
    }
  /** `venueTime` decides whether that is final: it must be the venue's own. */
  | { readonly kind: 'notFound'; readonly venueTime: number }
  /** No answer: the core asks again by itself. */
  | Unknown;

/** What a venue tells when it is asked for everything. */
export type VenueTruth = Omit<TruthEvent, 'kind' | 'venue'>;

/**
 * The outcome of a request that the venue has taken; its time in Unix milliseconds, 0 when it was not told.
 *
 * @example
 * acknowledged(1_704_067_200_000);
 */
export const acknowledged = (venueTime: number, filled?: number): Acknowledged => ({
  kind: 'acknowledged',
  venueTime,
  ...(filled === undefined ? {} : { filled }),
});

/**
 * The outcome of a request of which nobody can say whether it was carried out.
 *
 * @example
 * unknown('no answer within 10 s');
 */
export const unknown = (reason: string): Unknown => ({ kind: 'unknown', reason });

/**
 * A request that certainly was not carried out.
 *
 * @example
 * refused('throttled', 'too many requests', 0, 1_000);
 */
export const refused = (
  error: Refused['error'],
  reason: string,
  venueTime: number = 0,
  retryAfter?: number,
): Refused => ({
  kind: 'refused',
  error,
  reason,
  venueTime,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});
