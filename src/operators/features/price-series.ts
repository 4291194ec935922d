import { knownKeys, oneOf } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Plain } from '../../domain/plain.js';
import { type Feature, fingerprint } from './feature.js';
import { PRICE_SOURCES, type PriceSource } from './price-source.js';
import { SampledPrice } from './sampled-price.js';

/** What every feature of a series of prices may be told. */
export interface PriceSeriesOptions {
  /** The price it follows. @default 'mid' */
  readonly of?: PriceSource;
  /**
   * Takes one sample each such interval of event time (the last price before its end, intervals being counted from the
   * Unix epoch), also of quiet ones. Without it every change of a standing price, every trade or bar is a sample: a
   * window of 20 then lasts as long as 20 changes, which may be a second or an hour.
   */
  readonly every?: Duration;
}

/** The arithmetic of a feature: takes samples one by one. */
export interface SeriesKernel {
  /** Takes a finite sample; gives the value so far, `NaN` until warm. */
  push(value: number): number;
  save(): Plain;
}

/** A kind of kernel with its parameters. */
export interface SeriesKind {
  readonly kind: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly warmUp: number;
  /** Equal samples after which one more changes nothing: quiet intervals beyond it need not be played. */
  readonly memory: number;
  start(): SeriesKernel;
  resume(saved: Plain): SeriesKernel;
}

/** Milliseconds of `every`, or 0 without it. */
export function readEvery(name: string, { every }: PriceSeriesOptions): number {
  return every === undefined ? 0 : milliseconds(`${name}.every`, every);
}

/**
 * Makes a feature of a kernel: the price's source and the sampling are the same for all of them.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 */
export function priceSeries(options: PriceSeriesOptions, series: SeriesKind): Feature<SampledPrice> {
  const { kind } = series;
  knownKeys(kind, options, ['of', 'every', ...Object.keys(series.parameters)]);
  const of = oneOf(`${kind}.of`, options.of ?? 'mid', PRICE_SOURCES);
  const every = readEvery(kind, options);
  return {
    warmUp: series.warmUp,
    fingerprint: fingerprint(kind, { ...series.parameters, of, every }),
    init: () => new SampledPrice(of, every, series.memory, series.start()),
    update: (state, input) => state.update(input),
    save: (state) => state.save(),
    restore: (saved) => {
      const { kernel } = saved as { readonly kernel: Plain };
      const state = new SampledPrice(of, every, series.memory, series.resume(kernel));
      state.restore(saved);
      return state;
    },
  };
}
