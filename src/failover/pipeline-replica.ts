import { BehaviorSubject, NEVER, type Observable, Subject, type Subscription } from 'rxjs';
import type { Core } from '../core/core.js';
import type { Driver } from '../core/driver.js';
import type { Frame } from '../core/frame.js';
import type { PipelineClock } from '../core/pipeline-clock.js';
import { type PipelineRun, run } from '../core/run.js';
import type { Halt, RunOptions } from '../core/run-options.js';
import { type Snapshot, statesHash } from '../core/snapshot.js';
import type { Command } from '../domain/command.js';
import type { SequencedEvent } from '../domain/event.js';
import { CARRIED, carriedBy, carry } from './carried.js';
import { CommandDigests } from './command-digests.js';
import type { DriverSetup } from './mirrored-options.js';
import type { Reign, Replica } from './ports.js';
import type { EpochStart, StateHash } from './protocol/message.js';

/** A whole batch is handed over at once when so many events are due; fewer at the end of the turn. */
const BATCH = 256;
/** The same while blocks wait for the mirror's ack anyway: a message costs as much as the events of a hundred. */
const CROWDED_BATCH = 2_048;

/** Who halts the pipeline when the protocol says so. */
const PROTOCOL = 'failover';

/** What a replica runs. */
export interface PipelineReplicaOptions
  extends Pick<RunOptions, 'sequencer' | 'maximumDerived' | 'development' | 'barrierEvery'> {
  /** Makes a clock for each start of the pipeline. */
  readonly clock: () => PipelineClock;
  /** Makes the drivers for each start of the pipeline. */
  readonly drivers?: (setup: DriverSetup) => readonly Driver[];
  /** Whether commands are digested, for the policy `agreed`. @default false */
  readonly digests?: boolean;
  /** Whether so much waits for the mirror that events may be gathered until `flush`. @default never */
  readonly crowded?: () => boolean;
}

/**
 * A pipeline as a member of a pair: it runs its core on the log of the leader, or leads, and starts again from a
 * snapshot when its log was cut.
 */
export class PipelineReplica<F extends Frame> implements Replica {
  readonly #core: Core<F>;
  readonly #options: PipelineReplicaOptions;
  readonly #appended = new Subject<readonly SequencedEvent[]>();
  readonly #barriers = new Subject<StateHash>();
  readonly #snapshots = new Subject<Snapshot>();
  readonly #frames = new Subject<F>();
  readonly #halts = new Subject<Halt>();
  readonly #failures = new Subject<string>();
  #digests = new CommandDigests(0, '');
  #reigns: EpochStart[] = [];
  #committed = new BehaviorSubject(0);
  #batch: SequencedEvent[] = [];
  #flushing = false;
  #run: PipelineRun<F> | undefined;
  #subscription: Subscription | undefined;

  constructor(core: Core<F>, options: PipelineReplicaOptions) {
    this.#core = core;
    this.#options = options;
  }

  get appended$(): Observable<readonly SequencedEvent[]> {
    return this.#appended;
  }

  get barriers$(): Observable<StateHash> {
    return this.#barriers;
  }

  get snapshots$(): Observable<Snapshot> {
    return this.#snapshots;
  }

  get failures$(): Observable<string> {
    return this.#failures;
  }

  /** Frames of the log, of whoever leads; after a restore those behind the snapshot come again. */
  get frames$(): Observable<F> {
    return this.#frames;
  }

  /** Why the pipeline lets out no new risk any more. */
  get halts$(): Observable<Halt> {
    return this.#halts;
  }

  get halted(): Halt | undefined {
    return this.#run?.halted;
  }

  /** The pipeline that runs now, for an operator's word. */
  get run(): PipelineRun<F> | undefined {
    return this.#run;
  }

