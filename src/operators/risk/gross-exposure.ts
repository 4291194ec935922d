import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import type { RiskRule, RuleAction } from './rule.js';
import { type RuleScope, Scope } from './scope.js';
import { beyond, within } from './within.js';
import { beyondShare, heldGross, heldLots, worstGross } from './worst-case.js';

/** The largest gross exposure. */
export interface GrossExposureOptions {
  /** Gross notional in the reporting currency. */
  readonly limit: number;
  /** Whose exposure, and to what. @default the desk's, to everything */
  readonly scope?: RuleScope;
  /** What happens to proposals, and when the exposure is beyond the limit already. @default "reduce" */
  readonly action?: RuleAction;
}

/**
 * No more than this held, long and short added up, even if every open order fills.
 *
 * ```
 * proposals  --a-b-c-     buy for 100, sell another instrument short for 100, buy for 50
 *            risk([grossExposure({ limit: 150 })])
 * verdicts   --a-b-c-     approved, denied (could become 200), approved
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([grossExposure({ limit: 1_000_000 }), grossExposure({ limit: 200_000, scope: { agent: 'trend' }, action: 'clip' })])
 */
export function grossExposure(options: GrossExposureOptions): RiskRule {
  knownKeys('grossExposure', options, ['limit', 'scope', 'action']);
  const limit = positiveNumber('grossExposure.limit', options.limit);
  const scope = new Scope('grossExposure', options.scope);
  const action = oneOf('grossExposure.action', options.action ?? 'reduce', [
    'deny',
    'clip',
    'reduce',
    'kill',
  ]);
  const what = scope.name === '' ? 'the gross exposure' : `the gross exposure of ${scope.name}`;
  return {
    name: scope.ruleName('grossExposure'),
    limit,
    fingerprint: `grossExposure(${scope.name},${action})`,
    check: (instruments) => scope.check(instruments),
    clips: action === 'clip',
    judge: (proposal, listed, allowed, view) => {
      if (!scope.concerns(proposal, listed)) return undefined;
      const total = worstGross(view, scope, proposal, listed);
      if (within(total, allowed)) return undefined;
      if (Number.isNaN(total)) return `${what} is unknown: a mark or a conversion rate is missing`;
      return `${what} could become ${total.toFixed(2)} ${view.ledger.reportingCurrency}, beyond the limit of ${allowed}`;
    },
    uses: (_limit, view) => worstGross(view, scope),
    watch: (allowed, view, index) => {
      if (index < 0 || action === 'deny' || action === 'clip') return undefined;
      // Most events are of instruments without a position: those cannot have changed it.
      if (heldLots(view, scope.agent, index) === 0 || !scope.has(view.instruments.at(index)))
        return undefined;
      // Only near the limit are the positions walked, at each event. What a scope holds is no more than what its venue does, or the desk.
      if (scope.agent === undefined && view.ledger.exposureAtMost(scope.venue) <= allowed) return undefined;
      const held = heldGross(view, scope);
      if (!beyond(held, allowed)) return undefined;
      return {
        action,
        scope: scope.restricts,
        reason: `${what} is ${held.toFixed(2)} ${view.ledger.reportingCurrency}, beyond the limit of ${allowed}`,
        ...(scope.agent === undefined ? { excess: beyondShare(view, scope, allowed / held) } : {}),
      };
    },
  };
}
