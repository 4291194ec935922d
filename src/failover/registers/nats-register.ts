import type { KV } from '@nats-io/kv';
import { integerAtLeast, knownKeys, nonEmptyName, refuse } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import {
  connectNats,
  jetStreamOf,
  NATS_KEYS,
  type NatsOptions,
  natsCode,
  WRONG_LAST_SEQUENCE,
} from '../../services/nats-client.js';
import { optionalPackage } from '../../services/optional-package.js';
import { checkServers } from '../../services/service-url.js';
import type { Register } from './register.js';
import { type RegisterOptions, timeoutOf } from './register-options.js';
import { type Reading, type RegisterEngine, VersionedRegister } from './versioned-register.js';

/** Where a NATS register lies. */
export interface NatsRegisterOptions extends RegisterOptions, NatsOptions {
  /** The key-value bucket; it is made when it is not there. @default "millrace-registers" */
  readonly bucket?: string;
  /** The key: one for each pair. */
  readonly key: string;
  /** On how many servers of the cluster a new bucket lies: 1, 3 or 5. @default 1 */
  readonly replicas?: number;
}

/**
 * A register in a NATS key-value bucket, changed by revision.
 *
 * JetStream syncs its files every two minutes unless told otherwise: set `sync_interval: always` in the servers'
 * `jetstream` block, or a power cut takes confirmed changes back. Needs the packages `@nats-io/transport-node`,
 * `@nats-io/jetstream` and `@nats-io/kv`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * natsRegister({ servers: ['nats://10.0.0.5:4222'], key: 'desk' })
 */
export function natsRegister(options: NatsRegisterOptions): Register {
  knownKeys('natsRegister', options, [...NATS_KEYS, 'bucket', 'key', 'replicas', 'timeout']);
  checkServers('natsRegister.servers', options.servers, ['nats', 'tls']);
  const { bucket = 'millrace-registers', key, replicas = 1 } = options;
  if (!/^[\w-]{1,100}$/.test(bucket))
    refuse('natsRegister.bucket', 'a name of letters, digits, _ and -', bucket);
  if (!/^[-/_=.a-zA-Z0-9]+$/.test(nonEmptyName('natsRegister.key', key)) || /^\.|\.$|\.\./.test(key))
    refuse('natsRegister.key', 'a key of letters, digits, - / _ = and single dots within', key);
  integerAtLeast('natsRegister.replicas', replicas, 1);
  const timeout = timeoutOf('natsRegister', options);
  return new VersionedRegister(new NatsEngine({ ...options, bucket, replicas }, timeout), timeout);
}

/** A bucket on a connection of its own. */
interface Bucket {
  readonly kv: KV;
  close(): Promise<void>;
}

class NatsEngine implements RegisterEngine<number> {
  readonly name: string;
  readonly #options: NatsRegisterOptions & { readonly bucket: string; readonly replicas: number };
  readonly #timeout: number;
  #bucket: Promise<Bucket> | undefined;

  constructor(
    options: NatsRegisterOptions & { readonly bucket: string; readonly replicas: number },
    timeout: number,
  ) {
    const hosts = options.servers.map((each) => new URL(each).host).join(', ');
    this.name = `the register "${options.key}" in the NATS bucket "${options.bucket}" at ${hosts}`;
    this.#options = options;
    this.#timeout = timeout;
  }

  async read(signal: AbortSignal): Promise<Reading<number>> {
    const entry = await this.#use(signal, (kv) => kv.get(this.#options.key));
    if (entry === null) return { mark: 0, text: undefined };
    // A deleted key leaves its mark.
    if (entry.operation !== 'PUT') return { mark: entry.revision, text: undefined };
    return { mark: entry.revision, text: Buffer.from(entry.value).toString() };
  }

  async write(mark: number, text: string, signal: AbortSignal): Promise<number | undefined> {
    return await this.#use(signal, async (kv) => {
      try {
        return await kv.put(this.#options.key, text, { previousSeq: mark });
      } catch (error) {
        if (natsCode(error) === WRONG_LAST_SEQUENCE) return undefined;
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    const bucket = this.#bucket;
    this.#bucket = undefined;
    await (await bucket?.catch(() => undefined))?.close();
  }

  async #use<T>(signal: AbortSignal, action: (kv: KV) => Promise<T>): Promise<T> {
    this.#bucket ??= this.#open();
    const opening = this.#bucket;
    // What was not answered in time is not sent by a later connection.
    const give = (): void => this.#drop(opening);
    signal.addEventListener('abort', give);
    try {
      return await action((await opening).kv);
    } catch (error) {
      this.#drop(opening);
      throw error;
    } finally {
      signal.removeEventListener('abort', give);
    }
  }

  #drop(opening: Promise<Bucket>): void {
    if (this.#bucket === opening) this.#bucket = undefined;
    opening.then((bucket) => bucket.close()).catch(() => undefined);
  }

  async #open(): Promise<Bucket> {
    const connection = await connectNats('natsRegister', this.#options, this.#timeout, false);
    try {
      const { Kvm } = await optionalPackage('@nats-io/kv', 'natsRegister', () => import('@nats-io/kv'));
      const { client } = await jetStreamOf('natsRegister', connection, this.#timeout);
      const { bucket, replicas } = this.#options;
      // Any replica may answer a direct reading, with what it has: that would not be linearizable.
      const kv = await new Kvm(client).create(bucket, { replicas, history: 1, allow_direct: false });
      const { config } = (await kv.status()).streamInfo;
      const fault = faultOfBucket(config);
      if (fault !== undefined) throw new ConfigurationError(`${this.name}: ${fault}; make the bucket anew`);
      return { kv, close: () => connection.close() };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }
}

/** Why a bucket that somebody made cannot hold a register. */
function faultOfBucket(config: {
  readonly allow_direct?: boolean;
  readonly storage?: string;
  readonly max_age?: number;
}): string | undefined {
  if (config.allow_direct === true) return 'the bucket answers direct readings, which may be old';
  if (config.storage !== 'file') return `the bucket lies in ${config.storage}, not in files`;
  if ((config.max_age ?? 0) > 0) return 'the bucket forgets by age';
  return undefined;
}
