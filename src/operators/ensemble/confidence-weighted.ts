import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { knownKeys, numberAtLeast } from '../../domain/check.js';
import { type Decision, keyOf, type Target, type TargetOf } from '../../domain/decision.js';
import type { Plain } from '../../domain/plain.js';
import type { AgentFields } from '../agents/agents.js';

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
  /** Newest decision by key, then agent. */
  readonly decisions: Map<string, Map<string, Decision>>;
  readonly targets: Map<string, Target>;
  firstExpiry: number;
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
    init: () => ({ decisions: new Map(), targets: new Map(), firstExpiry: Number.POSITIVE_INFINITY }),
    step: (state, frame) => {
      if (frame.decisions.length === 0 && frame.ts < state.firstExpiry) return;
      const changed = expire(state, frame.ts);
      for (const made of frame.decisions) {
        const key = keyOf(made.of);
        let byAgent = state.decisions.get(key);
        if (byAgent === undefined) {
          byAgent = new Map();
          state.decisions.set(key, byAgent);
        }
        byAgent.set(made.agent, made);
        if (made.validUntil < state.firstExpiry) state.firstExpiry = made.validUntil;
        changed.set(key, made.of);
      }
      if (changed.size === 0) return;
      const targets: Target[] = [];
      for (const [key, of] of changed) {
        const next = join(of, state.decisions.get(key), weigh);
        const last = state.targets.get(key);
        if (
          last === undefined
            ? next.exposure === 0 && next.contributions.length === 0
            : !moved(last, next, hysteresis)
        )
          continue;
        state.targets.set(key, next);
        targets.push(next);
      }
      if (targets.length > 0) frame.targets = targets;
    },
    save: ({ decisions, targets, firstExpiry }) =>
      ({
        decisions: [...decisions.values()].flatMap((byAgent) => [...byAgent.values()]),
        targets: [...targets.values()],
        firstExpiry,
      }) as unknown as Plain,
    restore: (saved) => {
      const { decisions, targets, firstExpiry } = saved as unknown as {
        decisions: readonly Decision[];
        targets: readonly Target[];
        firstExpiry: number;
      };
      const state: State = { decisions: new Map(), targets: new Map(), firstExpiry };
      for (const made of decisions) {
        const key = keyOf(made.of);
        const byAgent = state.decisions.get(key) ?? new Map<string, Decision>();
        byAgent.set(made.agent, made);
        state.decisions.set(key, byAgent);
      }
      for (const target of targets) state.targets.set(keyOf(target.of), target);
      return state;
    },
  });
}

/** Takes out what has expired; gives the keys that this changed. */
function expire(state: State, ts: number): Map<string, TargetOf> {
  const changed = new Map<string, TargetOf>();
  if (ts < state.firstExpiry) return changed;
  let first = Number.POSITIVE_INFINITY;
  for (const [key, byAgent] of state.decisions) {
    for (const [agent, { validUntil, of }] of byAgent) {
      if (validUntil <= ts) {
        byAgent.delete(agent);
        changed.set(key, of);
      } else if (validUntil < first) first = validUntil;
    }
    if (byAgent.size === 0) state.decisions.delete(key);
  }
  state.firstExpiry = first;
  return changed;
}

function join(
  of: TargetOf,
  byAgent: ReadonlyMap<string, Decision> | undefined,
  weigh: (decision: Decision) => number,
): Target {
  // Sorted by name: the sum must not depend on who spoke first.
  const decisions = [...(byAgent?.values() ?? [])].sort((a, b) => (a.agent < b.agent ? -1 : 1));
  let total = 0;
  for (const made of decisions) total += weigh(made);
  let exposure = 0;
  const contributions: { agent: string; exposure: number }[] = [];
  for (const made of decisions) {
    const weight = weigh(made);
    if (!(weight > 0)) continue;
    const part = (weight * made.exposure) / total;
    exposure += part;
    contributions.push({ agent: made.agent, exposure: part });
  }
  return { of, exposure, contributions };
}

function moved(last: Target, next: Target, hysteresis: number): boolean {
  if (next.exposure === 0 && last.exposure !== 0) return true;
  if (Math.abs(next.exposure - last.exposure) > hysteresis) return true;
  // Both ways: a part that is gone has moved too.
  return differs(next, last, hysteresis) || differs(last, next, hysteresis);
}

function differs(one: Target, other: Target, hysteresis: number): boolean {
  return one.contributions.some(({ agent, exposure }) => {
    const there = other.contributions.find((part) => part.agent === agent)?.exposure ?? 0;
    return Math.abs(exposure - there) > hysteresis;
  });
}
