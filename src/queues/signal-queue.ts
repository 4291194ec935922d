import { Observable, type Subscriber } from 'rxjs';
import type { Driver, DriverContext, LoggedEvent } from '../core/driver.js';
import { integerAtLeast, knownKeys, nonEmptyName } from '../domain/check.js';
import { ConfigurationError, InputError } from '../domain/errors.js';
import type { FaultEvent, OutsideEvent, SequencedEvent, SignalEvent } from '../domain/event.js';
import type { Plain } from '../domain/plain.js';
import type { Signal } from '../domain/signal.js';
import { checkEvent } from '../domain/wire.js';
import { messageOf, pause } from '../services/within.js';
import { Bell, unlessAborted } from './bell.js';
import { RecentIds } from './recent-ids.js';
import type { SignalEntry, SignalLog } from './signal-log.js';

/** How a queue of signals enters a pipeline. */
export interface SignalQueueOptions {
  /** Of the driver, and of the queue in the log. Both members of a pair give it the same. @default "signals" */
  readonly name?: string;
  readonly log: SignalLog;
  /**
   * Each says up to which `seq` it holds the log, as in the run's own options: an entry is acknowledged when all of
   * them hold its event. With none, when the core has seen it: then a crash loses what the disk did not have yet.
   */
  readonly acknowledgements: readonly Observable<number>[];
  /** Makes a signal of a payload, or throws. @default JSON, as `encodeSignal` writes it */
  readonly decode?: (payload: Uint8Array) => Signal;
  /** Most entries that may be in the pipeline and not acknowledged. @default 1000 */
  readonly maximumPending?: number;
  /** How many of the newest ids are remembered: at least twice `maximumPending`. @default 10000 */
  readonly remember?: number;
  /** Events of the journal behind the snapshot that the run is restored from: their ids are known too, before anything is read. */
  readonly learnFrom?: AsyncIterable<readonly SequencedEvent[]>;
}

/**
 * A signal as JSON: what {@link signalQueue} reads unless told otherwise.
 *
 * @example
 * await log.append('trend-1', encodeSignal(said));
 */
export function encodeSignal(signal: Signal): Uint8Array {
  checkEvent({ kind: 'signal', signal });
  return Buffer.from(JSON.stringify(signal));
}

/**
 * A queue of signals as a driver: each has its effect once, wherever the process is killed.
 *
 * ```
 * log       a--b-----X-b-c---     X: kill -9, after b was journalled and before it was acknowledged
 * events    a--b-----X---c---     b is known by the journal: it is acknowledged, and not told again
 * held      -a---b---X-----c-
 * ack       -a-------X-b---c-
 * ```
 *
 * An entry becomes a `signal` event that carries its id; it is acknowledged when the journal holds that event, and one whose id the
 * log knows already is acknowledged only. A payload that holds no signal becomes a `fault` and is acknowledged like one: it
 * stops nobody. A follower reads nothing, and learns the ids from its leader's log; its log is opened ahead where that takes time.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * signalQueue({ log: fileSignalLog({ folder: 'signals' }), acknowledgements: [held$] })
 */
export function signalQueue(options: SignalQueueOptions): Driver {
  knownKeys('signalQueue', options, [
    'name',
    'log',
    'acknowledgements',
    'decode',
    'maximumPending',
    'remember',
    'learnFrom',
  ]);
  const name = nonEmptyName('signalQueue.name', options.name ?? 'signals');
  const maximumPending = integerAtLeast('signalQueue.maximumPending', options.maximumPending ?? 1_000, 1);
  const remember = integerAtLeast(
    'signalQueue.remember',
    options.remember ?? Math.max(10_000, 2 * maximumPending),
    1,
  );
  if (remember < 2 * maximumPending)
    throw new ConfigurationError(
      `signalQueue.remember must be at least twice maximumPending (${2 * maximumPending}), not ${remember}: an entry that comes again must be known still`,
    );
  if (!Array.isArray(options.acknowledgements))
    throw new ConfigurationError(
      'signalQueue.acknowledgements must be a list of Observables of a seq; [] acknowledges what the core has seen',
    );
  let reader: QueueReader | undefined;
  return {
    name,
    connect: (context) =>
      new Observable((subscriber) => {
        reader = new QueueReader(name, options, maximumPending, new RecentIds(remember), context, subscriber);
        return reader.start();
      }),
    save: () => ({ ids: [...(reader?.ids() ?? [])] }),
  };
}

