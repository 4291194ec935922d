import { type ResourceLimits, Worker } from 'node:worker_threads';
import { knownKeys, nonEmptyName, refuse } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import type { Mind, MindEvents, OpenMind, Shown } from './decide.js';

/** How a worker thread is run. */
export interface WorkerOptions {
  /** The export that decides. @default "decide" */
  readonly export?: string;
  /** A worker that has owed an answer for so long is ended and replaced. @default "10s" */
  readonly patience?: Duration;
  /** Pause before a worker that died is replaced; it doubles with each death that follows, to 30 s. @default "100ms" */
  readonly restartAfter?: Duration;
  readonly resourceLimits?: ResourceLimits;
}

const LONGEST_PAUSE = 30_000;

interface Owed {
  since: number;
  readonly resolve: (answers: never) => void;
  readonly reject: (error: Error) => void;
}

/** To this the thread says only that it has turned to it. */
const ARE_YOU_THERE = 0;

/**
 * A module whose export decides, in a worker thread of its own for each replica: it may compute for as long as it likes and
 * delay nobody, and when it dies or hangs it is replaced.
 *
 * ```
 * snapshots  1----2----3----4---
 *            inWorker(url)
 * answers    -a---X        --d--     X: the thread died with 2; it was back for 4
 * ```
 *
 * The export is `(shown) => answers`, or a promise of them: one, a list, or nothing to abstain. The module is trusted: a thread is no sandbox. While it computes
 * what nobody waits for any more it is sent nothing: snapshots neither pile up there nor are copied for it in vain.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * deliberate({ name: 'model', observe, decide: inWorker(new URL('./model.js', import.meta.url)) });
 */
export function inWorker(module: URL, options: WorkerOptions = {}): Mind {
  if (!(module instanceof URL) || module.protocol !== 'file:')
    refuse('inWorker.module', 'a file: URL of a module', module);
  knownKeys('inWorker', options, ['export', 'patience', 'restartAfter', 'resourceLimits']);
  const name = nonEmptyName('inWorker.export', options.export ?? 'decide');
  const patience = milliseconds('inWorker.patience', options.patience ?? '10s');
  const restartAfter = milliseconds('inWorker.restartAfter', options.restartAfter ?? '100ms');
  return {
    open: (told) =>
      new WorkerMind({ module, name, patience, restartAfter, limits: options.resourceLimits }, told),
  };
}

interface Settings {
  readonly module: URL;
  readonly name: string;
  readonly patience: number;
  readonly restartAfter: number;
  readonly limits: ResourceLimits | undefined;
}

/** What runs in the thread: plain JavaScript, so that it is the same from source and from a build. */
const LOOP = `
const { parentPort, workerData } = require('node:worker_threads');
import(workerData.module).then(
  (module) => {
    const decide = module[workerData.name];
    if (typeof decide !== 'function') throw new TypeError('it has no function ' + workerData.name);
    parentPort.on('message', async ({ id, shown }) => {
      if (id === ${ARE_YOU_THERE}) {
        parentPort.postMessage({ turned: true });
        return;
      }
      try {
        parentPort.postMessage({ id, answers: await decide(shown) });
      } catch (error) {
        parentPort.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
      }
    });
    parentPort.postMessage({ ready: true });
  },
).catch((error) => { setImmediate(() => { throw error; }); });
`;

class WorkerMind implements OpenMind {
  readonly #settings: Settings;
  readonly #told: MindEvents;
  readonly #owed = new Map<number, Owed>();
  /** Questions that are not sent, since the thread may be busy with what nobody waits for any more. */
  readonly #held = new Map<number, Shown>();
  #mayBeBusy = false;
  readonly #watch: NodeJS.Timeout;
  #worker: Worker | undefined;
  #again: NodeJS.Timeout | undefined;
  #pause: number;
  #count = 0;
  #closed = false;

  constructor(settings: Settings, told: MindEvents) {
    this.#settings = settings;
    this.#told = told;
    this.#pause = settings.restartAfter;
    this.#start();
    this.#watch = setInterval(() => this.#look(), Math.max(5, settings.patience / 4));
    this.#watch.unref();
  }

