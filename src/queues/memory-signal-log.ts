import { Bell, unlessAborted } from './bell.js';
import { checkEntry, checkPosition, closedError } from './check-entry.js';
import type { SignalEntry, SignalLog } from './signal-log.js';

/** What handles of one log in memory share; it outlives them. */
export interface MemoryQueue {
  readonly entries: SignalEntry[];
  readonly bell: Bell;
  acknowledged: number;
}

/**
 * An empty queue for {@link memorySignalLog}.
 *
 * @example
 * const queue = memoryQueue();
 * const log = memorySignalLog(queue);
 */
export function memoryQueue(): MemoryQueue {
  return { entries: [], bell: new Bell(), acknowledged: 0 };
}

/**
 * A log in this process, for tests: it survives its handles, not the process. It remembers every id.
 *
 * @example
 * const log = memorySignalLog();
 */
export function memorySignalLog(queue: MemoryQueue = memoryQueue()): SignalLog {
  const name = 'the signal log in memory';
  const closing = new AbortController();
  const open = (): void => {
    if (closing.signal.aborted) throw closedError(name);
  };
  return {
    name,
    async append(id, payload) {
      open();
      checkEntry(name, id, payload);
      const known = queue.entries.find((entry) => entry.id === id);
      if (known !== undefined) return known.position;
      const position = queue.entries.length + 1;
      queue.entries.push({ position, id, payload: Uint8Array.from(payload), deliveries: 0 });
      queue.bell.ring();
      return position;
    },
    async *readFrom(position, signal) {
      open();
      checkPosition(name, position);
      const ended = AbortSignal.any([signal, closing.signal]);
      let at = position === 0 ? queue.acknowledged : position;
      while (!ended.aborted) {
        const { next } = queue.bell;
        const entry = queue.entries[at];
        if (entry === undefined) await unlessAborted(next, ended);
        else {
          at++;
          yield entry;
        }
      }
    },
    async ack(position) {
      open();
      checkPosition(name, position);
      queue.acknowledged = Math.max(queue.acknowledged, Math.min(position, queue.entries.length));
    },
    async close() {
      closing.abort();
    },
  };
}
