import type { Duration } from '../../domain/duration.js';
import type { OutsideEvent, StateReport } from '../../domain/event.js';
import type { Order } from '../../domain/order.js';

/** Something a fake venue says about an order. */
export interface VenueReply {
  readonly type: 'fill' | StateReport['type'];
  /** How long after the order came. @default at once, within the submit */
  readonly after?: Duration;
  /** Share of the order that a fill takes. @default 1 */
  readonly share?: number;
  /** Plain price of a fill. @default the limit */
  readonly price?: number;
  /** Exact decimal fee of a fill. @default '0' */
  readonly fee?: string;
  readonly reason?: string;
}

/**
 * What a fake venue says to an order, given how many came before.
 *
 * A function of your own may look at the order; `fillOrder`, `rejectOrder` and the others are the usual answers.
 */
export type VenueAnswer = (order: Order, count: number) => readonly VenueReply[];

/**
 * Fills the order at its limit, or a share of it; the rest of an immediate order is canceled, another rests.
 *
 * @example
 * fillOrder(); // at once
 * fillOrder({ after: '20ms', share: 0.5 });
 */
export const fillOrder =
  (how: Omit<VenueReply, 'type' | 'reason'> = {}): VenueAnswer =>
  ({ timeInForce }) => {
    const after = how.after === undefined ? {} : { after: how.after };
    const replies: VenueReply[] = [
      { type: 'accepted', ...after },
      { ...how, type: 'fill' },
    ];
    if ((how.share ?? 1) < 1 && timeInForce !== 'GTC') replies.push({ type: 'canceled', ...after });
    return replies;
  };

/**
 * Rejects the order.
 *
 * @example
 * fakeVenue('binance', { answer: rejectOrder('insufficient balance', '20ms') });
 */
export const rejectOrder =
  (reason: string = 'rejected', after?: Duration): VenueAnswer =>
  () => [{ type: 'rejected', reason, ...(after === undefined ? {} : { after }) }];

/**
 * Accepts the order, and no more: it works until it is canceled.
 *
 * @example
 * fakeVenue('binance', { answer: acceptOrder() });
 */
export const acceptOrder = (): VenueAnswer => () => [{ type: 'accepted' }];

/**
 * Says nothing, as a venue does whose answer was lost.
 *
 * @example
 * fakeVenue('binance', { answer: staySilent() });
 */
export const staySilent = (): VenueAnswer => () => [];

/**
 * Nobody can say whether the venue has the order.
 *
 * @example
 * fakeVenue('binance', { answer: loseOrder() });
 */
export const loseOrder = (): VenueAnswer => () => [{ type: 'unknown', reason: 'no answer' }];

/**
 * Another answer for each order in turn; the last one for all that follow.
 *
 * @example
 * inTurn(rejectOrder('busy'), fillOrder());
 */
export const inTurn =
  (...answers: readonly [VenueAnswer, ...VenueAnswer[]]): VenueAnswer =>
  (order, count) =>
    (answers[Math.min(count, answers.length - 1)] as VenueAnswer)(order, count);

/** What a fake venue says to a question for a book. */
export type BookAnswer = (count: number) => OutsideEvent | undefined;
