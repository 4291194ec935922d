import { knownKeys, oneOf } from '../../domain/check.js';
import type { Proposal } from '../../domain/order.js';
import { NO_NUMBER } from './no-number.js';
import { hasLimit } from './order-price.js';
import type { RiskRule } from './rule.js';

/** How self-trades are prevented. */
export interface SelfTradePreventionOptions {
  /** Whether verified reductions pass all the same. @default "pass" */
  readonly reductions?: 'pass' | 'judge';
}

/**
 * No order that could trade with one of our own, whichever agent it is of. An order whose cancel is on its way, and one of
 * unknown fate, may still trade. An order without a limit, a stop that sleeps too, could trade with any of the other side.
 *
 * ```
 * proposals  --a-b-c-     a: buy at 100, b: sell at 100, c: sell at 101
 *            risk([selfTradePrevention()])
 * verdicts   --a-b-c-     approved, denied, approved
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([selfTradePrevention()])
 */
export function selfTradePrevention(options: SelfTradePreventionOptions = {}): RiskRule {
  knownKeys('selfTradePrevention', options, ['reductions']);
  const reductions = oneOf('selfTradePrevention.reductions', options.reductions ?? 'pass', ['pass', 'judge']);
  return {
    name: 'selfTradePrevention',
    ...NO_NUMBER,
    fingerprint: `selfTradePrevention(${reductions})`,
    judgesReductions: reductions === 'judge',
    judge: (proposal, { id, index, prices }, _limit, { ledger, onTheWay }) => {
      for (const { order, remaining } of ledger.openOrders(index)) {
        if (remaining > 0 && crosses(proposal, order)) {
          const at = hasLimit(order) ? prices.format(order.price) : order.type;
          return `it could trade with our own ${order.side} ${order.clientOrderId} at ${at}`;
        }
      }
      for (const other of onTheWay) {
        if (other.instrument === id && crosses(proposal, other))
          return `it could trade with our own ${other.side} that is on its way`;
      }
      return undefined;
    },
  };
}

function crosses(one: Proposal, two: Proposal): boolean {
  if (one.side === two.side) return false;
  if (!hasLimit(one) || !hasLimit(two)) return true;
  const [bid, ask] = one.side === 'buy' ? [one.price, two.price] : [two.price, one.price];
  return bid >= ask;
}
