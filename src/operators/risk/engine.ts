import type { StageContext } from '../../core/context.js';
import type { ControlEvent, Event } from '../../domain/event.js';
import { cancelOpen, cancelRevived } from './cancel-orders.js';
import type { EngineState } from './engine-state.js';
import { type Bench, judge } from './judgement.js';
import type { LimitUse } from './limit-use.js';
import type { RuleMemories } from './memories.js';
import { obey } from './operator-words.js';
import { flatten, isAlarm, isTooSoon, sendOwn } from './own-orders.js';
import { pronounce } from './pronounce.js';
import type { Breach, RiskRule } from './rule.js';
import { inScope, NOBODY } from './trading-state.js';
import type { JudgedFrame } from './verdict-fields.js';

/** Judges proposals by the rules, and acts on limits that are broken. */
export class Engine {
  readonly #rules: readonly RiskRule[];
  readonly #memories: RuleMemories;
  /** Places of the rules that look at every event. */
  readonly #watching: readonly number[];
  readonly #flattenOnKill: boolean;
  readonly #clipsReductions: boolean;

  constructor(
    rules: readonly RiskRule[],
    memories: RuleMemories,
    flattenOnKill: boolean,
    clipsReductions: boolean,
  ) {
    this.#rules = rules;
    this.#memories = memories;
    this.#watching = rules.flatMap(({ watch }, place) => (watch === undefined ? [] : [place]));
    this.#flattenOnKill = flattenOnKill;
    this.#clipsReductions = clipsReductions;
  }

  step(state: EngineState, frame: JudgedFrame, context: StageContext): void {
    const { view, trading } = state;
    view.look(frame);
    const { event } = frame;
    if (event.kind === 'submitted') view.submitted(frame.instrument, event.order);
    else if (event.kind === 'cancelRequested') state.canceling.delete(event.clientOrderId);
    else if (event.kind === 'control') this.#obey(event, state, context, frame);
    else if (event.kind === 'fault' && event.severity === 'halt') {
      this.#restrict('desk', 'halted', `${event.component}: ${event.message}`, state, frame, context);
    }
    state.cancels.look(frame, context);
    if (event.kind === 'report') cancelRevived(event.clientOrderId, state, frame, context);
    this.#memories.observe(state.memories, event, view, frame.instrument, state.limits);
    if (isAlarm(event)) state.awaited = Number.POSITIVE_INFINITY;
    if (mayConcernAll(event)) {
      for (const { index } of context.instruments.list) this.#watch(index, state, frame, context);
    } else this.#watch(frame.instrument, state, frame, context);
    if (state.flatten.size > 0) flatten(state, frame, context);
    if (frame.proposals.length > 0) {
      const bench = this.#bench(state, context);
      for (const proposal of frame.proposals) pronounce(frame, judge(proposal, bench), view);
    }
    frame.tradingStatus = trading.desk;
  }

  /** What is used of each limit. */
  usesOf(state: EngineState): readonly LimitUse[] {
    return this.#rules.flatMap((rule, place) => {
      if (rule.uses === undefined) return [];
      const limit = this.#limit(rule, state);
      const value = rule.uses(limit, state.view, state.memories[place]);
      return [{ rule: rule.name, limit, value, ratio: value / limit }];
    });
  }

  #watch(index: number, state: EngineState, frame: JudgedFrame, context: StageContext): void {
    for (const place of this.#watching) {
      const rule = this.#rules[place] as RiskRule;
      const breach = rule.watch?.(this.#limit(rule, state), state.view, index, state.memories[place]);
      if (breach !== undefined) this.#act(rule, breach, state, frame, context);
    }
  }

  #bench(state: EngineState, context: StageContext): Bench {
    const { view, trading, memories } = state;
    return {
      rules: this.#rules,
      memories,
      view,
      trading,
      instruments: context.instruments,
      clipsReductions: this.#clipsReductions,
      limitOf: (rule) => this.#limit(rule, state),
      clipped: (rule, reason) => context.fault('risk', 'clipped', `${rule}: ${reason}`),
    };
  }

  #limit({ name, limit }: RiskRule, { limits }: Pick<EngineState, 'limits'>): number {
    return limits.size === 0 ? limit : (limits.get(name) ?? limit);
  }

  #obey(event: ControlEvent, state: EngineState, context: StageContext, frame: JudgedFrame): void {
    obey(event, state, context, {
      rules: this.#rules,
      limitOf: (rule, of) => this.#limit(rule, of),
      restrict: (scope, status, reason) => this.#restrict(scope, status, reason, state, frame, context),
    });
  }

  #act(rule: RiskRule, breach: Breach, state: EngineState, frame: JudgedFrame, context: StageContext): void {
    if (breach.action === 'kill' || breach.excess === undefined) {
      const status = breach.action === 'kill' ? 'halted' : 'reducing';
      const scope = breach.scope ?? 'desk';
      this.#restrict(scope, status, `${rule.name}: ${breach.reason}`, state, frame, context);
      return;
    }
    for (const { index, lots } of breach.excess) {
      if (isTooSoon(index, state, frame, context)) continue;
      const listed = context.instruments.at(index);
      cancelOpen(state, frame, context, (one) => one === listed, `${rule.name}: ${breach.reason}`);
      if (sendOwn(listed, lots, state, frame))
        context.fault('risk', 'reduce', `${rule.name}: ${breach.reason}`);
    }
  }

  #restrict(
    scope: string,
    status: 'reducing' | 'halted',
    reason: string,
    state: EngineState,
    frame: JudgedFrame,
    context: StageContext,
  ): void {
    if (!state.trading.restrict(scope, status, reason, frame.ts)) return;
    context.fault('risk', status === 'halted' ? 'kill' : 'reducing', `${scope}: ${reason}`);
    const concerns = inScope(scope, context.instruments) ?? (() => true);
    cancelOpen(state, frame, context, concerns, reason);
    if (status === 'halted' && this.#flattenOnKill) {
      // What one agent holds cannot be told from the rest once it is killed: its scope is not flattened.
      for (const listed of context.instruments.list)
        if (concerns(listed, NOBODY)) state.flatten.add(listed.index);
    }
  }
}

/** After an operator's word, a rate or a truth any position may be beyond its limit, not only that of one instrument. */
const mayConcernAll = (event: Event): boolean =>
  event.kind === 'control' || event.kind === 'rate' || event.kind === 'truth' || isAlarm(event);
