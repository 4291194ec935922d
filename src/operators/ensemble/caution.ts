import { keyOf, type TargetOf } from '../../domain/decision.js';
import type { Plain } from '../../domain/plain.js';

/** What keeps a target from following every opinion. Only what would add exposure waits: to reduce is always allowed. */
export interface CautionSettings {
  /** Exposure that may be added in `per` milliseconds, for each asset or instrument; infinite: as much as is wanted. */
  readonly turnover: number;
  readonly per: number;
}

interface Allowance {
  readonly [key: string]: number;
  left: number;
  at: number;
}

/** Lets exposure be added only as far as it pays and as the turnover allows. */
export class Caution {
  readonly #settings: CautionSettings;
  #allowances = new Map<string, Allowance>();

  constructor(settings: CautionSettings) {
    this.#settings = settings;
  }

  /**
   * How much of what is wanted may be held, from what is held now.
   *
   * @param pays whether adding exposure of this sign is worth its cost
   */
  allow(of: TargetOf, held: number, wanted: number, ts: number, pays: (side: 1 | -1) => boolean): number {
    // What lies between what is held and flat is no addition, nor is a step to flat on the way to the other side.
    const base = Math.sign(wanted) === Math.sign(held) ? held : 0;
    const more = Math.abs(wanted) - Math.abs(base);
    if (!(more > 0)) return wanted;
    const side = wanted > 0 ? 1 : -1;
    if (!pays(side)) return base;
    const { turnover, per } = this.#settings;
    if (turnover === Number.POSITIVE_INFINITY) return wanted;
    const key = keyOf(of);
    let allowance = this.#allowances.get(key);
    if (allowance === undefined) {
      allowance = { left: turnover, at: ts };
      this.#allowances.set(key, allowance);
    }
    allowance.left = Math.min(turnover, allowance.left + ((ts - allowance.at) * turnover) / per);
    allowance.at = ts;
    return more <= allowance.left ? wanted : base + side * allowance.left;
  }

  /** What was added, now that it is a target. */
  spend(of: TargetOf, before: number, after: number): void {
    const allowance = this.#allowances.get(keyOf(of));
    if (allowance === undefined) return;
    const base = Math.sign(after) === Math.sign(before) ? Math.abs(before) : 0;
    allowance.left -= Math.max(0, Math.abs(after) - base);
  }

  save(): Plain {
    return [...this.#allowances].map(([key, { left, at }]) => [key, left, at]);
  }

  restore(plain: Plain): void {
    this.#allowances = new Map(
      (plain as readonly (readonly [string, number, number])[]).map(([key, left, at]) => [key, { left, at }]),
    );
  }
}
