import { ConfigurationError, InputError } from '../../domain/errors.js';
import { Turns } from '../../services/turns.js';
import { messageOf, ServiceError, within } from '../../services/within.js';
import { EMPTY_REGISTER, type Register, type RegisterAnswer, type RegisterValue } from './register.js';
import { decodeStored, encodeStored, faultOf, type StoredValue, sameValue } from './stored-value.js';

/** What was read, and the engine's own mark of it: any write changes the mark. */
export interface Reading<V> {
  readonly mark: V;
  readonly text: string | undefined;
}

/** What an engine has to be able to do: everything else is the same for all. */
export interface RegisterEngine<V> {
  /** What kind it is and where. */
  readonly name: string;
  /** Reads what was written last by anybody, never anything older. */
  read(signal: AbortSignal): Promise<Reading<V>>;
  /** Writes if nobody has since `mark`, and gives the new mark; `undefined` when somebody has. */
  write(mark: V, text: string, signal: AbortSignal): Promise<V | undefined>;
  close(): Promise<void>;
}

interface Known<V> extends StoredValue {
  readonly mark: V;
}

/**
 * A register over an engine that writes under a condition.
 *
 * A write without an answer is in doubt: it may be done later still, when whoever asked has read the old value and acts on
 * it. So the next reading writes what it finds once more: that changes the mark, and the doubtful write is either found
 * or can never happen.
 *
 * ```
 * write   --a-X               X: no answer
 * get           -r-w(r)-|     r: read; w: written again under the mark of r
 * ```
 */
export class VersionedRegister<V> implements Register {
  readonly name: string;
  readonly #engine: RegisterEngine<V>;
  readonly #timeout: number;
  readonly #turns = new Turns();
  readonly #closing = new AbortController();
  #known: Known<V> | undefined;
  #doubt = false;

  constructor(engine: RegisterEngine<V>, timeout: number) {
    this.name = engine.name;
    this.#engine = engine;
    this.#timeout = timeout;
  }

  get(): Promise<RegisterValue> {
    return this.#ask('get', async (signal) => (await this.#read(signal)).value);
  }

  compareAndSet(expected: RegisterValue, next: RegisterValue): Promise<RegisterAnswer> {
    for (const [what, value] of [
      ['expected', expected],
      ['next', next],
    ] as const) {
      const fault = faultOf(value);
      if (fault !== undefined)
        return Promise.reject(new ConfigurationError(`compareAndSet of ${this.name}, ${what}: ${fault}`));
    }
    return this.#ask('compareAndSet', (signal) => this.#exchange(expected, next, signal));
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#engine.close();
  }

  async #exchange(
    expected: RegisterValue,
    next: RegisterValue,
    signal: AbortSignal,
  ): Promise<RegisterAnswer> {
    // What was read last is tried first: it saves a round trip at the moment that counts.
    let known = this.#doubt ? undefined : this.#known;
    if (known !== undefined && !sameValue(known.value, expected)) known = undefined;
    for (;;) {
      known ??= await this.#read(signal);
      if (!sameValue(known.value, expected)) return { done: false, value: known.value };
      const written = await this.#write(known, next, signal);
      if (written !== undefined) return { done: true, value: written.value };
      known = undefined;
    }
  }

  async #read(signal: AbortSignal): Promise<Known<V>> {
    for (;;) {
      const { mark, text } = await this.#engine.read(signal);
      signal.throwIfAborted();
      const stored = text === undefined ? { value: EMPTY_REGISTER, write: 0 } : decodeStored(this.name, text);
      const known = { mark, ...stored };
      this.#known = known;
      if (!this.#doubt) return known;
      const settled = await this.#write(known, known.value, signal);
      if (settled !== undefined) return settled;
    }
  }

  async #write(
    { mark, write }: Known<V>,
    next: RegisterValue,
    signal: AbortSignal,
  ): Promise<Known<V> | undefined> {
    const stored = { value: { ...next, inSync: [...next.inSync] }, write: write + 1 };
    // Until there is an answer; whether that comes is not known before.
    this.#doubt = true;
    this.#known = undefined;
    const changed = await this.#engine.write(mark, encodeStored(stored), signal);
    // An answer that comes too late is for nobody: another question may be under way.
    signal.throwIfAborted();
    this.#doubt = false;
    if (changed === undefined) return undefined;
    this.#known = { mark: changed, ...stored };
    return this.#known;
  }

  #ask<T>(what: string, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      if (this.#closing.signal.aborted) throw new ServiceError(`${this.name} is closed`);
      const late = new AbortController();
      const signal = AbortSignal.any([late.signal, this.#closing.signal]);
      const closed = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () =>
          reject(new ServiceError(`${this.name} was closed during ${what}`)),
        );
      });
      try {
        return await within(this.#timeout, `${this.name}: ${what}`, Promise.race([action(signal), closed]));
      } catch (error) {
        if (
          error instanceof InputError ||
          error instanceof ConfigurationError ||
          error instanceof ServiceError
        )
          throw error;
        throw new ServiceError(
          `${this.name}: ${what} failed: ${messageOf(error)}; see that it runs, is reachable and lets this member write`,
          { cause: error },
        );
      } finally {
        // Nothing of it goes on once whoever asked was told.
        late.abort();
      }
    });
  }
}
