import { knownKeys, nonEmptyName, numberAtLeast, oneOf, positiveNumber, refuse } from '../../domain/check.js';
import type { Proposal } from '../../domain/order.js';
import type { RiskRule, RiskView } from './rule.js';
import { within } from './within.js';

/** The largest exposure of a group of assets that move together. */
export interface CorrelatedExposureOptions {
  /** Name of the group, such as `majors`. */
  readonly group: string;
  /** How much each base asset counts: 1 in full, 0.5 by half, below 0 against the others. */
  readonly weights: Readonly<Record<string, number>>;
  /** Weighted notional, either way, in the reporting currency. */
  readonly limit: number;
  /** Whether a proposal that leads beyond is denied or cut. @default "deny" */
  readonly action?: 'deny' | 'clip';
}

/**
 * No more than this on one idea: the weighted sum of what a group holds, at the worst of what its open orders may do.
 *
 * ```
 * proposals  --a-b-c-     buy BTC for 100, buy ETH for 100, buy ETH for 50; a is filled
 *            risk([correlatedExposure({ group: 'majors', weights: { BTC: 1, ETH: 0.8 }, limit: 150 })])
 * verdicts   --a-b-c-     approved, denied (100 + 80), approved
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([correlatedExposure({ group: 'majors', weights: { BTC: 1, ETH: 0.8, SOL: 0.6 }, limit: 300_000 })])
 */
export function correlatedExposure(options: CorrelatedExposureOptions): RiskRule {
  knownKeys('correlatedExposure', options, ['group', 'weights', 'limit', 'action']);
  const group = nonEmptyName('correlatedExposure.group', options.group);
  const limit = positiveNumber('correlatedExposure.limit', options.limit);
  const action = oneOf('correlatedExposure.action', options.action ?? 'deny', ['deny', 'clip']);
  const weights = new Map(Object.entries(options.weights).sort(([a], [b]) => (a < b ? -1 : 1)));
  if (weights.size === 0) refuse('correlatedExposure.weights', 'a weight for at least one asset', 'none');
  for (const [asset, weight] of weights)
    numberAtLeast(`correlatedExposure.weights.${asset}`, weight, -100, 100);
  /** The most and the least that the group may come to, with a proposal for an instrument. */
  const weighted = (view: RiskView, proposal?: Proposal, at: number = -1): [most: number, least: number] => {
    let most = 0;
    let least = 0;
    for (const { index, definition } of view.instruments.list) {
      const weight = weights.get(definition.base);
      if (weight === undefined) continue;
      const mine = proposal !== undefined && index === at ? proposal.quantity : 0;
      const long = view.worstLong(index) + (proposal?.side === 'buy' ? mine : 0);
      const short = view.worstShort(index) - (proposal?.side === 'sell' ? mine : 0);
      if (long === 0 && short === 0) continue;
      const each = weight * view.lotNotional(index);
      most += Math.max(long * each, short * each);
      least += Math.min(long * each, short * each);
    }
    return [most, least];
  };
  return {
    name: `correlatedExposure:${group}`,
    limit,
    fingerprint: `correlatedExposure(${group},${JSON.stringify([...weights])},${action})`,
    clips: action === 'clip',
    uses: (_limit, view) => {
      const [most, least] = weighted(view);
      return Math.max(0, most, -least);
    },
    judge: (proposal, listed, allowed, view) => {
      if (!weights.has(listed.definition.base)) return undefined;
      const [most, least] = weighted(view, proposal, listed.index);
      if (within(most, allowed) && within(-least, allowed)) return undefined;
      if (Number.isNaN(most))
        return `the exposure of ${group} is unknown: a mark or a conversion rate is missing`;
      const worst = most > -least ? most : least;
      return `the weighted exposure of ${group} could become ${worst.toFixed(2)} ${view.ledger.reportingCurrency}, beyond the limit of ${allowed}`;
    },
  };
}
