import type { FillTally } from './result.js';

/** A fill as it counts. */
export interface MeasuredFill {
  /** In the reporting currency; `NaN`: unknown. */
  readonly notional: number;
  /** Signed, in basis points, above 0 where it cost; `NaN`: unknown. */
  readonly slippage: number;
  /** When the desk decided, a plain price; `NaN`: unknown. */
  readonly mid: number;
  readonly liquidity: 'maker' | 'taker';
}

/** Fills of one venue, or of all: how many, how much, and what they cost against the mid at the decision. */
export class FillStatistics {
  #fills = 0;
  #maker = 0;
  #volume = 0;
  #unpriced = 0;
  #cost = 0;
  #measured = 0;

  add(fill: MeasuredFill): void {
    this.#count(fill, 1);
  }

  /** Takes a fill back. */
  remove(fill: MeasuredFill): void {
    this.#count(fill, -1);
  }

  #count({ notional, slippage, liquidity }: MeasuredFill, direction: 1 | -1): void {
    this.#fills += direction;
    if (liquidity === 'maker') this.#maker += direction;
    if (Number.isNaN(notional)) {
      this.#unpriced += direction;
      return;
    }
    this.#volume += direction * notional;
    if (Number.isNaN(slippage)) return;
    this.#cost += direction * slippage * notional;
    this.#measured += direction * notional;
  }

  tally(): FillTally {
    return {
      fills: this.#fills,
      maker: this.#maker,
      volume: this.#volume,
      unpriced: this.#unpriced,
      slippage: this.#measured > 0 ? this.#cost / this.#measured : null,
      slippageCost: this.#cost / 10_000,
    };
  }
}
