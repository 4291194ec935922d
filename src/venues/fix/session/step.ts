import type { Field } from '../codec/encode.js';
import { TAG } from '../codec/tags.js';
import { Draft } from './draft.js';
import { receive } from './receive.js';
import type { SessionSettings } from './settings.js';
import type { SessionEffect, SessionInput, SessionState } from './state.js';
import { tick } from './tick.js';

/** What comes of an input. */
export interface Step {
  readonly state: SessionState;
  readonly effects: readonly SessionEffect[];
}

/**
 * The session as a pure function: a state and an input give the next state and what is to be done, in order.
 *
 * ```
 * inputs   start --- connected --- message A --- message 8 (too high) --- tick --------
 * effects  open      logon         up            resend request          heartbeat
 * ```
 *
 * Time comes in with each input, so that hours of a session can be tried in an instant.
 *
 * @example
 * const { state: next, effects } = step(state, input, settings);
 */
export function step(state: SessionState, input: SessionInput, settings: SessionSettings): Step {
  const draft = new Draft(state, settings, input.now);
  const { next } = draft;
  switch (input.kind) {
    case 'start':
      if (next.phase !== 'stopped') break;
      next.stopping = false;
      next.attempts = 0;
      next.due = input.now;
      draft.enter('waiting');
      tick(draft);
      break;
    case 'tick':
      tick(draft);
      break;
    case 'connected':
      if (next.phase === 'connecting') logon(draft, input.logon);
      break;
    case 'disconnected':
      if (next.phase !== 'waiting' && next.phase !== 'refused' && next.phase !== 'stopped')
        draft.leave(input.reason);
      break;
    case 'message':
      if (next.phase === 'logon' || next.phase === 'up' || next.phase === 'logout')
        receive(draft, input.message);
      break;
    case 'send':
      if (next.phase === 'up' && !next.stopping) draft.send(input.fields, true);
      break;
    case 'recorded':
      recorded(draft, input.sequence);
      break;
    case 'stop':
      next.stopping = true;
      if (next.phase === 'up') {
        draft.send([
          [TAG.MsgType, '5'],
          [TAG.Text, input.reason],
        ]);
        draft.enter('logout');
      } else if (next.phase !== 'logout') {
        if (next.phase === 'connecting' || next.phase === 'logon') draft.effect({ kind: 'close' });
        draft.enter('stopped');
      }
      break;
    case 'reset':
      next.resetNext = true;
      if (next.phase === 'refused') {
        draft.enter('waiting');
        next.due = input.now;
      } else if (next.phase === 'up') {
        draft.send([
          [TAG.MsgType, '5'],
          [TAG.Text, 'sequence numbers are to be reset'],
        ]);
        draft.enter('logout');
      }
      break;
    case 'resetTo':
      resetTo(draft, input.outgoing);
      break;
  }
  return { state: next, effects: draft.effects };
}

/** The transport is there: numbers begin at 1 where that is due, and the logon leaves. */
function logon(draft: Draft, further: readonly Field[]): void {
  const { next, settings, now } = draft;
  const reset = settings.dialect.resetOnLogon || next.resetNext;
  if (reset) draft.reset(next.session);
  next.resetNext = false;
  next.lastReceived = now;
  next.probing = false;
  const { logonLimit } = settings.dialect;
  if (logonLimit !== undefined)
    next.logons = [...next.logons.filter((at) => at > now - logonLimit.within), now];
  draft.enter('logon');
  draft.send([
    [TAG.MsgType, 'A'],
    [98, 0],
    [TAG.HeartBtInt, settings.heartbeat / 1_000],
    ...(reset ? [[TAG.ResetSeqNumFlag, 'Y'] as const] : []),
    ...further,
  ]);
}

/** Our numbers go on from another: the peer is told at once, or finds the gap at the next logon. Never backwards. */
function resetTo(draft: Draft, outgoing: number): void {
  const { next, now } = draft;
  if (!(outgoing > next.outgoing)) return;
  if (next.phase === 'up') {
    draft.resetTo(outgoing);
    return;
  }
  next.outgoing = outgoing;
  draft.effect({ kind: 'renumber', outgoing });
  if (next.phase !== 'refused') return;
  draft.enter('waiting');
  next.due = now;
}

/** The application has these on record: the store may forget them. */
function recorded(draft: Draft, sequence: number): void {
  const { next } = draft;
  if (next.unrecorded === 0 || sequence < next.unrecorded) return;
  next.unrecorded = sequence >= next.delivered ? 0 : sequence + 1;
  draft.expect(next.incoming);
}
