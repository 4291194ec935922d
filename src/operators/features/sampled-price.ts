import type { Plain } from '../../domain/plain.js';
import type { FeatureInput } from './feature.js';
import type { SeriesKernel } from './price-series.js';
import { type PriceSource, readPrice, stands } from './price-source.js';

/**
 * Turns events into the samples that a kernel takes: by change, or one each interval of event time.
 *
 * ```
 * mid (every 1 s)   5--6--|--------|--7-----|--   an interval's last price
 * samples                 6        6        7
 * ```
 *
 * An unknown price is no sample and leaves no trace in the kernel. While a standing price is unknown the feature is
 * `NaN`; it comes back with the price.
 *
 * @example
 * const feature: Feature<SampledPrice> = rsi({ period: 14, every: '1s' }); // what its instruments keep
 */
export class SampledPrice {
  readonly #source: PriceSource;
  readonly #bars: string;
  readonly #standing: boolean;
  readonly #every: number;
  readonly #memory: number;
  readonly #kernel: SeriesKernel;
  /** The last price, not yet sampled where intervals are used. */
  #held = Number.NaN;
  /** End of the present interval, Unix milliseconds. */
  #end = Number.NaN;
  #value = Number.NaN;

  constructor(source: PriceSource, bars: string, every: number, memory: number, kernel: SeriesKernel) {
    this.#source = source;
    this.#bars = bars;
    this.#standing = stands(source);
    this.#every = every;
    this.#memory = memory;
    this.#kernel = kernel;
  }

  update(input: FeatureInput): number {
    const price = readPrice(this.#source, this.#bars, input);
    const known = Number.isFinite(price);
    if (this.#every > 0) {
      if (!(input.ts < this.#end)) this.#close(input.ts);
      if (known || this.#standing) this.#held = price;
    } else if (known && !(this.#standing && price === this.#held)) {
      this.#held = price;
      this.#value = this.#kernel.push(price);
    }
    // What overflowed is unknown; the sum makes one zero of two.
    return (known || !this.#standing) && Number.isFinite(this.#value) ? this.#value + 0 : Number.NaN;
  }

  save(): Plain {
    return { held: this.#held, end: this.#end, value: this.#value, kernel: this.#kernel.save() };
  }

  load(saved: Plain): void {
    const { held, end, value, kernel } = saved as Readonly<Record<'held' | 'end' | 'value', number>> & {
      readonly kernel: Plain;
    };
    this.#held = held;
    this.#end = end;
    this.#value = value;
    this.#kernel.load(kernel);
  }

  /** Takes the samples of the intervals that ended at or before `ts`. */
  #close(ts: number): void {
    const every = this.#every;
    const end = (Math.floor(ts / every) + 1) * every;
    const ended = Math.round((end - this.#end) / every);
    this.#end = end;
    if (!Number.isFinite(this.#held)) return;
    // A long silence is cut to what the kernel can remember, so that one event never costs an unbounded loop.
    const samples = Math.min(ended, this.#memory);
    for (let sample = 0; sample < samples; sample++) this.#value = this.#kernel.push(this.#held);
  }
}
