import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import type { RiskRule, RuleAction } from './rule.js';
import { type RuleScope, Scope } from './scope.js';
import { lotsWithin, within } from './within.js';
import { heldLots, longest, lotsOf, shortest, unitsPerLot } from './worst-case.js';

/** The largest position in one instrument. */
export interface MaxPositionOptions {
  /** Base units, long or short. */
  readonly limit: number;
  /** Only the instruments of this asset: short for `scope: { asset }`. @default every instrument */
  readonly asset?: string;
  /** Whose position, and where. @default the desk's, in each instrument */
  readonly scope?: RuleScope;
  /** What happens to proposals, and when a position is beyond the limit already. @default "reduce" */
  readonly action?: RuleAction;
}

/**
 * No position beyond a size, even if every open order fills.
 *
 * ```
 * proposals  --a-b-c-     buy 1, buy 2, sell 1; all that is approved is filled
 *            risk([maxPosition({ limit: 2 })])
 * verdicts   --a-b-c-     approved, denied, approved; with the action clip b is cut to 1
 * ```
 *
 * A proposal that could lead beyond it is denied, or with `clip` cut to what is left; a position that is beyond it already
 * is brought back inside by orders of the engine (`reduce`), or its scope is halted (`kill`). An agent that is beyond it is
 * set to reducing, since the engine cannot sell for one agent alone.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([maxPosition({ limit: 2, asset: 'BTC' }), maxPosition({ limit: 1, scope: { agent: 'trend' }, action: 'clip' })])
 */
export function maxPosition(options: MaxPositionOptions): RiskRule {
  knownKeys('maxPosition', options, ['limit', 'asset', 'scope', 'action']);
  const limit = positiveNumber('maxPosition.limit', options.limit);
  const { asset } = options;
  const scope = new Scope('maxPosition', { ...options.scope, ...(asset === undefined ? {} : { asset }) });
  const { agent } = scope;
  const whose = agent === undefined ? 'the position' : `the position of ${agent}`;
  const action = oneOf('maxPosition.action', options.action ?? 'reduce', ['deny', 'clip', 'reduce', 'kill']);
  return {
    name: scope.ruleName('maxPosition'),
    limit,
    fingerprint: `maxPosition(${scope.name === '' ? 'every instrument' : scope.name},${action})`,
    check: (instruments) => scope.check(instruments),
    clips: action === 'clip',
    judge: (proposal, listed, allowed, view) => {
      if (!scope.concerns(proposal, listed)) return undefined;
      const { index, definition } = listed;
      const more = lotsOf(proposal, agent);
      const worst =
        (more > 0 ? longest(view, agent, index, more) : shortest(view, agent, index, more)) *
        unitsPerLot(listed, view);
      // An agent that is short beyond its limit may buy back, though the desk may not reduce by it.
      if (within(more > 0 ? worst : -worst, allowed)) return undefined;
      return `${whose} could become ${plain(worst)} ${definition.base}, beyond the limit of ${allowed}`;
    },
    uses: (_limit, view) => {
      let most = 0;
      for (const listed of view.instruments.list) {
        if (!scope.has(listed)) continue;
        const { index } = listed;
        const lots = Math.max(longest(view, agent, index, 0), -shortest(view, agent, index, 0));
        if (lots > 0) most = Math.max(most, lots * unitsPerLot(listed, view));
      }
      return most;
    },
    watch: (allowed, view, index) => {
      if (index < 0 || action === 'deny' || action === 'clip') return undefined;
      const lots = heldLots(view, agent, index);
      if (lots === 0) return undefined;
      const listed = view.instruments.at(index);
      if (!scope.has(listed)) return undefined;
      const perLot = unitsPerLot(listed, view);
      const excess = Math.abs(lots) - lotsWithin(allowed, perLot);
      if (!(excess > 0)) return undefined;
      return {
        action,
        scope: scope.restricts,
        reason: `${whose} in ${listed.id} is ${plain(lots * perLot)} ${listed.definition.base}, beyond the limit of ${allowed}`,
        ...(agent === undefined ? { excess: [{ index, lots: Math.sign(lots) * excess }] } : {}),
      };
    },
  };
}

/** Enough digits to read, no float dust. */
function plain(value: number): string {
  return String(Number(value.toPrecision(10)));
}
