import { createHash } from 'node:crypto';
import type { AsyncMessage, Connection, Publisher } from 'rabbitmq-client';
import { integerAtLeast, knownKeys, refuse } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import { optionalPackage } from '../services/optional-package.js';
import { addressOf, serviceUrl } from '../services/service-url.js';
import { Bell, unlessAborted } from './bell.js';
import { checkEntry, checkPosition } from './check-entry.js';
import { RecentIds } from './recent-ids.js';
import { ServedLog } from './served-log.js';
import type { SignalEntry, SignalLog } from './signal-log.js';

/** Where a signal log lies in RabbitMQ. */
export interface RabbitSignalLogOptions {
  /** Such as `amqp://user:password@10.0.0.5:5672/vhost`, or `amqps://` for TLS. */
  readonly url: string;
  /** A quorum queue; it is made when it is not there. */
  readonly queue: string;
  /** How many entries are handed out before one is acknowledged. @default 1000 */
  readonly prefetch?: number;
  /** How many of the newest ids that this handle appended are remembered. @default 100000 */
  readonly remember?: number;
  /** How long a question may take. @default "5s" */
  readonly timeout?: Duration;
}

/**
 * A signal log in a RabbitMQ quorum queue, with publisher confirms and one active consumer at a time.
 *
 * A queue has no places: positions are counted by the handle that reads, in the order of delivery, and only it may acknowledge
 * them; `append` counts what this handle appended, and remembers ids for itself alone. Whatever is not acknowledged
 * comes again, to this reader after a lost connection or to its successor, under a new position. Needs the package `rabbitmq-client`.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * rabbitSignalLog({ url: 'amqp://desk:secret@10.0.0.5', queue: 'desk-signals' })
 */
export function rabbitSignalLog(options: RabbitSignalLogOptions): SignalLog {
  knownKeys('rabbitSignalLog', options, ['url', 'queue', 'prefetch', 'remember', 'timeout']);
  serviceUrl('rabbitSignalLog.url', options.url, ['amqp', 'amqps']);
  if (
    typeof options.queue !== 'string' ||
    !/^[\w.:-]{1,200}$/.test(options.queue) ||
    options.queue.startsWith('amq.')
  )
    refuse(
      'rabbitSignalLog.queue',
      'a name of letters, digits, and . : _ - that does not begin with "amq."',
      options.queue,
    );
  const prefetch = integerAtLeast('rabbitSignalLog.prefetch', options.prefetch ?? 1_000, 1);
  if (prefetch > 65_535) refuse('rabbitSignalLog.prefetch', 'at most 65535', prefetch);
  return new RabbitSignalLog(
    options,
    prefetch,
    integerAtLeast('rabbitSignalLog.remember', options.remember ?? 100_000, 1),
    milliseconds('rabbitSignalLog.timeout', options.timeout ?? '5s'),
  );
}

/** What consumers of `rabbitmq-client` answer: the message is done with, or goes back into the queue. */
const ACK = 0;
const REQUEUE = 1;

class RabbitSignalLog extends ServedLog {
  readonly #options: RabbitSignalLogOptions;
  readonly #prefetch: number;
  readonly #ids: RecentIds;
  /** Handed out and not acknowledged, oldest first. */
  readonly #handedOut = new Map<number, (status: number) => void>();
  #opening: Promise<{ readonly connection: Connection; readonly publisher: Publisher }> | undefined;
  #appended = 0;
  #delivered = 0;

  constructor(options: RabbitSignalLogOptions, prefetch: number, remember: number, timeout: number) {
    super(`the signal log "${options.queue}" in RabbitMQ at ${addressOf(options.url)}`, timeout);
    this.#options = options;
    this.#prefetch = prefetch;
    this.#ids = new RecentIds(remember);
  }

  async append(id: string, payload: Uint8Array): Promise<number> {
    checkEntry(this.name, id, payload);
    const copy = Buffer.from(payload);
    const known = this.#ids.positionOf(id);
    if (known !== undefined) return known;
    return await this.ask('append', async () => {
      const { publisher } = await this.#link();
      await publisher.send(
        // It comes back, and is an error, where the queue was deleted.
        {
          routingKey: this.#options.queue,
          durable: true,
          mandatory: true,
          messageId: encodeURIComponent(id),
        },
        copy,
      );
      this.#ids.add(id, ++this.#appended);
      return this.#ids.positionOf(id) as number;
    });
  }