  readonly decide = (shown: Shown, signal: AbortSignal): Promise<never> =>
    new Promise((resolve, reject) => {
      const worker = this.#worker;
      if (worker === undefined) {
        reject(new Error('its worker is not there'));
        return;
      }
      const id = ++this.#count;
      const givenUp = (): void => this.#giveUp(id);
      const over = (): void => signal.removeEventListener('abort', givenUp);
      this.#owed.set(id, {
        since: performance.now(),
        resolve: (answers) => {
          over();
          resolve(answers);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      });
      signal.addEventListener('abort', givenUp);
      // A process stays for who owes an answer, and for nobody else.
      worker.ref();
      if (this.#mayBeBusy) this.#held.set(id, shown);
      else worker.postMessage({ id, shown });
    });

  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    clearTimeout(this.#again);
    const worker = this.#worker;
    this.#worker = undefined;
    this.#drop(new Error('the run has ended'));
    void worker?.terminate();
  }

  #start(): void {
    const { module, name, limits } = this.#settings;
    const worker = new Worker(LOOP, {
      eval: true,
      workerData: { module: module.href, name },
      // What it prints is its own affair, and what the process was started with is not.
      ...(limits === undefined ? {} : { resourceLimits: limits }),
    });
    worker.unref();
    let reason = 'its worker ended';
    worker.on('message', (message: unknown) => this.#hear(worker, message));
    worker.on('error', (error: unknown) => {
      reason = `its worker died: ${error instanceof Error ? error.message : String(error)}`;
    });
    worker.on('exit', () => this.#lost(worker, reason));
    this.#worker = worker;
  }

  #hear(worker: Worker, message: unknown): void {
    if (this.#worker !== worker) return;
    const { ready, turned, id, answers, error } = message as {
      readonly ready?: boolean;
      readonly turned?: boolean;
      readonly id?: number;
      readonly answers?: unknown;
      readonly error?: string;
    };
    if (ready === true) {
      this.#told.present(true, 'its worker is there');
      return;
    }
    if (turned === true) {
      this.#sendHeld(worker);
      return;
    }
    const owed = this.#owed.get(id as number);
    if (owed === undefined) return;
    this.#settled(id as number);
    this.#pause = this.#settings.restartAfter;
    if (error !== undefined) owed.reject(new Error(error));
    else owed.resolve(listOf(answers) as never);
  }

  /** Nobody waits for this answer any more. */
  #giveUp(id: number): void {
    const worker = this.#worker;
    const owed = this.#owed.get(id);
    if (worker === undefined || owed === undefined) return;
    if (this.#held.delete(id)) {
      this.#settled(id);
      owed.reject(new Error('nobody waits for it any more'));
    } else if (!this.#mayBeBusy) {
      this.#mayBeBusy = true;
      worker.postMessage({ id: ARE_YOU_THERE });
    }
  }

  #sendHeld(worker: Worker): void {
    this.#mayBeBusy = false;
    for (const [id, shown] of this.#held) {
      (this.#owed.get(id) as Owed).since = performance.now();
      worker.postMessage({ id, shown });
    }
    this.#held.clear();
  }

  #settled(id: number): void {
    this.#owed.delete(id);
    if (this.#owed.size === 0) this.#worker?.unref();
  }

  #look(): void {
    const worker = this.#worker;
    const oldest = [...this.#owed.values()][0];
    if (worker === undefined || oldest === undefined) return;
    const { patience } = this.#settings;
    if (performance.now() - oldest.since <= patience) return;
    this.#lost(worker, `its worker owed an answer for more than ${patience} ms`);
    void worker.terminate();
  }

  #lost(worker: Worker, reason: string): void {
    if (this.#closed || this.#worker !== worker) return;
    this.#worker = undefined;
    this.#told.present(false, reason);
    this.#drop(new Error(reason));
    this.#again = setTimeout(() => this.#start(), this.#pause);
    this.#again.unref();
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  #drop(error: Error): void {
    for (const { reject } of this.#owed.values()) reject(error);
    this.#owed.clear();
    this.#held.clear();
    this.#mayBeBusy = false;
  }
}

const listOf = (answers: unknown): readonly unknown[] =>
  answers === undefined || answers === null ? [] : Array.isArray(answers) ? answers : [answers];
