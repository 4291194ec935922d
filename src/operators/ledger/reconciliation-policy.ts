import { knownKeys, numberAtLeast, oneOf } from '../../domain/check.js';

/** What to do about a difference: take over the venue's word, only tell of it, or halt the desk. */
export type DifferencePolicy = 'adopt' | 'tell' | 'halt';

/** What to do when a venue's truth and the ledger differ. */
export interface ReconciliationPolicy {
  /** Executions that the ledger has not booked. */
  readonly fills: DifferencePolicy;
  /** Orders that stand elsewhere than the ledger thinks. */
  readonly orders: DifferencePolicy;
  /** Positions that are not explained by fills: adopted by one synthetic fill. */
  readonly positions: DifferencePolicy;
  readonly balances: DifferencePolicy;
  /** Milliseconds for which an order that has just changed is left alone: reports may still be under way. */
  readonly grace: number;
}

const WORDS = ['adopt', 'tell', 'halt'] as const;

/**
 * Checks a policy and fills in the defaults. @throws ConfigurationError naming the setting that is wrong
 *
 * @example
 * reconciliationPolicy({ grace: 5_000 }); // milliseconds
 */
export function reconciliationPolicy(policy: Partial<ReconciliationPolicy>): ReconciliationPolicy {
  knownKeys('ledger.reconciliation', policy, ['fills', 'orders', 'positions', 'balances', 'grace']);
  const word = (name: 'fills' | 'orders' | 'positions' | 'balances'): DifferencePolicy =>
    oneOf(`ledger.reconciliation.${name}`, policy[name] ?? 'adopt', WORDS);
  return {
    fills: word('fills'),
    orders: word('orders'),
    positions: word('positions'),
    balances: word('balances'),
    grace: numberAtLeast('ledger.reconciliation.grace', policy.grace ?? 5_000, 0),
  };
}
