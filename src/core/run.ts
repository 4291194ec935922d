import { integerAtLeast, knownKeys, uniqueNames } from '../domain/check.js';
import type { ControlEvent, SequencedEvent } from '../domain/event.js';
import type { Core } from './core.js';
import type { Frame } from './frame.js';
import type { Halt, Leadership, RunOptions } from './run-options.js';
import { Observable, Subject, type Subscriber, type Subscription } from './rx.js';
import { Session } from './session.js';
import { checkSnapshot, type Snapshot } from './snapshot.js';

const OPTIONS: readonly (keyof RunOptions)[] = [
  'clock',
  'drivers',
  'journal',
  'acknowledgements',
  'role',
  'restore',
  'restarted',
  'barrierEvery',
  'development',
  'sequencer',
  'maximumDerived',
  'probe',
];

/**
 * A pipeline in motion: the Observable of its frames, and what is known of it beside them.
 *
 * It starts when subscribed to, once. It ends when the clock has played everything (replay), when its leading
 * drivers have completed (live), or by {@link stop}; unsubscribing ends it at once.
 *
 * @example
 * const desk = run(core, { clock, drivers });
 * desk.subscribe((frame) => log(frame.seq));
 * desk.stop();
 */
export class PipelineRun<F extends Frame> extends Observable<F> {
  readonly #core: Core<F>;
  readonly #options: RunOptions;
  readonly #halts = new Subject<Halt>();
  readonly #snapshots = new Subject<Snapshot>();
  #session: Session<F> | undefined;

  constructor(core: Core<F>, options: RunOptions) {
    super((subscriber) => this.#start(subscriber));
    knownKeys('run options', options, OPTIONS);
    integerAtLeast('run options.barrierEvery', options.barrierEvery ?? 0, 0);
    if (options.probe !== undefined) integerAtLeast('run options.probe.every', options.probe.every, 1);
    uniqueNames('drivers', options.drivers ?? []);
    if (options.restore !== undefined) checkSnapshot(core, options.restore);
    this.#core = core;
    this.#options = options;
  }

  /** Emits when something failed that must not be guessed over; from then on no new order leaves. */
  get halts$(): Observable<Halt> {
    return this.#halts;
  }

  /** Emits a snapshot at every barrier, the last one when the run ends. */
  get snapshots$(): Observable<Snapshot> {
    return this.#snapshots;
  }

  /** Why the pipeline halted, or `undefined`. */
  get halted(): Halt | undefined {
    return this.#session?.halted;
  }

  /** The last place and time in the log. */
  get position(): { readonly seq: number; readonly ts: number } {
    return this.#session?.position ?? { seq: 0, ts: 0 };
  }

  /** What waits, what was merged, what was refused. */
  get inbox(): { readonly waiting: number; readonly merged: number; readonly refused: number } {
    return this.#session?.inbox ?? { waiting: 0, merged: 0, refused: 0 };
  }

  /** An operator's word, through the log like everything else. */
  control(event: Omit<ControlEvent, 'kind'>): void {
    this.#session?.offer({ kind: 'control', ...event });
  }

  /** Whether this run puts events into its log itself; a follower takes those of its leader. */
  get leads(): boolean {
    return this.#session?.leads ?? (this.#options.role ?? 'leader') === 'leader';
  }

  /**
   * A follower takes the next event of its leader's log.
   *
   * @throws Error from a leader, before it is subscribed to, and when events are missing before it
   */
  follow(event: SequencedEvent): void {
    if (this.#session === undefined) throw new Error('a run follows once it is subscribed to');
    this.#session.follow(event);
  }

  /**
   * A follower becomes the leader: an `epoch` event goes into the log behind the last one followed, then timers and
   * drivers are heard. Orders that its former leader may have sent are asked about by the stages that keep them.
   */
  lead(leadership: Leadership): void {
    this.#session?.lead(leadership);
  }

  /** Something outside the pipeline must not be guessed over: no new order leaves, and what is open is canceled. */
  halt(halt: Halt): void {
    this.#session?.halt(halt);
  }

  /** Another member leads: from here on nothing enters this log and nothing leaves the gate, not even a cancel. */
  stepDown(): void {
    this.#session?.stepDown();
  }

  /** Ends the run in good order: a last snapshot, then completion. */
  stop(): void {
    this.#session?.end();
  }

  #start(subscriber: Subscriber<F>): Subscription {
    if (this.#session !== undefined)
      throw new Error('a run runs once: call run() again, or share() its frames');
    this.#session = new Session(this.#core, this.#options, subscriber, this.#halts, this.#snapshots);
    return this.#session.start();
  }
}

/**
 * Closes the loop: clock and drivers into the sequencer, the log into the core, the core's commands through the
 * gate to the drivers.
 *
 * ```
 * drivers  --q--q-----r--      quotes, then the report of the order below
 *          run(core, { clock, drivers })
 * frames   --f--F-----f--      F carries a submit command
 * venue    -----s--------
 * ```
 *
 * @throws ConfigurationError for options that cannot be, SnapshotError for a snapshot of another pipeline
 *
 * @example
 * run(core, { clock: liveClock(), drivers: [venue] }).subscribe((frame) => log(frame.seq));
 */
export function run<F extends Frame>(core: Core<F>, options: RunOptions): PipelineRun<F> {
  return new PipelineRun(core, options);
}
