import type { FixMessage } from '../codec/message.js';
import { TAG } from '../codec/tags.js';
import type { Draft } from './draft.js';
import { beyond, progress, released } from './gaps.js';
import { againFault, type HeaderFault, headerFault, strangerFault } from './header-fault.js';

/** Takes a message that is whole: in order, beyond a gap, or again. */
export function receive(draft: Draft, message: FixMessage): void {
  const { next, settings, now } = draft;
  const { type, sequence } = message;
  next.lastReceived = now;
  next.probing = false;
  const { version } = settings.dialect;
  const begin = message.get(TAG.BeginString);
  if (begin !== version) {
    draft.fail('peer', `begin string ${begin} where ${version} was agreed`);
    return;
  }
  const stranger = strangerFault(settings, message, now);
  if (next.phase === 'logon') {
    if (stranger !== undefined) draft.fail('peer', stranger.text);
    else answered(draft, message);
    return;
  }
  if (stranger !== undefined) {
    refuse(draft, message, stranger);
    return;
  }
  if (type === 'A' && message.flag(TAG.ResetSeqNumFlag) && sequence === 1) {
    if (settings.dialect.acceptReset) restart(draft, 'the peer began at 1 within the session');
    else draft.fail('sequence', 'a logon within the session begins at 1, which was not asked for', 'refused');
    return;
  }
  if (type === '4' && !message.flag(TAG.GapFillFlag)) {
    resetTo(draft, message);
    drain(draft);
    return;
  }
  inOrder(draft, message);
}

/** Refuses a message for its header: it counts as received where its turn had come, and may end the session. */
function refuse(
  draft: Draft,
  { type, sequence }: FixMessage,
  { tag, reason, text, ends }: HeaderFault,
): void {
  if (sequence === draft.next.incoming) draft.expect(sequence + 1);
  draft.reject(sequence, type, tag, reason, text);
  if (ends) draft.fail('peer', text);
}

/** The first word of a connection: a logon, or why there is none. */
function answered(draft: Draft, message: FixMessage): void {
  const { next, settings } = draft;
  const { type, sequence } = message;
  if (type === '5') {
    const text = message.get(TAG.Text) ?? 'no reason given';
    // Numbers that differ do not become equal by trying again.
    const numbers = /seq/i.test(text) && !settings.dialect.resetOnLogon;
    draft.fail('logon', `the peer refuses the logon: ${text}`, numbers ? 'refused' : 'waiting', false);
    return;
  }
  if (type !== 'A') {
    draft.fail('logon', `the first message is of type ${type}, not a logon`);
    return;
  }
  if (message.flag(TAG.ResetSeqNumFlag) && !settings.dialect.resetOnLogon && next.outgoing !== 2) {
    if (settings.dialect.acceptReset) restart(draft, 'the peer begins at 1');
    else draft.fail('sequence', 'the peer begins at 1, which was not asked for', 'refused');
    return;
  }
  if (sequence < next.incoming && !message.flag(TAG.PossDupFlag)) {
    tooLow(draft, message);
    return;
  }
  const fault = headerFault(settings, message);
  if (fault !== undefined || message.get(TAG.EncryptMethod) !== '0') {
    draft.fail('logon', `the logon of the peer cannot be taken: ${fault?.text ?? 'it is encrypted'}`);
    return;
  }
  draft.enter('up');
  next.attempts = 0;
  draft.effect({ kind: 'up' });
  inOrder(draft, message);
  if (next.phase === 'up' && next.asked === undefined) draft.effect({ kind: 'caughtUp' });
}

/** The peer began anew: so do we, by a logon of our own. */
function restart(draft: Draft, text: string): void {
  draft.alert('sequence', text);
  draft.next.resetNext = true;
  draft.next.attempts = 0;
  draft.effect({ kind: 'close' });
  draft.leave(text);
}

function inOrder(draft: Draft, message: FixMessage): void {
  const { next } = draft;
  const { sequence, type } = message;
  if (sequence < next.incoming) {
    if (!message.flag(TAG.PossDupFlag)) {
      tooLow(draft, message);
      return;
    }
    const fault = againFault(draft.settings.dialect, message);
    if (fault !== undefined) refuse(draft, message, fault);
    return;
  }
  if (sequence > next.incoming) {
    // Two sides that wait for each other's resend would wait for ever: this is answered at once.
    if (type === '2') resend(draft, message);
    if (type === '5') {
      loggedOut(draft, message);
      return;
    }
    beyond(draft, message);
    return;
  }
  consume(draft, message, false);
  drain(draft);
}

