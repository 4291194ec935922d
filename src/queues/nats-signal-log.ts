import { integerAtLeast, knownKeys, refuse } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import {
  connectNats,
  type JetStream,
  jetStreamOf,
  NATS_KEYS,
  type NatsConnection,
  type NatsOptions,
} from '../services/nats-client.js';
import { checkServers } from '../services/service-url.js';
import { checkEntry, checkPosition } from './check-entry.js';
import { ServedLog } from './served-log.js';
import type { SignalEntry, SignalLog } from './signal-log.js';

/** Where a signal log lies in NATS. */
export interface NatsSignalLogOptions extends NatsOptions {
  /** The stream, and behind `millrace.` its subject; it is made when it is not there. */
  readonly stream: string;
  /** On how many servers of the cluster a new stream lies. @default 1 */
  readonly replicas?: number;
  /** How long the ids of a new stream are remembered. @default "1h" */
  readonly remember?: Duration;
  /** How long a question may take. @default "5s" */
  readonly timeout?: Duration;
}

/**
 * A signal log in a JetStream stream: entries are removed once acknowledged. Ids of removed entries are forgotten when the
 * server starts anew. Set `sync_interval: always`, or a power cut takes what was confirmed.
 *
 * Needs the packages `@nats-io/transport-node` and `@nats-io/jetstream`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * natsSignalLog({ servers: ['nats://10.0.0.5:4222'], stream: 'desk-signals' })
 */
export function natsSignalLog(options: NatsSignalLogOptions): SignalLog {
  knownKeys('natsSignalLog', options, [...NATS_KEYS, 'stream', 'replicas', 'remember', 'timeout']);
  checkServers('natsSignalLog.servers', options.servers, ['nats', 'tls']);
  if (typeof options.stream !== 'string' || !/^[\w-]{1,100}$/.test(options.stream))
    refuse('natsSignalLog.stream', 'a name of letters, digits, _ and -', options.stream);
  integerAtLeast('natsSignalLog.replicas', options.replicas ?? 1, 1);
  const remember = milliseconds('natsSignalLog.remember', options.remember ?? '1h');
  return new NatsSignalLog(options, remember, milliseconds('natsSignalLog.timeout', options.timeout ?? '5s'));
}

interface Link extends JetStream {
  readonly connection: NatsConnection;
}

class NatsSignalLog extends ServedLog {
  readonly #options: NatsSignalLogOptions;
  readonly #remember: number;
  #opening: Promise<Link> | undefined;
  /** Highest position that is known to be there: nothing behind it can be acknowledged. */
  #highest = 0;

  constructor(options: NatsSignalLogOptions, remember: number, timeout: number) {
    const hosts = options.servers.map((each) => new URL(each).host).join(', ');
    super(`the signal log "${options.stream}" in NATS at ${hosts}`, timeout);
    this.#options = options;
    this.#remember = remember;
  }

  async append(id: string, payload: Uint8Array): Promise<number> {
    checkEntry(this.name, id, payload);
    const copy = Buffer.from(payload);
    return await this.ask('append', async () => {
      const { client } = await this.#link();
      // A header takes no line breaks.
      const { seq } = await client.publish(this.#subject, copy, {
        msgID: encodeURIComponent(id),
        timeout: this.timeout,
        expect: { streamName: this.#options.stream },
      });
      this.#highest = Math.max(this.#highest, seq);
      return seq;
    });
  }

  async ack(position: number): Promise<void> {
    checkPosition(this.name, position);
    if (position === 0) return;
    await this.ask('ack', async () => {
      const { manager } = await this.#link();
      const { stream } = this.#options;
      if (position > this.#highest) this.#highest = (await manager.streams.info(stream)).state.last_seq;
      await manager.streams.purge(stream, { seq: Math.min(position, this.#highest) + 1 });
    });
  }

  protected async prepare(): Promise<void> {
    await this.#link();
  }

  protected async *session(position: number, signal: AbortSignal): AsyncIterable<SignalEntry> {
    const { client } = await this.#link();
    const consumer = await client.consumers.get(this.#options.stream, { opt_start_seq: position + 1 });
    // Silence is found out soon. It fetches more when half of them were taken: a slow reader holds it back.
    const messages = await consumer.consume({ max_messages: 64, expires: 2_000, idle_heartbeat: 500 });
    const stop = (): void => messages.stop();
    signal.addEventListener('abort', stop);
    try {
      for await (const message of messages) {
        this.#highest = Math.max(this.#highest, message.seq);
        yield {
          position: message.seq,
          id: idOf(message.headers?.get('Nats-Msg-Id'), message.seq),
          payload: Uint8Array.from(message.data),
          deliveries: 0,
        };
      }
    } finally {
      signal.removeEventListener('abort', stop);
      messages.stop();
    }
  }

  protected async disconnect(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    await (await opening?.catch(() => undefined))?.connection.close();
  }

  get #subject(): string {
    return `millrace.${this.#options.stream}`;
  }

  async #link(): Promise<Link> {
    this.#opening ??= this.#open();
    const opening = this.#opening;
    try {
      const link = await opening;
      if (!link.connection.isClosed()) return link;
    } catch (error) {
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
    if (this.#opening === opening) this.#opening = undefined;
    return await this.#link();
  }

  async #open(): Promise<Link> {
    const connection = await connectNats('natsSignalLog', this.#options, this.timeout);
    try {
      const stream = await jetStreamOf('natsSignalLog', connection, this.timeout);
      await this.#ensure(stream);
      return { ...stream, connection };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async #ensure({ manager }: JetStream): Promise<void> {
    const { stream, replicas = 1 } = this.#options;
    const found = await manager.streams.info(stream).catch((error: { readonly code?: unknown }) => {
      if (error.code !== STREAM_NOT_FOUND) throw error;
      return undefined;
    });
    if (found !== undefined) return;
    await manager.streams.add({
      name: stream,
      subjects: [this.#subject],
      storage: 'file',
      // A full disk refuses what is new and never drops what is old.
      discard: 'new',
      num_replicas: replicas,
      duplicate_window: this.#remember * 1_000_000,
    });
  }
}

const STREAM_NOT_FOUND = 10_059;

/** The id that {@link NatsSignalLog.append} gave; what others publish without one has its place. */
function idOf(header: string | undefined, position: number): string {
  if (header === undefined || header === '') return `at-${position}`;
  try {
    return decodeURIComponent(header).slice(0, 200);
  } catch {
    return header.slice(0, 200);
  }
}
