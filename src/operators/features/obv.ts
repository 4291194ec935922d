import type { Plain } from '../../domain/plain.js';
import { type BarFeatureOptions, type BarKernel, barFeature, type FollowedBars } from './bar-feature.js';
import type { Feature, FeatureInput } from './feature.js';

class ObvKernel implements BarKernel {
  #close = Number.NaN;
  #sum = 0;
  /** What rounding has taken from the sum (Neumaier 1974): the volume of years is added without drift. */
  #lost = 0;

  push({ barClose, barVolume }: FeatureInput): number {
    const before = this.#close;
    this.#close = barClose;
    const volume = barClose < before ? -barVolume : barClose === before ? 0 : barVolume;
    const sum = this.#sum + volume;
    this.#lost +=
      Math.abs(this.#sum) >= Math.abs(volume) ? this.#sum - sum + volume : volume - sum + this.#sum;
    this.#sum = sum;
    return sum + this.#lost;
  }

  save(): Plain {
    return { close: this.#close, sum: this.#sum, lost: this.#lost };
  }

  load(saved: Plain): void {
    const { close, sum, lost } = saved as Readonly<Record<'close' | 'sum' | 'lost', number>>;
    this.#close = close;
    this.#sum = sum;
    this.#lost = lost;
  }
}

/**
 * Granville's on-balance volume, in units of the base: the volume of bars that closed higher less that of bars that closed
 * lower, from the volume of the first on.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * obv({ bars: 'minute' });
 */
export function obv(options: BarFeatureOptions = {}): Feature<FollowedBars> {
  return barFeature(options, {
    kind: 'obv',
    parameters: {},
    warmUp: 1,
    unit: 'base units',
    source: 'Granville 1963; TA-Lib OBV',
    start: () => new ObvKernel(),
  });
}
