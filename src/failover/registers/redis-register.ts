import { knownKeys, nonEmptyName, oneOf } from '../../domain/check.js';
import { REDIS_KEYS, RedisLink, type RedisOptions } from '../../services/redis-client.js';
import { addressOf, serviceUrl } from '../../services/service-url.js';
import type { Register } from './register.js';
import { type RegisterOptions, timeoutOf } from './register-options.js';
import { type Reading, type RegisterEngine, VersionedRegister } from './versioned-register.js';

/** Where a Redis register lies. */
export interface RedisRegisterOptions extends RegisterOptions, RedisOptions {
  /** The key: one for each pair. */
  readonly key: string;
  /**
   * `checked` refuses a server that does not sync each write (`appendonly yes`, `appendfsync always`); `trusted` does not
   * ask, for servers that do not let us.
   * @default "checked"
   */
  readonly durability?: 'checked' | 'trusted';
}

/** Compares and sets in one step. A key that is not there is the empty text. */
const EXCHANGE = `
local held = redis.call('GET', KEYS[1])
if held == false then held = '' end
if held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`;

/**
 * A register in **one** Redis server. Its replication is asynchronous: a failover of Redis itself (Sentinel, Cluster) may
 * take a change back, so use it where a register down means waiting, not switching; etcd is the choice for several hosts.
 *
 * Needs the package `redis`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * redisRegister({ url: 'redis://10.0.0.5:6379', key: 'desk' })
 */
export function redisRegister(options: RedisRegisterOptions): Register {
  knownKeys('redisRegister', options, [...REDIS_KEYS, 'key', 'durability', 'timeout']);
  serviceUrl('redisRegister.url', options.url, ['redis', 'rediss']);
  nonEmptyName('redisRegister.key', options.key);
  oneOf('redisRegister.durability', options.durability ?? 'checked', ['checked', 'trusted']);
  const timeout = timeoutOf('redisRegister', options);
  return new VersionedRegister(new RedisEngine(options, timeout), timeout);
}

class RedisEngine implements RegisterEngine<string> {
  readonly name: string;
  readonly #key: string;
  readonly #link: RedisLink;

  constructor(options: RedisRegisterOptions, timeout: number) {
    const { url, key, durability = 'checked' } = options;
    this.name = `the register "${key}" in Redis at ${addressOf(url)}`;
    this.#key = key;
    this.#link = new RedisLink(options, { user: 'redisRegister', name: this.name, timeout, durability });
  }

  async read(signal: AbortSignal): Promise<Reading<string>> {
    const held = (await this.#link.command(['GET', this.#key], signal)) as Buffer | null;
    const text = held === null ? undefined : held.toString();
    return { mark: text ?? '', text };
  }

  async write(mark: string, text: string, signal: AbortSignal): Promise<string | undefined> {
    const done = await this.#link.command(['EVAL', EXCHANGE, '1', this.#key, mark, text], signal);
    return done === 1 ? text : undefined;
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
