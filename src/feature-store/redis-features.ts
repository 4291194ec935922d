import { crc32 } from 'node:zlib';
import { knownKeys, nonEmptyName } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import { InputError } from '../domain/errors.js';
import { REDIS_KEYS, RedisLink, type RedisOptions } from '../services/redis-client.js';
import { addressOf, serviceUrl } from '../services/service-url.js';
import { within } from '../services/within.js';
import { called, type FeatureView } from './feature-view.js';
import { checkRow, expired, type FeatureVector } from './online-features.js';

/** What is kept in Redis: the view, the names of its keys, and how long a question may take. */
export interface RedisFeaturesOptions<N extends string> extends RedisOptions {
  readonly view: FeatureView<N>;
  /** Begins the names of its keys, one an instrument. @default "millrace" */
  readonly prefix?: string;
  /** How long a question may take. @default "1s" */
  readonly timeout?: Duration;
}

/** The newest row of each instrument, shared by processes through Redis. */
export interface SharedFeatures<N extends string = string> {
  readonly view: FeatureView<N>;
  /** Writes rows; one whose event time lies before that of what is there changes nothing. Resolves with how many were taken. */
  write(rows: readonly SharedRow[]): Promise<number>;
  /** The newest row of each instrument; `undefined` where there is none, or it has expired at `time`. */
  read(instruments: readonly string[], time: number): Promise<(FeatureVector | undefined)[]>;
  close(): Promise<void>;
}

/** A row for the shared store. */
export interface SharedRow extends Omit<FeatureVector, 'values'> {
  readonly instrument: string;
  readonly values: ArrayLike<number>;
}

/** Checksum, 16 bytes of the fingerprint, then doubles: event time, known time, values. All little-endian. */
const CHECKSUM = 4;
const PRINT = 16;
const HEAD = CHECKSUM + PRINT;

/** Keeps a row unless one of a later event time is there, and lets it go when it has expired. */
const PUT = `
local taken = 0
for index, key in ipairs(KEYS) do
  local blob = ARGV[2 * index]
  local held = redis.call('GET', key)
  local skip = false
  if held and #held >= ${HEAD + 16} and string.sub(held, ${CHECKSUM + 1}, ${HEAD}) == string.sub(blob, ${CHECKSUM + 1}, ${HEAD}) then
    skip = struct.unpack('<d', held, ${HEAD + 1}) > struct.unpack('<d', blob, ${HEAD + 1})
  end
  if not skip then
    redis.call('SET', key, blob, 'PX', ARGV[2 * index + 1])
    taken = taken + 1
  end
end
return taken`;

/**
 * A view's newest rows in Redis: one blob an instrument, with a checksum and the view's fingerprint. It is no history:
 * `asOf` is for the store in the process.
 *
 * While Redis is away, writes and reads reject at once; nothing is queued to be written late. Needs the package `redis`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const shared = redisFeatures({ url: 'redis://10.0.0.5:6379', view });
 * await shared.write([{ instrument: 'ESZ6.FUT@cme', eventTime, knownTime, values }]);
 */
export function redisFeatures<N extends string>(options: RedisFeaturesOptions<N>): SharedFeatures<N> {
  knownKeys('redisFeatures', options, [...REDIS_KEYS, 'view', 'prefix', 'timeout']);
  serviceUrl('redisFeatures.url', options.url, ['redis', 'rediss']);
  const prefix = nonEmptyName('redisFeatures.prefix', options.prefix ?? 'millrace');
  const timeout = milliseconds('redisFeatures.timeout', options.timeout ?? '1s');
  return new RedisFeatures(options, prefix, timeout);
}

class RedisFeatures<N extends string> implements SharedFeatures<N> {
  readonly view: FeatureView<N>;
  readonly #name: string;
  readonly #prefix: string;
  readonly #timeout: number;
  readonly #link: RedisLink;
  readonly #print: Buffer;

