import { integerAtLeast } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import { RollingWindow } from './rolling-window.js';
import type { SampledPrice } from './sampled-price.js';

export interface MomentumOptions extends PriceSeriesOptions {
  /** How many samples back the price is compared with. @default 1 */
  readonly lookback?: number;
}

type Measure = (now: number, then: number) => number;

class ChangeKernel implements SeriesKernel {
  readonly #measure: Measure;
  readonly #past: RollingWindow;

  constructor(measure: Measure, past: RollingWindow) {
    this.#measure = measure;
    this.#past = past;
  }

  push(value: number): number {
    const change = this.#past.full ? this.#measure(value, this.#past.oldest) : Number.NaN;
    this.#past.push(value);
    return Number.isFinite(change) ? change : Number.NaN;
  }

  save(): Plain {
    return this.#past.save();
  }
}

function change(kind: string, measure: Measure, options: MomentumOptions): Feature<SampledPrice> {
  const lookback = integerAtLeast(`${kind}.lookback`, options.lookback ?? 1, 1);
  return priceSeries(options, {
    kind,
    parameters: { lookback },
    warmUp: lookback + 1,
    memory: lookback + 1,
    start: () => new ChangeKernel(measure, new RollingWindow(lookback)),
    resume: (saved) => new ChangeKernel(measure, RollingWindow.restore(saved)),
  });
}

/**
 * The change of a price over `lookback` samples, as a fraction of the earlier one: 0.01 is 1% up.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * momentum({ lookback: 60, every: '1s' }); // the return over the last minute
 */
export function momentum(options: MomentumOptions = {}): Feature<SampledPrice> {
  return change('momentum', (now, then) => (now - then) / then, options);
}

/**
 * The logarithm of a price over that of `lookback` samples ago: such returns add up over time.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * logReturn({ every: '1m' });
 */
export function logReturn(options: MomentumOptions = {}): Feature<SampledPrice> {
  return change('logReturn', (now, then) => Math.log(now / then), options);
}
