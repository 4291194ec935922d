import { integerAtLeast, knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import type { RiskRule, RiskView } from './rule.js';
import { type RuleScope, Scope } from './scope.js';
import { type Bucket, fits, newBucket, spend, usedUp } from './token-bucket.js';

/** How many in how long. */
export interface RateOptions {
  /** So many at once, and as many again in every `per`. */
  readonly limit: number;
  /** @default "1s" */
  readonly per?: Duration;
  /** Whose, and where. @default all of the desk */
  readonly scope?: RuleScope;
}

/**
 * No more orders in a time than this: a token bucket in the time of events.
 *
 * ```
 * proposals  -(abc)--d--     c is the third at one instant; d comes half a second later
 *            risk([orderRate({ limit: 2, per: '1s' })])
 * verdicts   -(yyn)--y--
 * ```
 *
 * Reductions and the engine's own orders are counted, since the venue counts them, but never denied.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([orderRate({ limit: 10, per: '1s' }), orderRate({ limit: 2, per: '1s', scope: { agent: 'maker' } })])
 */
export function orderRate(options: RateOptions): RiskRule<Bucket> {
  const { limit, window, scope, allows } = rateOf('orderRate', options);
  return {
    name: scope.ruleName('orderRate'),
    limit,
    fingerprint: `orderRate(${window},${scope.name})`,
    check: (instruments) => scope.check(instruments),
    allows,
    ...BUCKET,
    observes: ['submitted'],
    observe: (bucket, event, view, index, allowed) => {
      if (event.kind !== 'submitted' || index < 0) return;
      if (scope.concerns(event.order, view.instruments.at(index))) spend(bucket, view.ts, allowed, window);
    },
    uses: (allowed, { ts }, bucket) => usedUp(bucket, ts, allowed, window),
    judge: (proposal, listed, allowed, view, bucket) => {
      if (!scope.concerns(proposal, listed)) return undefined;
      if (fits(bucket, 1 + onTheWay(scope, view), view.ts, allowed, window)) return undefined;
      return `more than ${allowed} orders in ${window} ms`;
    },
  };
}

/**
 * Who cancels more often than this places no new orders until the rate has fallen. Cancels themselves always pass.
 *
 * ```
 * cancels    -(cc)-----
 * proposals  -----a--b-     b comes half a second later
 *            risk([cancelRate({ limit: 2, per: '1s' })])
 * verdicts   -----n--y-
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([cancelRate({ limit: 20, per: '1s', scope: { venue: 'binance' } })])
 */
export function cancelRate(options: RateOptions): RiskRule<Bucket> {
  const { limit, window, scope, allows } = rateOf('cancelRate', options);
  return {
    name: scope.ruleName('cancelRate'),
    limit,
    fingerprint: `cancelRate(${window},${scope.name})`,
    check: (instruments) => scope.check(instruments),
    allows,
    ...BUCKET,
    observes: ['cancelRequested'],
    observe: (bucket, event, view, index, allowed) => {
      if (event.kind !== 'cancelRequested' || index < 0) return;
      const order = view.ledger.order(event.clientOrderId)?.order;
      // A cancel of an order that nobody remembers counts for everybody.
      if (order !== undefined && !scope.concerns(order, view.instruments.at(index))) return;
      spend(bucket, view.ts, allowed, window);
    },
    uses: (allowed, { ts }, bucket) => usedUp(bucket, ts, allowed, window),
    judge: (proposal, listed, allowed, view, bucket) => {
      if (!scope.concerns(proposal, listed) || fits(bucket, 1, view.ts, allowed, window)) return undefined;
      return `${allowed} cancels in ${window} ms are used up`;
    },
  };
}

/** A bucket as the memory of a rule. */
const BUCKET: Required<Pick<RiskRule<Bucket>, 'init' | 'save' | 'restore'>> = {
  init: newBucket,
  save: ({ spent, at }) => ({ spent, at }),
  restore: (saved: Plain) => ({ ...fromPlain<Bucket>(saved) }),
};

/** Approvals of a scope that no `submitted` event has told of yet. */
function onTheWay(scope: Scope, { onTheWay: proposals, instruments }: RiskView): number {
  return proposals.filter((proposal) =>
    scope.concerns(proposal, instruments.find(proposal.instrument) as ListedInstrument),
  ).length;
}

function rateOf(
  rule: string,
  options: RateOptions,
): { limit: number; window: number; scope: Scope; allows: (limit: number) => string | undefined } {
  knownKeys(rule, options, ['limit', 'per', 'scope']);
  return {
    limit: integerAtLeast(`${rule}.limit`, options.limit, 1),
    window: milliseconds(`${rule}.per`, options.per ?? '1s'),
    scope: new Scope(rule, options.scope),
    allows: (limit) => (limit >= 1 ? undefined : 'at least 1'),
  };
}
