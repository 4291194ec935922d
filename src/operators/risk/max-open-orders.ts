import { integerAtLeast, knownKeys } from '../../domain/check.js';
import type { RiskRule, RiskView } from './rule.js';
import { type RuleScope, Scope } from './scope.js';

/** How many orders may work at once. */
export interface MaxOpenOrdersOptions {
  readonly limit: number;
  /** Whose orders, and where. @default all of the desk */
  readonly scope?: RuleScope;
}

/**
 * No more orders open at once, those on their way and those of unknown fate included.
 *
 * ```
 * proposals  --a-b-c-     all buy; nothing is filled
 *            risk([maxOpenOrders({ limit: 2 })])
 * verdicts   --a-b-c-     approved, approved, denied
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([maxOpenOrders({ limit: 50 }), maxOpenOrders({ limit: 5, scope: { agent: 'maker' } })])
 */
export function maxOpenOrders(options: MaxOpenOrdersOptions): RiskRule {
  knownKeys('maxOpenOrders', options, ['limit', 'scope']);
  const limit = integerAtLeast('maxOpenOrders.limit', options.limit, 1);
  const scope = new Scope('maxOpenOrders', options.scope);
  const openNow = ({ ledger, onTheWay, instruments }: RiskView): number => {
    let open = 0;
    for (const { order, index } of ledger.openOrders())
      if (scope.concerns(order, instruments.at(index))) open++;
    for (const other of onTheWay) {
      const its = instruments.find(other.instrument);
      if (its !== undefined && scope.concerns(other, its)) open++;
    }
    return open;
  };
  return {
    name: scope.ruleName('maxOpenOrders'),
    limit,
    fingerprint: `maxOpenOrders(${scope.name})`,
    check: (instruments) => scope.check(instruments),
    allows: (count) => (Number.isSafeInteger(count) ? undefined : 'a whole number'),
    uses: (_limit, view) => openNow(view),
    judge: (proposal, listed, allowed, view) => {
      if (!scope.concerns(proposal, listed)) return undefined;
      const open = 1 + openNow(view);
      return open <= allowed ? undefined : `${open} orders would be open, beyond the limit of ${allowed}`;
    },
  };
}
