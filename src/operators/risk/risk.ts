import { filledInPass } from '../../core/filled-in-pass.js';
import { NONE } from '../../core/frame.js';
import { liveView } from '../../core/live-view.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { knownKeys, oneOf, uniqueNames } from '../../domain/check.js';
import { Engine } from './engine.js';
import { type EngineState, freshState, restoreState, saveState } from './engine-state.js';
import type { LimitsView, LimitUse } from './limit-use.js';
import { RuleMemories } from './memories.js';
import type { RiskRule } from './rule.js';
import type { LimitFields, RiskNeeds, VerdictFields } from './verdict-fields.js';

/** How the risk engine behaves beside its rules. */
export interface RiskOptions {
  /** On a kill: cancel what is working, or also sell what is held. @default "cancel" */
  readonly onKill?: 'cancel' | 'flatten';
  /**
   * What becomes of an order that may only reduce (it says so, or its scope is reducing or halted) and is larger than what
   * is held: denied, or cut to what closes the position. @default "deny"
   */
  readonly overReduction?: 'deny' | 'clip';
}

interface Viewed {
  readonly state: EngineState;
  readonly uses: LimitsView;
}

/**
 * Stands between the desk's wishes and its money: only what passes every rule becomes an approval.
 *
 * ```
 * proposals  --a-b-c-     buy 1, buy 2, sell 1; all that is approved is filled
 *            risk([maxPosition({ limit: 2 })])
 * verdicts   --a-b-c-     approved, denied, approved
 * ```
 *
 * Worst cases count: open and unknown orders, and approvals of this frame, are filled in the mind before an order is
 * judged. Whatever is unknown (a price, a rate, a book) denies what would add risk. A verified reduction passes every
 * rule and in every state. A broken limit kills (everything is canceled within the frame, nothing new passes until an
 * operator resumes) or reduces (the engine brings the position back by orders of its own).
 *
 * Operators speak through `control` events: `kill`, `reduce`, `resume` with scope `desk`, `venue:NAME`, `instrument:ID` or
 * `agent:NAME`; `limit` with scope `limit:RULE`.
 *
 * @throws ConfigurationError when two rules share a name
 *
 * @example
 * risk([maxPosition({ limit: 2 })]);
 */
export function risk(
  rules: readonly RiskRule[],
  options: RiskOptions = {},
): StageOperator<RiskNeeds, VerdictFields & LimitFields> {
  knownKeys('risk options', options, ['onKill', 'overReduction']);
  const overReduction = oneOf('risk options.overReduction', options.overReduction ?? 'deny', [
    'deny',
    'clip',
  ]);
  const onKill = oneOf('risk options.onKill', options.onKill ?? 'cancel', ['cancel', 'flatten']);
  uniqueNames('risk rules', rules);
  const memories = new RuleMemories(rules);
  const engine = new Engine(rules, memories, onKill === 'flatten', overReduction === 'clip');
  const viewed = (state: EngineState): Viewed => ({ state, uses: new LimitUses(engine, state) });
  return stage<RiskNeeds, VerdictFields & LimitFields, Viewed>({
    name: 'risk',
    version: 4,
    fingerprint: JSON.stringify([
      onKill,
      overReduction,
      ...rules.map(({ fingerprint, limit }) => `${fingerprint}=${limit}`),
    ]),
    adds: { verdicts: NONE, tradingStatus: 'active', limits: filledInPass<LimitsView>() },
    init: ({ instruments }) => viewed(freshState(memories, instruments)),
    step: ({ state, uses }, frame, context) => {
      engine.step(state, frame, context);
      frame.limits = liveView(context, 'frame.limits', uses);
    },
    save: ({ state }) => saveState(state, memories),
    restore: (saved, { instruments }) => viewed(restoreState(saved, memories, instruments)),
  });
}

/** A view without fields of its own: frames of two runs stay equal. */
class LimitUses implements LimitsView {
  readonly #engine: Engine;
  readonly #state: EngineState;

  constructor(engine: Engine, state: EngineState) {
    this.#engine = engine;
    this.#state = state;
  }

  uses(): readonly LimitUse[] {
    return this.#engine.usesOf(this.#state);
  }
}
