import { Subject } from 'rxjs';
import type { Snapshot } from '../../src/core/snapshot.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import type { Plain } from '../../src/domain/plain.js';
import type { Reign, Replica } from '../../src/failover/ports.js';
import type { StateHash } from '../../src/failover/protocol/message.js';
import type { Chance } from './chance.js';
import { Desk, type DeskCommand, type DeskEvent, type DeskOrder } from './desk.js';
import type { Process } from './process.js';
import type { Venue, VenueReply } from './venue.js';

type ModelEvent =
  | DeskEvent
  | { readonly kind: 'epoch'; readonly epoch: number; readonly leader: string }
  | { readonly kind: 'barrier'; readonly id: string };

/** What a replica touches of the simulated world. */
export interface ReplicaWorld {
  readonly chance: Chance;
  readonly venue: Venue;
  /** What this member takes for the venue's time: right up to a few milliseconds, unless the wall clock jumped. */
  venueTime(process: Process): number;
  /** Highest number of a signal in the queue. */
  signals(): number;
  /** Orders of frames up to `seq` may leave. */
  committed(process: Process, replica: ModelReplica, seq: number): void;
  leads(process: Process, replica: ModelReplica): void;
  /** Whether the core of this process cannot take the event. */
  throwsAt(process: Process, event: DeskEvent): boolean;
  readonly without: ReadonlySet<string>;
}

/** How long a request stays good at the venue. */
export const WINDOW = 300;
const NO_ANSWER = 250;
const BARRIER_EVERY = 25;

/** The pipeline of one member in the simulation: a desk, its gate, and its drivers towards queue and venue. */
export class ModelReplica implements Replica {
  readonly appended$: Subject<readonly SequencedEvent[]> = new Subject();
  readonly barriers$: Subject<StateHash> = new Subject();
  readonly snapshots$: Subject<Snapshot> = new Subject();
  readonly failures$: Subject<string> = new Subject();
  desk: Desk = new Desk();
  role: 'follower' | 'leader' | 'halted' | 'stopped' = 'follower';
  /** The chained digest at each place, as far as this process ran it. */
  readonly digests: Map<number, number> = new Map();
  readonly #world: ReplicaWorld;
  readonly #process: Process;
  #committed = 0;
  #held: { readonly seq: number; readonly command: DeskCommand & { kind: 'submit' } }[] = [];
  #barriers = 0;
  readonly #asking = new Set<string>();
  #pumping = false;
  /** Sequenced and run, and not journalled yet. */
  #gathered: SequencedEvent[] = [];
  /** Its core threw: it is passed no event any more. */
  #failed = false;
  /** Where, until it was told; 0: nothing to tell. */
  #failedAt = 0;

  constructor(world: ReplicaWorld, process: Process) {
    this.#world = world;
    this.#process = process;
  }

  restore(snapshot: Snapshot | undefined): void {
    this.desk = snapshot === undefined ? new Desk() : Desk.restore(snapshot.stages['desk'] as Plain);
    this.digests.clear();
    this.digests.set(this.desk.seq, this.desk.digest);
    this.#held = [];
    this.#gathered = [];
  }

  follow(events: readonly SequencedEvent[]): void {
    for (const { seq, event } of events) this.#apply(seq, event as unknown as ModelEvent);
    this.#tellFailure();
  }

  lead({ epoch, leader, unsentAfter, renewed }: Reign): void {
    this.role = 'leader';
    if (renewed) {
      this.#sequence([{ kind: 'epoch', epoch, leader }]);
      return;
    }
    this.#held = [];
    this.#committed = unsentAfter ?? this.desk.seq;
    this.#world.leads(this.#process, this);
    const unknown: DeskOrder[] = [];
    for (const order of this.desk.orders.values()) {
      if (order.status !== 'sent') continue;
      if (unsentAfter !== undefined && order.seq > unsentAfter) {
        const { id, quantity, ts, replaces, seq } = order;
        const command = {
          kind: 'submit' as const,
          id,
          quantity,
          ts,
          ...(replaces === undefined ? {} : { replaces }),
        };
        this.#held.push({ seq, command });
      } else unknown.push(order);
    }
    this.#held.sort((a, b) => a.seq - b.seq);
    this.#sequence([{ kind: 'epoch', epoch, leader }]);
    for (const order of unknown) this.#reconcile(order.id);
    if (!this.#pumping) {
      this.#pumping = true;
      this.#pump();
      this.#poll();
    }
  }

