import type { EfficientPrice } from './efficient-price.js';
import type { SeededRandom } from './seeded-random.js';
import type { SimulatedInstrumentSettings } from './settings.js';

/** Milliseconds in which a passing difference shrinks to 1/e. */
const NOISE_MEMORY = 3_000;
/** Milliseconds between two dislocations of a venue, on average. */
const BETWEEN_DISLOCATIONS = 90_000;
/** Deviation of a dislocation, in basis points: enough to pay two fees now and then. */
const DISLOCATION = 7;

/** What one venue takes the asset to be worth: late, off by a basis, and now and then out of line. */
export class VenuePrice {
  readonly #asset: EfficientPrice;
  readonly #random: SeededRandom;
  readonly #settings: Required<SimulatedInstrumentSettings>;
  #noise = 0;
  #time = 0;

  constructor(asset: EfficientPrice, random: SeededRandom, settings: Required<SimulatedInstrumentSettings>) {
    this.#asset = asset;
    this.#random = random;
    this.#settings = settings;
  }

  /** The price in dollars at `time` (milliseconds since the start, never going back). */
  at(time: number): number {
    const { noise, basis, lag } = this.#settings;
    const elapsed = time - this.#time;
    this.#time = time;
    const kept = Math.exp(-elapsed / NOISE_MEMORY);
    this.#noise = kept * this.#noise + noise * Math.sqrt(1 - kept * kept) * this.#random.gaussian();
    if (this.#random.uniform() < elapsed / BETWEEN_DISLOCATIONS) {
      this.#noise += DISLOCATION * this.#random.gaussian();
    }
    return this.#asset.at(time - lag) * (1 + (basis + this.#noise) / 10_000);
  }
}
