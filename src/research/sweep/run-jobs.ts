import { Worker } from 'node:worker_threads';
import { Observable, type Subscriber } from 'rxjs';
import { integerAtLeast } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { Performance } from '../performance/performance.js';
import { isStudy, type Job, loadStudy, runJob, type Study } from './study.js';

/** What came of a job: its performance, or why it failed. */
export interface JobOutcome {
  readonly index: number;
  readonly performance?: Performance;
  readonly error?: string;
}

/** A study in this process, or the URL of a module that exports one, which worker threads can load. */
export type StudySource = URL | Study;

/** @throws ConfigurationError for what is no study, and for workers without a module */
export function checkStudy(name: string, study: StudySource, workers: number): void {
  integerAtLeast(`${name}.workers`, workers, 0);
  if (study instanceof URL) {
    if (study.protocol !== 'file:')
      throw new ConfigurationError(`${name}.study must be a file: URL, not ${study.href}`);
    return;
  }
  if (!isStudy(study))
    throw new ConfigurationError(
      `${name}.study must be the URL of a module, or an object with market and desk`,
    );
  if (workers > 0)
    throw new ConfigurationError(`${name}.study must be the URL of a module when it runs in worker threads`);
}

/**
 * Runs jobs, each outcome as it comes; unsubscribing ends what runs. With 0 workers they run here, one after another.
 *
 * ```
 * jobs      1 2 3
 *           two workers
 * outcomes  ---2-1--3|
 * ```
 */
export function runJobs(study: StudySource, jobs: readonly Job[], workers: number): Observable<JobOutcome> {
  return new Observable((subscriber) => {
    if (jobs.length === 0) {
      subscriber.complete();
      return;
    }
    if (workers === 0) runHere(study, jobs, subscriber);
    else runInWorkers(study as URL, jobs, Math.min(workers, jobs.length), subscriber);
  });
}

function runHere(source: StudySource, jobs: readonly Job[], subscriber: Subscriber<JobOutcome>): void {
  const end = new AbortController();
  subscriber.add(() => end.abort());
  const work = async (): Promise<void> => {
    const study = source instanceof URL ? await loadStudy(source.href) : source;
    for (const [index, job] of jobs.entries()) {
      const outcome = await outcomeOf(study, job, index, end.signal);
      if (end.signal.aborted) return;
      subscriber.next(outcome);
    }
  };
  work().then(
    () => subscriber.complete(),
    (error: unknown) => subscriber.error(error),
  );
}

/** A job that fails is an outcome, not the end of the others. */
export async function outcomeOf(
  study: Study,
  job: Job,
  index: number,
  signal?: AbortSignal,
): Promise<JobOutcome> {
  try {
    return { index, performance: await runJob(study, job, signal) };
  } catch (error) {
    return { index, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Flags of `node --eval` and its like. */
const TEXT_PROGRAM = /^(--input-type|--eval|-e$|--print|-p$|-pe$)/;

function runInWorkers(
  study: URL,
  jobs: readonly Job[],
  count: number,
  subscriber: Subscriber<JobOutcome>,
): void {
  let next = 0;
  let left = jobs.length;
  const start = (): void => {
    const worker = new Worker(new URL('./sweep-worker.js', import.meta.url), {
      workerData: { study: study.href },
      // A program that was given as text passes on flags that no worker with a file can start with.
      ...(process.execArgv.some((flag) => TEXT_PROGRAM.test(flag)) ? { execArgv: [] } : {}),
    });
    let current = -1;
    let closed = false;
    const close = (): void => {
      closed = true;
      void worker.terminate();
    };
    subscriber.add(close);
    const give = (): void => {
      current = next < jobs.length ? next++ : -1;
      if (current < 0) close();
      else worker.postMessage({ index: current, job: jobs[current] });
    };
    const take = (outcome: JobOutcome): void => {
      if (subscriber.closed) return;
      left--;
      subscriber.next(outcome);
      if (left === 0) subscriber.complete();
    };
    worker.on(
      'message',
      (message: { readonly ready?: true; readonly failed?: string; readonly outcome?: JobOutcome }) => {
        if (message.failed !== undefined) subscriber.error(new ConfigurationError(message.failed));
        else {
          if (message.outcome !== undefined) take(message.outcome);
          if (!subscriber.closed) give();
        }
      },
    );
    let reason = 'its worker ended';
    worker.on('error', (error: unknown) => {
      reason = `its worker died: ${error instanceof Error ? error.message : String(error)}`;
    });
    worker.on('exit', () => {
      if (closed || subscriber.closed) return;
      // The job that killed it is over, and the others go on in another.
      if (current < 0) subscriber.error(new Error(`a worker of the sweep did not start: ${reason}`));
      else {
        take({ index: current, error: reason });
        if (!subscriber.closed && next < jobs.length) start();
      }
    });
  };
  for (let nth = 0; nth < count; nth++) start();
}
