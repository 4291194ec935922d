import type { Plain } from '../../domain/plain.js';
import { type BarFeatureOptions, type BarKernel, barFeature, type FollowedBars } from './bar-feature.js';
import type { Feature, FeatureInput } from './feature.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { windowSize } from './window-size.js';

/** The window of volatility from the ranges of bars. */
export interface RangeVolatilityOptions extends BarFeatureOptions {
  /** Bars that count. */
  readonly window: number;
}

type Term = (bar: FeatureInput) => number;

class RangeKernel implements BarKernel {
  readonly #window: number;
  readonly #term: Term;
  readonly #sum: RollingSum;

  constructor(window: number, term: Term) {
    this.#window = window;
    this.#term = term;
    this.#sum = new RollingSum(window);
  }

  push(bar: FeatureInput): number {
    const term = this.#term(bar);
    // A price of zero or less has no logarithm: such a bar is passed over.
    if (Number.isFinite(term)) this.#sum.push(term);
    return this.#sum.full ? Math.sqrt(Math.max(this.#sum.sum / this.#window, 0)) : Number.NaN;
  }

  save(): Plain {
    return this.#sum.save();
  }

  load(saved: Plain): void {
    this.#sum.load(saved);
  }
}

function ranged(
  kind: string,
  source: string,
  term: Term,
  options: RangeVolatilityOptions,
): Feature<FollowedBars> {
  const window = windowSize(`${kind}.window`, options.window, 1);
  return barFeature(options, {
    kind,
    parameters: { window },
    warmUp: window,
    unit: 'fraction, a bar',
    source,
    start: () => new RangeKernel(window, term),
  });
}

/**
 * Parkinson's volatility of the last `window` bars from their highs and lows, as a fraction for one bar.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * parkinsonVolatility({ window: 60, bars: 'minute' });
 */
export function parkinsonVolatility(options: RangeVolatilityOptions): Feature<FollowedBars> {
  const term: Term = ({ barHigh, barLow }) => Math.log(barHigh / barLow) ** 2 / (4 * Math.LN2);
  return ranged('parkinsonVolatility', 'Parkinson 1980', term, options);
}

/**
 * Garman and Klass' volatility of the last `window` bars from open, high, low and close, as a fraction for one bar.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * garmanKlassVolatility({ window: 60, bars: 'minute' });
 */
export function garmanKlassVolatility(options: RangeVolatilityOptions): Feature<FollowedBars> {
  const term: Term = ({ barOpen, barHigh, barLow, barClose }) =>
    0.5 * Math.log(barHigh / barLow) ** 2 - (2 * Math.LN2 - 1) * Math.log(barClose / barOpen) ** 2;
  return ranged('garmanKlassVolatility', 'Garman and Klass 1980', term, options);
}
