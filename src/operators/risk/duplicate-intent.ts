import { knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Proposal } from '../../domain/order.js';
import { fromPlain } from '../../domain/plain.js';
import type { RiskRule } from './rule.js';

/** When an order is the same again. */
export interface DuplicateIntentOptions {
  /** So long after an order the same one is a duplicate. @default "1s" */
  readonly within?: Duration;
}

/** When each order was last sent, the oldest first. */
type Sent = Map<string, number>;

/**
 * Not the same order twice: same instrument, side, type, quantity, prices, group and replaced order, within a time.
 *
 * ```
 * proposals  -a-a------a-     the second comes at once, the third a second later
 *            risk([duplicateIntent({ within: '1s' })])
 * verdicts   -y-n------y-
 * ```
 *
 * The limit, which operators may change, is the time in milliseconds.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([duplicateIntent({ within: '500ms' })])
 */
export function duplicateIntent(options: DuplicateIntentOptions = {}): RiskRule<Sent> {
  knownKeys('duplicateIntent', options, ['within']);
  const limit = milliseconds('duplicateIntent.within', options.within ?? '1s');
  return {
    name: 'duplicateIntent',
    limit,
    fingerprint: 'duplicateIntent',
    observes: ['submitted'],
    init: () => new Map(),
    observe: (sent, event, { ts }, _index, within) => {
      if (event.kind !== 'submitted') return;
      for (const [key, at] of sent) {
        if (ts - at < within) break;
        sent.delete(key);
      }
      const key = keyOf(event.order);
      // Deleted first, so that the oldest stays in front.
      sent.delete(key);
      sent.set(key, ts);
    },
    save: (sent) => [...sent],
    restore: (saved) => new Map(fromPlain<[string, number][]>(saved)),
    judge: (proposal, _listed, within, { ts, onTheWay }, sent) => {
      const key = keyOf(proposal);
      if (onTheWay.some((other) => keyOf(other) === key)) return 'the same order is on its way';
      const at = sent.get(key);
      if (at === undefined || ts - at >= within) return undefined;
      return `the same order was sent ${ts - at} ms ago, within the limit of ${within} ms`;
    },
  };
}

const keyOf = (order: Proposal): string => {
  const { instrument, side, quantity, price, type, stopPrice, trail, group, replaces } = order;
  return [instrument, side, quantity, type, price, stopPrice, trail, group?.id, replaces].join(' ');
};
