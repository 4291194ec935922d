import { SeededRandom } from './seeded-random.js';

/** Milliseconds between two points of the path; venues see a straight line between them. */
const STEP = 100;
/** Points of the past that are kept: a venue may lag by {@link LONGEST_LAG}. */
const KEPT = 64;

/** How far behind the path a venue may be, in milliseconds. */
export const LONGEST_LAG: number = (KEPT - 4) * STEP;

/** Deviation of one step's return where volatility is at its mean: 1.1 basis points in a second. */
const STEP_DEVIATION = 0.00011 * Math.sqrt(STEP / 1_000);
/** Share of a step's deviation that the pressure of order flow adds to the next return: weak, not nothing. */
const PRESSURE_EFFECT = 0.2;
/** Share of pressure that remains after one step: half of it is gone in about 1.4 seconds. */
const PRESSURE_DECAY = 0.95;

type Regime = 'calm' | 'trend' | 'reversion' | 'stress';

/** Mean length in milliseconds, factor on volatility, and how often the regime is drawn. */
const REGIMES: Readonly<Record<Regime, { length: number; volatility: number; weight: number }>> = {
  calm: { length: 120_000, volatility: 0.6, weight: 0.35 },
  trend: { length: 150_000, volatility: 1, weight: 0.3 },
  reversion: { length: 150_000, volatility: 0.9, weight: 0.27 },
  stress: { length: 30_000, volatility: 2.2, weight: 0.08 },
};

/**
 * The price of an asset that all venues grope for: regimes of calm, trend, mean reversion and stress,
 * volatility that varies by itself, rare jumps, and a pressure of order flow that leans on the next return.
 *
 * Times are milliseconds since the start of the simulation; `advance` must not go back.
 */
export class EfficientPrice {
  readonly #random: SeededRandom;
  readonly #points = new Float64Array(KEPT);
  #steps = 0;
  #logarithm: number;
  #anchor: number;
  #volatility = 0;
  #pressure = 0;
  #regime: Regime = 'calm';
  #regimeEnd = 0;
  #drift = 0;

  constructor(seed: number, asset: string, price: number) {
    this.#random = new SeededRandom(seed, `asset:${asset}`);
    this.#logarithm = Math.log(price);
    this.#anchor = this.#logarithm;
    this.#points.fill(price);
    this.#enter(0);
  }

  /** Order-flow pressure, about normal with deviation 1: above 0 there are more buyers. */
  get pressure(): number {
    return this.#pressure;
  }

  /** Volatility against its mean, such as 2.2 under stress. */
  get activity(): number {
    return Math.exp(this.#volatility) * REGIMES[this.#regime].volatility;
  }

  /** Walks on until the path covers `time`. */
  advance(time: number): void {
    while (this.#steps * STEP <= time) this.#step();
  }

  /** The price at `time` (after {@link advance}), on a straight line between points; at most {@link LONGEST_LAG} back. */
  at(time: number): number {
    const place = Math.max(0, time / STEP);
    const before = Math.floor(place);
    const from = this.#points[before % KEPT] as number;
    const to = this.#points[(before + 1) % KEPT] as number;
    return from + (to - from) * (place - before);
  }

  #step(): void {
    const random = this.#random;
    const time = this.#steps * STEP;
    if (time >= this.#regimeEnd) this.#enter(time);
    this.#volatility = 0.998 * this.#volatility + 0.02 * random.gaussian();
    const deviation = STEP_DEVIATION * this.activity;
    let change = deviation * (random.gaussian() + PRESSURE_EFFECT * this.#pressure) + this.#drift;
    if (this.#regime === 'reversion') change += 0.004 * (this.#anchor - this.#logarithm);
    // A jump of some 15 basis points about every eight minutes.
    if (random.uniform() < STEP / 480_000) change += 0.0015 * random.gaussian();
    this.#pressure = PRESSURE_DECAY * this.#pressure + Math.sqrt(1 - PRESSURE_DECAY ** 2) * random.gaussian();
    this.#logarithm += change;
    this.#steps++;
    this.#points[this.#steps % KEPT] = Math.exp(this.#logarithm);
  }

  #enter(time: number): void {
    let draw = this.#random.uniform();
    for (const regime of Object.keys(REGIMES) as Regime[]) {
      this.#regime = regime;
      draw -= REGIMES[regime].weight;
      if (draw < 0) break;
    }
    this.#anchor = this.#logarithm;
    this.#regimeEnd = time + REGIMES[this.#regime].length * (0.3 + this.#random.exponential());
    const direction = this.#random.uniform() < 0.5 ? -1 : 1;
    this.#drift = this.#regime === 'trend' ? (direction * (0.000012 * STEP)) / 1_000 : 0;
  }
}
