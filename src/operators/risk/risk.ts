import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import { liveView } from '../../core/live-view.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { mintApproved } from '../../domain/approval.js';
import type { ClientOrderId } from '../../domain/brand.js';
import { knownKeys, oneOf, uniqueNames } from '../../domain/check.js';
import type { ControlEvent, Event } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import type { Plain } from '../../domain/plain.js';
import type { Verdict } from '../../domain/verdict.js';
import type { MarketFields } from '../books/books.js';
import type { LedgerFields } from '../ledger/stage.js';
import type { ProposalFields } from '../routing/best-net-price.js';
import { FrameRiskView } from './frame-risk-view.js';
import { type Bench, judge } from './judgement.js';
import type { LimitsView, LimitUse } from './limit-use.js';
import { type Memories, RuleMemories } from './memories.js';
import { reductionOf } from './reduction.js';
import type { Breach, RiskRule } from './rule.js';
import { StandingCancels } from './standing-cancels.js';
import { type Concerns, inScope, TradingState, type TradingStatus, wordOf } from './trading-state.js';
import { malformed } from './validity.js';

/** What `risk` adds to a frame. */
export interface VerdictFields {
  /** What became of the frame's proposals, and the engine's own orders. */
  verdicts: readonly Verdict[];
  /** The desk's trading state. */
  tradingStatus: TradingStatus;
}

/** What `risk` shows of its limits. */
export interface LimitFields {
  /** How much of each limit is in use: live, for one pass. */
  limits: LimitsView;
}

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

interface State {
  readonly trading: TradingState;
  /** Limits that were changed at run time, by rule. */
  readonly limits: Map<string, number>;
  /** Instruments to flatten after a kill. */
  readonly flatten: Set<number>;
  /** When the engine may send its next order, by instrument. */
  readonly nextOwn: Float64Array;
  /** When the timer is due that the next of them waits for; `Infinity`: none does. */
  awaited: number;
  readonly view: FrameRiskView;
  readonly memories: Memories;
  /**
   * Orders whose cancel the ledger does not know of yet, so that two reasons for it make one cancel.
   */
  readonly canceling: Set<ClientOrderId>;
  /** Cancels that are repeated until their orders have ended. */
  readonly cancels: StandingCancels;
  readonly uses: LimitsView;
}

type Needs = Frame & MarketFields & LedgerFields & ProposalFields;

const OWN_PAUSE = 1_000;
const OWN_TIMER = 'risk:own';

const NOBODY = { attribution: [] };

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
): StageOperator<Needs, VerdictFields & LimitFields> {
  knownKeys('risk options', options, ['onKill', 'overReduction']);
  const overReduction = oneOf('risk options.overReduction', options.overReduction ?? 'deny', [
    'deny',
    'clip',
  ]);
  const onKill = oneOf('risk options.onKill', options.onKill ?? 'cancel', ['cancel', 'flatten']);
  uniqueNames('risk rules', rules);
  const memories = new RuleMemories(rules);
  const engine = new Engine(rules, memories, onKill === 'flatten', overReduction === 'clip');
  const viewed = (state: Omit<State, 'uses'>): State =>
    Object.assign(state, { uses: new LimitUses(engine, state) });
  return stage<Needs, VerdictFields & LimitFields, State>({
    name: 'risk',
    version: 4,
    fingerprint: JSON.stringify([
      onKill,
      overReduction,
      ...rules.map(({ fingerprint, limit }) => `${fingerprint}=${limit}`),
    ]),
    adds: { verdicts: NONE, tradingStatus: 'active', limits: undefined as unknown as LimitsView },
    init: ({ instruments }) =>
      viewed({
        trading: new TradingState(),
        limits: new Map(),
        flatten: new Set(),
        nextOwn: new Float64Array(instruments.size),
        awaited: Number.POSITIVE_INFINITY,
        view: new FrameRiskView(instruments),
        memories: memories.init(instruments),
        canceling: new Set(),
        cancels: new StandingCancels(),
      }),
    step: (state, frame, context) => engine.step(state, frame, context),
    save: ({ trading, limits, flatten, nextOwn, awaited, view, canceling, cancels, memories: known }) => ({
      trading: trading.save(),
      limits: Object.fromEntries(limits),
      flatten: [...flatten].sort((a, b) => a - b),
      nextOwn: nextOwn.slice(),
      awaited,
      onTheWay: view.save(),
      rules: memories.save(known),
      canceling: [...canceling].sort(),
      cancels: cancels.save(),
    }),
    restore: (saved, { instruments }) => {
      const {
        trading,
        limits,
        flatten,
        nextOwn,
        awaited,
        onTheWay,
        rules: known,
        canceling,
        cancels,
      } = saved as {
        trading: Plain;
        limits: Readonly<Record<string, number>>;
        flatten: readonly number[];
        nextOwn: Float64Array;
        awaited: number;
        onTheWay: Plain;
        rules: Plain;
        canceling: readonly ClientOrderId[];
        cancels: Plain;
      };
      return viewed({
        trading: TradingState.restore(trading),
        limits: new Map(Object.entries(limits)),
        flatten: new Set(flatten),
        nextOwn: nextOwn.slice(),
        awaited,
        view: new FrameRiskView(instruments).restore(onTheWay),
        memories: memories.restore(known, instruments),
        canceling: new Set(canceling),
        cancels: StandingCancels.restore(cancels),
      });
    },
  });
}

