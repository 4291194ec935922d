import type { Cancel, Clock } from '../../core/clock.js';
import { integerAtLeast } from '../../domain/check.js';
import type { Field } from './codec/encode.js';
import { Framer } from './codec/framer.js';
import type { FixMessage } from './codec/message.js';
import { replay } from './session/replay.js';
import type { SessionSettings } from './session/settings.js';
import {
  type AlertCode,
  type Phase,
  type SessionEffect,
  type SessionInput,
  type SessionState,
  sessionState,
} from './session/state.js';
import { step } from './session/step.js';
import { nextDue } from './session/tick.js';
import type { FixStore } from './store/store.js';
import type { Link, Transport } from './transport/transport.js';

/** What a session tells its application, in order, one after the other. */
export interface FixApplication {
  /** Logged on; what was sent meanwhile may still be missing. */
  up?(): void;
  /** Logged on, or a gap was filled: no message is missing. */
  caughtUp(): void;
  down(reason: string): void;
  /** A message, in order. It comes again after a crash unless {@link FixSession.recorded} was told of it. */
  message(message: FixMessage): void;
  /** The peer says that some messages will never come: what they told has to be asked for. */
  lost(from: number, to: number): void;
  alert(code: AlertCode, text: string): void;
}

/** What a session is made of. */
export interface FixSessionOptions {
  readonly settings: SessionSettings;
  readonly store: FixStore;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Its place when things fall due at one time. @default 0 */
  readonly rank?: number;
  readonly application: FixApplication;
  /** What a logon says beside the standard, such as a password; asked for with each. It is stored nowhere. @default nothing */
  readonly logon?: () => readonly Field[];
  /** Whether a message that the peer asks for again is still meant. @default all are */
  readonly mayResend?: (message: FixMessage, now: number) => boolean;
  /** Spreads the waits between connections. @default 1 */
  readonly seed?: number;
}

/** What was counted since the session was made. */
export interface FixCounts {
  readonly sent: number;
  readonly received: number;
  /** Bytes that were no message, or a damaged one. */
  readonly garbled: number;
  readonly connections: number;
}

/**
 * A FIX session: runs {@link step} against a store, a transport and a clock.
 *
 * ```
 * application --send--------------------------recorded-->
 *               | number and message stored     | number stored
 * wire        --+--D---------8------------------+-------
 *                            | in order, whole
 * application <--------------message--------------------
 * ```
 *
 * What is sent is stored before it is written. What is received counts as received in the store once the application
 * says that it is on record: so it is told at least once, and a report is known by its execution id.
 *
 * @example
 * const session = new FixSession(options);
 * session.start();
 * await session.stop();
 */
export class FixSession {
  readonly #options: FixSessionOptions;
  readonly #framer: Framer;
  readonly #inputs: SessionInput[] = [];
  /** Bytes that wait for the disk. */
  #unwritten: { readonly link: Link; readonly bytes: Buffer }[] = [];
  #flushing = false;
  #state: SessionState;
  #link: Link | undefined;
  #timer: { readonly at: number; readonly cancel: Cancel } | undefined;
  #running = false;
  readonly #notices: (() => void)[] = [];
  #telling = false;
  #closed = false;
  #broken = false;
  #sent = 0;
  #received = 0;
  #garbled = 0;
  #connections = 0;
  #stopped: (() => void)[] = [];

