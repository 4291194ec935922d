import { Observable, tap, toArray } from 'rxjs';
import { knownKeys, oneOf, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { RecordingSource } from '../../streams/recording/source.js';
import type { Performance } from '../performance/performance.js';
import { moments } from '../statistics/moments.js';
import { deflatedSharpe, type SharpeRatio, sharpeRatio } from '../statistics/sharpe.js';
import { checkStudy, type JobOutcome, runJobs, type StudySource } from '../sweep/run-jobs.js';
import { type Costs, type Job, loadStudy, type Parameters } from '../sweep/study.js';
import { combinationsOf, type ParameterSpace, usualWorkers } from '../sweep/sweep.js';
import { type Fold, folds } from './folds.js';

/** How parameters are walked forward. */
export interface WalkForwardOptions {
  readonly study: StudySource;
  readonly parameters: ParameterSpace;
  /** See `folds`. */
  readonly train: Duration;
  readonly test: Duration;
  readonly anchored?: boolean;
  readonly embargo?: Duration | 0;
  /** Unix milliseconds. @default the first event of the market */
  readonly from?: number;
  /** @default behind its last event */
  readonly to?: number;
  /** By what the combination of a fold is chosen. @default "sharpe" */
  readonly choose?: 'sharpe' | 'netProfit';
  /** @default "1m" */
  readonly period?: Duration;
  readonly periodsPerYear?: number;
  readonly costs?: Costs;
  /** As in `sweep`. */
  readonly workers?: number;
}

/** One fold: what was chosen on its training window, and what became of it. */
export interface WalkForwardFold extends Fold {
  /** Chosen on the training window; `null`: no combination has a result there, and nothing is traded. */
  readonly parameters: Parameters | null;
  readonly training: Performance | null;
  readonly testing: Performance | null;
  /** Why the test failed, or combinations in training. */
  readonly errors: readonly string[];
}

/** What walking forward found: plain data. Money in the reporting currency. */
export interface WalkForwardResult {
  readonly folds: readonly WalkForwardFold[];
  /** The test windows one behind the other. */
  readonly outOfSample: {
    /** Profit of each period. */
    readonly returns: readonly number[];
    /** Sum of the profits at the ends of periods, from 0: the equity that was earned on unseen data. */
    readonly equity: readonly number[];
    readonly netProfit: number;
    /** Over the ends of periods and of folds. */
    readonly maximumDrawdown: number;
    readonly sharpe: SharpeRatio;
  };
  /** Mean Sharpe ratio of the chosen ones in training, per period: what the test is to be held against. */
  readonly trainingSharpe: number;
  /** Out of sample by in sample: near 1 the choice holds, near 0 it was fitted. `NaN`: unknown. */
  readonly efficiency: number;
  /** Combinations that were tried in each fold. */
  readonly trials: number;
  /** Mean over the folds of the deflated Sharpe ratio of the chosen one in training. */
  readonly deflated: number;
}

/** How far it is. */
export interface WalkForwardProgress {
  readonly done: number;
  readonly total: number;
  /** With the last progress, and not before. */
  readonly result: WalkForwardResult | undefined;
}

/**
 * Chooses parameters on one window of time and trades them on the next, over and over: what is left is profit on data
 * that the choice had not seen.
 *
 * In every window the desk has seen all that came before, halted, and trades from the window's beginning; its
 * position at the end is marked, not sold. A test is played with fresh state, warmed up in that way.
 *
 * ```
 * subscribe  s
 *            walkForward({ study, parameters, train: '1h', test: '15m' })
 * progress   -1-2-3-...-(n|)      the last one carries the result
 * ```
 *
 * @throws ConfigurationError for options that cannot be; as an error of the Observable for a market in which no fold fits
 * @example
 * const { result } = await lastValueFrom(walkForward({ study, parameters, train: '20m', test: '5m', embargo: '10s' }));
 */
export function walkForward(options: WalkForwardOptions): Observable<WalkForwardProgress> {
  knownKeys('walkForward', options, [
    'study',
    'parameters',
    'train',
    'test',
    'anchored',
    'embargo',
    'from',
    'to',
    'choose',
    'period',
    'periodsPerYear',
    'costs',
    'workers',
  ]);
  const { study, workers = usualWorkers(), choose = 'sharpe' } = options;
  checkStudy('walkForward', study, workers);
  oneOf('walkForward.choose', choose, ['sharpe', 'netProfit']);
  const combinations = combinationsOf('walkForward', options.parameters);
  // Refused here, not in the middle of it.
  milliseconds('walkForward.train', options.train);
  milliseconds('walkForward.test', options.test);
  return new Observable((subscriber) => {
    let cancel: (() => void) | undefined;
    const runAll = (jobs: readonly Job[], each: () => void): Promise<readonly JobOutcome[]> =>
      new Promise((resolve, reject) => {
        const subscription = runJobs(study, jobs, workers).pipe(tap(each), toArray()).subscribe({
          next: resolve,
          error: reject,
        });
        cancel = () => subscription.unsubscribe();
      });
    subscriber.add(() => cancel?.());
    walk(options, combinations, choose, runAll, (progress) => subscriber.next(progress)).then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
  });
}

async function walk(
  options: WalkForwardOptions,
  combinations: readonly Parameters[],
  choose: 'sharpe' | 'netProfit',
  runAll: (jobs: readonly Job[], each: () => void) => Promise<readonly JobOutcome[]>,
  tell: (progress: WalkForwardProgress) => void,
): Promise<void> {
  const { period = '1m', periodsPerYear, costs, anchored, embargo, train, test } = options;
  const range = await rangeOf(options);
  const windows = folds({
    ...range,
    train,
    test,
    ...(anchored === undefined ? {} : { anchored }),
    ...(embargo === undefined ? {} : { embargo }),
  });
  const job = (parameters: Parameters, window: { readonly from: number; readonly to: number }): Job => ({
    parameters,
    ...window,
    period,
    ...(periodsPerYear === undefined ? {} : { periodsPerYear }),
    ...(costs === undefined ? {} : { costs }),
  });
  let done = 0;
  const total = windows.length * (combinations.length + 1);
  const each = (): void => {
    done++;
    if (done < total) tell({ done, total, result: undefined });
  };
  const trained = await runAll(
    windows.flatMap((fold) => combinations.map((parameters) => job(parameters, fold.train))),
    each,
  );
  const outcomes = new Map(trained.map((outcome) => [outcome.index, outcome]));
  const chosen = windows.map((_, nth) => {
    const tried = combinations.map(
      (_parameters, place) => outcomes.get(nth * combinations.length + place) as JobOutcome,
    );
    return { tried, best: bestOf(tried, choose) };
  });
  const tests = chosen.flatMap(({ best }, nth) =>
    best < 0 ? [] : [{ nth, job: job(combinations[best] as Parameters, (windows[nth] as Fold).test) }],
  );
  const tested = await runAll(
    tests.map((each) => each.job),
    each,
  );
  const testOf = new Map(tested.map((outcome) => [(tests[outcome.index] as { nth: number }).nth, outcome]));
  const result = resultOf(
    windows.map((fold, nth): WalkForwardFold => {
      const { tried, best } = chosen[nth] as (typeof chosen)[number];
      const test = testOf.get(nth);
      return {
        ...fold,
        parameters: best < 0 ? null : (combinations[best] as Parameters),
        training: tried[best]?.performance ?? null,
        testing: test?.performance ?? null,
        errors: [...tried, ...(test === undefined ? [] : [test])].flatMap(({ error }) => error ?? []),
      };
    }),
    chosen.map(({ tried, best }) => deflatedOf(tried, best)),
    { period, periodsPerYear, trials: combinations.length },
  );
  tell({ done: total, total, result });
}

/** The first of those that are best; -1 where none has a result. */
function bestOf(tried: readonly JobOutcome[], by: 'sharpe' | 'netProfit'): number {
  let [best, most] = [-1, Number.NaN];
  for (const [place, { performance }] of tried.entries()) {
    if (performance === undefined || performance.halted !== null) continue;
    const value = by === 'sharpe' ? performance.sharpe.perPeriod : performance.netProfit;
    if (Number.isNaN(value) || value <= most) continue;
    [best, most] = [place, value];
  }
  return best;
}

function deflatedOf(tried: readonly JobOutcome[], best: number): number {
  const chosen = tried[best]?.performance;
  if (chosen === undefined) return Number.NaN;
  const ratios = tried.flatMap(({ performance }) => {
    const ratio = performance?.sharpe.perPeriod ?? Number.NaN;
    return Number.isNaN(ratio) ? [] : [ratio];
  });
  const { deviation } = moments(ratios);
  return deflatedSharpe(chosen.sharpe, tried.length, Number.isNaN(deviation) ? 0 : deviation ** 2);
}

function resultOf(
  all: readonly WalkForwardFold[],
  deflated: readonly number[],
  of: { readonly period: Duration; readonly periodsPerYear: number | undefined; readonly trials: number },
): WalkForwardResult {
  const returns: number[] = [];
  const equity: number[] = [];
  let [profit, peak, drawdown] = [0, 0, 0];
  const step = (value: number): void => {
    peak = Math.max(peak, value);
    drawdown = Math.max(drawdown, peak - value);
  };
  for (const { testing } of all) {
    if (testing === null) continue;
    let within = profit;
    for (const each of testing.returns) {
      within += each;
      returns.push(each);
      equity.push(within);
      step(within);
    }
    profit += testing.netProfit;
    step(profit);
  }
  const sharpe =
    of.periodsPerYear === undefined
      ? sharpeRatio(returns, of.period)
      : sharpeRatio(returns, of.period, of.periodsPerYear);
  const trainingSharpe = meanOf(all.map(({ training }) => training?.sharpe.perPeriod ?? Number.NaN));
  return {
    folds: all,
    outOfSample: { returns, equity, netProfit: profit, maximumDrawdown: drawdown, sharpe },
    trainingSharpe,
    efficiency: trainingSharpe > 0 ? sharpe.perPeriod / trainingSharpe : Number.NaN,
    trials: of.trials,
    deflated: meanOf(deflated),
  };
}

/** Of those that are known. */
function meanOf(values: readonly number[]): number {
  return moments(values.filter((value) => !Number.isNaN(value))).mean;
}

async function rangeOf(options: WalkForwardOptions): Promise<{ readonly from: number; readonly to: number }> {
  const { from, to, study: given } = options;
  if (from !== undefined && to !== undefined) return { from, to };
  const study = given instanceof URL ? await loadStudy(given.href) : given;
  const source: RecordingSource = await study.market();
  let [first, last] = [Number.NaN, Number.NaN];
  for await (const { events } of source.batches()) {
    if (events.length === 0) continue;
    if (Number.isNaN(first)) first = (events[0] as { ts: number }).ts;
    last = (events.at(-1) as { ts: number }).ts;
  }
  if (Number.isNaN(first)) refuse('walkForward.study', 'a market with events', source.name);
  return { from: from ?? first, to: to ?? last };
}
