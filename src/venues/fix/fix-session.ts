import { integerAtLeast } from '../../domain/check.js';
import type { Field } from './codec/encode.js';
import { Alarm } from './session/alarm.js';
import { Notices } from './session/notices.js';
import { replay } from './session/replay.js';
import type { FixCounts, FixSessionOptions } from './session/session-options.js';
import {
  type Phase,
  type SessionEffect,
  type SessionInput,
  type SessionState,
  sessionState,
} from './session/state.js';
import { step } from './session/step.js';
import { nextDue } from './session/tick.js';
import { Connection } from './transport/connection.js';
import { Outbox } from './transport/outbox.js';

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
  readonly #connection: Connection;
  readonly #alarm: Alarm;
  readonly #notices: Notices;
  readonly #inputs: SessionInput[] = [];
  #state: SessionState;
  #running = false;
  #closed = false;
  #broken = false;
  #sent = 0;
  #received = 0;
  #connections = 0;
  #stopped: (() => void)[] = [];

  constructor(options: FixSessionOptions) {
    const { application, clock, rank = 0, settings, store } = options;
    this.#options = options;
    const flushed = store.synced ? () => store.flushed() : undefined;
    this.#connection = new Connection(
      settings.largestMessage,
      new Outbox(flushed, (error) => this.#broke(error)),
    );
    this.#alarm = new Alarm(clock, rank, () => this.#put({ kind: 'tick', now: this.#now() }));
    this.#notices = new Notices((text) => application.alert('peer', text));
    this.#state = sessionState(store.numbers, options.seed);
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
      garbled: this.#connection.garbled,
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
    this.#connection.abandon();
    this.#alarm.stop();
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
    if (!this.#closed) this.#alarm.set(nextDue(this.#state, this.#options.settings));
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
      this.#notices.add(() => this.#options.application.alert('peer', text));
      this.#connection.close();
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
        this.#connection.close();
        break;
      case 'send':
        if (!this.#storedSent(effect)) break;
        this.#sent++;
        this.#connection.write(effect.bytes);
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
        this.#notices.add(() => application.message(effect.message));
        break;
      case 'up':
        this.#notices.add(() => application.up?.());
        break;
      case 'caughtUp':
        this.#notices.add(() => application.caughtUp());
        break;
      case 'down':
        this.#notices.add(() => application.down(effect.reason));
        break;
      case 'lost':
        this.#notices.add(() => application.lost(effect.from, effect.to));
        break;
      case 'alert':
        this.#notices.add(() => application.alert(effect.code, effect.text));
        break;
    }
  }

  #tellAll(): void {
    if (!this.#notices.tellAll()) return;
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
    this.#connection.close();
    const { application } = this.#options;
    const text = (error as Error).message;
    this.#notices.add(() => application.alert('store', text));
    if (this.#state.phase === 'up' || this.#state.phase === 'logout')
      this.#notices.add(() => application.down(text));
    this.#state = { ...this.#state, phase: 'stopped' };
    if (!this.#running) this.#tellAll();
  }

  #open(): void {
    if (this.#broken) return;
    const { store, transport, logon } = this.#options;
    this.#connections++;
    const begin = (): void => {
      if (this.#closed || this.#broken || this.#state.phase !== 'connecting') return;
      this.#connection.open(transport, {
        connected: () => this.#logOn(logon),
        message: (message) => this.#put({ kind: 'message', now: this.#now(), message }),
        closed: (reason) => this.#put({ kind: 'disconnected', now: this.#now(), reason }),
      });
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
      this.#notices.add(() => this.#options.application.alert('logon', reason));
      this.#connection.close();
      this.#put({ kind: 'disconnected', now, reason });
      return;
    }
    this.#put({ kind: 'connected', now, logon: fields });
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
      this.#connection.write(bytes);
  }
}
