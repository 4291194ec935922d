import type { BustReport, CorrectionReport, FillReport } from '../../domain/event.js';
import { RecentMap } from '../../domain/recent-map.js';
import type { MeasuredFill } from './fill-statistics.js';

/** Fills that are remembered, so that a bust or a correction can be told from what it changes. */
const MOST = 10_000;

/** The last fills by their execution: what a venue takes back or changes counts as it is now. */
export class Amendments {
  readonly #fills = new RecentMap<string, MeasuredFill>(MOST);

  /** Whether this execution was counted already: reports come twice. */
  knows(report: FillReport): boolean {
    return this.#fills.has(keyOf(report));
  }

  remember(report: FillReport | CorrectionReport, fill: MeasuredFill): void {
    this.#fills.set(keyOf(report), fill);
  }

  /** What was counted of an execution, and is no more. */
  take(report: BustReport | CorrectionReport): MeasuredFill | undefined {
    const key = keyOf(report);
    const fill = this.#fills.get(key);
    this.#fills.delete(key);
    return fill;
  }
}

const keyOf = ({ venue, instrument, executionId }: FillReport | BustReport | CorrectionReport): string =>
  `${venue}\n${instrument}\n${executionId}`;
