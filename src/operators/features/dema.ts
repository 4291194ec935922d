import type { Plain } from '../../domain/plain.js';
import type { EmaOptions } from './ema.js';
import type { Feature } from './feature.js';
import { loadParts, saveParts } from './kernels/parts.js';
import { SeededAverage } from './kernels/seeded-average.js';
import { priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** Averages of averages, each seeded once the one before it is warm. */
class StackedAverages implements SeriesKernel {
  readonly #first: SeededAverage;
  readonly #second: SeededAverage;
  readonly #third: SeededAverage;
  readonly #triple: boolean;

  constructor(period: number, triple: boolean) {
    this.#first = new SeededAverage(period);
    this.#second = new SeededAverage(period);
    this.#third = new SeededAverage(period);
    this.#triple = triple;
  }

  push(value: number): number {
    const one = this.#first.push(value);
    if (Number.isNaN(one)) return Number.NaN;
    const two = this.#second.push(one);
    if (!this.#triple || Number.isNaN(two)) return 2 * one - two;
    return 3 * one - 3 * two + this.#third.push(two);
  }

  save(): Plain {
    return saveParts(this.#parts);
  }

  load(saved: Plain): void {
    loadParts(this.#parts, saved);
  }

  get #parts() {
    return { first: this.#first, second: this.#second, third: this.#third };
  }
}

/**
 * Double exponential moving average: twice the average less the average of the average, in units of the price.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * dema({ period: 20, every: '1s' });
 */
export function dema(options: EmaOptions): Feature<SampledPrice> {
  const period = windowSize('dema.period', options.period, 1);
  return priceSeries(options, {
    kind: 'dema',
    parameters: { period },
    warmUp: 2 * period - 1,
    unit: 'price',
    source: 'Mulloy 1994; TA-Lib DEMA',
    memory: 30 * period + 30,
    start: () => new StackedAverages(period, false),
  });
}

/**
 * Triple exponential moving average: three times the average, less three times that of the average, plus the third; in
 * units of the price.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * tema({ period: 20, every: '1s' });
 */
export function tema(options: EmaOptions): Feature<SampledPrice> {
  const period = windowSize('tema.period', options.period, 1);
  return priceSeries(options, {
    kind: 'tema',
    parameters: { period },
    warmUp: 3 * period - 2,
    unit: 'price',
    source: 'Mulloy 1994; TA-Lib TEMA',
    memory: 40 * period + 40,
    start: () => new StackedAverages(period, true),
  });
}
