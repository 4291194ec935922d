import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import {
  flagOf,
  knownKeys,
  nonEmptyName,
  numberAtLeast,
  positiveNumber,
  refuse,
  uniqueNames,
} from '../../domain/check.js';
import type { Decision, Target, TargetOf } from '../../domain/decision.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import type { AgentFields } from '../agents/agents.js';
import type { MarketFields } from '../books/books.js';
import { Caution } from './caution.js';
import type { TargetFields } from './confidence-weighted.js';
import type { Gate } from './gates.js';
import { confidenceWeights, type Joining, type Learner } from './joining.js';
import { PaperReturns } from './paper-returns.js';
import type { Subject } from './subject.js';
import { expire, put, restoreSubject, type SavedSubject, type Subjects } from './subjects.js';

/** What trading is expected to bring and to cost, so that nothing is traded that does not pay. */
export interface EdgeOptions<F extends Frame> {
  /** Return, as a share of the price, that is expected of holding this side (1 or -1); `NaN`: unknown, which pays nothing. */
  readonly expected: (frame: F, of: TargetOf, side: 1 | -1) => number;
  /** What getting in and out costs, as a share of the price: fees, half spreads, slippage. */
  readonly cost: number | ((frame: F, of: TargetOf) => number);
}

/** How the agents' decisions become targets. */
export interface EnsembleOptions<F extends Frame = Frame> {
  /** @default confidenceWeights() */
  readonly joining?: Joining;
  /** What agents count for now; all are multiplied. Looked at on market events of synced instruments. @default none */
  readonly gates?: readonly Gate<F>[];
  /**
   * Agents that do not add anything, and keep others from it: while one says 0 nothing is held, and while it wants one
   * side only that side is. Without a standing decision, or without confidence, it objects to nothing.
   */
  readonly veto?: readonly string[];
  /** Most of the exposure that an agent's part may be. @default 1 for each */
  readonly budgets?: Readonly<Record<string, number>>;
  /** Opposite parts cancel before an order exists: then all parts have the sign of the whole. @default true */
  readonly netting?: boolean;
  /** Add exposure only where it is worth its cost, as market events show it. @default wherever it is wanted */
  readonly edge?: EdgeOptions<F>;
  /** Most exposure that may be added in a while, for each asset or instrument. @default no limit */
  readonly turnover?: { readonly exposure: number; readonly per: Duration };
  /** A change of exposure smaller than this moves nothing. @default 0.01 */
  readonly hysteresis?: number;
  /** How long an interval is in which returns on paper are learned from. @default "1m" */
  readonly every?: Duration;
  /** What changing an exposure costs on paper, as a share of the change. @default 0 */
  readonly paperCost?: number;
}

interface Settings<F extends Frame> {
  readonly joining: Joining;
  readonly gates: readonly Gate<F>[];
  readonly veto: ReadonlySet<string>;
  readonly budgets: ReadonlyMap<string, number>;
  readonly netting: boolean;
  readonly edge: EdgeOptions<F> | undefined;
  readonly turnover: number;
  readonly per: number;
  readonly hysteresis: number;
  readonly every: number;
  readonly paperCost: number;
}

interface State extends Subjects {
  readonly learner: Learner | undefined;
  readonly paper: PaperReturns;
  readonly caution: Caution;
  /** What the gates said last, by agent. */
  readonly open: Map<string, number>;
  /** Keys of what may not be held yet as far as it is wanted. */
  readonly waiting: Set<string>;
}

/**
 * Joins the agents' decisions into targets: weighed, gated, vetoed, within budgets, netted, and no more often than pays.
 *
 * ```
 * decisions  t---r---v---     trend wants 1, reversion -0.5, both as sure; the guard says 0
 *            ensemble({ veto: ['guard'] })
 * exposure   1---a---0---     a = (1 − 0.5) / 2: all of it trend's, reversion's part is netted
 * ```
 *
 * In this order: each agent's part by the joining and the gates; vetoes; each part within its agent's budget; netting; what would
 * add exposure only where its edge is above its cost, and within the turnover; at last the hysteresis. Coming nearer to flat is
 * never held back.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * ensemble({ joining: riskParity({ halfLife: 200 }), gates: [regimeGate({ regime, agents: { trend: ['trending'] } })] })
 */
