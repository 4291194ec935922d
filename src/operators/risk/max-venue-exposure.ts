import { knownKeys, nonEmptyName, oneOf, positiveNumber } from '../../domain/check.js';
import type { RiskRule, RiskView, RuleAction } from './rule.js';
import { Scope } from './scope.js';
import { beyond, within } from './within.js';
import { beyondShare } from './worst-case.js';

/** The largest exposure at one venue. */
export interface MaxVenueExposureOptions {
  /** Gross notional in the reporting currency. */
  readonly limit: number;
  /** Only this venue. @default each venue by itself */
  readonly venue?: string;
  /** What happens to proposals, and when the exposure is beyond the limit already. @default "reduce" */
  readonly action?: RuleAction;
}

/**
 * No more than this at a venue, should it fail: gross notional, even if every open order fills.
 *
 * ```
 * proposals  --a-b-c-     buy for 100 at one, buy for 100 at one, buy for 100 at two
 *            risk([maxVenueExposure({ limit: 150 })])
 * verdicts   --a-b-c-     approved, denied, approved; with the action clip b is cut to 50
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([maxVenueExposure({ limit: 250_000 }), maxVenueExposure({ venue: 'coinbase', limit: 50_000 })])
 */
export function maxVenueExposure(options: MaxVenueExposureOptions): RiskRule {
  knownKeys('maxVenueExposure', options, ['limit', 'venue', 'action']);
  const limit = positiveNumber('maxVenueExposure.limit', options.limit);
  const venue =
    options.venue === undefined ? undefined : nonEmptyName('maxVenueExposure.venue', options.venue);
  const action = oneOf('maxVenueExposure.action', options.action ?? 'reduce', [
    'deny',
    'clip',
    'reduce',
    'kill',
  ]);
  const scope = new Scope('maxVenueExposure', venue === undefined ? {} : { venue });
  return {
    name: venue === undefined ? 'maxVenueExposure' : `maxVenueExposure:${venue}`,
    limit,
    fingerprint: `maxVenueExposure(${venue ?? 'each venue'},${action})`,
    check: (instruments) => scope.check(instruments),
    clips: action === 'clip',
    judge: (proposal, { index, definition }, allowed, view) => {
      if (venue !== undefined && definition.venue !== venue) return undefined;
      const perLot = view.lotNotional(index);
      const worst = worstAt(definition.venue, view, index);
      const here = Math.max(
        Math.abs(proposal.side === 'buy' ? view.worstLong(index) + proposal.quantity : view.worstLong(index)),
        Math.abs(
          proposal.side === 'sell' ? view.worstShort(index) - proposal.quantity : view.worstShort(index),
        ),
      );
      const total = worst + here * perLot;
      if (within(total, allowed)) return undefined;
      const { reportingCurrency } = view.ledger;
      if (Number.isNaN(total))
        return `the exposure at ${definition.venue} is unknown: a mark or a conversion rate is missing`;
      return `the exposure at ${definition.venue} could become ${total.toFixed(2)} ${reportingCurrency}, beyond the limit of ${allowed}`;
    },
    uses: (_limit, view) => {
      const names = new Set(
        venue === undefined ? view.instruments.list.map(({ definition }) => definition.venue) : [venue],
      );
      return Math.max(...[...names].map((name) => worstAt(name, view, -1)));
    },
    watch: (allowed, view, index) => {
      if (index < 0 || action === 'deny' || action === 'clip') return undefined;
      const name = view.instruments.at(index).definition.venue;
      if (venue !== undefined && name !== venue) return undefined;
      // Most events are of instruments without a position: those cannot have changed it.
      if (view.ledger.position(index) === 0) return undefined;
      // Only near the limit are the positions walked, at each event.
      if (view.ledger.exposureAtMost(name) <= allowed) return undefined;
      const held = view.ledger.exposure(name);
      if (!beyond(held, allowed)) return undefined;
      return {
        action,
        reason: `the exposure at ${name} is ${held.toFixed(2)} ${view.ledger.reportingCurrency}, beyond the limit of ${allowed}`,
        excess: beyondShare(view, new Scope('maxVenueExposure', { venue: name }), allowed / held),
      };
    },
  };
}

/** Worst-case notional of the venue's instruments but one. */
function worstAt(venue: string, view: RiskView, except: number): number {
  let total = 0;
  for (const { index, definition } of view.instruments.list) {
    if (definition.venue !== venue || index === except) continue;
    const lots = Math.max(Math.abs(view.worstLong(index)), Math.abs(view.worstShort(index)));
    if (lots !== 0) total += lots * view.lotNotional(index);
  }
  return total;
}
