import type { FillTally } from './result.js';

/** Fills of one venue, or of all: how many, how much, and what they cost against the mid at the decision. */
export class FillStatistics {
  #fills = 0;
  #maker = 0;
  #volume = 0;
  #unpriced = 0;
  #cost = 0;
  #measured = 0;

  /**
   * @param notional in the reporting currency; `NaN`: unknown
   * @param slippage signed, in basis points, above 0 where it cost; `NaN`: unknown
   */
  add(notional: number, slippage: number, liquidity: 'maker' | 'taker'): void {
    this.#fills++;
    if (liquidity === 'maker') this.#maker++;
    if (Number.isNaN(notional)) {
      this.#unpriced++;
      return;
    }
    this.#volume += notional;
    if (Number.isNaN(slippage)) return;
    this.#cost += slippage * notional;
    this.#measured += notional;
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
