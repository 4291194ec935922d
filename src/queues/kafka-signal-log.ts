import { integerAtLeast, knownKeys, nonEmptyName } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import { ServiceError } from '../services/within.js';
import { Bell, unlessAborted } from './bell.js';
import { checkEntry, checkPosition } from './check-entry.js';
import {
  type Admin,
  type Consumer,
  checkKafkaPlace,
  KAFKA_KEYS,
  type Kafka,
  type KafkaPlace,
  kafkaClient,
  onePartition,
  type Producer,
} from './kafka-place.js';
import { RecentIds } from './recent-ids.js';
import { ServedLog } from './served-log.js';
import type { SignalEntry, SignalLog } from './signal-log.js';

/** Where a signal log lies in Kafka; its topic is one of one partition. */
export interface KafkaSignalLogOptions extends KafkaPlace {
  /** The consumer group whose offset is the acknowledgement: one for each desk. */
  readonly group: string;
  /** After how long a silent reader is taken for gone, so that its successor may read. @default "10s" */
  readonly sessionTimeout?: Duration;
  /** How many of the newest ids that this handle appended are remembered. @default 100000 */
  readonly remember?: number;
  /** How long a question may take. @default "30s" */
  readonly timeout?: Duration;
}

const KEYS = [...KAFKA_KEYS, 'group', 'sessionTimeout', 'remember', 'timeout'];
/** Entries that wait here for a slow reader before the broker is told to pause. */
const MOST_WAITING = 256;

/**
 * A signal log in a Kafka topic of one partition; an acknowledgement is the group's committed offset. Ids are remembered by the
 * appending handle alone. A successor reads when its predecessor has left, or was silent for `sessionTimeout`.
 *
 * Needs the package `kafkajs`, which works and is no longer maintained.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * kafkaSignalLog({ brokers: ['10.0.0.5:9092'], topic: 'desk-signals', group: 'desk' })
 */
export function kafkaSignalLog(options: KafkaSignalLogOptions): SignalLog {
  knownKeys('kafkaSignalLog', options, KEYS);
  checkKafkaPlace('kafkaSignalLog', options);
  nonEmptyName('kafkaSignalLog.group', options.group);
  integerAtLeast('kafkaSignalLog.remember', options.remember ?? 100_000, 1);
  milliseconds('kafkaSignalLog.sessionTimeout', options.sessionTimeout ?? '10s');
  return new KafkaSignalLog(options, milliseconds('kafkaSignalLog.timeout', options.timeout ?? '30s'));
}

interface Link {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
}

class KafkaSignalLog extends ServedLog {
  readonly #options: KafkaSignalLogOptions;
  readonly #ids: RecentIds;
  #opening: Promise<Link> | undefined;
  #consumer: Consumer | undefined;

  constructor(options: KafkaSignalLogOptions, timeout: number) {
    super(`the signal log "${options.topic}" in Kafka at ${options.brokers.join(', ')}`, timeout);
    this.#options = options;
    this.#ids = new RecentIds(options.remember ?? 100_000);
  }

  async append(id: string, payload: Uint8Array): Promise<number> {
    checkEntry(this.name, id, payload);
    const copy = Buffer.from(payload);
    const known = this.#ids.positionOf(id);
    if (known !== undefined) return known;
    return await this.ask('append', async () => {
      const { producer } = await this.#link();
      const [answer] = await producer.send({
        topic: this.#options.topic,
        acks: -1,
        timeout: this.timeout,
        messages: [{ partition: 0, key: id, value: copy }],
      });
      const position = Number(answer?.baseOffset) + 1;
      if (!(position > 0)) throw new ServiceError(`${this.name} did not say where "${id}" is`);
      this.#ids.add(id, position);
      return position;
    });
  }

  async ack(position: number): Promise<void> {
    checkPosition(this.name, position);
    if (position === 0) return;
    const { topic, group } = this.#options;
    await this.ask('ack', async () => {
      const { admin } = await this.#link();
      const [end] = await admin.fetchTopicOffsets(topic);
      const [held] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      // The offset of the next one to read; never back, and never behind the end.
      const offset = Math.min(position, Number(end?.high));
      if (offset <= Number(held?.partitions[0]?.offset)) return;
      if (this.#consumer !== undefined)
        await this.#consumer.commitOffsets([{ topic, partition: 0, offset: String(offset) }]);
      else
        await admin.setOffsets({
          groupId: group,
          topic,
          partitions: [{ partition: 0, offset: String(offset) }],
        });
    });
  }

  protected async prepare(): Promise<void> {
    await this.#link();
  }

  protected async *session(position: number, signal: AbortSignal): AsyncIterable<SignalEntry> {
    const { kafka } = await this.#link();
    const { topic, group, sessionTimeout = '10s' } = this.#options;
    const alive = milliseconds('kafkaSignalLog.sessionTimeout', sessionTimeout);
    const waiting: SignalEntry[] = [];
    const bell = new Bell();
    let resume: (() => void) | undefined;
    let lost = false;
    const consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: alive,
      rebalanceTimeout: alive,
      heartbeatInterval: Math.max(100, alive / 5),
      maxWaitTimeInMs: 500,
      // Sessions begin anew by themselves.
      retry: { retries: 3, restartOnFailure: async () => false },
    });
    const end = (): void => {
      lost = true;
      bell.ring();
    };
    consumer.on(consumer.events.CRASH, end);
    consumer.on(consumer.events.STOP, end);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ message, pause }) => {
          const offset = Number(message.offset);
          if (offset < position) return;
          waiting.push(entryOf(offset + 1, message));
          bell.ring();
          if (waiting.length >= MOST_WAITING) resume ??= pause();
        },
      });
      if (position > 0) consumer.seek({ topic, partition: 0, offset: String(position) });
      this.#consumer = consumer;
      while (!signal.aborted && !lost) {
        const { next } = bell;
        const entry = waiting.shift();
        if (waiting.length === 0 && resume !== undefined) {
          resume();
          resume = undefined;
        }
        if (entry === undefined) await unlessAborted(next, signal);
        else yield entry;
      }
    } finally {
      if (this.#consumer === consumer) this.#consumer = undefined;
      await unlessAborted(consumer.disconnect(), AbortSignal.timeout(this.timeout));
    }
  }

  protected async disconnect(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    const link = await opening?.catch(() => undefined);
    // Who reads may rest at an entry and never come back: a consumer that stays in the group keeps the partition from its successor.
    const consumer = this.#consumer;
    await Promise.allSettled([consumer?.disconnect(), link?.producer.disconnect(), link?.admin.disconnect()]);
  }

  #link(): Promise<Link> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<Link> {
    const kafka = await kafkaClient('kafkaSignalLog', this.#options, this.timeout);
    const admin = kafka.admin();
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    try {
      await admin.connect();
      await onePartition('kafkaSignalLog', admin, this.#options);
      await producer.connect();
      return { kafka, admin, producer };
    } catch (error) {
      await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
      throw error;
    }
  }
}

/** What others produce without a key has its place as its id. */
function entryOf(
  position: number,
  { key, value }: { readonly key: Buffer | null; readonly value: Buffer | null },
): SignalEntry {
  const id = key?.toString().slice(0, 200) ?? '';
  return {
    position,
    id: id === '' ? `at-${position}` : id,
    payload: Uint8Array.from(value ?? []),
    deliveries: 0,
  };
}
