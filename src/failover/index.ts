/**
 * Hot failover: a desk as a member of a pair, the bridge between its members, the register on which they agree who leads.
 * Packages of services are loaded when they are first asked for.
 *
 * @packageDocumentation
 */

export { generateKeys, type KeyPair } from '../services/zeromq/keys.js';
export type { Sent } from '../services/zeromq/writer-queue.js';
export { type Bridge, type Link, openBridge, type Received } from './bridge/bridge.js';
export type { BridgeOptions, Curve } from './bridge/bridge-options.js';
export { type KeyFiles, readKeyFile, readPublicKey, writeKeyFiles } from './bridge/key-files.js';
export { pairNetwork } from './bridge/pair-network.js';
export { type PeerId, UPSTREAM } from './bridge/socket-events.js';
export {
  type Alert,
  type Beat,
  openTelemetry,
  type Telemetry,
  type TelemetryOptions,
} from './bridge/telemetry.js';
export { type FeedLog, LogFeed } from './log-feed.js';
export type { Exit } from './member.js';
export { mirrored, type PairMember } from './mirrored.js';
export type { DriverSetup, MirroredOptions } from './mirrored-options.js';
export { type PairHealth, type PairHealthOptions, pairHealth } from './pair-health.js';
export type { MonotonicClock, Network } from './ports.js';
export { EXIT_CODES, type ExitCode, type Report } from './protocol/effect.js';
export * from './protocol/message.js';
export type { AckPolicy } from './protocol/options.js';
export type { Role } from './protocol/state.js';
export { type EtcdRegisterOptions, etcdRegister } from './registers/etcd-register.js';
export { type FileRegisterOptions, fileRegister } from './registers/file-register.js';
export { type LeaseRegisterOptions, leaseRegister } from './registers/lease-register.js';
export { type MemoryPlace, memoryPlace, memoryRegister } from './registers/memory-register.js';
export { type NatsRegisterOptions, natsRegister } from './registers/nats-register.js';
export { type RedisRegisterOptions, redisRegister } from './registers/redis-register.js';
export {
  EMPTY_REGISTER,
  type Register,
  type RegisterAnswer,
  type RegisterValue,
} from './registers/register.js';
