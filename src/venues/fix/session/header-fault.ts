import type { FixMessage } from '../codec/message.js';
import { isMessageType } from '../codec/message-types.js';
import { TAG } from '../codec/tags.js';
import type { SessionSettings } from './settings.js';

/** What is wrong with the header of a message, as a reject says it (tags 371 and 373). */
export interface HeaderFault {
  readonly tag: number;
  readonly reason: number;
  readonly text: string;
  /** The session ends by a logout behind the reject: the two sides differ in more than this message. */
  readonly ends: boolean;
}

const REQUIRED_TAG_MISSING = 1;
const WRONG_FORMAT = 6;
const COMP_ID = 9;
const SENDING_TIME_ACCURACY = 10;
const INVALID_MESSAGE_TYPE = 11;

/** Whose message it is and when it was sent: looked at whatever its number is. */
export function strangerFault(
  { senderCompID, targetCompID, sendingTimeTolerance }: SessionSettings,
  message: FixMessage,
  now: number,
): HeaderFault | undefined {
  const from = message.get(TAG.SenderCompID);
  const to = message.get(TAG.TargetCompID);
  if (from !== targetCompID || to !== senderCompID)
    return {
      tag: from === targetCompID ? TAG.TargetCompID : TAG.SenderCompID,
      reason: COMP_ID,
      text: `a message from ${from} to ${to} is not of this session`,
      ends: true,
    };
  if (message.fault !== undefined || sendingTimeTolerance === 0 || message.flag(TAG.PossDupFlag))
    return undefined;
  if (Math.abs(now - message.time(TAG.SendingTime)) > sendingTimeTolerance)
    return {
      tag: TAG.SendingTime,
      reason: SENDING_TIME_ACCURACY,
      text: `sending time ${message.get(TAG.SendingTime)} is more than ${sendingTimeTolerance} ms from ours`,
      ends: true,
    };
  return undefined;
}

/** What the header of a message in its turn lacks. */
export function headerFault({ dialect }: SessionSettings, message: FixMessage): HeaderFault | undefined {
  const { fault, type } = message;
  if (fault !== undefined) return { ...fault, ends: false };
  if (Number.isNaN(message.time(TAG.SendingTime)))
    return {
      tag: TAG.SendingTime,
      reason: message.get(TAG.SendingTime) === undefined ? REQUIRED_TAG_MISSING : WRONG_FORMAT,
      text: 'tag 52 is no time',
      ends: false,
    };
  if (!isMessageType(dialect.version, type))
    return {
      tag: TAG.MsgType,
      reason: INVALID_MESSAGE_TYPE,
      text: `${dialect.version} has no message type ${type}`,
      ends: false,
    };
  return againFault(dialect, message);
}

/**
 * Of a message that is sent again (`PossDupFlag`): when it was sent at first has to be said, and not to be later.
 * Sequence resets are left out: what they say does not depend on it, and without one its gap stays open.
 */
export function againFault(
  { requiresOrigSendingTime }: Pick<SessionSettings['dialect'], 'requiresOrigSendingTime'>,
  message: FixMessage,
): HeaderFault | undefined {
  if (!message.flag(TAG.PossDupFlag) || message.type === '4') return undefined;
  const said = message.get(TAG.OrigSendingTime);
  if (said === undefined)
    return requiresOrigSendingTime
      ? {
          tag: TAG.OrigSendingTime,
          reason: REQUIRED_TAG_MISSING,
          text: 'tag 122 is missing of a message that is sent again',
          ends: false,
        }
      : undefined;
  const first = message.time(TAG.OrigSendingTime);
  if (Number.isNaN(first))
    return { tag: TAG.OrigSendingTime, reason: WRONG_FORMAT, text: 'tag 122 is no time', ends: false };
  // One of the two may be of whole seconds.
  if (Math.floor(first / 1_000) > Math.floor(message.time(TAG.SendingTime) / 1_000))
    return {
      tag: TAG.OrigSendingTime,
      reason: SENDING_TIME_ACCURACY,
      text: `it was sent at first (${said}) after it was sent again (${message.get(TAG.SendingTime)})`,
      ends: true,
    };
  return undefined;
}