  flush(): void {
    if (this.role === 'stopped' || this.#gathered.length === 0) return;
    const batch = this.#gathered;
    this.#gathered = [];
    this.appended$.next(batch);
  }

  commit(seq: number): void {
    if (this.role !== 'leader') return;
    this.#world.committed(this.#process, this, seq);
    this.#committed = Math.max(this.#committed, seq);
    this.#release();
  }

  halt(): void {
    if (this.role === 'leader' || this.role === 'follower') this.role = 'halted';
  }

  stepDown(): void {
    this.role = 'stopped';
  }

  digest(seq: number): string | undefined {
    const digest = this.digests.get(seq);
    return digest === undefined ? undefined : String(digest);
  }

  /** Orders whose outcome nobody knows. */
  get unknown(): readonly string[] {
    return [...this.desk.orders.values()].filter(({ status }) => status === 'sent').map(({ id }) => id);
  }

  #apply(seq: number, event: ModelEvent): readonly DeskCommand[] {
    if (this.#failed) return [];
    if (event.kind !== 'epoch' && event.kind !== 'barrier' && this.#world.throwsAt(this.#process, event)) {
      this.#failed = true;
      this.#failedAt = seq;
      return [];
    }
    const commands = this.desk.apply(seq, event);
    this.digests.set(seq, this.desk.digest);
    if (event.kind === 'barrier') {
      this.#barriers += 1;
      this.barriers$.next({ seq, hash: String(this.desk.digest) });
      if (this.#barriers % 2 === 0) this.snapshots$.next(this.#snapshot());
    }
    return commands;
  }

  #snapshot(): Snapshot {
    return {
      version: 1,
      pipeline: 'model',
      parts: [],
      seq: this.desk.seq,
      ts: 0,
      stages: { desk: this.desk.save() },
      derived: [],
      drivers: {},
      gate: null,
      timers: [],
      inbox: [],
      replayed: 0,
    };
  }

  /** Halted before anybody is told, as the pipeline is. */
  #tellFailure(): void {
    if (!this.#failed || this.#failedAt === 0) return;
    const seq = this.#failedAt;
    this.#failedAt = 0;
    this.halt();
    this.failures$.next(`model threw at seq ${seq}`);
  }

  /** Puts events into the log as one batch: journalled and sent before their commands are looked at. */
  #sequence(events: readonly ModelEvent[]): void {
    if (this.role !== 'leader') return;
    // As in the pipeline: no snapshot is ahead of the journal, and a reign begins at once.
    const urgent = events.some(({ kind }) => kind === 'barrier' || kind === 'epoch');
    if (urgent) this.flush();
    let seq = this.desk.seq;
    const batch = this.#gathered;
    const commands: { readonly seq: number; readonly command: DeskCommand }[] = [];
    for (const event of events) {
      seq += 1;
      batch.push({ seq, ts: 0, event: event as unknown as SequencedEvent['event'] });
      for (const command of this.#apply(seq, event)) commands.push({ seq, command });
    }
    for (const { seq: at, command } of commands) {
      if (command.kind === 'cancel') this.#cancel(command.id);
      else this.#held.push({ seq: at, command });
    }
    // The way to the mirror is crowded now and then: what comes waits for the next ack, or beat.
    if (urgent || this.#failed || !this.#world.chance.happens(0.2)) this.flush();
    this.#tellFailure();
    if (this.#world.without.has('ack')) this.#committed = this.desk.seq;
    this.#release();
  }

  #release(): void {
    while (this.role === 'leader' && (this.#held[0]?.seq ?? Number.POSITIVE_INFINITY) <= this.#committed) {
      const { command } = this.#held.shift() as { command: DeskCommand & { kind: 'submit' } };
      this.#send(command);
    }
  }

  /** Between the check and the wire a process may be paused. */
  #send(command: DeskCommand & { kind: 'submit' }): void {
    const { id, quantity, ts, replaces } = command;
    if (this.#world.venueTime(this.#process) > ts + WINDOW) {
      this.#reconcile(id);
      return;
    }
    this.#process.after(this.#world.chance.between(0, 2), () => {
      if (this.role !== 'leader') return;
      const request = { id, quantity, ts, window: WINDOW, ...(replaces === undefined ? {} : { replaces }) };
      this.#world.venue.send(request, (reply) => this.#process.run(() => this.#answered(id, reply)));
      this.#process.after(NO_ANSWER, () => this.#reconcile(id));
    });
  }

