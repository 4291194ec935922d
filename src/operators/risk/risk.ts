import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { mintApproved } from '../../domain/approval.js';
import type { ClientOrderId } from '../../domain/brand.js';
import { knownKeys, oneOf } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { ControlEvent } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import type { Plain } from '../../domain/plain.js';
import type { Verdict } from '../../domain/verdict.js';
import type { MarketFields } from '../books/books.js';
import type { LedgerFields } from '../ledger/stage.js';
import type { ProposalFields } from '../routing/best-net-price.js';
import { FrameRiskView } from './frame-risk-view.js';
import { isReduction, reductionOf } from './reduction.js';
import type { Breach, RiskRule } from './rule.js';
import { inScope, TradingState, type TradingStatus, wordOf } from './trading-state.js';
import { malformed } from './validity.js';

/** What `risk` adds to a frame. */
export interface VerdictFields {
  /** What became of the frame's proposals, and the engine's own orders. */
  verdicts: readonly Verdict[];
  /** The desk's trading state. */
  tradingStatus: TradingStatus;
}

/** How the risk engine behaves beside its rules. */
export interface RiskOptions {
  /** On a kill: cancel what is working, or also sell what is held. @default "cancel" */
  readonly onKill?: 'cancel' | 'flatten';
}

interface State {
  readonly trading: TradingState;
  /** Limits that were changed at run time, by rule. */
  readonly limits: Map<string, number>;
  /** Instruments to flatten after a kill. */
  readonly flatten: Set<number>;
  /** When the engine may send its next order, by instrument. */
  readonly nextOwn: Float64Array;
  readonly view: FrameRiskView;
  /**
   * Orders whose cancel the ledger does not know of yet, so that two reasons for it make one cancel.
   */
  readonly canceling: Set<ClientOrderId>;
}

type Needs = Frame & MarketFields & LedgerFields & ProposalFields;

const OWN_PAUSE = 1_000;

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
 * Operators speak through `control` events: `kill`, `reduce`, `resume` with scope `desk`, `venue:NAME` or
 * `instrument:ID`; `limit` with scope `limit:RULE`.
 *
 * @throws ConfigurationError when two rules share a name
 */
export function risk(
  rules: readonly RiskRule[],
  options: RiskOptions = {},
): StageOperator<Needs, VerdictFields> {
  knownKeys('risk options', options, ['onKill']);
  const onKill = oneOf('risk options.onKill', options.onKill ?? 'cancel', ['cancel', 'flatten']);
  const names = rules.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new ConfigurationError(`two risk rules are named "${twice}"`);
  const engine = new Engine(rules, onKill === 'flatten');
  return stage<Needs, VerdictFields, State>({
    name: 'risk',
    fingerprint: JSON.stringify([
      onKill,
      ...rules.map(({ fingerprint, limit }) => `${fingerprint}=${limit}`),
    ]),
    adds: { verdicts: NONE, tradingStatus: 'active' },
    init: ({ instruments }) => ({
      trading: new TradingState(),
      limits: new Map(),
      flatten: new Set(),
      nextOwn: new Float64Array(instruments.size),
      view: new FrameRiskView(instruments),
      canceling: new Set(),
    }),
    step: (state, frame, context) => engine.step(state, frame, context),
    save: ({ trading, limits, flatten, nextOwn, view, canceling }) => ({
      trading: trading.save(),
      limits: Object.fromEntries(limits),
      flatten: [...flatten].sort((a, b) => a - b),
      nextOwn: nextOwn.slice(),
      onTheWay: view.save(),
      canceling: [...canceling].sort(),
    }),
    restore: (saved, { instruments }) => {
      const { trading, limits, flatten, nextOwn, onTheWay, canceling } = saved as {
        trading: Plain;
        limits: Readonly<Record<string, number>>;
        flatten: readonly number[];
        nextOwn: Float64Array;
        onTheWay: Plain;
        canceling: readonly ClientOrderId[];
      };
      return {
        trading: TradingState.restore(trading),
        limits: new Map(Object.entries(limits)),
        flatten: new Set(flatten),
        nextOwn: nextOwn.slice(),
        view: new FrameRiskView(instruments).restore(onTheWay),
        canceling: new Set(canceling),
      };
    },
  });
}

class Engine {
  readonly #rules: readonly RiskRule[];
  readonly #flattenOnKill: boolean;

  constructor(rules: readonly RiskRule[], flattenOnKill: boolean) {
    this.#rules = rules;
    this.#flattenOnKill = flattenOnKill;
  }

