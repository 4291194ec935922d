import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import type { RiskRule, RuleAction } from './rule.js';
import { Scope } from './scope.js';
import { beyond, within } from './within.js';
import { beyondShare, heldGross, worstGross } from './worst-case.js';

/** The largest exposure for each unit of equity. */
export interface LeverageOptions {
  /** Gross notional over equity: 3 holds at most three times what the desk is worth. */
  readonly limit: number;
  /** What happens to proposals, and when the leverage is beyond the limit already. @default "reduce" */
  readonly action?: RuleAction;
}

const DESK = new Scope('leverage');

/**
 * No more exposure than so many times the equity, even if every open order fills. Without equity above 0, or while it is
 * unknown, nothing is added.
 *
 * ```
 * equity     100 100 50
 * proposals  --a--b--c-     buy for 150, buy for 100, buy for 10; a is filled
 *            risk([leverage({ limit: 2, action: 'deny' })])
 * verdicts   --a--b--c-     approved, denied (2.5 times), denied (3.2 times)
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([leverage({ limit: 3 })])
 */
export function leverage(options: LeverageOptions): RiskRule {
  knownKeys('leverage', options, ['limit', 'action']);
  const limit = positiveNumber('leverage.limit', options.limit);
  const action = oneOf('leverage.action', options.action ?? 'reduce', ['deny', 'clip', 'reduce', 'kill']);
  return {
    name: 'leverage',
    limit,
    fingerprint: `leverage(${action})`,
    clips: action === 'clip',
    judge: (proposal, listed, allowed, view) => {
      const equity = view.ledger.equity();
      if (!(equity > 0)) return `the equity is ${equity}: nothing is to be had on it`;
      const total = worstGross(view, DESK, proposal, listed);
      if (within(total, allowed * equity)) return undefined;
      if (Number.isNaN(total)) return 'the exposure is unknown: a mark or a conversion rate is missing';
      return `the leverage could become ${(total / equity).toFixed(2)}, beyond the limit of ${allowed}`;
    },
    uses: (_limit, view) => {
      const total = worstGross(view, DESK);
      // Nothing held needs no equity; without equity what is held is beyond every limit.
      return total === 0 ? 0 : total / Math.max(0, view.ledger.equity());
    },
    watch: (allowed, view, index) => {
      if (index < 0 || action === 'deny' || action === 'clip') return undefined;
      if (view.ledger.position(index) === 0) return undefined;
      const most = allowed * Math.max(0, view.ledger.equity());
      // Only near the limit are the positions walked, at each event.
      if (view.ledger.exposureAtMost() <= most) return undefined;
      const held = heldGross(view, DESK);
      if (!beyond(held, most)) return undefined;
      return {
        action,
        reason: `${held.toFixed(2)} are held, beyond ${allowed} times the equity of ${view.ledger.equity().toFixed(2)} ${view.ledger.reportingCurrency}`,
        excess: beyondShare(view, DESK, most / held),
      };
    },
  };
}