  restore(snapshot: Snapshot | undefined): void {
    this.#subscription?.unsubscribe();
    this.#batch = [];
    this.#committed = new BehaviorSubject(0);
    const { digest, reigns } = carriedBy(snapshot);
    this.#digests = new CommandDigests(snapshot?.seq ?? 0, digest);
    this.#reigns = [...reigns];
    const { clock, drivers, digests: _digests, crowded: _crowded, ...options } = this.#options;
    const carried: Driver = {
      name: CARRIED,
      connect: () => NEVER,
      save: () => carry({ digest: this.#digests.newest, reigns: this.#reigns }),
    };
    const running = run(this.#core, {
      ...options,
      clock: clock(),
      drivers: [...(drivers?.({ held$: this.#committed.asObservable() }) ?? []), carried],
      journal: { append: (event) => this.#append(event) },
      acknowledgements: [this.#committed],
      role: 'follower',
      ...(snapshot === undefined ? {} : { restore: snapshot }),
    });
    this.#run = running;
    const subscription = running.snapshots$.subscribe((taken) => {
      // No snapshot is ahead of the journal beside which it is kept.
      this.#flush();
      this.#snapshots.next(taken);
    });
    subscription.add(running.halts$.subscribe((halt) => this.#halted(halt)));
    this.#subscription = subscription;
    subscription.add(
      running.subscribe({
        next: (frame) => this.#leave(frame),
        error: (error: unknown) => this.#frames.error(error),
      }),
    );
  }

  follow(events: readonly SequencedEvent[]): void {
    for (const event of events) this.#run?.follow(event);
  }

  lead({ epoch, leader, unsentAfter }: Reign): void {
    this.#run?.lead({ epoch, leader, ...(unsentAfter === undefined ? {} : { unsentAfter }) });
    this.#flush();
  }

  flush(): void {
    this.#flush();
  }

  commit(seq: number): void {
    this.#committed.next(seq);
  }

  halt(reason: string): void {
    this.#run?.halt({ component: PROTOCOL, code: 'halted', message: reason });
  }

  stepDown(_reason: string): void {
    this.#run?.stepDown();
    this.#batch = [];
  }

  digest(seq: number): string | undefined {
    const { position } = this.#run ?? {};
    return position === undefined || seq > position.seq ? undefined : this.#digests.at(seq);
  }

  /** Ends the pipeline: drivers let go, frames complete. */
  close(): void {
    this.#run?.stepDown();
    this.#subscription?.unsubscribe();
    this.#run = undefined;
    this.#appended.complete();
    this.#barriers.complete();
    this.#snapshots.complete();
    this.#failures.complete();
    this.#frames.complete();
    this.#halts.complete();
  }

  #halted(halt: Halt): void {
    this.#halts.next(halt);
    const { component, code, message } = halt;
    // What the protocol asked for is no news to it.
    if (component === PROTOCOL) return;
    // The other member is to see the event at which this one failed: it may be the one that no core can take.
    this.#flush();
    this.#failures.next(`${component}, ${code}: ${message}`);
  }

  #append(event: SequencedEvent): void {
    this.#batch.push(event);
    const { length } = this.#batch;
    // Asked once for each batch: it is no longer or shorter for being asked at every event.
    if (length % BATCH === 0 && (length >= CROWDED_BATCH || !this.#crowded())) this.#flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      // The rest of what this turn brings goes along; nobody waits for a batch to fill.
      queueMicrotask(() => {
        this.#flushing = false;
        // What waits then goes with the next ack, or beat.
        if (!this.#crowded()) this.#flush();
      });
    }
  }

  #crowded(): boolean {
    return this.#options.crowded?.() ?? false;
  }

  #flush(): void {
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    this.#appended.next(batch);
  }

  #leave(frame: F): void {
    const { event, seq } = frame;
    if (event.kind === 'epoch') this.#reigns.push({ epoch: event.epoch, firstSeq: seq });
    if (this.#options.digests === true) {
      const { commands } = frame as { readonly commands?: readonly Command[] };
      this.#digests.add(seq, frame.requests);
      if (commands !== undefined) this.#digests.add(seq, commands);
    }
    this.#frames.next(frame);
    if (frame.snapshot === undefined) return;
    this.#barriers.next({ seq, hash: statesHash(frame.snapshot) });
  }
}
