import { Curve } from './curve.js';
import type { SummaryResult } from './result.js';
import type { SummaryLedger } from './summary-frame.js';

/** Gross exposure over event time. It is looked at after fills and where a point is due, not on every tick. */
export class ExposureCurve {
  readonly #curve: Curve;
  #last = 0;
  #lastTime = 0;
  #most = 0;

  constructor(most: number) {
    this.#curve = new Curve(most);
  }

  observe(ts: number, filled: boolean, ledger: SummaryLedger): void {
    this.#lastTime = ts;
    const due = this.#curve.due(ts);
    if (!due && !filled) return;
    const exposure = ledger.exposure();
    if (!Number.isNaN(exposure)) {
      this.#last = exposure;
      if (exposure > this.#most) this.#most = exposure;
    }
    if (due) this.#curve.add(ts, this.#last);
  }

  result(): SummaryResult['exposure'] {
    return { most: this.#most, curve: this.#curve.upTo(this.#lastTime, this.#last) };
  }
}
