/**
 * Signals of other processes that outlive a crash, and have their effect once. Packages of services are loaded when a log of
 * theirs is first used.
 *
 * @packageDocumentation
 */

export { signalFeedDriver } from './feed/feed-driver.js';
export { type KafkaSignalFeedOptions, kafkaSignalFeed } from './feed/kafka-signal-feed.js';
export { type MemoryFeed, memoryFeed, memorySignalFeed } from './feed/memory-signal-feed.js';
export { type RedisSignalFeedOptions, redisSignalFeed } from './feed/redis-signal-feed.js';
export type { FeedOptions, SignalFeed } from './feed/signal-feed.js';
export {
  type FeedAddress,
  type FeedPublisher,
  type ZeromqSignalFeedOptions,
  zeromqSignalFeed,
} from './feed/zeromq-signal-feed.js';
export { type FileSignalLogOptions, fileSignalLog } from './file-signal-log.js';
export type { KafkaPlace } from './kafka-place.js';
export { type KafkaSignalLogOptions, kafkaSignalLog } from './kafka-signal-log.js';
export { type MemoryQueue, memoryQueue, memorySignalLog } from './memory-signal-log.js';
export { type NatsSignalLogOptions, natsSignalLog } from './nats-signal-log.js';
export { type RabbitSignalLogOptions, rabbitSignalLog } from './rabbit-signal-log.js';
export { type RedisSignalLogOptions, redisSignalLog } from './redis-signal-log.js';
export type { SignalEntry, SignalLog } from './signal-log.js';
export { encodeSignal, type SignalQueueOptions, signalQueue } from './signal-queue.js';
