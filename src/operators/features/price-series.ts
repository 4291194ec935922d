import { knownKeys, nonEmptyName, oneOf, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { type Feature, fingerprint } from './feature.js';
import type { Saveable } from './kernels/kernel.js';
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
  /** With `of: 'barClose'`: the bars of that name, which a `bars` stage before makes. @default bar events from outside */
  readonly bars?: string;
}

/** The arithmetic of a feature: takes samples one by one. */
export interface SeriesKernel extends Saveable {
  /** Takes a finite sample; gives the value so far, `NaN` until warm. */
  push(value: number): number;
}

/** A kind of kernel with its parameters. */
export interface SeriesKind {
  readonly kind: string;
  readonly parameters: Readonly<Record<string, number | string>>;
  readonly warmUp: number;
  readonly unit: string;
  readonly source: string;
  /** Equal samples after which one more changes nothing: quiet intervals beyond it need not be played. */
  readonly memory: number;
  start(): SeriesKernel;
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
  knownKeys(kind, options, ['of', 'every', 'bars', ...Object.keys(series.parameters)]);
  const of = oneOf(`${kind}.of`, options.of ?? 'mid', PRICE_SOURCES);
  const every = readEvery(kind, options);
  const bars = readBars(kind, options);
  if (bars !== '' && of !== 'barClose')
    refuse(`${kind}.bars`, "absent unless `of` is 'barClose'", options.bars);
  const start = () => new SampledPrice(of, bars, every, series.memory, series.start());
  return {
    warmUp: series.warmUp,
    unit: series.unit,
    source: series.source,
    fingerprint: fingerprint(kind, { ...series.parameters, of, every, ...(bars !== '' && { bars }) }),
    init: start,
    update: (state, input) => state.update(input),
    save: (state) => state.save(),
    restore: (saved) => {
      const state = start();
      state.load(saved);
      return state;
    },
  };
}

/** The name of the bars that a feature follows; '' for bar events. */
export function readBars(kind: string, { bars }: { readonly bars?: string }): string {
  return bars === undefined ? '' : nonEmptyName(`${kind}.bars`, bars);
}
