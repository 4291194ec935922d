import type { FixMessage } from '../codec/message.js';
import type { AlertCode } from './state.js';

/** What a session tells its application, in order, one after the other. */
export interface FixApplication {
  /** Logged on; what was sent meanwhile may still be missing. */
  up?(): void;
  /** Logged on, or a gap was filled: no message is missing. */
  caughtUp(): void;
  down(reason: string): void;
  /** A message, in order. It comes again after a crash unless {@link FixSession.recorded} was told of it. */
  message(message: FixMessage): void;
  /** The peer says that some messages will never come: what they told has to be asked for. */
  lost(from: number, to: number): void;
  alert(code: AlertCode, text: string): void;
}
