import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { Delay } from './kernels/delay.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** How far back {@link momentum} compares, in samples. */
export interface MomentumOptions extends PriceSeriesOptions {
  /** How many samples back the price is compared with. @default 1 */
  readonly lookback?: number;
}

type Measure = (now: number, then: number) => number;

class ChangeKernel implements SeriesKernel {
  readonly #measure: Measure;
  readonly #past: Delay;

  constructor(measure: Measure, lookback: number) {
    this.#measure = measure;
    this.#past = new Delay(lookback);
  }

  push(value: number): number {
    const change = this.#measure(value, this.#past.oldest);
    this.#past.push(value);
    return Number.isFinite(change) ? change : Number.NaN;
  }

  save(): Plain {
    return this.#past.save();
  }

  load(saved: Plain): void {
    this.#past.load(saved);
  }
}

function change(
  { kind, unit, source }: Readonly<Record<'kind' | 'unit' | 'source', string>>,
  measure: Measure,
  options: MomentumOptions,
): Feature<SampledPrice> {
  const lookback = windowSize(`${kind}.lookback`, options.lookback ?? 1, 1);
  return priceSeries(options, {
    kind,
    parameters: { lookback },
    warmUp: lookback + 1,
    unit,
    source,
    memory: lookback + 1,
    start: () => new ChangeKernel(measure, lookback),
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
  return change(
    { kind: 'momentum', unit: 'fraction', source: 'TA-Lib ROCP' },
    (now, then) => (now - then) / then,
    options,
  );
}

/**
 * The logarithm of a price over that of `lookback` samples ago: such returns add up over time.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * logReturn({ every: '1m' });
 */
export function logReturn(options: MomentumOptions = {}): Feature<SampledPrice> {
  return change(
    { kind: 'logReturn', unit: 'logarithm of a ratio', source: 'ln(p / p of then)' },
    (now, then) => Math.log(now / then),
    options,
  );
}

/**
 * The change of a price over `lookback` samples in percent of the earlier one: 1 is 1% up.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rateOfChange({ lookback: 10, of: 'barClose' });
 */
export function rateOfChange(options: MomentumOptions = {}): Feature<SampledPrice> {
  const kind = { kind: 'rateOfChange', unit: 'percent', source: 'TA-Lib ROC' };
  return change(kind, (now, then) => (now / then - 1) * 100, options);
}