/** A view without fields of its own: frames of two runs stay equal. */
class LimitUses implements LimitsView {
  readonly #engine: Engine;
  readonly #state: Omit<State, 'uses'>;

  constructor(engine: Engine, state: Omit<State, 'uses'>) {
    this.#engine = engine;
    this.#state = state;
  }

  uses(): readonly LimitUse[] {
    return this.#engine.usesOf(this.#state);
  }
}

class Engine {
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

  step(state: State, frame: Needs & VerdictFields & LimitFields, context: StageContext): void {
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
    if (event.kind === 'report') this.#cancelRevived(event.clientOrderId, state, frame, context);
    this.#memories.observe(state.memories, event, view, frame.instrument, state.limits);
    if (isAlarm(event)) state.awaited = Number.POSITIVE_INFINITY;
    if (mayConcernAll(event)) {
      for (const { index } of context.instruments.list) this.#watch(index, state, frame, context);
    } else this.#watch(frame.instrument, state, frame, context);
    if (state.flatten.size > 0) this.#flatten(state, frame, context);
    if (frame.proposals.length > 0) {
      const bench = this.#bench(state, context);
      for (const proposal of frame.proposals) pronounce(frame, judge(proposal, bench), view);
    }
    frame.tradingStatus = trading.desk;
    frame.limits = liveView(context, 'frame.limits', state.uses);
  }

  /** What is used of each limit. */
  usesOf(state: Omit<State, 'uses'>): readonly LimitUse[] {
    return this.#rules.flatMap((rule, place) => {
      if (rule.uses === undefined) return [];
      const limit = this.#limit(rule, state);
      const value = rule.uses(limit, state.view, state.memories[place]);
      return [{ rule: rule.name, limit, value, ratio: value / limit }];
    });
  }

  /** An order of before a restriction that lives again (a bust, a rejection that was none) goes as the others went. */
  #cancelRevived(id: ClientOrderId, state: State, frame: Needs & VerdictFields, context: StageContext): void {
    const { trading, canceling, cancels } = state;
    if (!trading.restricts) return;
    const record = frame.ledger.order(id);
    if (record === undefined || record.remaining === 0 || canceling.has(id) || cancels.has(id)) return;
    const { order, index } = record;
    const since = trading.since(context.instruments.at(index), order);
    if (order.requestTime < since)
      cancel(order, state, frame, context, 'it lives again while its scope is restricted');
  }

  #watch(index: number, state: State, frame: Needs & VerdictFields, context: StageContext): void {
    for (const place of this.#watching) {
      const rule = this.#rules[place] as RiskRule;
      const breach = rule.watch?.(this.#limit(rule, state), state.view, index, state.memories[place]);
      if (breach !== undefined) this.#act(rule, breach, state, frame, context);
    }
  }

  #bench(state: State, context: StageContext): Bench {
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

  #limit({ name, limit }: RiskRule, { limits }: Pick<State, 'limits'>): number {
    return limits.size === 0 ? limit : (limits.get(name) ?? limit);
  }

  #obey(event: ControlEvent, state: State, context: StageContext, frame: Needs & VerdictFields): void {
    const why =
      event.action === 'limit'
        ? this.#changeLimit(event, state, context)
        : this.#changeState(event, state, context, frame);
    if (why !== undefined) context.fault('risk', 'bad-control', `${wordOf(event)}, was not obeyed: ${why}`);
  }

  /** Why the limit cannot be changed, or `undefined` when it is. */
  #changeLimit(event: ControlEvent, state: State, context: StageContext): string | undefined {
    const rule = this.#rules.find(({ name }) => `limit:${name}` === event.scope);
    if (rule === undefined) return `no rule has the limit "${event.scope}"`;
    if (!(event.value > 0 && Number.isFinite(event.value)))
      return `a limit must be above 0, not ${event.value}`;
    const before = this.#limit(rule, state);
    const wanted = rule.allows?.(event.value);
    if (wanted !== undefined) return `the limit of ${rule.name} must be ${wanted}, not ${event.value}`;
    state.limits.set(rule.name, event.value);
    context.fault(
      'risk',
      'limit-changed',
      `${rule.name} was ${before} and is ${event.value} (${wordOf(event)})`,
    );
    return undefined;
  }

  #changeState(
    event: ControlEvent,
    state: State,
    context: StageContext,
    frame: Needs & VerdictFields,
  ): string | undefined {
    const concerns = inScope(event.scope, context.instruments);
    if (concerns === undefined) return `nobody knows the scope "${event.scope}"`;
    if (event.action === 'resume') return this.#resume(event, concerns, state, context);
    const status = event.action === 'kill' ? 'halted' : 'reducing';
    this.#restrict(event.scope, status, wordOf(event), state, frame, context);
    return undefined;
  }

  /** Nobody resumes without a name and a reason; a kill needs neither. */
  #resume(event: ControlEvent, concerns: Concerns, state: State, context: StageContext): string | undefined {
    if (event.by.trim() === '' || event.reason.trim() === '')
      return 'whoever resumes must give a name and a reason';
    if (!state.trading.resume(event.scope)) return undefined;
    context.fault('risk', 'resumed', `${event.scope}: ${wordOf(event)}`);
    for (const index of [...state.flatten]) {
      const listed = context.instruments.at(index);
      // A wider or a narrower scope may still be halted.
      if (concerns(listed, NOBODY) && state.trading.on(listed, NOBODY)?.status !== 'halted')
        state.flatten.delete(index);
    }
    return undefined;
  }

  #act(
    rule: RiskRule,
    breach: Breach,
    state: State,
    frame: Needs & VerdictFields,
    context: StageContext,
  ): void {
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
      if (this.#own(listed, lots, state, frame))
        context.fault('risk', 'reduce', `${rule.name}: ${breach.reason}`);
    }
  }

  #restrict(
    scope: string,
    status: 'reducing' | 'halted',
    reason: string,
    state: State,
    frame: Needs & VerdictFields,
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

  #flatten(state: State, frame: Needs & VerdictFields, context: StageContext): void {
    for (const index of state.flatten) {
      const lots = frame.ledger.position(index);
      if (lots !== 0 && !isTooSoon(index, state, frame, context))
        this.#own(context.instruments.at(index), lots, state, frame);
    }
  }

  /** Sends an order of the engine's own; true when there was something to send. */
  #own(listed: ListedInstrument, lots: number, state: State, frame: Needs & VerdictFields): boolean {
    const proposal = reductionOf(listed, lots, state.view);
    if (proposal === undefined || malformed(proposal, listed) !== undefined) return false;
    state.nextOwn[listed.index] = frame.ts + OWN_PAUSE;
    pronounce(frame, mintApproved(proposal), state.view);
    return true;
  }
}

