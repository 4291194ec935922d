import { Curve } from './curve.js';
import type { SummaryResult } from './result.js';

/** Gross exposure over event time, with its exact maximum though the curve itself is thinned. */
export class ExposureCurve {
  readonly #curve: Curve;
  #last = 0;
  #lastTime = 0;
  #most = 0;

  constructor(most: number) {
    this.#curve = new Curve(most);
  }

  /** An unknown exposure (`NaN`) leaves the last known one standing. */
  observe(ts: number, exposure: number): void {
    this.#lastTime = ts;
    if (!Number.isNaN(exposure)) {
      this.#last = exposure;
      if (exposure > this.#most) this.#most = exposure;
    }
    if (this.#curve.due(ts)) this.#curve.add(ts, this.#last);
  }

  result(): SummaryResult['exposure'] {
    return { most: this.#most, curve: this.#curve.upTo(this.#lastTime, this.#last) };
  }
}
