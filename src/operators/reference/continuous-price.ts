import { fromPlain, type Plain } from '../../domain/plain.js';

/** How prices of one contract are carried over to the next; `none`: they are not. */
export type RollAdjustment = 'ratio' | 'difference' | 'none';

/**
 * One price through all contracts, without the jumps at the rolls.
 *
 * Prices of the contracts after the first are brought to the level of the first, so that what has been published
 * never changes. The back-adjusted series as of now, on the level of the present contract, is the published one
 * divided by the present `factor` (or less the present `amount`): one constant for the whole history.
 */
export class ContinuousPrice {
  readonly #adjustment: RollAdjustment;
  #factor = 1;
  #amount = 0;

  constructor(adjustment: RollAdjustment) {
    this.#adjustment = adjustment;
  }

  /** By what a price of the present contract is multiplied, or how much is added to it. */
  get adjustment(): number {
    return this.#adjustment === 'difference' ? this.#amount : this.#factor;
  }

  of(price: number): number {
    return this.#adjustment === 'difference' ? price + this.#amount : price * this.#factor;
  }

  /** Goes over to the next contract: what both cost now. `NaN` makes every later price unknown. */
  roll(from: number, to: number): void {
    if (this.#adjustment === 'ratio') this.#factor *= from / to;
    else if (this.#adjustment === 'difference') this.#amount += from - to;
  }

  save(): Plain {
    return [this.#factor, this.#amount];
  }

  restore(saved: Plain): void {
    [this.#factor, this.#amount] = fromPlain<[number, number]>(saved);
  }
}
