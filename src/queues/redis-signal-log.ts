import { integerAtLeast, knownKeys, nonEmptyName, oneOf } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import { REDIS_KEYS, RedisLink, type RedisOptions } from '../services/redis-client.js';
import { addressOf, serviceUrl } from '../services/service-url.js';
import { within } from '../services/within.js';
import { checkEntry, checkPosition } from './check-entry.js';
import { ServedLog } from './served-log.js';
import type { SignalEntry, SignalLog } from './signal-log.js';

/** Where a signal log lies in Redis. */
export interface RedisSignalLogOptions extends RedisOptions {
  /** Begins the names of its keys: one for each queue. */
  readonly key: string;
  /** How many of the newest ids are remembered. @default 100000 */
  readonly remember?: number;
  /** How long a question may take. @default "5s" */
  readonly timeout?: Duration;
  /** `checked` refuses a server that does not sync each write; `trusted` does not ask. @default "checked" */
  readonly durability?: 'checked' | 'trusted';
}

const APPEND = `
local known = redis.call('ZSCORE', KEYS[2], ARGV[1])
if known then return tonumber(known) end
local position = redis.call('INCR', KEYS[3])
redis.call('XADD', KEYS[1], string.format('%d-0', position), 'id', ARGV[1], 'payload', ARGV[2])
redis.call('ZADD', KEYS[2], position, ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -(tonumber(ARGV[3]) + 1))
return position`;

const ACKNOWLEDGE = `
local position = math.min(tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[2]) or '0'))
if position <= tonumber(redis.call('GET', KEYS[3]) or '0') then return 0 end
redis.call('SET', KEYS[3], string.format('%d', position))
redis.call('XTRIM', KEYS[1], 'MINID', string.format('%d-0', position + 1))
return 1`;

/**
 * A signal log in a Redis Stream: entries are removed once acknowledged, ids are remembered in the same step that
 * appends. Needs the package `redis`, and a server with `appendonly yes`, `appendfsync always`, `maxmemory-policy noeviction`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * redisSignalLog({ url: 'redis://10.0.0.5:6379', key: 'desk:signals' })
 */
export function redisSignalLog(options: RedisSignalLogOptions): SignalLog {
  knownKeys('redisSignalLog', options, [...REDIS_KEYS, 'key', 'remember', 'timeout', 'durability']);
  serviceUrl('redisSignalLog.url', options.url, ['redis', 'rediss']);
  nonEmptyName('redisSignalLog.key', options.key);
  integerAtLeast('redisSignalLog.remember', options.remember ?? 100_000, 1);
  oneOf('redisSignalLog.durability', options.durability ?? 'checked', ['checked', 'trusted']);
  return new RedisSignalLog(options, milliseconds('redisSignalLog.timeout', options.timeout ?? '5s'));
}

type StreamReply = readonly [Buffer, readonly [Buffer, readonly Buffer[]][]][] | null;

class RedisSignalLog extends ServedLog {
  readonly #options: RedisSignalLogOptions;
  readonly #link: RedisLink;
  readonly #stream: string;
  readonly #ids: string;
  readonly #last: string;
  readonly #acknowledged: string;
  /** Made ahead of the session that takes it. */
  #ready: RedisLink | undefined;

  constructor(options: RedisSignalLogOptions, timeout: number) {
    super(`the signal log "${options.key}" in Redis at ${addressOf(options.url)}`, timeout);
    this.#options = options;
    this.#link = this.#newLink();
    // Braces keep them on one server of a cluster.
    const named = (part: string): string => `{${options.key}}:${part}`;
    [this.#stream, this.#ids, this.#last, this.#acknowledged] = [
      named('entries'),
      named('ids'),
      named('last'),
      named('acknowledged'),
    ];
  }

  async append(id: string, payload: Uint8Array): Promise<number> {
    checkEntry(this.name, id, payload);
    const keys = ['3', this.#stream, this.#ids, this.#last];
    const values = [id, Buffer.from(payload), String(this.#options.remember ?? 100_000)];
    return (await this.ask('append', (signal) =>
      this.#link.command(['EVAL', APPEND, ...keys, ...values], signal),
    )) as number;
  }

  async ack(position: number): Promise<void> {
    checkPosition(this.name, position);
    const keys = ['3', this.#stream, this.#last, this.#acknowledged];
    await this.ask('ack', (signal) =>
      this.#link.command(['EVAL', ACKNOWLEDGE, ...keys, String(position)], signal),
    );
  }

  protected async prepare(late: AbortSignal, ended: AbortSignal): Promise<void> {
    if (this.#ready !== undefined) return;
    const link = this.#newLink();
    this.#ready = link;
    const letGo = (): void => {
      if (this.#ready !== link) return;
      this.#ready = undefined;
      void link.close();
    };
    ended.addEventListener('abort', letGo, { once: true });
    try {
      await link.command(['PING'], late);
    } catch (error) {
      ended.removeEventListener('abort', letGo);
      letGo();
      throw error;
    }
  }

  protected async *session(position: number, signal: AbortSignal): AsyncIterable<SignalEntry> {
    // A connection of its own: it waits there.
    const ready = this.#ready;
    this.#ready = undefined;
    let link = ready ?? this.#newLink();
    const acknowledged = async (): Promise<number> => {
      const asked = link.command(['GET', this.#acknowledged], signal);
      return Number((await within(this.timeout, `${this.name}: read`, asked)) ?? 0);
    };
    try {
      let last = position;
      if (last === 0) {
        last = await acknowledged().catch(async (error: unknown) => {
          // A connection that was made ahead may have been lost since.
          if (link !== ready || signal.aborted) throw error;
          await link.close();
          link = this.#newLink();
          return await acknowledged();
        });
      }
      while (!signal.aborted) {
        const asked = link.command(
          ['XREAD', 'COUNT', '64', 'BLOCK', '1000', 'STREAMS', this.#stream, `${last}-0`],
          signal,
        );
        const reply = (await within(this.timeout + 1_000, `${this.name}: read`, asked)) as StreamReply;
        for (const [place, fields] of reply?.[0]?.[1] ?? []) {
          last = Number(place.toString().split('-')[0]);
          yield entryOf(last, fields);
        }
      }
    } finally {
      await link.close();
    }
  }

  protected async disconnect(): Promise<void> {
    await Promise.all([this.#link.close(), this.#ready?.close()]);
  }

  #newLink(): RedisLink {
    return new RedisLink(this.#options, {
      user: 'redisSignalLog',
      name: this.name,
      timeout: this.timeout,
      durability: this.#options.durability ?? 'checked',
    });
  }
}

/** What somebody else added may lack either field. */
function entryOf(position: number, fields: readonly Buffer[]): SignalEntry {
  const field = (name: string): Buffer | undefined => {
    for (let index = 0; index < fields.length; index += 2)
      if (fields[index]?.toString() === name) return fields[index + 1];
    return undefined;
  };
  const id = field('id')?.toString().slice(0, 200);
  return {
    position,
    id: id === undefined || id === '' ? `at-${position}` : id,
    payload: Uint8Array.from(field('payload') ?? []),
    deliveries: 0,
  };
}