export function ensemble<F extends Frame = Frame>(
  options: EnsembleOptions<F> = {},
): StageOperator<F & AgentFields & MarketFields, TargetFields> {
  const settings = settingsOf(options);
  const { joining, gates } = settings;
  return stage<F & AgentFields & MarketFields, TargetFields, State>({
    name: 'ensemble',
    fingerprint: fingerprintOf(settings),
    adds: { targets: NONE },
    init: () => fresh(settings, undefined),
    step: (state, frame, context) => {
      const { decisions, ts } = frame;
      if (ts >= state.firstExpiry) expire(state, ts);
      for (const made of decisions) put(state, made);
      if (state.learner !== undefined && frame.synced) learn(state, frame, context);
      // Other frames show no market to look at: what was seen last stands.
      if (gates.length > 0 && frame.synced) lookAtGates(state, settings, frame);
      if (state.waiting.size > 0 && frame.synced) again(state);
      let targets: Target[] | undefined;
      for (const [key, subject] of state.subjects) {
        if (!subject.changed) continue;
        const target = settle(key, subject, state, settings, frame);
        if (target === undefined) continue;
        if (targets === undefined) targets = [target];
        else targets.push(target);
      }
      if (targets !== undefined) frame.targets = targets;
    },
    save: (state) =>
      asPlain({
        subjects: [...state.subjects.values()].map(({ of, decisions, target, changed }) => ({
          of,
          decisions: [...decisions],
          target: target ?? null,
          changed,
        })),
        learner: state.learner?.save() ?? null,
        paper: state.paper.save(),
        caution: state.caution.save(),
        open: [...state.open],
        waiting: [...state.waiting],
        firstExpiry: state.firstExpiry,
      }),
    restore: (plain) => restored(settings, plain),
  });
  function settle(
    key: string,
    subject: Subject,
    state: State,
    { hysteresis }: Settings<F>,
    frame: F & AgentFields & MarketFields,
  ): Target | undefined {
    const held = subject.target?.exposure ?? 0;
    let limited = false;
    const target = subject.settle((decisions, parts) => {
      const open = decisions.map(({ agent }) =>
        settings.veto.has(agent) ? 0 : gateOf(state, settings, agent),
      );
      joining.join(decisions, open, parts, state.learner);
      const wanted = within(decisions, parts, settings);
      const allowed = state.caution.allow(subject.of, held, wanted, frame.ts, (side) =>
        pays(settings.edge, frame, subject.of, side),
      );
      limited = allowed !== wanted;
      return limited ? scale(parts, wanted, allowed) : wanted;
    }, hysteresis);
    if (limited) state.waiting.add(key);
    else state.waiting.delete(key);
    if (target !== undefined) state.caution.spend(subject.of, held, target.exposure);
    return target;
  }
}

function settingsOf<F extends Frame>(options: EnsembleOptions<F>): Settings<F> {
  knownKeys('ensemble', options, [
    'joining',
    'gates',
    'veto',
    'budgets',
    'netting',
    'edge',
    'turnover',
    'hysteresis',
    'every',
    'paperCost',
  ]);
  const { turnover, edge } = options;
  const gates = listOf('ensemble.gates', options.gates ?? []);
  for (const gate of gates)
    if (typeof gate?.allow !== 'function')
      refuse('ensemble.gates', 'gates, such as regimeGate({ ... })', gate);
  if (options.joining !== undefined && typeof options.joining?.join !== 'function')
    refuse('ensemble.joining', 'a joining, such as equalWeights()', options.joining);
  uniqueNames('gates of the ensemble', gates);
  const budgets = new Map(Object.entries(options.budgets ?? {}));
  for (const [agent, budget] of budgets) numberAtLeast(`ensemble.budgets.${agent}`, budget, 0, 1);
  if (turnover !== undefined) knownKeys('ensemble.turnover', turnover, ['exposure', 'per']);
  if (edge !== undefined) {
    knownKeys('ensemble.edge', edge, ['expected', 'cost']);
    if (typeof edge.expected !== 'function')
      refuse('ensemble.edge.expected', 'a function of a frame', edge.expected);
    if (typeof edge.cost !== 'function') numberAtLeast('ensemble.edge.cost', edge.cost, 0);
  }
  return {
    joining: options.joining ?? confidenceWeights(),
    gates,
    veto: new Set(
      listOf('ensemble.veto', options.veto ?? []).map((name) => nonEmptyName('ensemble.veto', name)),
    ),
    budgets,
    netting: flagOf('ensemble.netting', options.netting, true),
    edge,
    turnover:
      turnover === undefined
        ? Number.POSITIVE_INFINITY
        : positiveNumber('ensemble.turnover.exposure', turnover.exposure),
    per: turnover === undefined ? 1 : milliseconds('ensemble.turnover.per', turnover.per),
    hysteresis: numberAtLeast('ensemble.hysteresis', options.hysteresis ?? 0.01, 0, 1),
    every: milliseconds('ensemble.every', options.every ?? '1m'),
    paperCost: numberAtLeast('ensemble.paperCost', options.paperCost ?? 0, 0),
  };
}

/** A list; a text is none, though it has letters. */
function listOf<T>(name: string, value: readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : refuse(name, 'a list', value);
}

function fingerprintOf<F extends Frame>(settings: Settings<F>): string {
  const { joining, gates, veto, budgets, netting, edge, turnover, per, hysteresis, every, paperCost } =
    settings;
  return JSON.stringify({
    joining: `${joining.name}(${joining.fingerprint})`,
    gates: gates.map(({ name, fingerprint = '' }) => `${name}(${fingerprint})`),
    veto: [...veto].sort(),
    budgets: [...budgets].sort(([a], [b]) => (a < b ? -1 : 1)),
    netting,
    edge: edge === undefined ? null : typeof edge.cost === 'number' ? edge.cost : 'computed',
    turnover: turnover === Number.POSITIVE_INFINITY ? null : [turnover, per],
    hysteresis,
    every,
    paperCost,
  });
}

