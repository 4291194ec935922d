import { availableParallelism } from 'node:os';
import { Observable } from 'rxjs';
import { integerAtLeast, knownKeys, refuse } from '../../domain/check.js';
import type { Duration } from '../../domain/duration.js';
import type { Performance } from '../performance/performance.js';
import { checkWindow, type TimeWindow } from '../performance/window.js';
import { judgeSelection, type SelectionVerdict } from '../statistics/multiple-testing.js';
import { grid, nameOf } from './grid.js';
import { checkStudy, type JobOutcome, runJobs, type StudySource } from './run-jobs.js';
import type { Costs, Parameters } from './study.js';

/** A grid of values by name, or a list of combinations. */
export type ParameterSpace =
  | Readonly<Record<string, readonly (number | string | boolean)[]>>
  | readonly Parameters[];

/** How a sweep is run. */
export interface SweepOptions extends TimeWindow {
  /** The module that exports `market` and `desk` (see `Study`), or the study itself with `workers: 0`. */
  readonly study: StudySource;
  readonly parameters: ParameterSpace;
  /** Threads; 0: in this one, one combination after another. @default one less than the processors, at least 1 */
  readonly workers?: number;
  /** See `evaluate`. @default "1m" */
  readonly period?: Duration;
  readonly periodsPerYear?: number;
  readonly costs?: Costs;
  /** Whether a combination that fails ends the sweep with its error, or is a row that says so. @default "row" */
  readonly onError?: 'row' | 'stop';
  /** Trials on the same data that came before this sweep: they count for what luck alone would show. @default 0 */
  readonly earlierTrials?: number;
  /** Ends it with the rows so far. */
  readonly signal?: AbortSignal;
}

/** One combination of a sweep. */
export interface SweepRow {
  /** Its place in the space, from 0. */
  readonly index: number;
  readonly parameters: Parameters;
  /** Absent where it failed, or was not run. */
  readonly performance?: Performance;
  /** Why it failed, with the combination named. */
  readonly error?: string;
}

/** What a sweep found: plain data, in the order of the space whichever worker was first. */
export interface SweepResult {
  readonly rows: readonly SweepRow[];
  /** All combinations and the trials before: what the deflated Sharpe ratio is told. */
  readonly trials: number;
  readonly failed: number;
  /** Combinations that were not run any more. */
  readonly skipped: number;
  /** What is left of the best Sharpe ratio when the trials are counted; `best` is a place in `rows`. */
  readonly verdict: SelectionVerdict;
}

/** How far a sweep is. */
export interface SweepProgress {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  /** The combination that was finished last. */
  readonly row: SweepRow | undefined;
  /** With the last progress, and not before. */
  readonly result: SweepResult | undefined;
}

/** Threads that leave the main one a processor of its own. */
export const usualWorkers = (): number => Math.max(1, availableParallelism() - 1);

/** The combinations of a space. @throws ConfigurationError for none, and for such as are no objects */
export function combinationsOf(name: string, space: ParameterSpace): readonly Parameters[] {
  const all = Array.isArray(space)
    ? (space as readonly Parameters[])
    : grid(space as Exclude<ParameterSpace, readonly Parameters[]>);
  if (all.length === 0) refuse(`${name}.parameters`, 'at least one combination', all);
  for (const [place, each] of all.entries())
    if (typeof each !== 'object' || each === null || Array.isArray(each))
      refuse(`${name}.parameters[${place}]`, 'an object of parameters', each);
  return all;
}

/**
 * Evaluates a desk with every combination of parameters, in worker threads.
 *
 * ```
 * subscribe  s
 *            sweep({ study, parameters, workers: 2 })
 * progress   --1--2-3---(4|)      the last one carries the result
 * ```
 *
 * Unsubscribing ends the workers at once; `signal` ends them and gives the rows so far. Each subscription is a sweep.
 *
 * @throws ConfigurationError for options that cannot be; as an error of the Observable for a module that is no study
 * @example
 * const { result } = await lastValueFrom(sweep({
 *   study: new URL('./study.js', import.meta.url),
 *   parameters: { fast: [5, 10, 20], slow: [40, 80] },
 * }));
 * console.log(describeSweep(result));
 */
export function sweep(options: SweepOptions): Observable<SweepProgress> {
  knownKeys('sweep', options, [
    'study',
    'parameters',
    'workers',
    'period',
    'periodsPerYear',
    'costs',
    'onError',
    'earlierTrials',
    'signal',
    'from',
    'to',
  ]);
  const { study, workers = usualWorkers(), signal, onError = 'row', earlierTrials = 0 } = options;
  checkStudy('sweep', study, workers);
  checkWindow('sweep', options);
  integerAtLeast('sweep.earlierTrials', earlierTrials, 0);
  if (onError !== 'row' && onError !== 'stop') refuse('sweep.onError', 'row or stop', onError);
  const combinations = combinationsOf('sweep', options.parameters);
  const { from, to, period, periodsPerYear, costs } = options;
  const jobs = combinations.map((parameters) => ({
    parameters,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(period === undefined ? {} : { period }),
    ...(periodsPerYear === undefined ? {} : { periodsPerYear }),
    ...(costs === undefined ? {} : { costs }),
  }));
  return new Observable((subscriber) => {
    const rows: SweepRow[] = combinations.map((parameters, index) => ({ index, parameters }));
    let [done, failed] = [0, 0];
    const tell = (row: SweepRow | undefined, result?: SweepResult): void =>
      subscriber.next({ done, total: rows.length, failed, row, result });
    const finish = (row: SweepRow | undefined): void => {
      tell(row, resultOf(rows, earlierTrials));
      subscriber.complete();
    };
    const abort = (): void => {
      running.unsubscribe();
      finish(undefined);
    };
    const running = runJobs(study, jobs, workers).subscribe({
      next: (outcome) => {
        const row = rowOf(outcome, combinations[outcome.index] as Parameters);
        if (row.error !== undefined) {
          failed++;
          if (onError === 'stop') {
            subscriber.error(new Error(row.error));
            return;
          }
        }
        done++;
        rows[outcome.index] = row;
        if (done < rows.length) tell(row);
        else finish(row);
      },
      error: (error: unknown) => subscriber.error(error),
    });
    subscriber.add(running);
    if (signal?.aborted === true) abort();
    else {
      signal?.addEventListener('abort', abort);
      subscriber.add(() => signal?.removeEventListener('abort', abort));
    }
  });
}

function rowOf({ index, performance, error }: JobOutcome, parameters: Parameters): SweepRow {
  if (error !== undefined) return { index, parameters, error: `${nameOf(parameters)}: ${error}` };
  if (performance !== undefined && performance.halted !== null)
    return { index, parameters, performance, error: `${nameOf(parameters)}: halted: ${performance.halted}` };
  return { index, parameters, ...(performance === undefined ? {} : { performance }) };
}

function resultOf(rows: readonly SweepRow[], earlierTrials: number): SweepResult {
  const good = rows.filter(({ performance, error }) => performance !== undefined && error === undefined);
  const trials = rows.length + earlierTrials;
  const verdict = judgeSelection(
    good.map(({ performance }) => (performance as Performance).sharpe),
    trials,
  );
  return {
    rows,
    trials,
    failed: rows.filter(({ error }) => error !== undefined).length,
    skipped: rows.filter(({ error, performance }) => error === undefined && performance === undefined).length,
    verdict: { ...verdict, best: good[verdict.best]?.index ?? -1 },
  };
}
