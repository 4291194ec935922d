import type { Clock } from '../../../core/clock.js';
import type { Field } from '../codec/encode.js';
import type { FixMessage } from '../codec/message.js';
import type { FixStore } from '../store/store.js';
import type { Transport } from '../transport/transport.js';
import type { FixApplication } from './application.js';
import type { SessionSettings } from './settings.js';

/** What a session is made of. */
export interface FixSessionOptions {
  readonly settings: SessionSettings;
  readonly store: FixStore;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Its place when things fall due at one time. @default 0 */
  readonly rank?: number;
  readonly application: FixApplication;
  /** What a logon says beside the standard, such as a password; asked for with each. It is stored nowhere. @default nothing */
  readonly logon?: () => readonly Field[];
  /** Whether a message that the peer asks for again is still meant. @default all are */
  readonly mayResend?: (message: FixMessage, now: number) => boolean;
  /** Spreads the waits between connections. @default 1 */
  readonly seed?: number;
}

/** What was counted since the session was made. */
export interface FixCounts {
  readonly sent: number;
  readonly received: number;
  /** Bytes that were no message, or a damaged one. */
  readonly garbled: number;
  readonly connections: number;
}
