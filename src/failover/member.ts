import { BehaviorSubject, type Observable, ReplaySubject, Subscription } from 'rxjs';
import type { Cancel } from '../core/clock.js';
import { type Snapshot, SnapshotError } from '../core/snapshot.js';
import type { SequencedEvent } from '../domain/event.js';
import type { Durability } from '../journal/journal-store.js';
import { LogFeed } from './log-feed.js';
import type { MemberPorts } from './ports.js';
import type { Effect, ExitCode, Report } from './protocol/effect.js';
import type { Happening, Input, LogFacts, RegisterReply } from './protocol/input.js';
import type { Append, EpochStart, Message } from './protocol/message.js';
import { type Protocol, type ProtocolOptions, protocol } from './protocol/options.js';
import { reduce as protocolReduce, reportOf, type Turn } from './protocol/reduce.js';
import { initialState, type MemberState } from './protocol/state.js';
import { SnapshotAssembly } from './snapshot-assembly.js';

/** How a member ended: the process should end with this code. */
export interface Exit {
  readonly code: ExitCode;
  readonly reason: string;
}

/** How finely silence is measured: parts of a heartbeat. */
const TICKS_PER_BEAT = 5;
/** So many blocks wait for the mirror's ack: what comes is gathered, since more messages would only make it slower. */
const CROWDED = 4;
/** Bytes that a follower takes before its next ack. */
const CREDIT = 8_388_608;

/**
 * One member of a pair in motion: runs the protocol against its ports, and decides nothing itself.
 *
 * ```
 * report$  -boot---catchup----mirror--------solo------
 * exit$    --------------------------------------(77)|
 * ```
 *
 * @example
 * const member = new Member(options, { clock, network, register, log, replica });
 * member.exit$.subscribe(({ code }) => process.exit(code));
 * await member.start();
 */
export class Member {
  /** Role, epoch, lag and the like: now, and whenever they change; lag once each beat. */
  readonly report$: Observable<Report>;
  /** How it ended, once. */
  readonly exit$: Observable<Exit>;
  readonly #ports: MemberPorts;
  readonly #protocol: Protocol;
  readonly #reduce: (state: MemberState, input: Input) => Turn;
  readonly #reports: BehaviorSubject<Report>;
  readonly #exits = new ReplaySubject<Exit>(1);
  readonly #subscriptions = new Subscription();
  readonly #feed: LogFeed;
  #state: MemberState;
  #queue: Input[] = [];
  #busy = false;
  #over = false;
  #cancelTick: Cancel = () => {};
  #assembly: SnapshotAssembly | undefined;
  /** How often the log was cut: what was waited for before is void. */
  #cuts = 0;
  #flushing = false;