  constructor(options: FixSessionOptions) {
    this.#options = options;
    this.#framer = new Framer(options.settings.largestMessage);
    this.#state = sessionState(options.store.numbers, options.seed);
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  /** Numbers, phase and gaps, as they are now. */
  get state(): SessionState {
    return this.#state;
  }

  get counts(): FixCounts {
    return {
      sent: this.#sent,
      received: this.#received,
      garbled: this.#garbled,
      connections: this.#connections,
    };
  }

  /** Connects, and again by itself until it is stopped. */
  start(): void {
    this.#put({ kind: 'start', now: this.#now() });
  }

  /**
   * Numbers, stores and writes a message. The first field is its type.
   *
   * @returns its number, or `undefined`: it was not sent, and never will be
   * @throws InputError when a value cannot be spelled: it was not sent either
   */
  send(fields: readonly Field[]): number | undefined {
    if (this.#broken || this.#state.phase !== 'up' || this.#state.stopping) return undefined;
    const sequence = this.#state.outgoing;
    this.#put({ kind: 'send', now: this.#now(), fields });
    return this.#broken ? undefined : sequence;
  }

  /** The application has what was delivered on record, up to this number. */
  recorded(sequence: number): void {
    this.#put({ kind: 'recorded', now: this.#now(), sequence });
  }

  /** An operator's word: both sides begin at 1 with the next logon. */
  reset(): void {
    this.#put({ kind: 'reset', now: this.#now() });
  }

  /**
   * An operator's word: our next message has this number. The peer is told at once (sequence reset, not a gap fill); without
   * a connection it is the number of the next logon, which is tried again where numbers had contradicted each other.
   *
   * ```
   * outgoing   7 8 9 ---------------- 1000 1001
   * wire       D D D 4(36=1000) ----- D    D
   * ```
   *
   * What lies between is never sent: messages that the peer asks for there are gap-filled.
   *
   * @throws ConfigurationError when the number is not beyond the latest: going back is `reset()`, of both sides
   */
  resetTo(outgoing: number): void {
    const least = this.#state.outgoing + 1;
    integerAtLeast('fix.resetTo', outgoing, least);
    this.#put({ kind: 'resetTo', now: this.#now(), outgoing });
  }

  /** Logs out and closes the connection; resolves when that is done. The store stays open. */
  stop(reason = 'the desk closes'): Promise<void> {
    return new Promise((resolve) => {
      this.#stopped.push(resolve);
      this.#put({ kind: 'stop', now: this.#now(), reason });
    });
  }

  /** Drops everything at once, without a logout. */
  abandon(): void {
    this.#closed = true;
    this.#link?.close();
    this.#link = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #now(): number {
    return this.#options.clock.now();
  }

  /**
   * Takes an input: first what the protocol does, then what the application is told, each in order. Both may call for more:
   * what a transport says meanwhile waits, what the application sends from within a word goes out at once.
   */
  #put(input: SessionInput): void {
    if (this.#closed) return;
    this.#inputs.push(input);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        this.#step(next);
      }
    } finally {
      this.#running = false;
    }
    this.#wake();
    this.#tellAll();
  }

  #step(input: SessionInput): void {
    try {
      const { state, effects } = step(this.#state, input, this.#options.settings);
      this.#state = state;
      for (const effect of effects) this.#do(effect);
    } catch (error) {
      // What the application cannot spell is its own business, and was not sent. Nothing that a peer sends may end the process.
      if (input.kind === 'send' || input.kind === 'disconnected') throw error;
      const text = `the session failed over ${input.kind === 'message' ? 'a message' : `a ${input.kind}`}: ${(error as Error).message}`;
      this.#notices.push(() => this.#options.application.alert('peer', text));
      this.#close();
      this.#inputs.push({ kind: 'disconnected', now: input.now, reason: text });
    }
  }

  #do(effect: SessionEffect): void {
    const { application, store } = this.#options;
    switch (effect.kind) {
      case 'open':
        this.#open();
        break;
      case 'close':
        this.#close();
        break;
      case 'send':
        if (!this.#storedSent(effect)) break;
        this.#sent++;
        this.#write(effect.bytes);
        break;
      case 'renumber':
        this.#stored(() => store.sent(effect.outgoing - 1));
        break;
      case 'resend':
        this.#resend(effect.from, effect.to);
        break;
      case 'received':
        this.#stored(() => store.received(effect.next));
        break;
      case 'reset':
        this.#stored(() => store.reset(effect.session));
        break;
      case 'deliver':
        this.#received++;
        this.#notices.push(() => application.message(effect.message));
        break;
      case 'up':
        this.#notices.push(() => application.up?.());
        break;
      case 'caughtUp':
        this.#notices.push(() => application.caughtUp());
        break;
      case 'down':
        this.#notices.push(() => application.down(effect.reason));
        break;
      case 'lost':
        this.#notices.push(() => application.lost(effect.from, effect.to));
        break;
      case 'alert':
        this.#notices.push(() => application.alert(effect.code, effect.text));
        break;
    }
  }

