import type { StageContext } from '../../core/context.js';
import type { Plain } from '../../domain/plain.js';
import { Quarantine } from '../quarantine.js';

/** One replica of an asynchronous agent as the core sees it: how well it behaves, and how much it says. */
export class Replica {
  #quarantine = new Quarantine();
  /** Decisions that it may send now. */
  #allowance = Number.NaN;
  #countedAt = 0;

  /** It is left alone: what it says meanwhile is not heard. */
  benched(ts: number): boolean {
    return this.#quarantine.holds(ts);
  }

  /** Counts a decision against the rate, in decisions a second; false when there are too many. */
  admits(rate: number, ts: number): boolean {
    const earned = Number.isNaN(this.#allowance)
      ? rate
      : this.#allowance + ((ts - this.#countedAt) * rate) / 1_000;
    this.#allowance = Math.min(rate, earned);
    this.#countedAt = ts;
    if (this.#allowance < 1) return false;
    this.#allowance -= 1;
    return true;
  }

  bench(context: StageContext, component: string, ts: number, code: string, reason: string): void {
    this.#quarantine.failed(context, component, ts, reason, code);
  }

  behaved(): void {
    this.#quarantine.passed();
  }

  save(): Plain {
    return [this.#quarantine.save(), this.#allowance, this.#countedAt];
  }

  static restore(saved: Plain): Replica {
    const [quarantine, allowance, countedAt] = saved as readonly [Plain, number, number];
    const replica = new Replica();
    replica.#quarantine = Quarantine.restore(quarantine);
    replica.#allowance = allowance;
    replica.#countedAt = countedAt;
    return replica;
  }
}