  /** @throws ConfigurationError naming the option, its value and what would be right */
  constructor(
    options: ProtocolOptions,
    ports: MemberPorts,
    reduce: (state: MemberState, input: Input) => Turn = protocolReduce,
  ) {
    this.#protocol = protocol(options);
    this.#ports = ports;
    this.#reduce = reduce;
    this.#state = initialState(this.#protocol);
    this.#reports = new BehaviorSubject(reportOf(this.#state));
    this.report$ = this.#reports.asObservable();
    this.exit$ = this.#exits.asObservable();
    this.#feed = new LogFeed(
      ports.log,
      ports.network,
      (error) => this.#diskFailed(error),
      (session, reason) => this.#take({ type: 'unservable', session, reason, first: ports.log.first }),
    );
  }

  /** The protocol's whole state, for probes and tests. */
  get state(): MemberState {
    return this.#state;
  }

  /** So much is on its way to the mirror that events are better gathered than sent one by one. */
  get crowded(): boolean {
    return this.#feed.inFlight >= CROWDED;
  }

  /** Brings the replica to the end of the journal, then takes part. */
  async start(): Promise<void> {
    const { log, replica, network } = this.#ports;
    this.#subscriptions.add(
      replica.failures$.subscribe((reason) => this.#take({ type: 'replicaError', reason })),
    );
    try {
      await this.#replay(log.last);
    } catch (error) {
      this.#take({ type: 'replicaError', reason: messageOf(error) });
      return;
    }
    if (this.#over || this.#state.role === 'halted') return;
    this.#subscriptions.add(replica.appended$.subscribe((events) => this.#appended(events)));
    this.#subscriptions.add(replica.barriers$.subscribe((state) => this.#take({ type: 'barrier', state })));
    this.#subscriptions.add(replica.snapshots$.subscribe((snapshot) => this.#keep(snapshot)));
    const newest = await log.newestSnapshot(log.last);
    if (this.#over) return;
    this.#take({ type: 'started', log: this.#facts() });
    this.#take({ type: 'kept', first: log.first, snapshot: newest?.seq ?? 0 });
    this.#subscriptions.add(network.messages$.subscribe((message) => this.#hears(message)));
    this.#subscriptions.add(network.links$.subscribe((link) => this.#take({ type: 'link', link })));
    this.#tick();
  }

  /** Hands over to the follower without losing a beat; ends with code 76 when it has taken over. */
  switchOver(): void {
    this.#take({ type: 'switchOver' });
  }

  /** Makes this member lead although nothing proves that it may: an operator knows that no other does. */
  promote(): void {
    this.#take({ type: 'promote' });
  }

  /** Ends; a leader hands over first when it has a mirror. */
  stop(): void {
    this.#take({ type: 'stop' });
  }

  /** A supervisor saw the other member's process end. */
  peerExited(): void {
    this.#take({ type: 'peerExited' });
  }

  /** Drops everything at once, as a process does that is killed: nothing is said and nothing is written. */
  abort(): void {
    this.#over = true;
    this.#queue = [];
    this.#cancelTick();
    this.#feed.stop();
    this.#subscriptions.unsubscribe();
  }

  #facts(): LogFacts {
    const { last, first, epochs } = this.#ports.log;
    return { end: last, first, epochs };
  }

  #tick(): void {
    this.#take({ type: 'tick' });
    this.#ports.replica.flush();
    this.#feed.pump();
    if (!this.#over)
      this.#cancelTick = this.#ports.clock.after(this.#protocol.heartbeat / TICKS_PER_BEAT, () =>
        this.#tick(),
      );
  }

  #take(happening: Happening): void {
    if (this.#over) return;
    this.#queue.push({ ...happening, at: this.#ports.clock.now() });
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let input = this.#queue.shift(); input !== undefined; input = this.#queue.shift()) {
        const { state, effects } = this.#reduce(this.#state, input);
        this.#state = state;
        for (const effect of effects) {
          if (this.#dies(effect.type)) return;
          this.#run(effect);
          if (this.#over) return;
        }
      }
    } finally {
      this.#busy = false;
    }
  }

  #dies(point: Effect['type'] | 'journal'): boolean {
    if (this.#over) return true;
    if (this.#ports.survives === undefined || this.#ports.survives(point)) return false;
    this.abort();
    return true;
  }

  #run(effect: Effect): void {
    const { network, replica } = this.#ports;
    switch (effect.type) {
      case 'send':
        network.send(effect.message);
        break;
      case 'ack':
        this.#ack(effect);
        break;
      case 'feed':
        this.#feed.start({ epoch: effect.epoch, session: effect.session }, effect.after, effect.snapshot);
        break;
      case 'grant':
        this.#feed.grant(effect.session, effect.upTo, effect.credit);
        if (!this.crowded) replica.flush();
        break;
      case 'unfeed':
        this.#feed.stop();
        replica.flush();
        break;
      case 'read':
      case 'compareAndSet':
        this.#ask(effect);
        break;
      case 'store':
        this.#store(effect.append);
        break;
      case 'truncate':
        this.#truncate(effect.to, effect.generation).catch((error: unknown) => this.#diskFailed(error));
        break;
      case 'install':
        this.#assembly = new SnapshotAssembly(effect);
        break;
      case 'lead':
        this.#lead(effect);
        break;
      case 'commit':
        replica.commit(effect.seq);
        break;
      case 'halt':
        this.#feed.stop();
        replica.halt(effect.reason);
        break;
      case 'exit':
        this.#exit(effect);
        break;
      case 'reconnect':
        network.reconnect();
        break;
      case 'report':
        this.#reports.next(effect.report);
    }
  }

  #hears(message: Message): void {
    if (message.type === 'snapshot') {
      this.#take({ type: 'message', message });
      this.#piece(message);
    } else if (message.type === 'ack' && this.#protocol.policy === 'agreed') {
      this.#take({ type: 'message', message, digest: this.#ports.replica.digest(message.upTo) });
    } else this.#take({ type: 'message', message });
  }

  #ack({ epoch, session, upTo, gap, state }: Extract<Effect, { type: 'ack' }>): void {
    const digest = this.#protocol.policy === 'agreed' ? this.#ports.replica.digest(upTo) : undefined;
    this.#ports.network.send({
      type: 'ack',
      epoch,
      session,
      upTo,
      gap,
      credit: CREDIT,
      ...(digest === undefined ? {} : { digest }),
      ...(state === undefined ? {} : { state }),
    });
  }

  #ask(effect: Extract<Effect, { type: 'read' | 'compareAndSet' }>): void {
    const { register } = this.#ports;
    const { id } = effect;
    if (register === undefined) {
      this.#take({ type: 'register', id, reply: 'unreachable' });
      return;
    }
    const asked =
      effect.type === 'read'
        ? register.get().then((value) => ({ done: false, value }))
        : register.compareAndSet(effect.expected, effect.next);
    // One that never answers counts as unreachable too; what it says later no longer matters.
    const answer = (reply: RegisterReply): void => {
      cancel();
      this.#take({ type: 'register', id, reply });
    };
    const cancel = this.#ports.clock.after(this.#protocol.bootSilence, () => answer('unreachable'));
    asked.then(answer, () => answer('unreachable'));
  }

  #lead({ epoch, unsentAfter, renewed }: Extract<Effect, { type: 'lead' }>): void {
    const { replica } = this.#ports;
    const { node: leader } = this.#protocol.identity;
    try {
      replica.lead({ epoch, leader, renewed, ...(unsentAfter === undefined ? {} : { unsentAfter }) });
    } catch (error) {
      this.#take({ type: 'replicaError', reason: messageOf(error) });
    }
  }

  /** The leader's own events: journalled, then sent, before any turn of the protocol knows of them. */
  #appended(events: readonly SequencedEvent[]): void {
    if (this.#dies('journal') || events.length === 0) return;
    try {
      const block = this.#ports.log.append(events);
      this.#feed.appended(block);
    } catch (error) {
      this.#diskFailed(error);
      return;
    }
    this.#take({ type: 'appended', end: this.#ports.log.last });
    this.#flush();
  }

  /** A block of the leader. */
  #store({ from, to, block }: Append): void {
    const { log, replica } = this.#ports;
    let events: readonly SequencedEvent[];
    try {
      events = log.appendBlock({ from, to, bytes: block });
    } catch (error) {
      if (error instanceof Error && error.name === 'InputError')
        this.#take({ type: 'damaged', reason: error.message });
      else this.#diskFailed(error);
      return;
    }
    this.#feed.forget();
    const marks: EpochStart[] = [];
    for (const { seq, event } of events)
      if (event.kind === 'epoch') marks.push({ epoch: event.epoch, firstSeq: seq });
    try {
      replica.follow(events);
    } catch (error) {
      this.#take({ type: 'replicaError', reason: messageOf(error) });
      return;
    }
    this.#take({ type: 'stored', end: log.last, marks });
    this.#flush();
  }

  /** Waits for the disk as the policy says, one wait at a time. */
  #flush(): void {
    const { log } = this.#ports;
    const { policy } = this.#protocol;
    const upTo = log.last;
    if (policy === 'received') {
      this.#take({ type: 'journaled', upTo });
      return;
    }
    if (this.#flushing) return;
    this.#flushing = true;
    const cuts = this.#cuts;
    const durability: Durability = policy === 'agreed' ? 'written' : policy;
    log.flushed(upTo, durability).then(
      () => {
        this.#flushing = false;
        if (this.#over) return;
        if (cuts === this.#cuts) this.#take({ type: 'journaled', upTo });
        if (log.last > upTo || cuts !== this.#cuts) this.#flush();
      },
      (error: unknown) => {
        this.#flushing = false;
        this.#diskFailed(error);
      },
    );
  }

  #keep(snapshot: Snapshot): void {
    const { log } = this.#ports;
    log.saveSnapshot(snapshot).then(
      () => this.#take({ type: 'kept', first: log.first, snapshot: snapshot.seq }),
      (error: unknown) => this.#diskFailed(error),
    );
  }

  async #truncate(to: number, generation: number): Promise<void> {
    const { log } = this.#ports;
    this.#cuts += 1;
    this.#feed.forget();
    await log.truncate(to);
    if (this.#over) return;
    await this.#replay(log.last);
    this.#take({ type: 'restored', log: this.#facts(), generation });
  }

  #piece(piece: Extract<Message, { type: 'snapshot' }>): void {
    const assembly = this.#assembly;
    if (assembly === undefined) return;
    let snapshot: Snapshot | undefined;
    try {
      snapshot = assembly.add(piece);
    } catch (error) {
      this.#take({ type: 'damaged', reason: messageOf(error) });
    }
    if (snapshot === undefined) return;
    this.#assembly = undefined;
    const { generation, epochs } = assembly.promised;
    this.#take({ type: 'installing', generation });
    // The session may be over: then the journal stays as it is.
    if (this.#over || !this.#state.restoring || this.#state.generation !== generation) return;
    this.#install(snapshot, epochs, generation).catch((error: unknown) => this.#diskFailed(error));
  }

  async #install(snapshot: Snapshot, epochs: readonly EpochStart[], generation: number): Promise<void> {
    const { log, replica } = this.#ports;
    this.#cuts += 1;
    this.#feed.forget();
    await log.restart(snapshot, epochs);
    if (this.#over) return;
    replica.restore(snapshot);
    this.#take({ type: 'restored', log: this.#facts(), generation });
    this.#take({ type: 'kept', first: log.first, snapshot: snapshot.seq });
  }

  /** The replica as it was at the end of the journal. */
  async #replay(upTo: number): Promise<void> {
    const { log, replica } = this.#ports;
    let snapshot = await log.newestSnapshot(upTo);
    if (this.#over) return;
    for (;;) {
      try {
        replica.restore(snapshot);
        break;
      } catch (error) {
        // Another release of the core took it: an older one may fit, and the whole log always does.
        if (!(error instanceof SnapshotError) || snapshot === undefined) throw error;
        snapshot = snapshot.seq > 1 ? await log.newestSnapshot(snapshot.seq - 1) : undefined;
        if (this.#over) return;
        if (snapshot === undefined && log.first > 1) throw error;
      }
    }
    for await (const events of log.events(snapshot?.seq ?? 0)) {
      if (this.#over) return;
      replica.follow(events);
    }
  }

  #diskFailed(error: unknown): void {
    this.#take({ type: 'diskError', reason: messageOf(error) });
  }

  #exit({ code, reason }: Extract<Effect, { type: 'exit' }>): void {
    this.#ports.replica.stepDown(reason);
    this.abort();
    this.#reports.next(reportOf(this.#state));
    this.#exits.next({ code, reason });
    this.#exits.complete();
    this.#reports.complete();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