  #cancel(id: string): void {
    const held = this.#held.findIndex(({ command }) => command.id === id);
    if (held >= 0) {
      this.#held.splice(held, 1);
      this.#process.after(0, () =>
        this.#sequence([{ kind: 'deskReport', id, status: 'canceled', executions: [] }]),
      );
      return;
    }
    this.#world.venue.cancel(id, (reply) => this.#process.run(() => this.#answered(id, reply)));
  }

  #answered(id: string, reply: VenueReply): void {
    if (this.role !== 'leader') return;
    if (reply.type === 'order') this.#book(reply);
    else if (reply.type === 'rejected') this.#reconcile(id);
  }

  #book({ order }: VenueReply & { type: 'order' }): void {
    const known = this.desk.orders.get(order.id);
    if (known === undefined || this.role !== 'leader') return;
    const news = order.executions.filter(({ id }) => !this.desk.executions.has(id));
    if (known.status === order.status && news.length === 0) return;
    this.#sequence([{ kind: 'deskReport', id: order.id, status: order.status, executions: news }]);
    this.#barrier();
  }

  /** Look up, wait until the request can no longer be accepted, look up, and only then make another record. */
  #reconcile(id: string): void {
    const { venue, without } = this.#world;
    if (this.#asking.has(id) || this.role !== 'leader') return;
    if (this.desk.orders.get(id)?.status !== 'sent') return;
    if (this.#held.some(({ command }) => command.id === id)) return;
    this.#asking.add(id);
    if (without.has('lookUp')) {
      this.#asking.delete(id);
      this.#again(id);
      return;
    }
    const ask = (): void => {
      if (this.role !== 'leader') return;
      let answered = false;
      venue.query(id, (reply) =>
        this.#process.run(() => {
          if (answered) return;
          answered = true;
          settle(reply);
        }),
      );
      this.#process.after(NO_ANSWER, () => {
        if (!answered) {
          answered = true;
          ask();
        }
      });
    };
    const settle = (reply: VenueReply): void => {
      const order = this.desk.orders.get(id);
      if (this.role !== 'leader' || order?.status !== 'sent') {
        this.#asking.delete(id);
      } else if (reply.type === 'order') {
        this.#asking.delete(id);
        this.#book(reply);
      } else if (reply.time <= order.ts + WINDOW && !without.has('expiry')) {
        this.#process.after(Math.min(500, order.ts + WINDOW - reply.time + 1), ask);
      } else {
        this.#asking.delete(id);
        this.#again(id);
      }
    };
    ask();
  }

  /** Another record, and by it another request; or the end, where nothing is to be asked for any more. */
  #again(id: string): void {
    const order = this.desk.orders.get(id);
    if (order?.status !== 'sent') return;
    if (order.cancel) this.#sequence([{ kind: 'deskReport', id, status: 'canceled', executions: [] }]);
    else if (order.replaces !== undefined && this.desk.orders.get(order.replaces)?.status !== 'open')
      this.#sequence([{ kind: 'deskReport', id, status: 'refused', executions: [] }]);
    else this.#sequence([{ kind: 'deskResend', id, ts: this.#world.venueTime(this.#process) }]);
  }

  /** Takes signals out of the queue: what the log has is done. */
  #pump(): void {
    if (this.role !== 'leader') return;
    const waiting = this.#world.signals() - this.desk.lastSignal;
    const batch: ModelEvent[] = [];
    for (let index = 1; index <= Math.min(waiting, 3); index += 1) {
      const number = this.desk.lastSignal + index;
      batch.push({ kind: 'deskSignal', number, ts: this.#world.venueTime(this.#process) });
    }
    if (batch.length > 0) {
      this.#sequence(batch);
      this.#barrier();
    }
    this.#process.after(this.#world.chance.between(3, 15), () => this.#pump());
  }

  #barrier(): void {
    if (this.desk.seq % BARRIER_EVERY < 3) this.#sequence([{ kind: 'barrier', id: `b${this.desk.seq}` }]);
  }

  /** Asks for every open order: what the venue said meanwhile may have been lost, and cancels may have met nothing. */
  #poll(): void {
    if (this.role !== 'leader') return;
    for (const { id, status, cancel } of this.desk.orders.values()) {
      if (status === 'sent') this.#reconcileLate(id);
      if (status !== 'open') continue;
      if (cancel) this.#cancel(id);
      else this.#world.venue.query(id, (reply) => this.#process.run(() => this.#answered(id, reply)));
    }
    this.#process.after(300, () => this.#poll());
  }

  #reconcileLate(id: string): void {
    const order = this.desk.orders.get(id);
    if (order !== undefined && this.#world.venueTime(this.#process) > order.ts + WINDOW + NO_ANSWER)
      this.#reconcile(id);
  }
}
