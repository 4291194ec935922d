import { oneOf, refuse } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { loadParts, saveParts } from './kernels/parts.js';
import { SeededAverage } from './kernels/seeded-average.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** The periods of {@link macd}, in samples, and which of its lines is wanted. */
export interface MacdOptions extends PriceSeriesOptions {
  /** Period of the quick average. @default 12 */
  readonly fast?: number;
  /** Period of the slow average. @default 26 */
  readonly slow?: number;
  /** Period of the average of their difference. @default 9 */
  readonly signal?: number;
  /** The difference, its average, or the first less the second. @default 'macd' */
  readonly line?: 'macd' | 'signal' | 'histogram';
  /**
   * `aligned`: both averages are seeded at the same sample, as TA-Lib's are. `own`: each as soon as it can be, as in
   * most charts. @default 'aligned'
   */
  readonly seed?: 'aligned' | 'own';
}

type Line = 'macd' | 'signal' | 'histogram';

class MacdKernel implements SeriesKernel {
  readonly #fast: SeededAverage;
  readonly #slow: SeededAverage;
  readonly #signal: SeededAverage;
  readonly #line: Line;
  /** Samples that the fast average still leaves out. */
  #skip: number;

  constructor(fast: number, slow: number, signal: number, line: Line, skip: number) {
    this.#fast = new SeededAverage(fast);
    this.#slow = new SeededAverage(slow);
    this.#signal = new SeededAverage(signal);
    this.#line = line;
    this.#skip = skip;
  }

  push(value: number): number {
    if (this.#skip > 0) this.#skip -= 1;
    else this.#fast.push(value);
    const difference = this.#fast.value - this.#slow.push(value);
    if (Number.isNaN(difference)) return Number.NaN;
    const signal = this.#signal.push(difference);
    if (this.#line === 'signal' || Number.isNaN(signal)) return signal;
    return this.#line === 'macd' ? difference : difference - signal;
  }

  save(): Plain {
    return { skip: this.#skip, averages: saveParts(this.#parts) };
  }

  load(saved: Plain): void {
    const { skip, averages } = saved as { readonly skip: number; readonly averages: Plain };
    this.#skip = skip;
    loadParts(this.#parts, averages);
  }

  get #parts() {
    return { fast: this.#fast, slow: this.#slow, signal: this.#signal };
  }
}

/**
 * Moving average convergence and divergence: a quick average of the price less a slow one, in units of the price. All
 * lines begin together, once the signal line is warm.
 *
 * @throws ConfigurationError when an option is unknown or out of range, or `slow` is not above `fast`
 * @example
 * features({ macd: macd({ of: 'barClose' }), signal: macd({ of: 'barClose', line: 'signal' }) });
 */
export function macd(options: MacdOptions = {}): Feature<SampledPrice> {
  const fast = windowSize('macd.fast', options.fast ?? 12, 1);
  const slow = windowSize('macd.slow', options.slow ?? 26, 1);
  const signal = windowSize('macd.signal', options.signal ?? 9, 1);
  const line = oneOf('macd.line', options.line ?? 'macd', ['macd', 'signal', 'histogram']);
  const seed = oneOf('macd.seed', options.seed ?? 'aligned', ['aligned', 'own']);
  if (slow <= fast) refuse('macd.slow', 'above `fast`', slow);
  return priceSeries(options, {
    kind: 'macd',
    parameters: { fast, slow, signal, line, seed },
    warmUp: slow + signal - 1,
    unit: 'price',
    source: 'Appel; TA-Lib MACD',
    memory: 30 * (slow + signal) + 30,
    start: () => new MacdKernel(fast, slow, signal, line, seed === 'aligned' ? slow - fast : 0),
  });
}
