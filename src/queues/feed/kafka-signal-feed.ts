import { randomUUID } from 'node:crypto';
import { knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { Signal } from '../../domain/signal.js';
import { messageOf, pause, ServiceError, within } from '../../services/within.js';
import { Bell, unlessAborted } from '../bell.js';
import { closedError } from '../check-entry.js';
import {
  type Admin,
  checkKafkaPlace,
  KAFKA_KEYS,
  type Kafka,
  type KafkaPlace,
  kafkaClient,
  type Message,
  onePartition,
  type Producer,
} from '../kafka-place.js';
import { NewestSignals } from './newest-signals.js';
import { type FeedOptions, type SignalFeed, signalBytes, signalOf } from './signal-feed.js';

/** Where a feed lies in Kafka; its topic is one of one partition. */
export interface KafkaSignalFeedOptions extends FeedOptions, KafkaPlace {
  /**
   * How far back who joins reads, by the broker's time of each word: what counts for longer has to be said again within
   * it. A new topic keeps its words for as long.
   *
   * @default "1h"
   */
  readonly retention?: Duration;
  /** How long a question may take. @default "10s" */
  readonly timeout?: Duration;
}

/**
 * A feed in a Kafka topic, a word a message under the key `NAME@INSTRUMENT`. Who joins reads what came within `retention`,
 * and is told what still counts of it, then what comes. While Kafka is away `publish` rejects within `timeout`; what was rejected may
 * have been done, and listeners drop what has expired by then. Each listener is a consumer group of its own, which it
 * takes away when it leaves; none commits anything.
 *
 * Needs the package `kafkajs`, which works and is no longer maintained.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const feed = kafkaSignalFeed({ brokers: ['10.0.0.5:9092'], topic: 'desk-pool' });
 */
export function kafkaSignalFeed(options: KafkaSignalFeedOptions): SignalFeed {
  knownKeys('kafkaSignalFeed', options, [...KAFKA_KEYS, 'retention', 'timeout', 'now']);
  checkKafkaPlace('kafkaSignalFeed', options);
  return new KafkaSignalFeed(
    options,
    milliseconds('kafkaSignalFeed.retention', options.retention ?? '1h'),
    milliseconds('kafkaSignalFeed.timeout', options.timeout ?? '10s'),
  );
}

/** After how long without a word what was read counts as all there was: offsets of transactions hold none. */
const QUIET = 2_000;
/** How long who listens waits before it connects again. */
const AGAIN = 200;
/** What a broker says that asking again does not change. */
const FINAL = /SASL|authoriz|authentication|INVALID_TOPIC/i;

interface Sender {
  readonly admin: Admin;
  readonly producer: Producer;
}

interface Waiting {
  readonly message: Message;
  resolve(): void;
  reject(error: unknown): void;
}

class KafkaSignalFeed implements SignalFeed {
  readonly name: string;
  readonly #options: KafkaSignalFeedOptions;
  readonly #retention: number;
  readonly #timeout: number;
  readonly #now: () => number;
  readonly #closing = new AbortController();
  #sender: Promise<Sender> | undefined;
  /** Words for the next message to the broker: one is under way at a time, so that none overtakes another. */
  #waiting: Waiting[] = [];
  #sending = false;

  constructor(options: KafkaSignalFeedOptions, retention: number, timeout: number) {
    this.name = `the signal feed "${options.topic}" in Kafka at ${options.brokers.join(', ')}`;
    this.#options = options;
    this.#retention = retention;
    this.#timeout = timeout;
    this.#now = options.now ?? Date.now;
  }

  async publish(signal: Signal): Promise<void> {
    this.#checkOpen();
    const value = signalBytes(signal);
    const sent = new Promise<void>((resolve, reject) => {
      this.#waiting.push({
        message: { partition: 0, key: `${signal.name}@${signal.instrument}`, value },
        resolve,
        reject,
      });
    });
    if (!this.#sending) void this.#sendAll();
    await sent;
  }

  async *listen(abort: AbortSignal): AsyncIterable<Signal> {
    this.#checkOpen();
    const ended = AbortSignal.any([abort, this.#closing.signal]);
    const told = new NewestSignals();
    while (!ended.aborted) {
      try {
        for await (const signal of this.#session(ended))
          if (told.take(signal, this.#now())) {
            yield signal;
            if (ended.aborted) return;
          }
      } catch (error) {
        if (ended.aborted) return;
        if (error instanceof ConfigurationError || FINAL.test(messageOf(error)))
          throw this.#named('listen', error);
      }
      await pause(AGAIN, ended);
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    const leave = async (): Promise<void> => {
      const sender = await this.#sender?.catch(() => undefined);
      await Promise.allSettled([sender?.producer.disconnect(), sender?.admin.disconnect()]);
    };
    await within(this.#timeout, `${this.name}: close`, leave()).catch(() => undefined);
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw closedError(this.name);
  }

  #named(what: string, error: unknown): Error {
    if (error instanceof ConfigurationError || error instanceof ServiceError) return error;
    return new ServiceError(
      `${this.name}: ${what} failed: ${messageOf(error)}; see that it runs, is reachable and lets us do it`,
      { cause: error },
    );
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await within(this.#timeout, `${this.name}: publish`, this.#send(batch));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        const named = this.#named('publish', error);
        for (const { reject } of batch) reject(named);
      }
    }
    this.#sending = false;
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    this.#sender ??= this.#openSender().catch((error: unknown) => {
      this.#sender = undefined;
      throw error;
    });
    const { producer } = await this.#sender;
    await producer.send({
      topic: this.#options.topic,
      acks: -1,
      timeout: this.#timeout,
      messages: batch.map(({ message }) => message),
    });
  }

  async #openSender(): Promise<Sender> {
    const kafka = await kafkaClient('kafkaSignalFeed', this.#options, this.#timeout);
    const [admin, producer] = [kafka.admin(), kafka.producer({ idempotent: true, maxInFlightRequests: 1 })];
    try {
      await admin.connect();
      await this.#makeTopic(admin);
      await producer.connect();
      return { admin, producer };
    } catch (error) {
      await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
      throw error;
    }
  }

  async #makeTopic(admin: Admin): Promise<void> {
    const retention = String(this.#retention);
    await onePartition('kafkaSignalFeed', admin, this.#options, {
      'retention.ms': retention,
      'segment.ms': retention,
    });
  }

  /** What still counts of the recent past, then what comes, on one connection. */
  async *#session(ended: AbortSignal): AsyncIterable<Signal> {
    const { topic } = this.#options;
    const kafka = await kafkaClient('kafkaSignalFeed', this.#options, this.#timeout);
    const admin = kafka.admin();
    const groupId = `${topic}-listener-${randomUUID()}`;
    const reader = new TopicReader(kafka, topic, groupId);
    try {
      await admin.connect();
      await this.#makeTopic(admin);
      const [first] = await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() - this.#retention);
      const [last] = await admin.fetchTopicOffsets(topic);
      const from = Number(first?.offset ?? 0);
      // The last word of before; what is before it is a snapshot, of which only the newest words are told.
      const until = Number(last?.high ?? 0) - 1;
      await reader.start(from);
      let joined: NewestSignals | undefined = new NewestSignals();
      let place = from - 1;
      while (!ended.aborted && !reader.lost) {
        if (joined !== undefined && place >= until) {
          yield* joined.active(this.#now());
          joined = undefined;
        }
        const message = await reader.next(ended, joined === undefined ? undefined : QUIET);
        if (message === undefined) {
          if (joined !== undefined) place = until;
          continue;
        }
        place = message.place;
        const signal = signalOf(message.value);
        if (signal === undefined) continue;
        if (joined !== undefined) joined.take(signal, this.#now());
        else yield signal;
      }
    } finally {
      await unlessAborted(reader.close(), AbortSignal.timeout(this.#timeout));
      await unlessAborted(
        admin
          .deleteGroups([groupId])
          // It may never have been there, or nobody is left to ask.
          .catch(() => undefined)
          .then(() => admin.disconnect()),
        AbortSignal.timeout(this.#timeout),
      );
    }
  }
}

/** Messages that wait here for a slow reader before the broker is told to pause. */
const MOST_WAITING = 1_000;

interface Read {
  readonly place: number;
  readonly value: Uint8Array;
}

/** Reads the one partition of a topic from a place on, as a group of its own. */
class TopicReader {
  readonly #consumer: ReturnType<Kafka['consumer']>;
  readonly #topic: string;
  readonly #bell = new Bell();
  #messages: Read[] = [];
  #resume: (() => void) | undefined;
  #joined = false;
  /** Whether the connection is gone for good. */
  lost = false;

  constructor(kafka: Kafka, topic: string, groupId: string) {
    this.#topic = topic;
    this.#consumer = kafka.consumer({
      groupId,
      maxWaitTimeInMs: 500,
      // Sessions begin anew by themselves.
      retry: { retries: 3, restartOnFailure: async () => false },
    });
    const end = (): void => {
      this.lost = true;
      this.#bell.ring();
    };
    const { CRASH, STOP, GROUP_JOIN } = this.#consumer.events;
    this.#consumer.on(CRASH, end);
    this.#consumer.on(STOP, end);
    this.#consumer.on(GROUP_JOIN, () => {
      this.#joined = true;
      this.#bell.ring();
    });
  }

  async start(from: number): Promise<void> {
    const consumer = this.#consumer;
    await consumer.connect();
    await consumer.subscribe({ topics: [this.#topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message, pause: stop }) => {
        const place = Number(message.offset);
        if (place < from) return;
        this.#messages.push({ place, value: message.value ?? new Uint8Array(0) });
        this.#bell.ring();
        if (this.#messages.length >= MOST_WAITING) this.#resume ??= stop();
      },
    });
    consumer.seek({ topic: this.#topic, partition: 0, offset: String(from) });
  }

  /** The next message; `undefined` when aborted or lost, or after `quiet` milliseconds in the group without one. */
  async next(ended: AbortSignal, quiet: number | undefined): Promise<Read | undefined> {
    while (!ended.aborted && !this.lost) {
      const { next } = this.#bell;
      const message = this.#messages.shift();
      if (this.#messages.length === 0) {
        this.#resume?.();
        this.#resume = undefined;
      }
      if (message !== undefined) return message;
      if (quiet === undefined || !this.#joined) {
        await unlessAborted(next, ended);
        continue;
      }
      const enough = AbortSignal.any([ended, AbortSignal.timeout(quiet)]);
      await unlessAborted(next, enough);
      if (enough.aborted && this.#messages.length === 0) return undefined;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect();
  }
}
