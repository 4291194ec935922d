import { knownKeys, numberAtLeast, oneOf, positiveNumber } from '../../domain/check.js';
import { worstPrice } from './order-price.js';
import { isReduction } from './reduction.js';
import type { RiskRule } from './rule.js';
import { type RuleScope, Scope } from './scope.js';
import { beyond } from './within.js';

/** How far from the market a price may be. */
export interface PriceCollarOptions {
  /** On the side that pays: how far above the mark and the best ask a buy may reach, as a share of the price. */
  readonly limit: number;
  /** On the side that waits: how far below the mark a buy may rest. @default no matter how far */
  readonly passive?: number;
  /** How far from the mark a stop may wake, either way, or a trailing stop follow. @default no matter how far */
  readonly trigger?: number;
  /** Where. @default everywhere */
  readonly scope?: Omit<RuleScope, 'agent'>;
  /** Whether verified reductions pass at any price. @default "pass" */
  readonly reductions?: 'pass' | 'judge';
}

/**
 * No price that only a slip of the finger explains. An order at market is judged by the price that it would meet, a stop that
 * sleeps by how far its limit is beyond the price where it wakes.
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
  knownKeys('priceCollar', options, ['limit', 'passive', 'trigger', 'scope', 'reductions']);
  const limit = positiveNumber('priceCollar.limit', options.limit);
  const passive =
    options.passive === undefined
      ? Number.POSITIVE_INFINITY
      : numberAtLeast('priceCollar.passive', options.passive, 0);
  const trigger =
    options.trigger === undefined
      ? Number.POSITIVE_INFINITY
      : positiveNumber('priceCollar.trigger', options.trigger);
  const reductions = oneOf('priceCollar.reductions', options.reductions ?? 'pass', ['pass', 'judge']);
  const scope = new Scope('priceCollar', options.scope, ['venue', 'instrument', 'asset']);
  return {
    name: scope.ruleName('priceCollar'),
    limit,
    fingerprint: `priceCollar(${passive},${trigger},${scope.name},${reductions})`,
    check: (instruments) => scope.check(instruments),
    judgesReductions: reductions === 'judge',
    judge: (proposal, listed, allowed, view) => {
      if (!scope.has(listed)) return undefined;
      const { index, prices } = listed;
      const { side, stopPrice, trail } = proposal;
      const mark = view.ledger.markPrice(index);
      const touch = side === 'buy' ? view.markets.ask(index) : view.markets.bid(index);
      const direction = side === 'buy' ? 1 : -1;
      const reach = (to: number, from: number): number => (direction * (to - from)) / Math.abs(from);
      const wakes = stopPrice === undefined ? Number.NaN : prices.toNumber(stopPrice);
      // Where the market is not yet, a stop sleeps until it is.
      const sleeps = trail !== undefined || direction * (wakes - touch) > 0;
      const price = worstPrice(proposal, listed, view);
      const worst = !sleeps
        ? Math.max(reach(price, mark), reach(price, touch))
        : trail === undefined
          ? reach(price, wakes)
          : 0;
      const distance =
        stopPrice === undefined && trail === undefined
          ? 0
          : Math.abs(trail === undefined ? wakes - mark : prices.toNumber(trail)) / Math.abs(mark);
      const rests = sleeps ? 0 : -reach(price, mark);
      if (Number.isNaN(worst + distance + mark + touch))
        return isReduction(proposal, listed, view) ? undefined : 'the mark or the opposite side is unknown';
      const said = (what: string, share: number, most: number): string =>
        `${what} ${(100 * share).toFixed(2)}% from the market, beyond the limit of ${100 * most}%`;
      if (beyond(worst, allowed)) return said(`the price ${price} is`, Math.abs(worst), allowed);
      if (beyond(rests, passive)) return said(`the price ${price} is`, rests, passive);
      if (beyond(distance, trigger))
        return said(trail === undefined ? `it wakes at ${wakes}, which is` : 'it trails', distance, trigger);
      return undefined;
    },
  };
}
