import { encode, type Field } from '../codec/encode.js';
import { TAG } from '../codec/tags.js';
import { formatTimestamp } from '../codec/timestamp.js';
import type { SessionSettings } from './settings.js';
import type { AlertCode, Phase, SessionEffect, SessionState } from './state.js';

type Changeable = { -readonly [Key in keyof SessionState]: SessionState[Key] };

/** A step that is being made: the state to come, which nobody else has yet, and the effects so far. */
export class Draft {
  readonly settings: SessionSettings;
  readonly now: number;
  readonly next: Changeable;
  readonly effects: SessionEffect[] = [];

  constructor(state: SessionState, settings: SessionSettings, now: number) {
    this.next = { ...state };
    this.settings = settings;
    this.now = now;
  }

  effect(effect: SessionEffect): void {
    this.effects.push(effect);
  }

  alert(code: AlertCode, text: string): void {
    this.effects.push({ kind: 'alert', code, text });
  }

  /** Numbers a message, has it stored and written. The first field is its type. */
  send(fields: readonly Field[], application = false): number {
    const sequence = this.next.outgoing;
    const bytes = encode(
      this.settings.dialect.version,
      withHeader(this.settings, sequence, this.now, fields),
    );
    this.next.outgoing = sequence + 1;
    this.next.lastSent = this.now;
    this.effects.push({ kind: 'send', sequence, bytes, application });
    return sequence;
  }

  /** Says that the next message of ours has another number (sequence reset, not a gap fill). */
  resetTo(outgoing: number): void {
    const { next, settings, now } = this;
    const sequence = next.outgoing;
    const fields: Field[] = [
      [TAG.MsgType, '4'],
      [TAG.GapFillFlag, 'N'],
      [TAG.NewSeqNo, outgoing],
    ];
    const bytes = encode(settings.dialect.version, withHeader(settings, sequence, now, fields));
    next.outgoing = outgoing;
    next.lastSent = now;
    this.effects.push({ kind: 'send', sequence, bytes, application: false, goesOnAt: outgoing });
  }

  /** The next message is expected under this number; the store hears of it once nothing before it is unrecorded. */
  expect(incoming: number): void {
    const { next } = this;
    next.incoming = incoming;
    const certain = next.unrecorded === 0 ? incoming : next.unrecorded;
    if (certain === next.persisted) return;
    next.persisted = certain;
    this.effects.push({ kind: 'received', next: certain });
  }

  /** Both sides begin at 1. */
  reset(session: number): void {
    const { next } = this;
    Object.assign(next, { outgoing: 1, incoming: 1, persisted: 1, unrecorded: 0, delivered: 0 });
    next.queued = undefined;
    next.asked = undefined;
    next.session = session;
    this.effects.push({ kind: 'reset', session });
  }

  enter(phase: Phase): void {
    this.next.phase = phase;
    this.next.since = this.now;
  }

  /** Leaves the connection as it is over, and waits before the next. */
  leave(reason: string, phase: 'waiting' | 'refused' = 'waiting'): void {
    const { next, settings, now } = this;
    const was = next.phase;
    next.asked = undefined;
    next.queued = undefined;
    next.probing = false;
    this.enter(next.stopping ? 'stopped' : phase);
    const { first, longest } = settings.reconnect;
    // A linear congruential generator is enough to keep many from coming back at one instant.
    next.seed = (Math.imul(next.seed, 1_664_525) + 1_013_904_223) >>> 0;
    const wait = Math.min(longest, first * 2 ** Math.min(next.attempts, 30));
    next.due = now + wait * (0.5 + next.seed / 2 ** 33);
    next.attempts++;
    if (was === 'up' || was === 'logout') this.effects.push({ kind: 'down', reason });
  }

  /** Closes the connection, after a logout that says why where the peer can still hear it. */
  fail(code: AlertCode, text: string, end: 'waiting' | 'refused' = 'waiting', logout = true): void {
    this.alert(code, text);
    if (logout)
      this.send([
        [TAG.MsgType, '5'],
        [TAG.Text, text.slice(0, 200)],
      ]);
    this.effect({ kind: 'close' });
    this.leave(text, end);
  }

  /** Refuses one message of the peer, for good. */
  reject(sequence: number, type: string, tag: number, reason: number, text: string): void {
    const fields: Field[] = [
      [TAG.MsgType, '3'],
      [TAG.RefSeqNum, sequence],
      ...(tag > 0 ? [[TAG.RefTagID, tag] as const] : []),
      [TAG.RefMsgType, type],
      [TAG.SessionRejectReason, reason],
      [TAG.Text, text],
    ];
    this.send(fields);
    this.alert('rejected', `message ${sequence} of type ${type} is rejected: ${text}`);
  }
}

/** Type, header and body, as every message of a session has them. */
export function withHeader(
  { senderCompID, targetCompID, header }: SessionSettings,
  sequence: number,
  now: number,
  [type, ...body]: readonly Field[],
  again: readonly Field[] = [],
): Field[] {
  return [
    type as Field,
    [TAG.SenderCompID, senderCompID],
    [TAG.TargetCompID, targetCompID],
    [TAG.MsgSeqNum, sequence],
    ...again,
    [TAG.SendingTime, formatTimestamp(now)],
    ...header,
    ...body,
  ];
}
