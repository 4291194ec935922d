import { BehaviorSubject, type Observable, ReplaySubject, Subscription } from 'rxjs';
import type { Cancel } from '../core/clock.js';
import { messageOf } from '../services/within.js';
import { askRegister } from './ask-register.js';
import { LogFeed } from './log-feed.js';
import { type LogOwner, MemberLog } from './member-log.js';
import type { MemberPorts } from './ports.js';
import type { Effect, ExitCode, Report } from './protocol/effect.js';
import type { Happening, Input } from './protocol/input.js';
import type { Message } from './protocol/message.js';
import { type Protocol, type ProtocolOptions, protocol } from './protocol/options.js';
import { reduce as protocolReduce, reportOf, type Turn } from './protocol/reduce.js';
import { initialState, type MemberState } from './protocol/state.js';
import { replay } from './replay.js';

/** How a member ended: the process should end with this code. */
export interface Exit {
  readonly code: ExitCode;
  readonly reason: string;
}

/** How finely silence is measured: parts of a heartbeat. */
const TICKS_PER_BEAT = 5;
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
  readonly #log: MemberLog;
  #state: MemberState;
  #queue: Input[] = [];
  #busy = false;
  #over = false;
  #cancelTick: Cancel = () => {};

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
      (error) => this.#log.failed(error),
      (session, reason) => this.#take({ type: 'unservable', session, reason, first: ports.log.first }),
    );
    this.#log = new MemberLog(ports, this.#feed, this.#protocol.policy, this.#owner());
  }

  /** The protocol's whole state, for probes and tests. */
  get state(): MemberState {
    return this.#state;
  }

  /** So much is on its way to the mirror that events are better gathered than sent one by one. */
  get crowded(): boolean {
    return this.#feed.crowded;
  }

  /** Brings the replica to the end of the journal, then takes part. */
  async start(): Promise<void> {
    const { log, replica, network } = this.#ports;
    this.#subscriptions.add(
      replica.failures$.subscribe((reason) => this.#take({ type: 'replicaError', reason })),
    );
    try {
      await replay(log, replica, log.last, () => this.#over);
    } catch (error) {
      this.#take({ type: 'replicaError', reason: messageOf(error) });
      return;
    }
    if (this.#over || this.#state.role === 'halted') return;
    this.#subscriptions.add(replica.appended$.subscribe((events) => this.#log.appended(events)));
    this.#subscriptions.add(replica.barriers$.subscribe((state) => this.#take({ type: 'barrier', state })));
    this.#subscriptions.add(replica.snapshots$.subscribe((snapshot) => this.#log.keep(snapshot)));
    const newest = await log.newestSnapshot(log.last);
    if (this.#over) return;
    this.#take({ type: 'started', log: this.#log.facts });
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

  #owner(): LogOwner {
    const over = (): boolean => this.#over;
    return {
      get over() {
        return over();
      },
      take: (happening) => this.#take(happening),
      dies: () => this.#dies('journal'),
      installs: (generation) => this.#state.restoring && this.#state.generation === generation,
    };
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
        askRegister(this.#ports.register, effect, this.#ports.clock, this.#protocol.bootSilence, (reply) =>
          this.#take({ type: 'register', id: effect.id, reply }),
        );
        break;
      case 'store':
        this.#log.store(effect.append);
        break;
      case 'truncate':
        this.#log.truncate(effect.to, effect.generation);
        break;
      case 'install':
        this.#log.install(effect);
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
      this.#log.piece(message);
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

  #lead({ epoch, unsentAfter, renewed }: Extract<Effect, { type: 'lead' }>): void {
    const { replica } = this.#ports;
    const { node: leader } = this.#protocol.identity;
    try {
      replica.lead({ epoch, leader, renewed, ...(unsentAfter === undefined ? {} : { unsentAfter }) });
    } catch (error) {
      this.#take({ type: 'replicaError', reason: messageOf(error) });
    }
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
