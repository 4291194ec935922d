/**
 * FIX 4.2 and 4.4: a codec over bytes, a session that outlives crashes, and the wire.
 *
 * @packageDocumentation
 */
export { encode, type Field } from './codec/encode.js';
export { Framer } from './codec/framer.js';
export { FixMessage, type Group, type MessageFault } from './codec/message.js';
export { parse } from './codec/parse.js';
export { SECRETS, TAG } from './codec/tags.js';
export { formatTimestamp, parseTimestamp } from './codec/timestamp.js';
export { cqg, standard, tt } from './dialects.js';
export { FixSession } from './fix-session.js';
export type { FixApplication } from './session/application.js';
export type { FixCounts, FixSessionOptions } from './session/session-options.js';
export {
  type SessionDialect,
  type SessionOptions,
  type SessionSettings,
  sessionSettings,
} from './session/settings.js';
export type { AlertCode, Phase, SessionEffect, SessionInput, SessionState } from './session/state.js';
export { type Step, step } from './session/step.js';
export { FixStoreError } from './store/error.js';
export { FixStore, type FixStoreOptions } from './store/store.js';
export { type TcpOptions, tcp } from './transport/tcp.js';
export type { Link, LinkListener, Transport } from './transport/transport.js';