  async ack(position: number): Promise<void> {
    checkPosition(this.name, position);
    for (const [place, settle] of this.#handedOut) {
      if (place > position) break;
      this.#handedOut.delete(place);
      settle(ACK);
    }
  }

  protected async prepare(): Promise<void> {
    await this.#link();
  }

  protected async *session(_position: number, signal: AbortSignal): AsyncIterable<SignalEntry> {
    const { connection } = await this.#link();
    const waiting: SignalEntry[] = [];
    const mine = new Set<number>();
    const bell = new Bell();
    let failure: unknown;
    let ending = false;
    const consumer = connection.createConsumer(
      {
        queue: this.#options.queue,
        queueOptions: this.#queue,
        qos: { prefetchCount: this.#prefetch },
      },
      (message) =>
        new Promise<number>((resolve) => {
          if (ending) {
            resolve(REQUEUE);
            return;
          }
          const position = ++this.#delivered;
          mine.add(position);
          this.#handedOut.set(position, resolve);
          waiting.push(entryOf(message, position));
          bell.ring();
        }),
    );
    const fail = (error: unknown): void => {
      failure = error;
      bell.ring();
    };
    consumer.on('error', fail);
    // Of a lost connection the consumer says nothing. It would begin anew when all that it handed out is settled, and
    // that is over: it comes again.
    connection.on('error', fail);
    try {
      while (!signal.aborted) {
        const { next } = bell;
        if (failure !== undefined) throw failure;
        const entry = waiting.shift();
        if (entry === undefined) await unlessAborted(next, signal);
        else yield entry;
      }
    } finally {
      // First no more is asked for, or what goes back, in its order, would come here again.
      ending = true;
      connection.off('error', fail);
      const closed = consumer.close();
      for (const position of mine) {
        this.#handedOut.get(position)?.(REQUEUE);
        this.#handedOut.delete(position);
      }
      await unlessAborted(closed, AbortSignal.timeout(this.timeout));
    }
  }

  protected async disconnect(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    const link = await opening?.catch(() => undefined);
    if (link === undefined) return;
    await link.publisher.close().catch(() => undefined);
    const closed = link.connection.close().catch(() => undefined);
    await unlessAborted(closed, AbortSignal.timeout(this.timeout));
    link.connection.unsafeDestroy();
  }

  get #queue(): {
    readonly queue: string;
    readonly durable: true;
    readonly arguments: Record<string, unknown>;
  } {
    return {
      queue: this.#options.queue,
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-single-active-consumer': true },
    };
  }

  #link(): Promise<{ readonly connection: Connection; readonly publisher: Publisher }> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<{ readonly connection: Connection; readonly publisher: Publisher }> {
    const { Connection } = await optionalPackage(
      'rabbitmq-client',
      'rabbitSignalLog',
      () => import('rabbitmq-client'),
    );
    const connection = new Connection({
      url: this.#options.url,
      connectionTimeout: this.timeout,
      acquireTimeout: this.timeout,
      retryLow: 100,
      retryHigh: 1_000,
      heartbeat: 10,
    });
    let refusal: unknown;
    // Without a listener it would end the process; the connection is opened again by itself.
    connection.on('error', (error: unknown) => {
      refusal = error;
    });
    try {
      await connection.onConnect(this.timeout, true);
      return {
        connection,
        publisher: connection.createPublisher({ confirm: true, maxAttempts: 1, queues: [this.#queue] }),
      };
    } catch (error) {
      connection.unsafeDestroy();
      throw refusal ?? error;
    }
  }
}

function entryOf({ messageId, body, headers, redelivered }: AsyncMessage, position: number): SignalEntry {
  const payload = Uint8Array.from(bytesOf(body));
  const counted: unknown = headers?.['x-delivery-count'];
  return {
    position,
    id: idOf(messageId, payload),
    payload,
    deliveries: typeof counted === 'number' ? counted : redelivered ? 1 : 0,
  };
}

/** The client decodes what other producers label as text or JSON. */
function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? ''));
}

/** What others publish without an id has its content's: the same at every delivery. */
function idOf(messageId: string | undefined, payload: Uint8Array): string {
  if (messageId === undefined || messageId === '')
    return `of-${createHash('sha256').update(payload).digest('hex')}`;
  try {
    return decodeURIComponent(messageId).slice(0, 200);
  } catch {
    return messageId.slice(0, 200);
  }
}
