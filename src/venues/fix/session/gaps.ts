import type { FixMessage } from '../codec/message.js';
import { TAG } from '../codec/tags.js';
import type { Draft } from './draft.js';
import type { Queued } from './state.js';

/** Asks for the messages from the expected one up to the end of a gap, or a chunk of them. */
export function ask(draft: Draft, gapEnd: number, times = 1): void {
  const { next, now, settings } = draft;
  const { resendChunk } = settings.dialect;
  const from = next.incoming;
  const to = resendChunk === 0 ? gapEnd : Math.min(gapEnd, from + resendChunk - 1);
  next.asked = { to, gapEnd, at: now, times };
  draft.send([
    [TAG.MsgType, '2'],
    [TAG.BeginSeqNo, from],
    // 0 is all there is: what was sent meanwhile comes with it.
    [TAG.EndSeqNo, resendChunk === 0 ? 0 : to],
  ]);
}

/** A message beyond the expected one: it waits, and what is missing is asked for. */
export function beyond(draft: Draft, message: FixMessage): void {
  const { next, settings } = draft;
  const { sequence } = message;
  const size = next.queued?.size ?? 0;
  if (size < settings.mostQueued) next.queued = { message, size: size + 1, rest: next.queued };
  if (next.asked === undefined) ask(draft, sequence - 1);
}

/** The expected number has moved: the resend goes on, with its next chunk, or is done. */
export function progress(draft: Draft): void {
  const { next, now } = draft;
  const { asked } = next;
  if (asked === undefined) return;
  if (next.incoming > asked.gapEnd) next.asked = undefined;
  else if (next.incoming > asked.to) ask(draft, asked.gapEnd);
  else next.asked = { ...asked, at: now, times: 1 };
}

/** Messages that waited for a gap to close, in order; those behind the next gap go on waiting, and it is asked for. */
export function* released(draft: Draft): Generator<FixMessage, void, void> {
  const { next } = draft;
  if (next.asked !== undefined || next.queued === undefined) return;
  const waiting: FixMessage[] = [];
  for (let at: Queued | undefined = next.queued; at !== undefined; at = at.rest) waiting.push(at.message);
  next.queued = undefined;
  waiting.sort((one, other) => one.sequence - other.sequence);
  for (const message of waiting) {
    if (message.sequence < next.incoming) continue;
    if (message.sequence > next.incoming) beyond(draft, message);
    else yield message;
  }
}
