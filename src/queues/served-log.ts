import { ConfigurationError, InputError } from '../domain/errors.js';
import { messageOf, pause, ServiceError, within } from '../services/within.js';
import { unlessAborted } from './bell.js';
import { checkPosition, closedError } from './check-entry.js';
import type { SignalEntry, SignalLog } from './signal-log.js';

/** How long a reader waits before it connects again. */
const AGAIN = 200;
/** What a server says that will not change by asking again. */
const FINAL = /\b(WRONGTYPE|NOAUTH|WRONGPASS|NOPERM|ACCESS.REFUSED|PRECONDITION.FAILED|AUTHORIZATION)\b/i;

/** What is the same for all logs on a server: time-outs, errors by name, and readers that outlive its restarts. */
export abstract class ServedLog implements SignalLog {
  readonly name: string;
  protected readonly timeout: number;
  readonly #closing = new AbortController();

  constructor(name: string, timeout: number) {
    this.name = name;
    this.timeout = timeout;
  }

  async open(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await this.ask('open', (late) => this.prepare(late, signal));
  }

  abstract append(id: string, payload: Uint8Array): Promise<number>;
  abstract ack(position: number): Promise<void>;

  async *readFrom(position: number, signal: AbortSignal): AsyncIterable<SignalEntry> {
    checkPosition(this.name, position);
    if (this.#closing.signal.aborted) throw closedError(this.name);
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    let last = position;
    while (!ended.aborted) {
      try {
        for await (const entry of this.session(last, ended)) {
          if (ended.aborted) return;
          last = entry.position;
          yield entry;
          if (ended.aborted) return;
        }
      } catch (error) {
        if (ended.aborted) return;
        if (isFinal(error)) throw this.#named('read', error);
      }
      await pause(AGAIN, ended);
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    // A server that hangs does not hold us up.
    await within(this.timeout, `${this.name}: close`, this.disconnect()).catch(() => undefined);
  }

  /** Makes the connections that a session needs. @param ended what was made for this and nobody used is let go */
  protected abstract prepare(late: AbortSignal, ended: AbortSignal): Promise<void>;
  /** Hands out what is behind `position` on one connection, until aborted; it ends or throws when the connection is lost. */
  protected abstract session(position: number, signal: AbortSignal): AsyncIterable<SignalEntry>;
  protected abstract disconnect(): Promise<void>;

  /** Asks the server in time, and names the log in what goes wrong. */
  protected async ask<T>(what: string, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#closing.signal.aborted) throw closedError(this.name);
    const late = new AbortController();
    const signal = AbortSignal.any([late.signal, this.#closing.signal]);
    try {
      const answer = within(this.timeout, `${this.name}: ${what}`, action(signal));
      const done = await unlessAborted(
        answer.then((value) => ({ value })),
        this.#closing.signal,
      );
      if (done === undefined) throw new ServiceError(`${this.name} was closed during ${what}`);
      return done.value;
    } catch (error) {
      throw this.#named(what, error);
    } finally {
      late.abort();
    }
  }

  #named(what: string, error: unknown): Error {
    if (error instanceof InputError || error instanceof ConfigurationError || error instanceof ServiceError)
      return error;
    return new ServiceError(
      `${this.name}: ${what} failed: ${messageOf(error)}; see that the server runs, is reachable and lets us do it`,
      { cause: error },
    );
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof ConfigurationError || error instanceof InputError || FINAL.test(messageOf(error));
