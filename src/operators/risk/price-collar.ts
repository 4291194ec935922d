import { knownKeys, numberAtLeast, oneOf, positiveNumber } from '../../domain/check.js';
import { isReduction } from './reduction.js';
import type { RiskRule } from './rule.js';
import { type RuleScope, Scope } from './scope.js';

/** How far from the market a price may be. */
export interface PriceCollarOptions {
  /** On the side that pays: how far above the mark and the best ask a buy may reach, as a share of the price. */
  readonly limit: number;
  /** On the side that waits: how far below the mark a buy may rest. @default no matter how far */
  readonly passive?: number;
  /** Where. @default everywhere */
  readonly scope?: Omit<RuleScope, 'agent'>;
  /** Whether verified reductions pass at any price. @default "pass" */
  readonly reductions?: 'pass' | 'judge';
}

/**
 * No price that only a slip of the finger explains. An order at market is judged by the price that it would meet.
 *
 * ```
 * proposals  --a-b-c-     buy at 101, buy at 110, sell at 90; the market is at 100
 *            risk([priceCollar({ limit: 0.02 })])
 * verdicts   --a-b-c-     approved, denied, denied
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([priceCollar({ limit: 0.02, passive: 0.2, reductions: 'judge' })])
 */
export function priceCollar(options: PriceCollarOptions): RiskRule {
  knownKeys('priceCollar', options, ['limit', 'passive', 'scope', 'reductions']);
  const limit = positiveNumber('priceCollar.limit', options.limit);
  const passive =
    options.passive === undefined
      ? Number.POSITIVE_INFINITY
      : numberAtLeast('priceCollar.passive', options.passive, 0);
  const reductions = oneOf('priceCollar.reductions', options.reductions ?? 'pass', ['pass', 'judge']);
  const scope = new Scope('priceCollar', options.scope, ['venue', 'instrument', 'asset']);
  return {
    name: scope.ruleName('priceCollar'),
    limit,
    fingerprint: `priceCollar(${passive},${scope.name},${reductions})`,
    check: (instruments) => scope.check(instruments),
    judgesReductions: reductions === 'judge',
    judge: (proposal, listed, allowed, view) => {
      if (!scope.has(listed)) return undefined;
      const { index } = listed;
      const { side, type } = proposal;
      const mark = view.ledger.markPrice(index);
      const touch = side === 'buy' ? view.markets.ask(index) : view.markets.bid(index);
      const price = type === 'market' ? touch : listed.prices.toNumber(proposal.price);
      const direction = side === 'buy' ? 1 : -1;
      const reach = (from: number): number => (direction * (price - from)) / Math.abs(from);
      const worst = Math.max(reach(mark), reach(touch));
      if (worst <= allowed && reach(mark) >= -passive) return undefined;
      if (Number.isNaN(worst))
        return isReduction(proposal, listed, view) ? undefined : 'the mark or the opposite side is unknown';
      const [far, most] = worst > allowed ? [worst, allowed] : [reach(mark), passive];
      return `the price ${price} is ${(100 * Math.abs(far)).toFixed(2)}% from the market, beyond the limit of ${100 * most}%`;
    },
  };
}
