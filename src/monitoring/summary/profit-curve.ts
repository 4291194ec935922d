import { Curve } from './curve.js';
import type { SummaryResult } from './result.js';

/** The desk's profit over event time, with exact extremes though the curve itself is thinned. */
export class ProfitCurve {
  readonly #curve: Curve;
  #last = 0;
  #lastTime = 0;
  #peak = 0;
  #lowest = 0;
  #maximumDrawdown = 0;

  constructor(most: number) {
    this.#curve = new Curve(most);
  }

  /** An unknown profit (`NaN`) leaves the last known one standing. */
  observe(ts: number, profit: number): void {
    this.#lastTime = ts;
    if (!Number.isNaN(profit) && profit !== this.#last) {
      this.#last = profit;
      if (profit > this.#peak) this.#peak = profit;
      if (profit < this.#lowest) this.#lowest = profit;
      const drawdown = this.#peak - profit;
      if (drawdown > this.#maximumDrawdown) this.#maximumDrawdown = drawdown;
    }
    if (this.#curve.due(ts)) this.#curve.add(ts, this.#last);
  }

  result(): SummaryResult['profit'] {
    return {
      last: this.#last,
      peak: this.#peak,
      lowest: this.#lowest,
      maximumDrawdown: this.#maximumDrawdown,
      curve: this.#curve.upTo(this.#lastTime, this.#last),
    };
  }
}