/** Whether the engine's last order for an instrument is too near; then a timer wakes the engine for the next. */
function isTooSoon(index: number, state: State, { ts }: Needs, context: StageContext): boolean {
  const due = state.nextOwn[index] as number;
  if (ts >= due) return false;
  if (due < state.awaited) {
    state.awaited = due;
    context.request({ kind: 'timer', name: OWN_TIMER, due });
  }
  return true;
}

/** The timer of {@link isTooSoon}, or what tells that it may be lost: timers are a leader's. */
const isAlarm = (event: Event): boolean =>
  event.kind === 'epoch' || (event.kind === 'timer' && event.name === OWN_TIMER);

/** After an operator's word, a rate or a truth any position may be beyond its limit, not only that of one instrument. */
const mayConcernAll = (event: Event): boolean =>
  event.kind === 'control' || event.kind === 'rate' || event.kind === 'truth' || isAlarm(event);

function pronounce(frame: VerdictFields, verdict: Verdict, view: FrameRiskView): void {
  if (verdict.kind === 'approved') view.approved(verdict.proposal);
  if (frame.verdicts === NONE) frame.verdicts = [verdict];
  else (frame.verdicts as Verdict[]).push(verdict);
}

function cancelOpen(
  state: State,
  frame: Needs,
  context: StageContext,
  concerns: Concerns,
  reason: string,
): void {
  for (const { order, status, index } of frame.ledger.openOrders()) {
    if (status === 'pendingCancel' || !concerns(context.instruments.at(index), order)) continue;
    if (!state.canceling.has(order.clientOrderId)) cancel(order, state, frame, context, reason);
  }
}

/** Asks for a cancel, and once the ledger knows of it, again and again until the order has ended. */
function cancel(
  { clientOrderId, venue, instrument }: Order,
  { canceling }: State,
  { ts }: Needs,
  context: StageContext,
  reason: string,
): void {
  canceling.add(clientOrderId);
  context.request({ kind: 'cancel', venue, instrument, clientOrderId, requestTime: ts, reason });
  context.derive({ kind: 'cancelRequested', clientOrderId, instrument, reason });
}
