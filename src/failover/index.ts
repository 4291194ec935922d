export { type Bridge, type Link, openBridge, type Received } from './bridge/bridge.js';
export type { BridgeOptions, Curve } from './bridge/bridge-options.js';
export { type KeyFiles, readKeyFile, readPublicKey, writeKeyFiles } from './bridge/key-files.js';
export { generateKeys, type KeyPair } from './bridge/keys.js';
export { type FeedOrder, LogFeed } from './bridge/log-feed.js';
export { pairNetwork } from './bridge/pair-network.js';
export { type PeerId, UPSTREAM } from './bridge/socket-events.js';
export {
  type Alert,
  type Beat,
  openTelemetry,
  type Telemetry,
  type TelemetryOptions,
} from './bridge/telemetry.js';
export type { Sent } from './bridge/writer-queue.js';
export type { MonotonicClock, Network } from './ports.js';
export * from './protocol/message.js';
