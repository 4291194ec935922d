import type { DashboardHistory } from '../view.js';

type Point = DashboardHistory['profit'][number];

/**
 * Profit and drawdown over event time in at most so many points: when it is full every other one goes and the interval doubles, so
 * that the whole session stays in view.
 */
export class ProfitHistory {
  readonly #most: number;
  #points: Point[] = [];
  #interval = 250;
  #nextAt = Number.NEGATIVE_INFINITY;
  #peak = 0;
  #lastTime = Number.NaN;
  #lastProfit = Number.NaN;

  constructor(most: number) {
    this.#most = most;
  }

  /** An unknown profit leaves the last known one standing. */
  observe(ts: number, profit: number): void {
    if (!Number.isFinite(profit)) return;
    if (profit > this.#peak) this.#peak = profit;
    this.#lastTime = ts;
    this.#lastProfit = profit;
    if (ts < this.#nextAt) return;
    if (this.#points.length >= this.#most) {
      this.#points = this.#points.filter((_, index) => index % 2 === 0);
      this.#interval *= 2;
    }
    this.#nextAt = ts + this.#interval;
    this.#points.push([ts, profit, this.#peak - profit]);
  }

  /** The greatest profit so far, at least 0. */
  get peak(): number {
    return this.#peak;
  }

  /** The points, and where the curve is now. */
  all(): readonly Point[] {
    const last = this.#points.at(-1);
    if (last === undefined || last[0] === this.#lastTime) return this.#points;
    return [...this.#points, [this.#lastTime, this.#lastProfit, this.#peak - this.#lastProfit]];
  }
}
