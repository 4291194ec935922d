import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { knownKeys, numberAtLeast } from '../../domain/check.js';
import { type Decision, keyOf, type Target, type TargetOf } from '../../domain/decision.js';
import { asPlain, fromPlain } from '../../domain/plain.js';
import type { AgentFields } from '../agents/agents.js';
import { Subject } from './subject.js';

/** What an ensemble adds to a frame. */
export interface TargetFields {
  /** What is to be held, wherever that changed on this frame. */
  targets: readonly Target[];
}

/** How the agents' decisions are joined. */
export interface ConfidenceWeightedOptions {
  /** Weight of an agent beside its confidence; one that is not named has 1. @default all 1 */
  readonly weights?: Readonly<Record<string, number>>;
  /** A change of exposure smaller than this moves nothing. @default 0.01 */
  readonly hysteresis?: number;
}

interface State {
  readonly subjects: Map<string, Subject>;
  firstExpiry: number;
}

interface SavedSubject {
  readonly of: TargetOf;
  readonly decisions: readonly Decision[];
  readonly target: Target | null;
}

/**
 * Joins the agents' decisions, weighing each by its confidence.
 *
 * ```
 * decisions  t---r-     t: trend wants 1, confidence 0.5; r: reversion wants -0.5, confidence 1
 *            confidenceWeighted()
 * targets    a---b-     1, then (0.5·1 − 1·0.5) / 1.5 = 0
 * ```
 *
 * exposure = Σ weight·confidence·exposure / Σ weight·confidence over the agents that have a valid decision on the same
 * asset or instrument; each agent's part is kept with it. An agent that abstains (no decision, an expired one, or no
 * confidence) has no part, and where nobody has one the target is flat.
 *
 * @throws ConfigurationError for a negative weight
 *
 * @example
 * compose({ instruments: [btc] }, books(), agents([multiHorizonTrend({ asset: 'BTC' })]), confidenceWeighted());
 */
export function confidenceWeighted(
  options: ConfidenceWeightedOptions = {},
): StageOperator<Frame & AgentFields, TargetFields> {
  knownKeys('confidenceWeighted', options, ['weights', 'hysteresis']);
  const weights = new Map(Object.entries(options.weights ?? {}));
  for (const [name, weight] of weights) numberAtLeast(`confidenceWeighted.weights.${name}`, weight, 0);
  const hysteresis = numberAtLeast('confidenceWeighted.hysteresis', options.hysteresis ?? 0.01, 0, 1);
  const weigh = ({ agent, confidence }: Decision): number => (weights.get(agent) ?? 1) * confidence;
  return stage<Frame & AgentFields, TargetFields, State>({
    name: 'ensemble',
    fingerprint: JSON.stringify({ kind: 'confidenceWeighted', weights: [...weights].sort(), hysteresis }),
    adds: { targets: NONE },
    init: () => ({ subjects: new Map(), firstExpiry: Number.POSITIVE_INFINITY }),
    step: (state, frame) => {
      if (frame.decisions.length === 0 && frame.ts < state.firstExpiry) return;
      if (frame.ts >= state.firstExpiry) expire(state, frame.ts);
      for (const made of frame.decisions) put(state, made);
      let targets: Target[] | undefined;
      for (const subject of state.subjects.values()) {
        if (!subject.changed) continue;
        const target = subject.join(weigh, hysteresis);
        if (target === undefined) continue;
        if (targets === undefined) targets = [target];
        else targets.push(target);
      }
      if (targets !== undefined) frame.targets = targets;
    },
    save: ({ subjects, firstExpiry }) =>
      asPlain({
        subjects: [...subjects.values()].map(({ of, decisions, target }) => ({
          of,
          decisions: [...decisions],
          target: target ?? null,
        })),
        firstExpiry,
      }),
    restore: (saved) => {
      const { subjects, firstExpiry } = fromPlain<{
        readonly subjects: readonly SavedSubject[];
        readonly firstExpiry: number;
      }>(saved);
      const state: State = { subjects: new Map(), firstExpiry };
      for (const { of, decisions, target } of subjects) {
        const subject = new Subject(of);
        for (const made of decisions) subject.put(made);
        subject.target = target ?? undefined;
        subject.changed = false;
        state.subjects.set(keyOf(of), subject);
      }
      return state;
    },
  });
}

function put(state: State, made: Decision): void {
  const key = keyOf(made.of);
  let subject = state.subjects.get(key);
  if (subject === undefined) {
    subject = new Subject(made.of);
    state.subjects.set(key, subject);
  }
  subject.put(made);
  if (made.validUntil < state.firstExpiry) state.firstExpiry = made.validUntil;
}

/** Takes out what has expired. */
function expire(state: State, ts: number): void {
  let first = Number.POSITIVE_INFINITY;
  for (const subject of state.subjects.values()) first = Math.min(first, subject.expire(ts));
  state.firstExpiry = first;
}
