import { integerAtLeast, knownKeys, nonEmptyName, refuse } from '../../domain/check.js';
import { type NatsBucket, openNatsBucket } from '../../services/nats-bucket.js';
import { NATS_KEYS, type NatsOptions, natsCode, WRONG_LAST_SEQUENCE } from '../../services/nats-client.js';
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

class NatsEngine implements RegisterEngine<number> {
  readonly name: string;
  readonly #options: NatsRegisterOptions & { readonly bucket: string; readonly replicas: number };
  readonly #timeout: number;
  #bucket: Promise<NatsBucket> | undefined;

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

  async #use<T>(signal: AbortSignal, action: (kv: NatsBucket['kv']) => Promise<T>): Promise<T> {
    this.#bucket ??= openNatsBucket('natsRegister', this.name, this.#options, this.#timeout);
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

  #drop(opening: Promise<NatsBucket>): void {
    if (this.#bucket === opening) this.#bucket = undefined;
    opening.then((bucket) => bucket.close()).catch(() => undefined);
  }
}