  #tellAll(): void {
    if (this.#telling) return;
    this.#telling = true;
    let alarmed = false;
    for (let notice = this.#notices.shift(); notice !== undefined; notice = this.#notices.shift()) {
      try {
        notice();
      } catch (error) {
        // It harms itself only: the message counts as not recorded.
        const text = `the application threw: ${String(error)}`;
        if (!alarmed) this.#notices.push(() => this.#options.application.alert('peer', text));
        alarmed = true;
      }
    }
    this.#telling = false;
    if (this.#state.phase === 'stopped') for (const resolve of this.#stopped.splice(0)) resolve();
  }

  #storedSent({
    sequence,
    bytes,
    application,
    goesOnAt,
  }: SessionEffect & { readonly kind: 'send' }): boolean {
    const { store } = this.#options;
    return this.#stored(() => {
      if (goesOnAt === undefined) store.sent(sequence, application ? bytes : undefined);
      else store.sent(goesOnAt - 1);
    });
  }

  /** What cannot be stored is not sent: the session ends, and a person has to look at the disk. */
  #stored(write: () => void): boolean {
    if (this.#broken) return false;
    try {
      write();
      return true;
    } catch (error) {
      this.#broke(error);
      return false;
    }
  }

  #broke(error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#close();
    const { application } = this.#options;
    const text = (error as Error).message;
    this.#notices.push(() => application.alert('store', text));
    if (this.#state.phase === 'up' || this.#state.phase === 'logout')
      this.#notices.push(() => application.down(text));
    this.#state = { ...this.#state, phase: 'stopped' };
    if (!this.#running) this.#tellAll();
  }

  #open(): void {
    if (this.#broken) return;
    const { store, transport, logon } = this.#options;
    this.#connections++;
    const begin = (): void => {
      if (this.#closed || this.#broken || this.#state.phase !== 'connecting') return;
      this.#framer.clear();
      const link = transport.open({
        connected: () => {
          if (this.#link === link) this.#logOn(logon);
        },
        data: (chunk) => {
          if (this.#link === link) this.#take(link, chunk);
        },
        closed: (reason) => {
          if (this.#link !== link) return;
          this.#link = undefined;
          this.#put({ kind: 'disconnected', now: this.#now(), reason });
        },
      });
      this.#link = link;
    };
    if (store.isLarge) store.compact().then(begin, (error: unknown) => this.#broke(error));
    else begin();
  }

  /** What a logon says comes from outside: where there is none, there is no connection either. */
  #logOn(logon: FixSessionOptions['logon']): void {
    const now = this.#now();
    let fields: readonly Field[];
    try {
      fields = logon?.() ?? [];
    } catch (error) {
      const reason = `there is no logon: ${(error as Error).message}`;
      this.#notices.push(() => this.#options.application.alert('logon', reason));
      this.#close();
      this.#put({ kind: 'disconnected', now, reason });
      return;
    }
    this.#put({ kind: 'connected', now, logon: fields });
  }

  #take(link: Link, chunk: Buffer): void {
    const before = this.#framer.garbled;
    this.#framer.take(chunk, (message) => {
      if (this.#link === link) this.#put({ kind: 'message', now: this.#now(), message });
    });
    this.#garbled += this.#framer.garbled - before;
  }

  #resend(from: number, to: number): void {
    const { store, settings, mayResend } = this.#options;
    const now = this.#now();
    for (const bytes of replay(
      store,
      from,
      to,
      now,
      settings,
      (message) => mayResend?.(message, now) ?? true,
    ))
      this.#write(bytes);
  }

  /** Writes now, or, where the disk has to have it first, then; always in order. */
  #write(bytes: Buffer): void {
    const link = this.#link;
    if (link === undefined) return;
    if (!this.#options.store.synced) {
      link.write(bytes);
      return;
    }
    this.#unwritten.push({ link, bytes });
    if (!this.#flushing) void this.#flush();
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    try {
      while (this.#unwritten.length > 0) {
        const batch = this.#unwritten;
        this.#unwritten = [];
        await this.#options.store.flushed();
        for (const { link, bytes } of batch) link.write(bytes);
      }
    } catch (error) {
      this.#unwritten = [];
      this.#broke(error);
    } finally {
      this.#flushing = false;
    }
  }

  /** What was to be said before still goes, a logout most of all. */
  #close(): void {
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    if (this.#unwritten.length === 0 && !this.#flushing) {
      link.close();
      return;
    }
    this.#unwritten.push({ link: { write: () => link.close(), close: () => {} }, bytes: NOTHING });
  }

  #wake(): void {
    if (this.#closed) return;
    const due = nextDue(this.#state, this.#options.settings);
    const timer = this.#timer;
    if (due === Number.POSITIVE_INFINITY) {
      timer?.cancel();
      this.#timer = undefined;
      return;
    }
    // One that rings too early asks again: that is cheaper than a new timer for every message.
    if (timer !== undefined && timer.at <= due) return;
    timer?.cancel();
    const { clock, rank = 0 } = this.#options;
    const cancel = clock.schedule(due, rank, () => {
      this.#timer = undefined;
      this.#put({ kind: 'tick', now: this.#now() });
    });
    this.#timer = { at: due, cancel };
  }
}

const NOTHING = Buffer.alloc(0);
