import { integerAtLeast, knownKeys } from '../domain/check.js';
import type { Command } from '../domain/command.js';
import { ConfigurationError } from '../domain/errors.js';
import type { BarrierEvent, ControlEvent, OutsideEvent, SequencedEvent } from '../domain/event.js';
import type { Plain } from '../domain/plain.js';
import type { Core } from './core.js';
import type { Driver, LoggedEvent } from './driver.js';
import type { Frame } from './frame.js';
import { FrameLoop } from './frame-loop.js';
import { Gate } from './gate.js';
import type { PipelineClock } from './pipeline-clock.js';
import { Observable, Subject, type Subscriber, Subscription } from './rx.js';
import { Sequencer, type SequencerOptions } from './sequencer.js';
import { checkSnapshot, partsOf, SNAPSHOT_VERSION, type Snapshot } from './snapshot.js';
import { Timers } from './timers.js';

/** Where the log goes before the core sees it. */
export interface Journal {
  append(event: SequencedEvent): void;
}

/** How a pipeline is run. */
export interface RunOptions {
  readonly clock: PipelineClock;
  /** Effects at the edge; their place is their rank when things fall due at one time. */
  readonly drivers?: readonly Driver[];
  readonly journal?: Journal;
  /** Each says up to which `seq` it holds the log; submits wait for all of them. @default none */
  readonly acknowledgements?: readonly Observable<number>[];
  /** A follower runs the same core with its gate shut. @default "leader" */
  readonly role?: 'leader' | 'follower';
  /** A snapshot to go on from. */
  readonly restore?: Snapshot;
  /** Takes a snapshot about every so many events; 0: only at the end. @default 0 */
  readonly barrierEvery?: number;
  /** Guards against late use of live views, and frozen frames. @default true */
  readonly development?: boolean;
  readonly sequencer?: SequencerOptions;
  /** Most events that the core may derive from one outside event. @default 10000 */
  readonly maximumDerived?: number;
}

/** Why a pipeline lets out no new risk any more. */
export interface Halt {
  /** Such as `ledger` or `sequencer`. */
  readonly component: string;
  readonly code: string;
  readonly message: string;
}

const OPTIONS: readonly (keyof RunOptions)[] = [
  'clock',
  'drivers',
  'journal',
  'acknowledgements',
  'role',
  'restore',
  'barrierEvery',
  'development',
  'sequencer',
  'maximumDerived',
];

/**
 * A pipeline in motion: the Observable of its frames, and what is known of it beside them.
 *
 * It starts when subscribed to, once. It ends when the clock has played everything (replay), when its leading
 * drivers have completed (live), or by {@link stop}; unsubscribing ends it at once.
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
    const names = new Set<string>();
    for (const { name } of options.drivers ?? []) {
      if (names.has(name))
        throw new ConfigurationError(`two drivers are named "${name}"; give each its own name`);
      names.add(name);
    }
    if (options.restore !== undefined) checkSnapshot(core as unknown as Core<Frame>, options.restore);
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
 */
export function run<F extends Frame>(core: Core<F>, options: RunOptions): PipelineRun<F> {
  return new PipelineRun(core, options);
}

class Session<F extends Frame> {
  halted: Halt | undefined;
  readonly #core: Core<F>;
  readonly #options: RunOptions;
  readonly #subscriber: Subscriber<F>;
  readonly #halts: Subject<Halt>;
  readonly #snapshots: Subject<Snapshot>;
  readonly #commands = new Subject<Command>();
  readonly #events = new Subject<LoggedEvent>();
  readonly #subscriptions = new Subscription();
  readonly #sequencer: Sequencer;
  readonly #loop: FrameLoop<F>;
  readonly #gate: Gate;
  readonly #timers: Timers;
  readonly #barrierEvery: number;
  readonly #journal: Journal | undefined;
  #replayed: number;
  #leading = 0;
  /** The last barrier, while it waits for its turn. */
  #ending: BarrierEvent | undefined;
  #ended = false;