  constructor(options: RedisFeaturesOptions<N>, prefix: string, timeout: number) {
    this.view = options.view;
    this.#name = `the shared features in Redis at ${addressOf(options.url)}`;
    this.#timeout = timeout;
    const { view, prefix: _prefix, timeout: _timeout, ...redis } = options;
    this.#link = new RedisLink(redis, {
      user: 'redisFeatures',
      name: this.#name,
      timeout,
      durability: 'trusted',
    });
    // Braces keep them on one server of a cluster.
    this.#prefix = `{${prefix}:${view.name}}:`;
    this.#print = Buffer.from(view.fingerprint, 'hex').subarray(0, PRINT);
  }

  async write(rows: readonly SharedRow[]): Promise<number> {
    if (rows.length === 0) return 0;
    const keys: string[] = [];
    const values: (string | Buffer)[] = [];
    for (const { instrument, eventTime, knownTime, values: row } of rows) {
      checkRow(this.view, instrument, eventTime, knownTime, row);
      const left = Math.ceil(eventTime + this.view.ttl - knownTime);
      keys.push(this.#prefix + instrument);
      // The last bits of the time-out are the reader's business: it goes by the event time.
      values.push(this.#blob(eventTime, knownTime, row), String(Math.max(left, 1)));
    }
    const args = ['EVAL', PUT, String(keys.length), ...keys, '', ...values];
    return Number(await this.#ask('write', args));
  }

  async read(instruments: readonly string[], time: number): Promise<(FeatureVector | undefined)[]> {
    if (instruments.length === 0) return [];
    const args = ['MGET', ...instruments.map((instrument) => this.#prefix + instrument)];
    const blobs = (await this.#ask('read', args)) as readonly (Buffer | null)[];
    return blobs.map((blob, index) => {
      if (blob === null) return undefined;
      const row = this.#row(instruments[index] as string, blob);
      return expired(this.view, row.eventTime, time) ? undefined : row;
    });
  }

  async close(): Promise<void> {
    await this.#link.close();
  }

  #blob(eventTime: number, knownTime: number, values: ArrayLike<number>): Buffer {
    const blob = Buffer.alloc(HEAD + 8 * (2 + values.length));
    this.#print.copy(blob, CHECKSUM);
    blob.writeDoubleLE(eventTime, HEAD);
    blob.writeDoubleLE(knownTime, HEAD + 8);
    for (let column = 0; column < values.length; column++)
      blob.writeDoubleLE(values[column] as number, HEAD + 16 + 8 * column);
    blob.writeUInt32LE(crc32(blob.subarray(CHECKSUM)), 0);
    return blob;
  }

  #row(instrument: string, blob: Buffer): FeatureVector {
    const what = `${this.#name}: the row of ${instrument}`;
    if (blob.length < HEAD + 16 || crc32(blob.subarray(CHECKSUM)) !== blob.readUInt32LE(0))
      throw new InputError(`${what} is damaged: its checksum differs`);
    if (!blob.subarray(CHECKSUM, HEAD).equals(this.#print))
      throw new InputError(
        `${what} is of other features than ${called(this.view)}: their fingerprint begins with ` +
          blob.toString('hex', CHECKSUM, CHECKSUM + 6),
      );
    const values = new Float64Array((blob.length - HEAD - 16) / 8);
    for (let column = 0; column < values.length; column++)
      values[column] = blob.readDoubleLE(HEAD + 16 + 8 * column);
    return { eventTime: blob.readDoubleLE(HEAD), knownTime: blob.readDoubleLE(HEAD + 8), values };
  }

  #ask(what: string, args: readonly (string | Buffer)[]): Promise<unknown> {
    const abort = new AbortController();
    const asked = within(this.#timeout, `${this.#name}: ${what}`, this.#link.command(args, abort.signal));
    return asked.catch((error: unknown) => {
      abort.abort();
      throw error;
    });
  }
}
