import { Observable, type SchedulerLike, Subject, type Subscription } from 'rxjs';
import type { Notice, Rows } from './notice.js';

/** A pipeline and what is fed to it, ready to be run by either engine. */
export interface Play {
  readonly inputs: Rows;
  /** Milliseconds after which the run ends. */
  readonly horizon: number;
  /** Epoch milliseconds at which it starts. */
  readonly startAt: number;
  build(
    sources: ReadonlyMap<string, Observable<unknown>>,
    scheduler: SchedulerLike,
  ): ReadonlyMap<string, Observable<unknown>>;
}

/** What a run showed: the notices of each output row, and of each subscription to an input row. */
export interface Recording {
  readonly outputs: ReadonlyMap<string, readonly Notice[]>;
  readonly subscriptions: ReadonlyMap<string, readonly (readonly Notice[])[]>;
}

/** A delivery to an input, which the engine makes at its time. */
export interface Cue {
  readonly at: number;
  deliver(): void;
}

/**
 * The inputs and the recorders of one run. It knows no clock: an engine tells the time and makes the deliveries.
 *
 * An engine first schedules the cues, then `close` at the horizon, and only then calls `open`. In this order an input
 * comes before a timer that is due at the same instant, and nothing at the horizon is recorded, in both engines alike.
 */
export class Stage {
  readonly cues: readonly Cue[];
  readonly #play: Play;
  readonly #now: () => number;
  readonly #sources = new Map<string, Observable<unknown>>();
  readonly #outputs = new Map<string, Notice[]>();
  readonly #subscriptions = new Map<string, Notice[][]>();
  readonly #running: Subscription[] = [];
  #closed = false;

  /** @param now milliseconds since the start of the run */
  constructor(play: Play, now: () => number) {
    this.#play = play;
    this.#now = now;
    const cues = [...play.inputs].flatMap(([row, { notices }]) => {
      const subject = new Subject<unknown>();
      this.#sources.set(row, this.#watched(row, subject));
      return notices.map((notice) => ({ at: notice.at, deliver: () => deliver(subject, notice) }));
    });
    this.cues = cues.sort((one, other) => one.at - other.at);
  }

  open(scheduler: SchedulerLike): void {
    for (const [row, output] of this.#play.build(this.#sources, scheduler)) {
      this.#running.push(this.#record(row, output));
    }
  }

  close(): void {
    this.#closed = true;
    for (const subscription of this.#running) subscription.unsubscribe();
  }

  get recording(): Recording {
    return { outputs: this.#outputs, subscriptions: this.#subscriptions };
  }

  #record(row: string, output: Observable<unknown>): Subscription {
    const notices: Notice[] = [];
    this.#outputs.set(row, notices);
    return output.subscribe({
      next: (value) => notices.push({ kind: 'next', at: this.#now(), value, letter: '?' }),
      error: (error: unknown) => notices.push({ kind: 'error', at: this.#now(), error }),
      complete: () => notices.push({ kind: 'complete', at: this.#now() }),
    });
  }

  #watched(row: string, source: Observable<unknown>): Observable<unknown> {
    const log: Notice[][] = [];
    this.#subscriptions.set(row, log);
    return new Observable((subscriber) => {
      const notices: Notice[] = [{ kind: 'subscribe', at: this.#now() }];
      log.push(notices);
      const subscription = source.subscribe(subscriber);
      return () => {
        subscription.unsubscribe();
        // The end of the run is no act of the pipeline.
        if (!this.#closed) notices.push({ kind: 'unsubscribe', at: this.#now() });
      };
    });
  }
}

function deliver(subject: Subject<unknown>, notice: Notice): void {
  if (notice.kind === 'next') subject.next(notice.value);
  else if (notice.kind === 'error') subject.error(notice.error);
  else subject.complete();
}
