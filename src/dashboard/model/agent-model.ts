import { type Decision, keyOf, type Target } from '../../domain/decision.js';
import type { Signal } from '../../domain/signal.js';
import type { AgentPart, DashboardView, SignalPart } from '../view.js';
import { known } from './known.js';

/** Names from outside are without end, what is remembered of them is not. */
const MOST_SIGNALS = 200;
const MOST_VOTES = 500;
const MOST_TARGETS = 100;

interface Vote {
  readonly decision: Decision;
  readonly at: number;
}

/** What signals say, what agents want, and what the ensemble made of it: the last word of each. */
export class AgentModel {
  readonly #signals = new Map<string, { readonly signal: Signal; readonly at: number }>();
  readonly #votes = new Map<string, Vote>();
  readonly #targets = new Map<string, { readonly target: Target; readonly at: number }>();

  signals(signals: readonly Signal[], ts: number): void {
    for (const signal of signals)
      put(this.#signals, `${signal.name}\n${signal.instrument}`, { signal, at: ts }, MOST_SIGNALS);
  }

  decisions(decisions: readonly Decision[], ts: number): void {
    for (const decision of decisions)
      put(this.#votes, `${decision.agent}\n${keyOf(decision.of)}`, { decision, at: ts }, MOST_VOTES);
  }

  targets(targets: readonly Target[], ts: number): void {
    for (const target of targets) put(this.#targets, keyOf(target.of), { target, at: ts }, MOST_TARGETS);
  }

  /** @param now time of the log: what is not valid any more is left out */
  signalParts(now: number): SignalPart[] {
    return [...this.#signals.values()]
      .filter(({ signal }) => signal.validUntil > now)
      .map(({ signal: { name, instrument, direction, strength, confidence, validUntil }, at }) => ({
        name,
        instrument,
        direction,
        strength,
        confidence,
        at,
        validUntil,
      }))
      .sort((a, b) => compare(a.name, b.name) || compare(a.instrument, b.instrument));
  }

  agentParts(
    now: number,
    profits: readonly { readonly agent: string; readonly profit: number }[],
  ): AgentPart[] {
    const standing = [...this.#votes.values()].filter(({ decision }) => decision.validUntil > now);
    const names = new Set([
      ...profits.map(({ agent }) => agent),
      ...[...this.#votes.values()].map(({ decision }) => decision.agent),
    ]);
    return [...names].sort(compare).map((agent) => ({
      agent,
      profit: known(profits.find((each) => each.agent === agent)?.profit),
      votes: standing.filter(({ decision }) => decision.agent === agent).map((vote) => this.#votePart(vote)),
    }));
  }

  targetParts(): DashboardView['targets'] {
    return [...this.#targets.values()].map(({ target, at }) => ({
      of: target.of.asset ?? target.of.instrument,
      exposure: target.exposure,
      at,
    }));
  }

  #votePart({ decision, at }: Vote): AgentPart['votes'][number] {
    const { agent, of, exposure, confidence, validUntil } = decision;
    const target = this.#targets.get(keyOf(of))?.target;
    const part = target?.contributions.find((each) => each.agent === agent)?.exposure;
    return {
      of: of.asset ?? of.instrument,
      exposure,
      confidence,
      at,
      validUntil,
      part: known(part),
      weight: part === undefined || exposure === 0 ? null : known(part / exposure),
    };
  }
}

/** The oldest goes when there are too many. */
function put<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  const [oldest] = map.keys();
  map.delete(oldest as string);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
