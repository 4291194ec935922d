/** One entry of a {@link SignalLog}. */
export interface SignalEntry {
  /** Place in the log: counts from 1 without gaps where the engine allows it, always growing. */
  readonly position: number;
  /** Given by whoever appended it: the same id twice is one signal. 1 to 200 characters. */
  readonly id: string;
  readonly payload: Uint8Array;
  /** How often it was handed out before, where the engine counts it; 0 at first. */
  readonly deliveries: number;
}

/**
 * A queue of signals that outlives a crash: what was appended is handed out until it is acknowledged, in order, at
 * least once. Exactly one effect comes of it by the ids, which the journal remembers.
 *
 * ```
 * append   a--b----c-----
 * readFrom -a--b-X        X: kill -9, before b was acknowledged
 * readFrom        b-c----  the successor
 * ack      --a-----b-c---
 * ```
 */
export interface SignalLog {
  readonly name: string;
  /**
   * Gets ready to be read, where that takes time: loads its client, makes its connections. A follower's queue asks for it, so that
   * a takeover does not wait for it. What it made for this and nobody used is let go when aborted. Rejects when it cannot: then
   * {@link readFrom} tries anew.
   */
  open?(signal: AbortSignal): Promise<void>;
  /**
   * Appends one signal; resolves when the engine holds it as durably as it was configured to, with its position.
   * An id that is still remembered is not appended twice: the position of the first is given.
   */
  append(id: string, payload: Uint8Array): Promise<number>;
  /** Hands out everything behind `position` (0: from the first that is not acknowledged), then what comes, until aborted. */
  readFrom(position: number, signal: AbortSignal): AsyncIterable<SignalEntry>;
  /** Everything up to and with `position` is done with. */
  ack(position: number): Promise<void>;
  close(): Promise<void>;
}
