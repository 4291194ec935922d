import { Observable } from 'rxjs';
import { knownKeys, refuse } from '../../domain/check.js';
import type { Duration } from '../../domain/duration.js';
import type { Performance } from '../performance/performance.js';
import type { TimeWindow } from '../performance/window.js';
import { checkStudy, type JobOutcome, runJobs, type StudySource } from '../sweep/run-jobs.js';
import { type Costs, costlyVenues, type Parameters } from '../sweep/study.js';
import { usualWorkers } from '../sweep/sweep.js';

/** What is varied, one against all others. */
export interface SensitivityOptions extends TimeWindow {
  readonly study: StudySource;
  /** Of the desk. @default none */
  readonly parameters?: Parameters;
  /** Factors on every fee. @default 0, 0.5, 1, 2, 4 */
  readonly fees?: readonly number[];
  /** Shares of the notional that taking costs besides. @default 0 */
  readonly slippage?: readonly number[];
  /** Milliseconds each way. @default 12 to the venue and 8 back */
  readonly latency?: readonly number[];
  /** @default "1m" */
  readonly period?: Duration;
  readonly periodsPerYear?: number;
  /** As in `sweep`. */
  readonly workers?: number;
}

/** One set of costs. */
export interface SensitivityRow {
  readonly costs: Costs;
  readonly performance?: Performance;
  readonly error?: string;
}

/** How a result depends on what trading costs. */
export interface SensitivityResult {
  readonly rows: readonly SensitivityRow[];
  /**
   * What may be paid for the notional traded, as a share of it, until nothing is left: of the row with the least costs, profit
   * before fees by turnover. `NaN`: nothing was traded.
   */
  readonly breakEvenCost: number;
  /**
   * The factor on fees at which the profit is gone, on a straight line between two rows that differ in nothing else; of the first
   * slippage and latency. `NaN`: it is gone at none of them, or at all.
   */
  readonly breakEvenFees: number;
}

/** How far it is. */
export interface SensitivityProgress {
  readonly done: number;
  readonly total: number;
  /** With the last progress, and not before. */
  readonly result: SensitivityResult | undefined;
}

/**
 * Runs a desk under other costs: fees, slippage and latency, every combination of the lists.
 *
 * A study with drivers of its own is given the costs, and has to heed them.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * const { result } = await lastValueFrom(sensitivity({ study, parameters: { fast: 5 }, fees: [1, 2], latency: [5, 50, 500] }));
 */
export function sensitivity(options: SensitivityOptions): Observable<SensitivityProgress> {
  knownKeys('sensitivity', options, [
    'study',
    'parameters',
    'fees',
    'slippage',
    'latency',
    'period',
    'periodsPerYear',
    'workers',
    'from',
    'to',
  ]);
  const { study, workers = usualWorkers(), parameters = {}, from, to, period, periodsPerYear } = options;
  checkStudy('sensitivity', study, workers);
  const grid = costsOf(options);
  const jobs = grid.map((costs) => ({
    parameters,
    costs,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(period === undefined ? {} : { period }),
    ...(periodsPerYear === undefined ? {} : { periodsPerYear }),
  }));
  return new Observable((subscriber) => {
    const outcomes = new Map<number, JobOutcome>();
    const total = jobs.length;
    return runJobs(study, jobs, workers).subscribe({
      next: (outcome) => {
        outcomes.set(outcome.index, outcome);
        if (outcomes.size < total) subscriber.next({ done: outcomes.size, total, result: undefined });
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => {
        const rows = grid.map((costs, index): SensitivityRow => {
          const { performance, error } = outcomes.get(index) as JobOutcome;
          return {
            costs,
            ...(performance === undefined ? {} : { performance }),
            ...(error === undefined ? {} : { error }),
          };
        });
        subscriber.next({ done: total, total, result: resultOf(rows) });
        subscriber.complete();
      },
    });
  });
}

function costsOf(options: SensitivityOptions): readonly Costs[] {
  const { fees = [0, 0.5, 1, 2, 4], slippage = [0], latency } = options;
  for (const [name, list] of Object.entries({
    fees,
    slippage,
    ...(latency === undefined ? {} : { latency }),
  }))
    if (
      !Array.isArray(list) ||
      list.length === 0 ||
      list.some((value) => !(value >= 0) || !Number.isFinite(value))
    )
      refuse(`sensitivity.${name}`, 'a list of numbers of at least 0', list);
  const all = (latency ?? [undefined]).flatMap((wait) =>
    slippage.flatMap((share) =>
      fees.map(
        (factor): Costs => ({
          fees: factor,
          slippage: share,
          ...(wait === undefined ? {} : { latency: wait }),
        }),
      ),
    ),
  );
  // Checked now, not in a worker.
  for (const costs of all) costlyVenues([], costs);
  return all;
}

function resultOf(rows: readonly SensitivityRow[]): SensitivityResult {
  const known = rows.flatMap(({ costs, performance }) =>
    performance === undefined ? [] : [{ costs, performance }],
  );
  const [first] = known;
  const cheapest = known.reduce(
    (best, each) => (best !== undefined && weight(best.costs) <= weight(each.costs) ? best : each),
    first,
  );
  const line = known
    .filter(({ costs }) => costs.slippage === first?.costs.slippage && costs.latency === first?.costs.latency)
    .map(({ costs, performance }) => ({ factor: costs.fees ?? 1, profit: performance.netProfit }))
    .sort((a, b) => a.factor - b.factor);
  let breakEvenFees = Number.NaN;
  for (let place = 1; place < line.length; place++) {
    const [low, high] = [line[place - 1], line[place]] as [(typeof line)[0], (typeof line)[0]];
    if (!(low.profit > 0 && high.profit <= 0)) continue;
    breakEvenFees = low.factor + ((high.factor - low.factor) * low.profit) / (low.profit - high.profit);
    break;
  }
  const { turnover = 0, netProfit = 0, fees = 0 } = cheapest?.performance ?? {};
  return { rows, breakEvenCost: turnover > 0 ? (netProfit + fees) / turnover : Number.NaN, breakEvenFees };
}

const weight = ({ fees = 1, slippage = 0, latency = 0 }: Costs): number =>
  fees + slippage * 10_000 + latency / 1_000;