function drain(draft: Draft): void {
  const behind = draft.next.asked !== undefined;
  progress(draft);
  for (const waiting of released(draft)) {
    consume(draft, waiting, true);
    if (draft.next.phase !== 'up' && draft.next.phase !== 'logout') return;
  }
  if (behind && draft.next.phase === 'up' && draft.next.asked === undefined)
    draft.effect({ kind: 'caughtUp' });
}

/** Takes the expected message. */
function consume(draft: Draft, message: FixMessage, waited: boolean): void {
  const { next } = draft;
  const { type, sequence } = message;
  const fault = headerFault(draft.settings, message);
  if (fault !== undefined) {
    refuse(draft, message, fault);
    return;
  }
  switch (type) {
    case '0':
    case 'A':
      draft.expect(sequence + 1);
      return;
    case '1': {
      const id = message.get(TAG.TestReqID);
      draft.expect(sequence + 1);
      if (id === undefined) draft.reject(sequence, type, TAG.TestReqID, 1, 'tag 112 is missing');
      else
        draft.send([
          [TAG.MsgType, '0'],
          [TAG.TestReqID, id],
        ]);
      return;
    }
    case '2':
      draft.expect(sequence + 1);
      if (!waited) resend(draft, message);
      return;
    case '4':
      gapFill(draft, message);
      return;
    case '5':
      draft.expect(sequence + 1);
      loggedOut(draft, message);
      return;
    default:
      // A reject of the session (type 3) is about a message of the application.
      if (next.unrecorded === 0) next.unrecorded = sequence;
      next.delivered = sequence;
      draft.effect({ kind: 'deliver', message });
      draft.expect(sequence + 1);
  }
}

function resend(draft: Draft, message: FixMessage): void {
  const { next } = draft;
  const from = message.integer(TAG.BeginSeqNo);
  const end = message.integer(TAG.EndSeqNo);
  const last = next.outgoing - 1;
  if (!(from >= 1) || Number.isNaN(end) || (end !== 0 && end < from)) {
    const tag = from >= 1 ? TAG.EndSeqNo : TAG.BeginSeqNo;
    draft.reject(message.sequence, '2', tag, 5, 'no range of messages');
    return;
  }
  if (from > last) {
    draft.alert('resend', `the peer asks for message ${from}, and ${last} is the last that was sent`);
    return;
  }
  // Some say "all" by 999999, as FIX 4.0 did.
  draft.effect({ kind: 'resend', from, to: end === 0 ? last : Math.min(end, last) });
  next.lastSent = draft.now;
}

function gapFill(draft: Draft, message: FixMessage): void {
  const { sequence } = message;
  const to = message.integer(TAG.NewSeqNo);
  if (to > sequence) {
    draft.expect(to);
    return;
  }
  draft.expect(sequence + 1);
  draft.reject(sequence, '4', TAG.NewSeqNo, 5, `a gap cannot be filled up to ${message.get(TAG.NewSeqNo)}`);
}

/** Sequence reset in its other mode: the number of the message itself says nothing. */
function resetTo(draft: Draft, message: FixMessage): void {
  const { next } = draft;
  const to = message.integer(TAG.NewSeqNo);
  const was = next.incoming;
  if (!(to >= was)) {
    draft.reject(message.sequence, '4', TAG.NewSeqNo, 5, `the next number cannot go back from ${was}`);
    return;
  }
  if (to === was) {
    draft.alert('sequence', `the peer resets its numbers to ${to}, where they are`);
    return;
  }
  draft.alert('sequence', `the peer resets its numbers from ${was} to ${to}`);
  draft.expect(to);
  draft.effect({ kind: 'lost', from: was, to: to - 1 });
}

function loggedOut(draft: Draft, message: FixMessage): void {
  const { next } = draft;
  const text = message.get(TAG.Text) ?? '';
  if (next.phase !== 'logout') {
    draft.send([[TAG.MsgType, '5']]);
    draft.alert('peer', `the peer logs out${text === '' ? '' : `: ${text}`}`);
  }
  draft.effect({ kind: 'close' });
  draft.leave(text === '' ? 'logged out' : `logged out: ${text}`);
}

function tooLow(draft: Draft, { sequence }: FixMessage): void {
  const text = `MsgSeqNum too low, expecting ${draft.next.incoming} but received ${sequence}`;
  draft.fail('sequence', text, draft.settings.dialect.resetOnLogon ? 'waiting' : 'refused');
}