function fresh<F extends Frame>(
  { joining, every, paperCost, turnover, per }: Settings<F>,
  learner: Plain | undefined,
): State {
  return {
    subjects: new Map(),
    learner: joining.learner?.(learner),
    paper: new PaperReturns(every, paperCost),
    caution: new Caution({ turnover, per }),
    open: new Map(),
    waiting: new Set(),
    firstExpiry: Number.POSITIVE_INFINITY,
  };
}

function restored<F extends Frame>(settings: Settings<F>, plain: Plain): State {
  const saved = fromPlain<{
    readonly subjects: readonly (SavedSubject & { readonly changed: boolean })[];
    readonly learner: Plain;
    readonly paper: Plain;
    readonly caution: Plain;
    readonly open: readonly (readonly [string, number])[];
    readonly waiting: readonly string[];
    readonly firstExpiry: number;
  }>(plain);
  const state = fresh(settings, saved.learner ?? undefined);
  for (const subject of saved.subjects) restoreSubject(state, subject, subject.changed);
  state.paper.restore(saved.paper);
  state.caution.restore(saved.caution);
  for (const [agent, open] of saved.open) state.open.set(agent, open);
  for (const key of saved.waiting) state.waiting.add(key);
  state.firstExpiry = saved.firstExpiry;
  return state;
}

/** An interval has ended: the weights are others, so every target is looked at. */
function learn(state: State, frame: Frame & MarketFields, context: StageContext): void {
  const returns = state.paper.settle(frame.ts, state.subjects.values(), frame.markets, context);
  if (returns === undefined) return;
  state.learner?.observe(returns);
  for (const subject of state.subjects.values()) subject.changed = true;
}

function lookAtGates<F extends Frame>(state: State, { gates, veto }: Settings<F>, frame: F): void {
  const seen = new Set<string>();
  let moved = false;
  for (const { decisions } of state.subjects.values()) {
    for (const { agent } of decisions) {
      if (veto.has(agent) || seen.has(agent)) continue;
      seen.add(agent);
      let open = 1;
      for (const { allow } of gates) open *= allow(frame, agent);
      // What is no number, or less than none, opens nothing.
      if (!(open > 0 && open < Number.POSITIVE_INFINITY)) open = 0;
      if (state.open.get(agent) === open) continue;
      state.open.set(agent, open);
      moved = true;
    }
  }
  if (moved) for (const subject of state.subjects.values()) subject.changed = true;
}

/** Nobody is heard whose gates have not been looked at. */
const gateOf = <F extends Frame>(state: State, { gates }: Settings<F>, agent: string): number =>
  gates.length === 0 ? 1 : (state.open.get(agent) ?? 0);

function again(state: State): void {
  for (const key of state.waiting) {
    const subject = state.subjects.get(key);
    if (subject !== undefined) subject.changed = true;
  }
}

function pays<F extends Frame>(
  edge: EdgeOptions<F> | undefined,
  frame: F & MarketFields,
  of: TargetOf,
  side: 1 | -1,
): boolean {
  if (edge === undefined) return true;
  // It is looked at again with the next market event.
  if (!frame.synced) return false;
  const cost = typeof edge.cost === 'number' ? edge.cost : edge.cost(frame, of);
  return edge.expected(frame, of, side) > cost;
}

/** Vetoes, budgets and netting; gives the whole. */
function within<F extends Frame>(
  decisions: readonly Decision[],
  parts: number[],
  { veto, budgets, netting }: Settings<F>,
): number {
  let long = 0;
  let short = 0;
  for (let at = 0; at < decisions.length; at++) {
    const part = parts[at] as number;
    if (Number.isNaN(part)) continue;
    const budget = budgets.get((decisions[at] as Decision).agent) ?? 1;
    const kept = Math.max(-budget, Math.min(budget, part));
    parts[at] = kept;
    if (kept > 0) long += kept;
    else short -= kept;
  }
  let net = long - short;
  if (veto.size > 0) {
    for (const { agent, exposure, confidence } of decisions) {
      if (!veto.has(agent) || confidence === 0) continue;
      if (exposure === 0 || Math.sign(exposure) !== Math.sign(net)) net = 0;
    }
  }
  if (netting) {
    const winning = net > 0 ? long : short;
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at] as number;
      if (Number.isNaN(part)) continue;
      parts[at] = net !== 0 && Math.sign(part) === Math.sign(net) ? (part * Math.abs(net)) / winning : 0;
    }
  } else if (net === 0 && long !== short)
    for (let at = 0; at < parts.length; at++) if (!Number.isNaN(parts[at])) parts[at] = 0;
  return net;
}

/** All parts in proportion, so that they add up to what is allowed. */
function scale(parts: number[], wanted: number, allowed: number): number {
  const factor = wanted === 0 ? 0 : allowed / wanted;
  for (let at = 0; at < parts.length; at++)
    if (!Number.isNaN(parts[at])) parts[at] = (parts[at] as number) * factor;
  return allowed;
}
