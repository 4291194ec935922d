import { integerAtLeast, knownKeys, nonEmptyName } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Signal } from '../../domain/signal.js';
import { REDIS_KEYS, RedisLink, type RedisOptions } from '../../services/redis-client.js';
import { addressOf, serviceUrl } from '../../services/service-url.js';
import { pause, within } from '../../services/within.js';
import { closedError } from '../check-entry.js';
import { NewestSignals } from './newest-signals.js';
import { type FeedOptions, type SignalFeed, signalBytes, signalOf } from './signal-feed.js';

/** The stream of Redis that carries the feed, how long it is, and how long a question may take. */
export interface RedisSignalFeedOptions extends FeedOptions, RedisOptions {
  /** The stream. */
  readonly key: string;
  /** About how many of the newest words the stream holds. @default 100000 */
  readonly length?: number;
  /** How long a question may take. @default "2s" */
  readonly timeout?: Duration;
}

/**
 * A feed in a Redis Stream, a word an entry in the field `signal`. Who joins reads the stream from its beginning, and is told
 * what still counts of it. While Redis is away `publish` rejects at once: nothing is queued to be told late. Needs the
 * package `redis`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const feed = redisSignalFeed({ url: 'redis://10.0.0.5:6379', key: 'desk:pool' });
 */
export function redisSignalFeed(options: RedisSignalFeedOptions): SignalFeed {
  knownKeys('redisSignalFeed', options, [...REDIS_KEYS, 'key', 'length', 'timeout', 'now']);
  serviceUrl('redisSignalFeed.url', options.url, ['redis', 'rediss']);
  nonEmptyName('redisSignalFeed.key', options.key);
  integerAtLeast('redisSignalFeed.length', options.length ?? 100_000, 1);
  return new RedisSignalFeed(options, milliseconds('redisSignalFeed.timeout', options.timeout ?? '2s'));
}

/** How long a read waits for something new. */
const WAIT = 1_000;
const PAGE = '1000';

type Entries = readonly (readonly [Buffer, readonly Buffer[]])[];

class RedisSignalFeed implements SignalFeed {
  readonly name: string;
  readonly #options: RedisSignalFeedOptions;
  readonly #timeout: number;
  readonly #now: () => number;
  readonly #link: RedisLink;
  readonly #closing = new AbortController();

  constructor(options: RedisSignalFeedOptions, timeout: number) {
    this.name = `the signal feed "${options.key}" in Redis at ${addressOf(options.url)}`;
    this.#options = options;
    this.#timeout = timeout;
    this.#now = options.now ?? Date.now;
    this.#link = this.#newLink();
  }

  async publish(signal: Signal): Promise<void> {
    this.#checkOpen();
    const bytes = signalBytes(signal);
    const { key, length = 100_000 } = this.#options;
    const abort = new AbortController();
    const args = ['XADD', key, 'MAXLEN', '~', String(length), '*', 'signal', bytes];
    try {
      await within(this.#timeout, `${this.name}: publish`, this.#link.command(args, abort.signal));
    } catch (error) {
      abort.abort();
      throw error;
    }
  }

  async *listen(abort: AbortSignal): AsyncIterable<Signal> {
    this.#checkOpen();
    const ended = AbortSignal.any([abort, this.#closing.signal]);
    const told = new NewestSignals();
    let last = '0-0';
    while (!ended.aborted) {
      // A connection of its own: it waits there.
      const link = this.#newLink();
      try {
        // What is behind the present end is a snapshot: only the newest words of it are told.
        const joined = new NewestSignals();
        for (;;) {
          const entries = await this.#read(link, last, ended, false);
          for (const [place, fields] of entries) {
            last = place.toString();
            const signal = signalOf(field(fields));
            if (signal !== undefined) joined.take(signal, this.#now());
          }
          if (entries.length < Number(PAGE)) break;
        }
        for (const signal of joined.active(this.#now())) if (told.take(signal, this.#now())) yield signal;
        while (!ended.aborted) {
          for (const [place, fields] of await this.#read(link, last, ended, true)) {
            last = place.toString();
            const signal = signalOf(field(fields));
            if (signal !== undefined && told.take(signal, this.#now())) yield signal;
          }
        }
      } catch (error) {
        if (ended.aborted) return;
        // The stream may have been made anew, with earlier places.
        if (/WRONGTYPE|NOAUTH|WRONGPASS|NOPERM/.test(String(error))) throw error;
        await pause(200, ended);
        last = '0-0';
      } finally {
        await link.close();
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#link.close();
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closedError(this.name);
  }

  async #read(link: RedisLink, last: string, ended: AbortSignal, waits: boolean): Promise<Entries> {
    const block = waits ? ['BLOCK', String(WAIT)] : [];
    const asked = link.command(['XREAD', 'COUNT', PAGE, ...block, 'STREAMS', this.#options.key, last], ended);
    const reply = (await within(this.#timeout + WAIT, `${this.name}: read`, asked)) as
      | readonly [readonly [Buffer, Entries]]
      | null;
    return reply?.[0]?.[1] ?? [];
  }

  #newLink(): RedisLink {
    const { key: _key, length: _length, timeout: _timeout, now: _now, ...redis } = this.#options;
    return new RedisLink(redis, {
      user: 'redisSignalFeed',
      name: this.name,
      timeout: this.#timeout,
      durability: 'trusted',
    });
  }
}

function field(fields: readonly Buffer[]): Buffer | undefined {
  for (let at = 0; at < fields.length; at += 2)
    if (fields[at]?.toString() === 'signal') return fields[at + 1];
  return undefined;
}
