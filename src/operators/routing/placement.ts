import { knownKeys, numberAtLeast, oneOf, positiveNumber, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';

/**
 * Whether parts of a parent take liquidity or wait for it.
 *
 * - `take`: immediate-or-cancel limits, split over the books of all venues.
 * - `post`: a post-only limit at the best price of our side, where that nets most; after `patience` it is canceled, and what
 *   is left is posted again, or taken (`afterwards`).
 * - `cheapest`: of both, what is expected to cost less; see {@link expectedCosts}.
 */
export type Placement =
  | { readonly kind: 'take' }
  | { readonly kind: 'post'; readonly patience: Duration; readonly afterwards?: 'post' | 'take' }
  | {
      readonly kind: 'cheapest';
      readonly patience: Duration;
      /** What waiting costs when it was in vain: how far the price is expected to have moved away, as a share of it. */
      readonly waitingCost: number;
      /** What a fill of a resting order costs by the price then going on against it, as a share of it. @default 0 */
      readonly adverseSelection?: number;
      /** Over how long the volume of the market is averaged. @default "1m" */
      readonly memory?: Duration;
    };

/** {@link Placement}, checked, with times in milliseconds. */
export type CheckedPlacement =
  | { readonly kind: 'take' }
  | { readonly kind: 'post'; readonly patience: number; readonly afterwards: 'post' | 'take' }
  | {
      readonly kind: 'cheapest';
      readonly patience: number;
      readonly waitingCost: number;
      readonly adverseSelection: number;
      readonly memory: number;
    };

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function checkedPlacement(at: string, placement: Placement): CheckedPlacement {
  if (typeof placement !== 'object' || placement === null) refuse(at, 'an object', placement);
  oneOf(`${at}.kind`, placement.kind, ['take', 'post', 'cheapest']);
  if (placement.kind === 'take') {
    knownKeys(at, placement, ['kind']);
    return { kind: 'take' };
  }
  const patience = milliseconds(`${at}.patience`, placement.patience);
  if (placement.kind === 'post') {
    knownKeys(at, placement, ['kind', 'patience', 'afterwards']);
    return {
      kind: 'post',
      patience,
      afterwards: oneOf(`${at}.afterwards`, placement.afterwards ?? 'post', ['post', 'take']),
    };
  }
  knownKeys(at, placement, ['kind', 'patience', 'waitingCost', 'adverseSelection', 'memory']);
  return {
    kind: 'cheapest',
    patience,
    waitingCost: positiveNumber(`${at}.waitingCost`, placement.waitingCost),
    adverseSelection: numberAtLeast(`${at}.adverseSelection`, placement.adverseSelection ?? 0, 0),
    memory: milliseconds(`${at}.memory`, placement.memory ?? '1m'),
  };
}

/** What is known when an order is about to be placed. Shares are of the mid. */
export interface PlacementFacts {
  /** From the mid to the price at which it would take, and to the price at which it would rest. */
  readonly halfSpreadToTake: number;
  readonly halfSpreadToPost: number;
  readonly takerFee: number;
  readonly makerFee: number;
  /** Lots that stand before it, and its own. */
  readonly ahead: number;
  readonly lots: number;
  /** Lots that are expected to trade against its side of the book while it waits. */
  readonly volume: number;
  readonly waitingCost: number;
  readonly adverseSelection: number;
}

/** What an order is expected to cost against the mid, as a share of it; negative: it earns. */
export interface ExpectedCosts {
  readonly take: number;
  readonly post: number;
  /** Probability that it would be filled while it waits. */
  readonly fillProbability: number;
}

/**
 * The model of posting against taking.
 *
 * The volume that trades while an order waits is taken as exponentially distributed about its mean V; the order is filled when
 * that exceeds what stands before it and itself: p = exp(-(ahead + lots) / V). Posting earns half the spread, pays the maker's
 * fee and what the price goes on against it; with 1 - p it is in vain, and the order is taken after all, at a price that has moved
 * away by the waiting cost.
 *
 * take = h + f_t;  post = p (-h' + f_m + a) + (1 - p) (h + f_t + w)
 */
export function expectedCosts(facts: PlacementFacts): ExpectedCosts {
  const take = facts.halfSpreadToTake + facts.takerFee;
  const fillProbability = facts.volume > 0 ? Math.exp(-(facts.ahead + facts.lots) / facts.volume) : 0;
  const filled = -facts.halfSpreadToPost + facts.makerFee + facts.adverseSelection;
  const post = fillProbability * filled + (1 - fillProbability) * (take + facts.waitingCost);
  return { take, post, fillProbability };
}
