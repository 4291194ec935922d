import type { Plain } from '../../domain/plain.js';
import type { Feature } from './feature.js';
import { type PriceSeriesOptions, priceSeries, type SeriesKernel } from './price-series.js';
import { readFlat } from './read-flat.js';
import type { SampledPrice } from './sampled-price.js';
import { windowSize } from './window-size.js';

/** The period of {@link rsi}, in changes of the price. */
export interface RsiOptions extends PriceSeriesOptions {
  /** Changes that count, in Wilder's smoothing. @default 14 */
  readonly period?: number;
  /** What it is where nothing has moved: 0 as TA-Lib has it, or 50, so that a quiet market is no oversold one. @default 0 */
  readonly flat?: 0 | 50;
}

/** Sums below it have faded through hundreds of quiet periods: what is left of them is rounding. */
const NOTHING = 1e-300;

class RsiKernel implements SeriesKernel {
  readonly #period: number;
  readonly #flat: number;
  #changes = 0;
  #previous = Number.NaN;
  #gain = 0;
  #loss = 0;

  constructor(period: number, flat: number) {
    this.#period = period;
    this.#flat = flat;
  }

  push(value: number): number {
    const change = value - this.#previous;
    this.#previous = value;
    if (Number.isNaN(change)) return Number.NaN;
    const period = this.#period;
    const gain = change > 0 ? change : 0;
    const loss = change < 0 ? -change : 0;
    if (this.#changes < period) {
      this.#changes += 1;
      this.#gain += gain / period;
      this.#loss += loss / period;
      if (this.#changes < period) return Number.NaN;
    } else {
      this.#gain += (gain - this.#gain) / period;
      this.#loss += (loss - this.#loss) / period;
    }
    const sum = this.#gain + this.#loss;
    // The quotient is at most 1; a hundred times the gain over the sum can round to more than 100.
    return sum > NOTHING ? 100 * (this.#gain / sum) : this.#flat;
  }

  save(): Plain {
    return { changes: this.#changes, previous: this.#previous, gain: this.#gain, loss: this.#loss };
  }

  load(saved: Plain): void {
    const { changes, previous, gain, loss } = saved as Readonly<
      Record<'changes' | 'previous' | 'gain' | 'loss', number>
    >;
    this.#changes = changes;
    this.#previous = previous;
    this.#gain = gain;
    this.#loss = loss;
  }
}

/**
 * Wilder's relative strength index of a price, from 0 (only losses) to 100 (only gains). When nothing has moved it is 0 as
 * in TA-Lib, which reads as the deepest of falls: with `flat: 50` it is in the middle then. TA-Lib takes averages below
 * 1e-14 for nothing, here only what is rounding does, since there are prices of 1e-8.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rsi({ period: 14, every: '1m' });
 * rsi({ period: 14, every: '1m', flat: 50 }); // where a signal asks for less than 30
 */
export function rsi(options: RsiOptions = {}): Feature<SampledPrice> {
  const period = windowSize('rsi.period', options.period ?? 14, 1);
  const flat = readFlat('rsi', options.flat);
  return priceSeries(options, {
    kind: 'rsi',
    parameters: { period, flat },
    warmUp: period + 1,
    unit: 'percent, 0 to 100',
    source: 'Wilder 1978; TA-Lib RSI',
    // Each quiet sample takes 1 / period of both averages: after so many they are nothing.
    memory: 800 * period,
    start: () => new RsiKernel(period, flat),
  });
}
