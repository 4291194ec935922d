import { knownKeys } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { type Feature, type FeatureInput, fingerprint } from './feature.js';
import type { Saveable } from './kernels/kernel.js';
import { readBars } from './price-series.js';

/** What every feature of bars may be told. */
export interface BarFeatureOptions {
  /** The bars that it follows: those of that name, which a `bars` stage before makes. @default bar events from outside */
  readonly bars?: string;
}

/** The arithmetic of a feature of bars. */
export interface BarKernel extends Saveable {
  /** Takes a bar whose prices and volume are finite; gives the value so far, `NaN` until warm. */
  push(bar: FeatureInput): number;
}

/** A kind of kernel with its parameters. */
export interface BarKind {
  readonly kind: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  /** Bars. */
  readonly warmUp: number;
  readonly unit: string;
  readonly source: string;
  start(): BarKernel;
}

/**
 * The kernel of one instrument with its last value.
 *
 * @example
 * const feature: Feature<FollowedBars> = atr({ period: 14, bars: '1m' }); // what its instruments keep
 */
export class FollowedBars {
  readonly kernel: BarKernel;
  value: number = Number.NaN;

  constructor(kernel: BarKernel) {
    this.kernel = kernel;
  }
}

/**
 * Makes a feature of a kernel that takes bars; in between the last value stands. A bar with an unknown price or volume
 * is passed over.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 */
export function barFeature(options: BarFeatureOptions, of: BarKind): Feature<FollowedBars> {
  knownKeys(of.kind, options, ['bars', ...Object.keys(of.parameters)]);
  const bars = readBars(of.kind, options);
  return {
    warmUp: of.warmUp,
    unit: of.unit,
    source: of.source,
    fingerprint: fingerprint(of.kind, { ...of.parameters, ...(bars !== '' && { bars }) }),
    init: () => new FollowedBars(of.start()),
    update: (state, input) => {
      if (input.kind === 'bar' && input.barName === bars && whole(input)) {
        const value = state.kernel.push(input);
        // The sum makes one zero of two.
        state.value = Number.isFinite(value) ? value + 0 : Number.NaN;
      }
      return state.value;
    },
    save: ({ kernel, value }) => ({ kernel: kernel.save(), value }),
    restore: (saved) => {
      const { kernel, value } = saved as { readonly kernel: Plain; readonly value: number };
      const state = new FollowedBars(of.start());
      state.kernel.load(kernel);
      state.value = value;
      return state;
    },
  };
}

const whole = ({ barOpen, barHigh, barLow, barClose, barVolume }: FeatureInput): boolean =>
  Number.isFinite(barOpen) &&
  Number.isFinite(barHigh) &&
  Number.isFinite(barLow) &&
  Number.isFinite(barClose) &&
  Number.isFinite(barVolume);

/** The mean of high, low and close. */
export const typicalPrice = ({ barHigh, barLow, barClose }: FeatureInput): number =>
  (barHigh + barLow + barClose) / 3;

/** A share of the price below which two typical prices differ by the rounding of a mean of three: no grid is so fine. */
export const TYPICAL_ROUNDING = 1e-13;
