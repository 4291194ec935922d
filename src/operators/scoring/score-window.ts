import { fromPlain, type Plain } from '../../domain/plain.js';

/** One prediction and what came of it. */
export interface Outcome {
  /** exposure × confidence: what was forecast, with its sign. */
  readonly forecast: number;
  /** That the price would rise, from 0 to 1. */
  readonly probability: number;
  /** Return from the prediction to its horizon, as a share of the price. */
  readonly outcome: number;
  /** exposure × outcome: what it would have earned, as a share of the budget. */
  readonly profit: number;
}

/** A bin of probabilities: what was said, and how often it came true. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly predicted: number;
  readonly observed: number;
}

/** How good an agent's predictions were, over the window. `NaN` is unknown. */
export interface Figures {
  readonly count: number;
  /** Share of the outcomes with the predicted sign; those that did not move do not count. */
  readonly hitRate: number;
  /** Correlation of forecasts and outcomes (Pearson). */
  readonly informationCoefficient: number;
  /** Of their ranks (Spearman): outliers count no more than others. */
  readonly rankCoefficient: number;
  /** Mean of (probability − came true)²; less is better. */
  readonly brier: number;
  /** The same for who always says how often it rose: to be worth anything, be below it. */
  readonly brierBaseline: number;
  readonly calibration: readonly CalibrationBin[];
  /** Sum of what was earned on paper. */
  readonly profit: number;
}

const BINS = 10;

/** The newest outcomes of one agent at one horizon. */
export class ScoreWindow {
  readonly #size: number;
  readonly #outcomes: Outcome[] = [];
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(outcome: Outcome): void {
    this.#outcomes[this.#next] = outcome;
    this.#next = (this.#next + 1) % this.#size;
  }

  clear(): void {
    this.#outcomes.length = 0;
    this.#next = 0;
  }

  get count(): number {
    return this.#outcomes.length;
  }

  /** Walks the window. */
  figures(): Figures {
    const all = this.#outcomes;
    const count = all.length;
    const forecasts = all.map(({ forecast }) => forecast);
    const returns = all.map(({ outcome }) => outcome);
    let hits = 0;
    let moved = 0;
    let brier = 0;
    let profit = 0;
    for (const { forecast, probability, outcome, profit: earned } of all) {
      if (outcome !== 0) {
        moved++;
        if (Math.sign(outcome) === Math.sign(forecast)) hits++;
      }
      brier += (probability - cameTrue(outcome)) ** 2;
      profit += earned;
    }
    const rises = mean(returns.map(cameTrue));
    const baseline = returns.reduce((sum, outcome) => sum + (rises - cameTrue(outcome)) ** 2, 0);
    return {
      count,
      hitRate: moved === 0 ? Number.NaN : hits / moved,
      informationCoefficient: correlation(forecasts, returns),
      rankCoefficient: correlation(ranks(forecasts), ranks(returns)),
      brier: count === 0 ? Number.NaN : brier / count,
      brierBaseline: count === 0 ? Number.NaN : baseline / count,
      calibration: calibration(all),
      profit,
    };
  }

  save(): Plain {
    return { next: this.#next, outcomes: this.#outcomes.map((one) => ({ ...one })) };
  }

  static restore(size: number, plain: Plain): ScoreWindow {
    const { next, outcomes } = fromPlain<{
      readonly next: number;
      readonly outcomes: readonly Outcome[];
    }>(plain);
    const window = new ScoreWindow(size);
    window.#outcomes.push(...outcomes);
    window.#next = next;
    return window;
  }
}

/** 1: it rose, 0: it fell, a half: neither. */
const cameTrue = (outcome: number): number => (outcome > 0 ? 1 : outcome < 0 ? 0 : 0.5);

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Pearson's coefficient; `NaN` for fewer than two values, or where either side does not vary.
 *
 * @example
 * correlation([1, 2, 3], [2, 4, 6]); // 1, but for rounding
 */
export function correlation(one: readonly number[], other: readonly number[]): number {
  if (one.length < 2) return Number.NaN;
  const a = mean(one);
  const b = mean(other);
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let at = 0; at < one.length; at++) {
    const x = (one[at] as number) - a;
    const y = (other[at] as number) - b;
    product += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  // Roots apart: the product of two small squares may be none.
  const scale = Math.sqrt(squaresA) * Math.sqrt(squaresB);
  return scale > 0 ? Math.max(-1, Math.min(1, product / scale)) : Number.NaN;
}

/**
 * Places in order, from 1; equal values share the mean of theirs.
 *
 * @example
 * ranks([10, 30, 30, 20]); // [1, 3.5, 3.5, 2]
 */
export function ranks(values: readonly number[]): readonly number[] {
  const order = values
    .map((_, index) => index)
    .sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  const result = new Array<number>(values.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1] as number] === values[order[first] as number])
      last++;
    for (let place = first; place <= last; place++) result[order[place] as number] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return result;
}

function calibration(outcomes: readonly Outcome[]): readonly CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, predicted: 0, observed: 0 }));
  for (const { probability, outcome } of outcomes) {
    const bin = bins[Math.min(BINS - 1, Math.floor(probability * BINS))] as (typeof bins)[number];
    bin.count++;
    bin.predicted += probability;
    bin.observed += cameTrue(outcome);
  }
  return bins.flatMap(({ count, predicted, observed }, index) =>
    count === 0
      ? []
      : [
          {
            from: index / BINS,
            to: (index + 1) / BINS,
            count,
            predicted: predicted / count,
            observed: observed / count,
          },
        ],
  );
}