  constructor(
    core: Core<F>,
    options: RunOptions,
    subscriber: Subscriber<F>,
    halts: Subject<Halt>,
    snapshots: Subject<Snapshot>,
  ) {
    const { restore, clock } = options;
    this.#core = core;
    this.#options = options;
    this.#subscriber = subscriber;
    this.#halts = halts;
    this.#snapshots = snapshots;
    this.#journal = options.journal;
    this.#barrierEvery = options.barrierEvery ?? 0;
    this.#replayed = restore?.replayed ?? 0;
    this.#gate = new Gate(
      { deliver: (command) => this.#deliver(command), offer: (event) => this.offer(event) },
      { role: options.role ?? 'leader', acknowledgers: options.acknowledgements?.length ?? 0 },
      restore?.gate,
    );
    this.#timers = new Timers(clock, (event) => this.offer(event));
    this.#sequencer = new Sequencer(
      {
        now: () => clock.now(),
        accept: (sequenced) => this.#accept(sequenced),
        halt: (code, message) => this.#halt({ component: 'sequencer', code, message }),
      },
      options.sequencer,
      restore === undefined ? undefined : { seq: restore.seq, ts: restore.ts },
    );
    this.#loop = new FrameLoop(
      core,
      {
        frame: (frame) => this.#leave(frame),
        unseen: (seq, ts, event) => this.#watch({ seq, sub: 0, ts, event }),
        failed: (component, code, error) => this.#halt({ component, code, message: messageOf(error) }),
      },
      {
        ...(options.development === undefined ? {} : { development: options.development }),
        ...(options.maximumDerived === undefined ? {} : { maximumDerived: options.maximumDerived }),
        ...(restore === undefined ? {} : { restored: restore.stages }),
      },
    );
  }

  get position(): { readonly seq: number; readonly ts: number } {
    return { seq: this.#sequencer.seq, ts: this.#sequencer.ts };
  }

  get inbox(): { readonly waiting: number; readonly merged: number; readonly refused: number } {
    return { waiting: this.#sequencer.depth, ...this.#sequencer.counts };
  }

  start(): Subscription {
    const { clock, drivers = [], acknowledgements = [], restore } = this.#options;
    acknowledgements.forEach((acknowledged, index) => {
      this.#subscriptions.add(
        acknowledged.subscribe({
          next: (seq) => this.#gate.acknowledge(index, seq),
          // Nobody would ever acknowledge again what waits for this one.
          error: (error: unknown) =>
            this.#halt({ component: 'acknowledgement', code: 'error', message: messageOf(error) }),
        }),
      );
    });
    // Nobody is heard before everybody listens: a source that speaks at once comes after the venues.
    this.#sequencer.hold();
    // First of all, so that whoever asks for the time while the rest starts is told that of the log.
    const stopClock = clock.start({
      skip: restore?.replayed ?? 0,
      startAt: restore?.ts ?? 0,
      offerRecorded: (event) => {
        this.#replayed++;
        this.offer(event);
      },
      ended: () => this.end(),
      failed: (error) => this.#fail(error),
    });
    this.#subscriptions.add(stopClock);
    this.#timers.restore(restore?.timers ?? []);
    for (const event of restore?.inbox ?? []) this.offer(event);
    const ranked = drivers.map((driver, index) => ({ driver, index }));
    const leading = ranked.filter(({ driver }) => driver.leads === true);
    this.#leading = leading.length;
    for (const { driver, index } of ranked) {
      if (driver.leads !== true) this.#connect(driver, index, restore?.drivers[driver.name]);
    }
    if (restore !== undefined) this.#loop.resume(restore.seq, restore.ts, restore.derived);
    this.#sequencer.release();
    for (const { driver, index } of leading) this.#connect(driver, index, restore?.drivers[driver.name]);
    this.#subscriptions.add(() => {
      this.#ended = true;
      this.#timers.clear();
    });
    return this.#subscriptions;
  }

  offer(event: OutsideEvent): void {
    if (!this.#ended) this.#sequencer.offer(event);
  }

  end(): void {
    if (this.#ended || this.#ending !== undefined) return;
    this.#ending = { kind: 'barrier', id: 'end' };
    // From within the handling of another event the barrier waits for its turn, and the end with it.
    if (!this.#sequencer.offer(this.#ending)) this.#finish();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#commands.complete();
    this.#events.complete();
    this.#snapshots.complete();
    this.#halts.complete();
    this.#subscriber.complete();
    this.#subscriptions.unsubscribe();
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#subscriber.error(error);
    this.#subscriptions.unsubscribe();
  }

  #connect(driver: Driver, index: number, restored: Plain | undefined): void {
    const events = driver.connect({
      commands$: this.#commands,
      events$: this.#events,
      clock: this.#options.clock,
      // The recording has rank 0, timers have 1.
      rank: index + 2,
      instruments: this.#core.instruments,
      restored,
    });
    this.#subscriptions.add(
      events.subscribe({
        next: (event) => this.offer(event),
        error: (error: unknown) => {
          this.offer({
            kind: 'fault',
            component: `driver:${driver.name}`,
            code: 'error',
            message: messageOf(error),
            severity: 'notice',
          });
          this.#departed(driver);
        },
        complete: () => this.#departed(driver),
      }),
    );
  }

  #departed(driver: Driver): void {
    if (driver.leads === true && --this.#leading === 0 && this.#options.clock.mode === 'live') this.end();
  }

  #accept(sequenced: SequencedEvent): void {
    // What waited when the run ended is in the last snapshot.
    if (this.#ended) return;
    try {
      this.#journal?.append(sequenced);
    } catch (error) {
      this.#halt({ component: 'journal', code: 'failed', message: messageOf(error) });
    }
    const { seq, ts, event } = sequenced;
    this.#loop.accept(seq, ts, event);
    if (event === this.#ending) this.#finish();
    if (this.#barrierEvery > 0 && seq % this.#barrierEvery === 0 && event.kind !== 'barrier') {
      this.offer({ kind: 'barrier', id: `seq ${seq}` });
    }
  }

  #leave(frame: F): void {
    this.#watch(frame);
    const { commands } = frame as { readonly commands?: readonly Command[] };
    if (frame.requests.length > 0 || (commands !== undefined && commands.length > 0)) {
      try {
        this.#gate.handle(frame.seq, frame.requests);
        if (commands !== undefined) this.#gate.handle(frame.seq, commands);
      } catch (error) {
        this.#halt({ component: 'gate', code: 'refused', message: messageOf(error) });
      }
    }
    this.#subscriber.next(frame);
    if (frame.snapshot !== undefined) this.#takeSnapshot(frame);
  }

  #watch(logged: LoggedEvent): void {
    this.#gate.observe(logged.event);
    if (this.#events.observed) this.#events.next(logged);
  }

  #deliver(command: Command): void {
    if (command.kind === 'timer') this.#timers.ask(command);
    else this.#commands.next(command);
  }

  #halt(halt: Halt): void {
    if (this.halted !== undefined) return;
    this.halted = halt;
    this.#gate.halt(`${halt.component}: ${halt.message}`, this.#sequencer.ts);
    this.offer({ kind: 'fault', ...halt, severity: 'halt' });
    this.#halts.next(halt);
  }

  #takeSnapshot(frame: F): void {
    const drivers: Record<string, Plain> = {};
    for (const driver of this.#options.drivers ?? []) {
      if (driver.save !== undefined) drivers[driver.name] = driver.save();
    }
    this.#snapshots.next({
      version: SNAPSHOT_VERSION,
      pipeline: this.#core.name,
      parts: partsOf(this.#core as unknown as Core<Frame>),
      seq: frame.seq,
      ts: frame.ts,
      stages: frame.snapshot ?? {},
      derived: this.#loop.derived(),
      drivers,
      gate: this.#gate.save(),
      timers: this.#timers.save(),
      inbox: this.#sequencer.waiting(),
      replayed: this.#replayed,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
