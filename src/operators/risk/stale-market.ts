import { knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { RiskRule } from './rule.js';
import { type RuleScope, Scope } from './scope.js';

/** When a price is too old. */
export interface StaleMarketOptions {
  readonly olderThan: Duration;
  /** Where. @default everywhere */
  readonly scope?: Omit<RuleScope, 'agent'>;
}

/**
 * No order on a market whose best prices were last heard of longer ago than this.
 *
 * ```
 * quotes     q-----------
 * proposals  --a------b--     b comes six seconds after the quote
 *            risk([staleMarket({ olderThan: '5s' })])
 * verdicts   --y------n--
 * ```
 *
 * The limit, which operators may change, is the age in milliseconds.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([staleMarket({ olderThan: '5s' }), staleMarket({ olderThan: '1m', scope: { asset: 'XMR' } })])
 */
export function staleMarket(options: StaleMarketOptions): RiskRule {
  knownKeys('staleMarket', options, ['olderThan', 'scope']);
  const limit = milliseconds('staleMarket.olderThan', options.olderThan);
  const scope = new Scope('staleMarket', options.scope, ['venue', 'instrument', 'asset']);
  return {
    name: scope.ruleName('staleMarket'),
    limit,
    fingerprint: `staleMarket(${scope.name})`,
    check: (instruments) => scope.check(instruments),
    judge: (_proposal, listed, allowed, { ts, markets }) => {
      if (!scope.has(listed)) return undefined;
      const age = ts - markets.updatedAt(listed.index);
      return age <= allowed
        ? undefined
        : `the market of ${listed.id} is ${age} ms old, beyond the limit of ${allowed} ms`;
    },
  };
}