  step(state: State, frame: Needs & VerdictFields, context: StageContext): void {
    const { view, trading } = state;
    view.look(frame);
    const { event } = frame;
    if (event.kind === 'submitted') view.submitted(frame.instrument, event.order);
    else if (event.kind === 'cancelRequested') state.canceling.delete(event.clientOrderId);
    else if (event.kind === 'control') this.#obey(event, state, context, frame);
    else if (event.kind === 'fault' && event.severity === 'halt') {
      this.#restrict('desk', 'halted', `${event.component}: ${event.message}`, state, frame, context);
    }
    // After an operator's word any limit may be another, and so any position may be beyond it.
    if (event.kind === 'control') {
      for (const { index } of context.instruments.list) this.#watch(index, state, frame, context);
    } else this.#watch(frame.instrument, state, frame, context);
    if (state.flatten.size > 0) this.#flatten(state, frame, context);
    for (const proposal of frame.proposals) pronounce(frame, this.#judge(proposal, state, context), view);
    frame.tradingStatus = trading.desk;
  }

  #watch(index: number, state: State, frame: Needs & VerdictFields, context: StageContext): void {
    for (const rule of this.#rules) {
      const breach = rule.watch?.(this.#limit(rule, state), state.view, index);
      if (breach !== undefined) this.#act(rule, breach, state, frame, context);
    }
  }

  #limit({ name, limit }: RiskRule, { limits }: State): number {
    return limits.size === 0 ? limit : (limits.get(name) ?? limit);
  }

  #judge(proposal: Proposal, state: State, { instruments }: StageContext): Verdict {
    const { view } = state;
    const listed = instruments.find(proposal.instrument);
    const deny = (rule: string, reason: string): Verdict => ({
      kind: 'denied',
      proposal,
      rule,
      reason: `${describe(proposal, listed)}: ${reason}`,
    });
    if (listed === undefined) return deny('instrument', 'nobody knows this instrument');
    const fault = malformed(proposal, listed);
    if (fault !== undefined) return deny('validity', fault);
    if (isReduction(proposal, listed, view)) return mintApproved(proposal);
    const restriction = state.trading.on(listed);
    if (restriction !== undefined) {
      return deny('tradingState', `${restriction.scope} is ${restriction.status} (${restriction.reason})`);
    }
    const unknown = unknownMarket(listed, view);
    if (unknown !== undefined) return deny('market', unknown);
    for (const rule of this.#rules) {
      const reason = rule.judge?.(proposal, listed, this.#limit(rule, state), view);
      if (reason !== undefined) return deny(rule.name, reason);
    }
    return mintApproved(proposal);
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
    if (event.action === 'resume') {
      state.trading.resume(event.scope);
      for (const index of [...state.flatten])
        if (concerns(context.instruments.at(index))) state.flatten.delete(index);
      return undefined;
    }
    const status = event.action === 'kill' ? 'halted' : 'reducing';
    this.#restrict(event.scope, status, wordOf(event), state, frame, context);
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
      this.#restrict('desk', status, `${rule.name}: ${breach.reason}`, state, frame, context);
      return;
    }
    for (const { index, lots } of breach.excess) {
      if (frame.ts < (state.nextOwn[index] as number)) continue;
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
    if (!state.trading.restrict(scope, status, reason)) return;
    context.fault('risk', status === 'halted' ? 'kill' : 'reducing', `${scope}: ${reason}`);
    const concerns = inScope(scope, context.instruments) ?? (() => true);
    cancelOpen(state, frame, context, concerns, reason);
    if (status === 'halted' && this.#flattenOnKill) {
      for (const listed of context.instruments.list) if (concerns(listed)) state.flatten.add(listed.index);
    }
  }

  #flatten(state: State, frame: Needs & VerdictFields, context: StageContext): void {
    for (const index of state.flatten) {
      const lots = frame.ledger.position(index);
      if (lots !== 0 && frame.ts >= (state.nextOwn[index] as number)) {
        this.#own(context.instruments.at(index), lots, state, frame);
      }
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

/** The order in the units that people read; lots and ticks where they are no whole numbers. */
function describe(
  { side, quantity, price, instrument, type }: Proposal,
  listed: ListedInstrument | undefined,
): string {
  if (listed === undefined || !Number.isSafeInteger(quantity) || !Number.isSafeInteger(price)) {
    return `${side} ${quantity} lots of ${instrument} at ${price} ticks`;
  }
  const limit = type === 'market' ? 'market' : listed.prices.format(price);
  return `${side} ${listed.quantities.format(quantity)} ${instrument} at ${limit}`;
}

function pronounce(frame: VerdictFields, verdict: Verdict, view: FrameRiskView): void {
  if (verdict.kind === 'approved') view.approved(verdict.proposal);
  if (frame.verdicts === NONE) frame.verdicts = [verdict];
  else (frame.verdicts as Verdict[]).push(verdict);
}

function unknownMarket({ index, id }: ListedInstrument, { markets }: FrameRiskView): string | undefined {
  if (!markets.open(index)) return `${id} is not open for trading`;
  if (!markets.synced(index)) return `the market of ${id} is unknown: its book is unsynced, empty or crossed`;
  return undefined;
}

function cancelOpen(
  { canceling }: State,
  frame: Needs,
  context: StageContext,
  concerns: (listed: ListedInstrument) => boolean,
  reason: string,
): void {
  for (const { order, status, index } of frame.ledger.openOrders()) {
    if (status === 'pendingCancel' || !concerns(context.instruments.at(index))) continue;
    const { clientOrderId, venue, instrument } = order;
    if (canceling.has(clientOrderId)) continue;
    canceling.add(clientOrderId);
    context.request({ kind: 'cancel', venue, instrument, clientOrderId, requestTime: frame.ts, reason });
    context.derive({ kind: 'cancelRequested', clientOrderId, instrument, reason });
  }
}