/** An entry in the pipeline; `seq` is that of its event, once the log has it. */
interface Pending {
  readonly position: number;
  readonly id: string;
  seq: number | undefined;
}

const RETRY = 1_000;

class QueueReader {
  readonly #name: string;
  readonly #log: SignalLog;
  readonly #options: SignalQueueOptions;
  readonly #maximumPending: number;
  /** Ids that the log holds, with the `seq` of each; 0: before this run. */
  readonly #seen: RecentIds;
  readonly #context: DriverContext;
  readonly #subscriber: Subscriber<OutsideEvent>;
  readonly #bell = new Bell();
  readonly #held: number[];
  readonly #ended = new AbortController();
  readonly #faults = new Map<unknown, Pending>();
  #session: AbortController | undefined;
  #pending: Pending[] = [];
  /** Ids whose events were offered, and are not in the log yet. */
  readonly #offered = new Set<string>();
  #learned: Promise<void> = Promise.resolve();
  #lastSeq = 0;
  #acknowledging = false;
  #lastFault = '';

  constructor(
    name: string,
    options: SignalQueueOptions,
    maximumPending: number,
    seen: RecentIds,
    context: DriverContext,
    subscriber: Subscriber<OutsideEvent>,
  ) {
    this.#name = name;
    this.#log = options.log;
    this.#options = options;
    this.#maximumPending = maximumPending;
    this.#seen = seen;
    this.#context = context;
    this.#subscriber = subscriber;
    this.#held = options.acknowledgements.map(() => 0);
    for (const id of idsOf(name, context.restored)) seen.add(id, 0);
  }

  start(): () => void {
    const { acknowledgements, learnFrom } = this.#options;
    if (learnFrom !== undefined) {
      this.#learned = this.#learn(learnFrom);
      this.#learned.catch(() => undefined);
    }
    const subscriptions = [
      this.#context.events$.subscribe((logged) => this.#observe(logged)),
      ...acknowledgements.map((each, index) =>
        each.subscribe((seq) => {
          this.#held[index] = Math.max(this.#held[index] as number, seq);
          this.#advance();
        }),
      ),
      this.#context.leading$.subscribe((leads) => (leads ? this.#lead() : this.#rest())),
    ];
    return () => {
      this.#ended.abort();
      this.#rest();
      for (const each of subscriptions) each.unsubscribe();
    };
  }

  ids(): readonly string[] {
    return this.#seen.ids();
  }

