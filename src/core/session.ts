import type { Command } from '../domain/command.js';
import type { BarrierEvent, OutsideEvent, SequencedEvent } from '../domain/event.js';
import type { Plain } from '../domain/plain.js';
import { reasonOf } from '../domain/reason-of.js';
import type { Core } from './core.js';
import type { Driver, LoggedEvent } from './driver.js';
import { FanOut } from './fan-out.js';
import type { Frame } from './frame.js';
import { FrameLoop } from './frame-loop.js';
import { Gate } from './gate.js';
import type { Halt, Journal, Leadership, RunOptions } from './run-options.js';
import { BehaviorSubject, Subject, type Subscriber, Subscription } from './rx.js';
import { Sequencer } from './sequencer.js';
import { partsOf, SNAPSHOT_VERSION, type Snapshot } from './snapshot.js';
import type { StageProbe } from './stage-probe.js';
import { Timers } from './timers.js';
import { unmetAssumptions } from './unmet-assumptions.js';

/** One run in motion: everything that `run` connects, from the first subscription to the end. */
export class Session<F extends Frame> {
  halted: Halt | undefined;
  readonly #core: Core<F>;
  readonly #options: RunOptions;
  readonly #subscriber: Subscriber<F>;
  readonly #halts: Subject<Halt>;
  readonly #snapshots: Subject<Snapshot>;
  readonly #commands = new Subject<Command>();
  readonly #leadingChanges: BehaviorSubject<boolean>;
  readonly #events = new FanOut<LoggedEvent>();
  readonly #subscriptions = new Subscription();
  readonly #sequencer: Sequencer;
  readonly #loop: FrameLoop<F>;
  readonly #gate: Gate;
  readonly #timers: Timers;
  readonly #barrierEvery: number;
  readonly #journal: Journal | undefined;
  readonly #probe: StageProbe | undefined;
  #leads: boolean;
  #replayed: number;
  /** Drivers that lead and have not completed. */
  #leadingDrivers = 0;
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
    const role = options.role ?? 'leader';
    this.#leads = role === 'leader';
    this.#probe = options.probe;
    this.#leadingChanges = new BehaviorSubject(this.#leads);
    this.#gate = new Gate(
      { deliver: (command) => this.#deliver(command), offer: (event) => this.offer(event) },
      { role, acknowledgers: options.acknowledgements?.length ?? 0 },
      restore?.gate,
    );
    this.#timers = new Timers(clock, (event) => this.offer(event), role === 'leader');
    this.#sequencer = new Sequencer(
      {
        now: () => clock.now(),
        accept: (sequenced) => this.#accept(sequenced),
        halt: (code, message) => this.halt({ component: 'sequencer', code, message }),
      },
      options.sequencer,
      restore === undefined ? undefined : { seq: restore.seq, ts: restore.ts },
    );
    this.#loop = new FrameLoop(
      core,
      {
        frame: (frame) => this.#leave(frame),
        unseen: (seq, ts, event) => this.#watch({ seq, sub: 0, ts, event }),
        failed: (component, code, error) => this.halt({ component, code, message: reasonOf(error) }),
      },
      {
        ...(options.development === undefined ? {} : { development: options.development }),
        ...(options.maximumDerived === undefined ? {} : { maximumDerived: options.maximumDerived }),
        ...(restore === undefined ? {} : { restored: restore.stages }),
        ...(options.probe === undefined ? {} : { probe: options.probe }),
      },
    );
  }

  get position(): { readonly seq: number; readonly ts: number } {
    return { seq: this.#sequencer.seq, ts: this.#sequencer.ts };
  }

  get inbox(): { readonly waiting: number; readonly merged: number; readonly refused: number } {
    return { waiting: this.#sequencer.depth, ...this.#sequencer.counts };
  }

  get leads(): boolean {
    return this.#leads;
  }

  start(): Subscription {
    const { clock, drivers = [], acknowledgements = [], restore } = this.#options;
    acknowledgements.forEach((acknowledged, index) => {
      this.#subscriptions.add(
        acknowledged.subscribe({
          next: (seq) => this.#gate.acknowledge(index, seq),
          // Nobody would ever acknowledge again what waits for this one.
          error: (error: unknown) =>
            this.halt({ component: 'acknowledgement', code: 'error', message: reasonOf(error) }),
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
    // A follower is told by its leader's log what became of them.
    for (const event of restore?.inbox ?? []) this.offer(event);
    if (restore === undefined) this.#tellUnmet(drivers);
    // What happened meanwhile nobody here has heard; in a replay nothing did.
    if (restore !== undefined && (this.#options.restarted ?? clock.mode === 'live'))
      this.offer({ kind: 'epoch', epoch: 0, leader: this.#core.name });
    const ranked = drivers.map((driver, index) => ({ driver, index }));
    const leading = ranked.filter(({ driver }) => driver.leads === true);
    this.#leadingDrivers = leading.length;
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
    if (!this.#ended && this.#leads) this.#sequencer.offer(event);
  }

  /** Takes an event of the leader's log. @throws Error from a leader, and when events are missing before it */
  follow({ seq, ts, event }: SequencedEvent): void {
    if (this.#ended) return;
    if (this.#leads) throw new Error(`a leader follows nobody: seq ${seq} came from another member`);
    const expected = this.#sequencer.seq + 1;
    if (seq !== expected) throw new Error(`seq ${seq} cannot follow seq ${expected - 1}: events are missing`);
    this.#sequencer.follow(seq, ts);
    if (event.kind === 'timer') this.#timers.settle(event);
    this.#loop.accept(seq, ts, event);
  }

  /**
   * Takes over behind the last event followed: the epoch's mark first, then timers and drivers are heard. Who leads
   * already only marks that a new epoch begins.
   */
  lead({ epoch, leader, unsentAfter }: Leadership): void {
    if (this.#ended) return;
    if (this.#leads) {
      this.offer({ kind: 'epoch', epoch, leader });
      return;
    }
    this.#leads = true;
    this.#gate.lead(unsentAfter);
    // What drivers say at once comes behind the mark.
    this.#sequencer.hold();
    this.offer({ kind: 'epoch', epoch, leader });
    this.#leadingChanges.next(true);
    this.#timers.ring();
    this.#sequencer.release();
    this.#endWithDrivers();
  }

  /** Gives up leadership: nothing enters the log here any more, and nothing leaves. */
  stepDown(): void {
    if (this.#ended || !this.#leads) return;
    this.#leads = false;
    this.#gate.stepDown();
    this.#timers.silence();
    this.#leadingChanges.next(false);
  }

  end(): void {
    if (this.#ended || this.#ending !== undefined) return;
    if (!this.#leads) {
      this.#finish();
      return;
    }
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
    this.#leadingChanges.complete();
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
      leading$: this.#leadingChanges.asObservable(),
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
            message: reasonOf(error),
            severity: 'notice',
          });
          this.#departed(driver);
        },
        complete: () => this.#departed(driver),
      }),
    );
  }

  /** A look-up that believes in an expiry that is none would take a live order for over. */
  #tellUnmet(drivers: readonly Driver[]): void {
    for (const { stage, message } of unmetAssumptions(this.#core.parts, drivers))
      this.offer({ kind: 'fault', component: stage, code: 'capabilities', message, severity: 'notice' });
  }

  #departed(driver: Driver): void {
    if (driver.leads !== true) return;
    this.#leadingDrivers--;
    this.#endWithDrivers();
  }

  /** A follower's drivers may be through while its leader's are not. */
  #endWithDrivers(): void {
    const { clock, drivers = [] } = this.#options;
    if (!this.#leads || this.#leadingDrivers > 0 || clock.mode !== 'live') return;
    if (drivers.some(({ leads }) => leads === true)) this.end();
  }

  #accept(sequenced: SequencedEvent): void {
    // What waited when the run ended is in the last snapshot.
    if (this.#ended) return;
    this.#probe?.accepted?.(sequenced.seq, sequenced.ts);
    try {
      this.#journal?.append(sequenced);
    } catch (error) {
      this.halt({ component: 'journal', code: 'failed', message: reasonOf(error) });
    }
    const { seq, ts, event } = sequenced;
    if (event.kind === 'timer') this.#timers.settle(event);
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
        this.halt({ component: 'gate', code: 'refused', message: reasonOf(error) });
      }
    }
    this.#probe?.passed?.(frame);
    this.#subscriber.next(frame);
    if (frame.snapshot !== undefined) this.#takeSnapshot(frame);
  }

  #watch(logged: LoggedEvent): void {
    this.#gate.observe(logged.event, logged.ts);
    if (this.#events.observed) this.#events.emit(logged);
  }

  #deliver(command: Command): void {
    if (command.kind === 'timer') this.#timers.ask(command);
    else this.#commands.next(command);
  }

  halt(halt: Halt): void {
    if (this.halted !== undefined) return;
    this.halted = halt;
    this.#gate.halt(`${halt.component}: ${halt.message}`, this.#sequencer.ts, () =>
      this.offer({ kind: 'fault', ...halt, severity: 'halt' }),
    );
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
      parts: partsOf(this.#core),
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
