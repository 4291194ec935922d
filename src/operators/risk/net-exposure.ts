import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import type { Proposal } from '../../domain/order.js';
import type { RiskRule, RiskView } from './rule.js';
import { type RuleScope, Scope } from './scope.js';
import { within } from './within.js';
import { longest, lotsOf, shortest } from './worst-case.js';

/** The largest net exposure. */
export interface NetExposureOptions {
  /** Notional of what is long less what is short, either way, in the reporting currency. */
  readonly limit: number;
  /** Whose exposure, and to what. @default the desk's, to everything */
  readonly scope?: RuleScope;
  /** Whether a proposal that leads beyond is denied or cut. @default "deny" */
  readonly action?: 'deny' | 'clip';
}

/**
 * The book must not lean further than this to either side, even if all that leans that way fills and nothing else does.
 *
 * ```
 * proposals  --a-b-c-     sell A short for 100, buy B for 150, buy B for 80; nothing is filled yet
 *            risk([netExposure({ limit: 100 })])
 * verdicts   --a-b-c-     approved, denied (the short may stay unfilled), approved
 * ```
 *
 * What leans the other way passes, however far the book leans. A verified reduction passes, even where it takes away one leg
 * of a hedge and the book leans more for it.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([netExposure({ limit: 250_000 }), netExposure({ limit: 50_000, scope: { asset: 'ETH' } })])
 */
export function netExposure(options: NetExposureOptions): RiskRule {
  knownKeys('netExposure', options, ['limit', 'scope', 'action']);
  const limit = positiveNumber('netExposure.limit', options.limit);
  const scope = new Scope('netExposure', options.scope);
  const { agent } = scope;
  const action = oneOf('netExposure.action', options.action ?? 'deny', ['deny', 'clip']);
  const what = scope.name === '' ? 'the net exposure' : `the net exposure of ${scope.name}`;
  /** What all that leans to either side comes to, with a proposal for an instrument. */
  const leaning = (view: RiskView, proposal?: Proposal, at: number = -1): [long: number, short: number] => {
    let long = 0;
    let short = 0;
    for (const other of view.instruments.list) {
      if (!scope.has(other)) continue;
      const { index } = other;
      const more = proposal !== undefined && index === at ? lotsOf(proposal, agent) : 0;
      const [most, least] = [longest(view, agent, index, more), shortest(view, agent, index, more)];
      if (most !== 0) long += most * view.lotNotional(index);
      if (least !== 0) short += least * view.lotNotional(index);
    }
    return [long, short];
  };
  return {
    name: scope.ruleName('netExposure'),
    limit,
    fingerprint: `netExposure(${scope.name},${action})`,
    check: (instruments) => scope.check(instruments),
    clips: action === 'clip',
    uses: (_limit, view) => {
      const [long, short] = leaning(view);
      return Math.max(0, long, -short);
    },
    judge: (proposal, listed, allowed, view) => {
      if (!scope.concerns(proposal, listed)) return undefined;
      const [long, short] = leaning(view, proposal, listed.index);
      if (Number.isNaN(long + short)) return `${what} is unknown: a mark or a conversion rate is missing`;
      const buys = lotsOf(proposal, agent) > 0;
      // Only the way that the order itself leans is its fault: a hedge of a book that leans too far passes.
      if (within(buys ? long : -short, allowed)) return undefined;
      return `${what} could become ${(buys ? long : short).toFixed(2)} ${view.ledger.reportingCurrency}, beyond the limit of ${allowed}`;
    },
  };
}
