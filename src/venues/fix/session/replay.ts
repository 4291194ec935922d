import { encode, type Field } from '../codec/encode.js';
import type { FixMessage } from '../codec/message.js';
import { parse } from '../codec/parse.js';
import { LENGTH_OF_DATA, TAG } from '../codec/tags.js';
import { formatTimestamp } from '../codec/timestamp.js';
import { withHeader } from './draft.js';
import type { SessionSettings } from './settings.js';

/** Where messages that were sent can be had again. */
export interface SentMessages {
  message(sequence: number): Buffer | undefined;
}

/**
 * The answer to a resend request: messages as they were, marked as possible duplicates, and gap fills in place of those
 * that are not sent again.
 *
 * @param mayResend whether a message is still meant: an order that has become stale is not
 */
export function replay(
  sent: SentMessages,
  from: number,
  to: number,
  now: number,
  settings: SessionSettings,
  mayResend: (message: FixMessage) => boolean,
): Buffer[] {
  const out: Buffer[] = [];
  let gap = 0;
  const fill = (next: number): void => {
    if (gap > 0) out.push(gapFill(gap, next, now, settings));
    gap = 0;
  };
  for (let sequence = from; sequence <= to; sequence++) {
    const bytes = settings.dialect.resends ? sent.message(sequence) : undefined;
    const message = bytes === undefined ? undefined : parse(bytes);
    if (message === undefined || !mayResend(message)) {
      if (gap === 0) gap = sequence;
      continue;
    }
    fill(sequence);
    out.push(again(message, now, settings));
  }
  fill(to + 1);
  return out;
}

function gapFill(sequence: number, next: number, now: number, settings: SessionSettings): Buffer {
  const marks: Field[] = [
    [TAG.PossDupFlag, 'Y'],
    [TAG.OrigSendingTime, formatTimestamp(now)],
  ];
  const fields: Field[] = [
    [TAG.MsgType, '4'],
    [TAG.GapFillFlag, 'Y'],
    [TAG.NewSeqNo, next],
  ];
  return encode(settings.dialect.version, withHeader(settings, sequence, now, fields, marks));
}

/** A message once more, with the time of the first sending beside the new one. */
function again(message: FixMessage, now: number, settings: SessionSettings): Buffer {
  const fields: Field[] = [];
  for (const [tag, value] of message.fields()) {
    if (tag === TAG.BeginString || tag === TAG.BodyLength || tag === TAG.CheckSum) continue;
    if (tag === TAG.SendingTime) {
      fields.push(
        [TAG.PossDupFlag, 'Y'],
        [TAG.SendingTime, formatTimestamp(now)],
        [TAG.OrigSendingTime, value],
      );
    } else fields.push([tag, LENGTH_OF_DATA.has(tag) ? Buffer.from(value, 'latin1') : value]);
  }
  return encode(settings.dialect.version, fields);
}
