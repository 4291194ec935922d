import type { Fields } from '../../streams/readers/fields.js';
import { acknowledged, type Outcome, outcomeOf, refused, unknown } from '../driver/index.js';
import { COINBASE_ERRORS } from './errors.js';
import type { OrderTracker, TrackedOrder } from './order-tracker.js';
import type { CoinbaseRest, RestResult } from './rest.js';
import type { UserWords } from './user-words.js';

/** Ids that the venue takes in one request. */
const BATCH = 100;
/** How long the channel is waited for, once a cancel was taken, in milliseconds; then the order is asked for. */
const PATIENCE = 500;
const LOOKS = 3;

/**
 * Cancels orders by the venue's ids, up to a hundred by one request. That the venue takes a cancel is not the end of the order:
 * the end is waited for, and it may be that the order was filled first.
 */
export class Cancels {
  /** Unix milliseconds by the venue's clock. */
  readonly #venueNow: () => number;
  readonly #rest: CoinbaseRest;
  readonly #tracker: OrderTracker;
  readonly #words: Pick<UserWords, 'up'>;

  constructor(
    venueNow: () => number,
    rest: CoinbaseRest,
    tracker: OrderTracker,
    words: Pick<UserWords, 'up'>,
  ) {
    this.#venueNow = venueNow;
    this.#rest = rest;
    this.#tracker = tracker;
    this.#words = words;
  }

  /** What became of each, or of the request that failed: of those before it the channel tells. */
  async send(
    orderIds: readonly string[],
  ): Promise<ReadonlyMap<string, Outcome> | Extract<RestResult, { ok: false }>> {
    const outcomes: [string, Promise<Outcome>][] = [];
    for (let from = 0; from < orderIds.length; from += BATCH) {
      const part = orderIds.slice(from, from + BATCH);
      const result = await this.#rest.call('cancel', 'v3PrivatePostBrokerageOrdersBatchCancel', {
        order_ids: part,
      });
      if (!result.ok) return result;
      const { results } = result.body;
      const rows = (Array.isArray(results) ? results : []) as readonly (Fields | undefined)[];
      for (const [index, orderId] of part.entries()) {
        const named = rows.find((row) => row?.['order_id'] === orderId);
        outcomes.push([orderId, this.#answered(orderId, named ?? rows[part.length === 1 ? index : -1])]);
      }
    }
    return new Map(await Promise.all(outcomes.map(async ([id, outcome]) => [id, await outcome] as const)));
  }

  async #answered(orderId: string, row: Fields | undefined): Promise<Outcome> {
    const { success, failure_reason: failure } = row ?? {};
    if (success !== true) {
      const code = String(failure ?? '');
      void this.#tracker.refresh(orderId);
      if (code !== 'DUPLICATE_CANCEL_REQUEST')
        return outcomeOf(COINBASE_ERRORS, { code, status: 200, text: `the cancel was refused: ${code}` });
    }
    return this.#ended(orderId);
  }

  /** The venue took a cancel: the order is over when it says so, which may be as filled. */
  async #ended(orderId: string): Promise<Outcome> {
    let order: TrackedOrder | undefined;
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0 || !this.#words.up) await this.#tracker.refresh(orderId);
      order = await this.#tracker.ended(orderId, PATIENCE);
      if (order !== undefined) break;
    }
    if (order === undefined)
      return unknown('the venue took the cancel, and has not said that the order is over');
    if (order.status === 'canceled') return acknowledged(this.#venueNow(), order.filled);
    return refused('not-found', `the order is ${order.status}`);
  }
}