  #lead(): void {
    if (this.#session !== undefined) return;
    const session = new AbortController();
    this.#session = session;
    this.#read(session.signal).catch((error: unknown) => {
      if (!session.signal.aborted) this.#subscriber.error(error);
    });
  }

  /** Another leads: what it did not get from us it gets from the log. */
  #rest(): void {
    this.#session?.abort();
    this.#session = undefined;
    this.#pending = [];
    this.#offered.clear();
    this.#faults.clear();
    this.#bell.ring();
    // Whoever cannot be reached now is asked again when we lead.
    if (!this.#ended.signal.aborted) this.#log.open?.(this.#ended.signal).catch(() => undefined);
  }

  async #learn(journal: AsyncIterable<readonly SequencedEvent[]>): Promise<void> {
    for await (const events of journal) for (const { seq, event } of events) this.#remember(event, seq);
  }

  async #read(signal: AbortSignal): Promise<void> {
    await this.#learned;
    while (!signal.aborted) {
      try {
        for await (const entry of this.#log.readFrom(0, signal)) {
          if (signal.aborted) return;
          this.#take(entry);
          while (this.#pending.length >= this.#maximumPending && !signal.aborted)
            await unlessAborted(this.#bell.next, signal);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ConfigurationError) throw error;
        this.#report('unreadable', messageOf(error));
      }
      // It is handed out again from the first that is not acknowledged.
      await pause(RETRY, signal);
      this.#pending = [];
    }
  }

  #take({ id, position, payload }: SignalEntry): void {
    const pending: Pending = { position, id, seq: this.#seen.positionOf(id) };
    this.#pending.push(pending);
    if (pending.seq !== undefined) {
      this.#advance();
      return;
    }
    // The same id, offered a moment ago: its event is this one's too.
    if (this.#offered.has(id)) return;
    let event: SignalEvent | FaultEvent;
    try {
      event = this.#eventOf(id, payload);
      this.#offered.add(id);
    } catch (error) {
      event = this.#fault('bad-signal', `"${id}" at ${position} holds no signal: ${messageOf(error)}`);
      this.#faults.set(event, pending);
    }
    this.#subscriber.next(event);
  }

  #eventOf(id: string, payload: Uint8Array): SignalEvent {
    const signal = (this.#options.decode ?? decodeSignal)(payload);
    const event = { kind: 'signal', signal, source: { queue: this.#name, id } };
    return checkEvent(event) as SignalEvent;
  }

  #observe({ seq, sub, event }: LoggedEvent): void {
    this.#lastSeq = seq;
    if (sub !== 0) return;
    const failed = this.#faults.get(event);
    if (failed !== undefined) {
      this.#faults.delete(event);
      failed.seq = seq;
      this.#advance();
      return;
    }
    const id = this.#remember(event, seq);
    if (id === undefined) return;
    this.#offered.delete(id);
    for (const each of this.#pending) if (each.id === id) each.seq ??= seq;
    this.#advance();
  }

  #remember(event: unknown, seq: number): string | undefined {
    const { kind, source } = event as Partial<SignalEvent>;
    if (kind !== 'signal' || source?.queue !== this.#name) return undefined;
    this.#seen.add(source.id, seq);
    return source.id;
  }

  /** Acknowledges what the journal holds, from the oldest on without gaps. */
  #advance(): void {
    if (this.#acknowledging || this.#session === undefined) return;
    const held = this.#held.length === 0 ? this.#lastSeq : Math.min(...this.#held);
    let upTo: number | undefined;
    let count = 0;
    for (const { seq, position } of this.#pending) {
      if (seq === undefined || seq > held) break;
      upTo = position;
      count++;
    }
    if (upTo === undefined) return;
    this.#pending.splice(0, count);
    this.#bell.ring();
    this.#acknowledging = true;
    this.#acknowledge(upTo).catch(() => undefined);
  }

  async #acknowledge(position: number): Promise<void> {
    try {
      await this.#log.ack(position);
    } catch (error) {
      // It comes again one day and is known then; the next acknowledgement covers it.
      if (this.#session !== undefined) this.#report('not-acknowledged', messageOf(error));
      await pause(RETRY, this.#ended.signal);
    }
    this.#acknowledging = false;
    this.#advance();
  }

  /** The same words are not said twice in a row: they go into the log. */
  #report(code: string, message: string): void {
    if (message === this.#lastFault) return;
    this.#lastFault = message;
    this.#subscriber.next(this.#fault(code, message));
  }

  #fault(code: string, message: string): FaultEvent {
    return { kind: 'fault', component: `queue:${this.#name}`, code, message, severity: 'notice' };
  }
}

function decodeSignal(payload: Uint8Array): Signal {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as Signal;
}

function idsOf(name: string, restored: Plain | undefined): readonly string[] {
  if (restored === undefined) return [];
  const { ids } = restored as { readonly ids?: unknown };
  if (!Array.isArray(ids) || ids.some((id) => typeof id !== 'string'))
    throw new InputError(`the saved state of the queue "${name}" must hold a list of ids`);
  return ids as readonly string[];
}
