import { knownKeys } from '../../domain/check.js';
import { unlessAborted } from '../bell.js';
import { closedError } from '../check-entry.js';
import { Mailbox } from './mailbox.js';
import { NewestSignals } from './newest-signals.js';
import { type FeedOptions, type SignalFeed, signalBytes, signalOf } from './signal-feed.js';

/** What the handles of one feed in memory share. */
export interface MemoryFeed {
  readonly newest: NewestSignals;
  readonly listeners: Set<Mailbox<Uint8Array>>;
}

/**
 * An empty feed for {@link memorySignalFeed}.
 *
 * @example
 * const feed = memoryFeed();
 */
export function memoryFeed(): MemoryFeed {
  return { newest: new NewestSignals(), listeners: new Set() };
}

/**
 * A feed within this process: the default, and the model that the others are tested against.
 *
 * @throws ConfigurationError for an option that nobody reads
 * @example
 * const feed = memorySignalFeed();
 */
export function memorySignalFeed(options: FeedOptions = {}, shared: MemoryFeed = memoryFeed()): SignalFeed {
  knownKeys('memorySignalFeed', options, ['now']);
  const now = options.now ?? Date.now;
  const name = 'the signal feed in memory';
  const closing = new AbortController();
  return {
    name,
    publish: async (signal) => {
      if (closing.signal.aborted) throw closedError(name);
      const bytes = signalBytes(signal);
      if (!shared.newest.take(signal, now())) return;
      for (const listener of shared.listeners) listener.put(bytes);
    },
    async *listen(abort) {
      if (closing.signal.aborted) throw closedError(name);
      const ended = AbortSignal.any([abort, closing.signal]);
      const mailbox = new Mailbox<Uint8Array>();
      const told = new NewestSignals();
      for (const signal of shared.newest.active(now())) mailbox.put(signalBytes(signal));
      shared.listeners.add(mailbox);
      try {
        while (!ended.aborted) {
          const bytes = await unlessAborted(mailbox.next(), ended);
          const signal = ended.aborted ? undefined : signalOf(bytes);
          if (signal !== undefined && told.take(signal, now())) yield signal;
        }
      } finally {
        shared.listeners.delete(mailbox);
      }
    },
    close: async () => closing.abort(),
  };
}
