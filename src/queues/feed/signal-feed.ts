import { ConfigurationError } from '../../domain/errors.js';
import type { Signal } from '../../domain/signal.js';
import { checkEvent } from '../../domain/wire.js';

/**
 * The pool of signals across processes: everybody hears the newest word of each signal on each instrument, whoever joins
 * late too. It is no queue: what was replaced or has expired is not told, and nothing is acknowledged.
 *
 * ```
 * publish  a1--b1--a2--a1'--      a1' is late
 * listen   a1--b1--a2-------      from the start
 * listen           |b1-a2---      joined late: what counts now, then what comes
 * ```
 */
export interface SignalFeed {
  readonly name: string;
  /** Resolves when the transport has it. @throws ConfigurationError for what is no signal */
  publish(signal: Signal): Promise<void>;
  /**
   * First what counts now, then what comes, until aborted. It outlives a transport that goes away for a while: what
   * has expired meanwhile is never told as fresh, what is still good comes once.
   */
  listen(abort: AbortSignal): AsyncIterable<Signal>;
  close(): Promise<void>;
}

/** What is the same for all feeds. */
export interface FeedOptions {
  /** Unix milliseconds by which signals expire. @default the machine's clock */
  readonly now?: () => number;
}

/** The bytes of a signal on the wire: JSON. @throws ConfigurationError for what is no signal */
export function signalBytes(signal: Signal): Buffer {
  try {
    checkEvent({ kind: 'signal', signal });
  } catch (error) {
    throw new ConfigurationError(`a feed publishes signals: ${(error as Error).message}`, { cause: error });
  }
  return Buffer.from(JSON.stringify(signal));
}

/** The signal that bytes hold, or `undefined`: what others publish stops nobody. */
export function signalOf(bytes: Uint8Array | undefined): Signal | undefined {
  try {
    const signal = JSON.parse(Buffer.from(bytes ?? []).toString()) as Signal;
    checkEvent({ kind: 'signal', signal });
    return signal;
  } catch {
    return undefined;
  }
}
