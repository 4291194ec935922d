import type { Admin, Kafka } from 'kafkajs';
import { integerAtLeast, refuse } from '../domain/check.js';
import { optionalPackage } from '../services/optional-package.js';

export type { Admin, Consumer, Kafka, Message, Producer } from 'kafkajs';

/** Where a topic lies in Kafka, and how it is reached. */
export interface KafkaPlace {
  /** Such as `10.0.0.5:9092`. */
  readonly brokers: readonly string[];
  /** It is made when it is not there. */
  readonly topic: string;
  /** On how many brokers a new topic lies. @default 1 */
  readonly replicas?: number;
  readonly tls?: boolean;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** The options of {@link KafkaPlace}. */
export const KAFKA_KEYS: readonly string[] = ['brokers', 'topic', 'replicas', 'tls', 'sasl'];
const QUIET = 0;

/** @throws ConfigurationError naming the setting that is wrong */
export function checkKafkaPlace(user: string, { brokers, topic, replicas = 1 }: KafkaPlace): void {
  if (!Array.isArray(brokers) || brokers.length === 0 || brokers.some((each) => !/^\S+:\d+$/.test(each)))
    refuse(`${user}.brokers`, 'a list of addresses such as "127.0.0.1:9092"', brokers);
  if (typeof topic !== 'string' || !/^[\w.-]{1,200}$/.test(topic))
    refuse(`${user}.topic`, 'a name of letters, digits, . _ and -', topic);
  integerAtLeast(`${user}.replicas`, replicas, 1);
}

/** A client that says nothing by itself and gives up after a few tries. */
export async function kafkaClient(user: string, place: KafkaPlace, timeout: number): Promise<Kafka> {
  const { Kafka } = await optionalPackage('kafkajs', user, () => import('kafkajs'));
  const { brokers, tls = false, sasl } = place;
  return new Kafka({
    clientId: 'millrace',
    brokers: [...brokers],
    ssl: tls,
    connectionTimeout: timeout,
    requestTimeout: timeout,
    logLevel: QUIET,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    ...(sasl === undefined ? {} : { sasl: sasl as never }),
  });
}

/**
 * Makes the topic of one partition where it is not there.
 *
 * @throws ConfigurationError for a topic of several, which has no order
 */
export async function onePartition(
  user: string,
  admin: Admin,
  { topic, replicas = 1 }: KafkaPlace,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (!(await admin.listTopics()).includes(topic))
    await admin.createTopics({
      topics: [
        {
          topic,
          numPartitions: 1,
          replicationFactor: replicas,
          configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
        },
      ],
      waitForLeaders: true,
    });
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const partitions = topics[0]?.partitions.length;
  if (partitions !== 1)
    refuse(`${user}.topic "${topic}"`, 'a topic of one partition, for the order', `one of ${partitions}`);
}
