import type { Decision, Target, TargetOf } from '../../domain/decision.js';

/** The standing decisions about one asset or instrument, and the target that they were last joined to. */
export class Subject {
  readonly of: TargetOf;
  target: Target | undefined;
  /** Whether a decision came or went since the last join. */
  changed = false;
  /** By agent name: sums must not depend on who spoke first. */
  readonly decisions: Decision[] = [];
  /** Parts of the join at hand, by place in `decisions`; kept, since most joins move nothing. */
  readonly #parts: number[] = [];

  constructor(of: TargetOf) {
    this.of = of;
  }

  /** Takes a decision in place of its agent's last one. */
  put(made: Decision): void {
    const { decisions } = this;
    let place = 0;
    while (place < decisions.length && (decisions[place] as Decision).agent < made.agent) place++;
    if (decisions[place]?.agent === made.agent) decisions[place] = made;
    else decisions.splice(place, 0, made);
    this.changed = true;
  }

  /** Takes out what has expired; gives when the next one will. */
  expire(ts: number): number {
    let first = Number.POSITIVE_INFINITY;
    for (let place = this.decisions.length - 1; place >= 0; place--) {
      const { validUntil } = this.decisions[place] as Decision;
      if (validUntil <= ts) {
        this.decisions.splice(place, 1);
        this.changed = true;
      } else if (validUntil < first) first = validUntil;
    }
    return first;
  }

  /** Joins the decisions anew; the new target when it moved beyond the hysteresis, else `undefined`. */
  join(weigh: (decision: Decision) => number, hysteresis: number): Target | undefined {
    return this.settle((_decisions, parts) => this.#weighParts(weigh, parts), hysteresis);
  }

  /** As {@link join}, with parts that `fill` makes, by place in `decisions`; it gives their sum. `NaN` abstains. */
  settle(
    fill: (decisions: readonly Decision[], parts: number[]) => number,
    hysteresis: number,
  ): Target | undefined {
    this.changed = false;
    const parts = this.#parts;
    parts.length = this.decisions.length;
    const exposure = fill(this.decisions, parts);
    if (!this.#moved(exposure, hysteresis)) return undefined;
    const contributions: { readonly agent: string; readonly exposure: number }[] = [];
    this.decisions.forEach(({ agent }, place) => {
      const part = this.#parts[place] as number;
      if (!Number.isNaN(part)) contributions.push({ agent, exposure: part });
    });
    this.target = { of: this.of, exposure, contributions };
    return this.target;
  }

  /** Fills the parts, `NaN` for who abstains; gives their sum. */
  #weighParts(weigh: (decision: Decision) => number, parts: number[]): number {
    const { decisions } = this;
    let total = 0;
    for (const made of decisions) total += weigh(made);
    let exposure = 0;
    for (let place = 0; place < decisions.length; place++) {
      const made = decisions[place] as Decision;
      const weight = weigh(made);
      const part = weight > 0 ? (weight * made.exposure) / total : Number.NaN;
      parts[place] = part;
      if (weight > 0) exposure += part;
    }
    return exposure;
  }

  #moved(exposure: number, hysteresis: number): boolean {
    const { target, decisions } = this;
    if (target === undefined) return this.#parts.some((part) => !Number.isNaN(part));
    if (exposure === 0 && target.exposure !== 0) return true;
    if (Math.abs(exposure - target.exposure) > hysteresis) return true;
    // Both lists are sorted by agent: a part that came or went has moved too.
    const before = target.contributions;
    let at = 0;
    for (let place = 0; place < decisions.length; place++) {
      const part = this.#parts[place] as number;
      if (Number.isNaN(part)) continue;
      const { agent } = decisions[place] as Decision;
      for (; at < before.length && (before[at] as { agent: string }).agent < agent; at++) {
        if (Math.abs((before[at] as { exposure: number }).exposure) > hysteresis) return true;
      }
      const same = before[at]?.agent === agent;
      const last = same ? (before[at] as { exposure: number }).exposure : 0;
      if (Math.abs(part - last) > hysteresis) return true;
      if (same) at++;
    }
    for (; at < before.length; at++) {
      if (Math.abs((before[at] as { exposure: number }).exposure) > hysteresis) return true;
    }
    return false;
  }
}
