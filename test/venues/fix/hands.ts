import {
  encode,
  type Field,
  type FixMessage,
  formatTimestamp,
  parse,
  type SessionEffect,
  type SessionInput,
  type SessionOptions,
  type SessionState,
  sessionSettings,
  standard,
  step,
  TAG,
} from '../../../src/venues/fix/index.js';
import { sessionState } from '../../../src/venues/fix/session/state.js';
import { nextDue } from '../../../src/venues/fix/session/tick.js';

export const START: number = Date.UTC(2026, 0, 5, 14, 30);

/** Distributes over the kinds of input, so that each may be given without its time. */
type Untimed<Input> = Input extends unknown ? Omit<Input, 'now'> : never;

/** The reducer with both hands on it: messages in the words of the test, effects by what they do. */
export class Hands {
  readonly settings: ReturnType<typeof sessionSettings>;
  state: SessionState;
  now: number = START;
  /** Effects of the last input. */
  effects: readonly SessionEffect[] = [];

  constructor(
    options: Partial<SessionOptions> = {},
    numbers: { outgoing?: number; incoming?: number; session?: number } = {},
  ) {
    this.settings = sessionSettings({
      dialect: standard('FIX.4.4'),
      senderCompID: 'DESK',
      targetCompID: 'BROKER',
      heartbeat: 10,
      ...options,
    });
    this.state = sessionState({ outgoing: 1, incoming: 1, session: 0, ...numbers });
  }

  put(input: Untimed<SessionInput>): readonly SessionEffect[] {
    const before = JSON.stringify(this.state);
    const was = this.state;
    const { state, effects } = step(was, { ...input, now: this.now } as SessionInput, this.settings);
    // What is given is not changed: that is what makes it a function.
    if (JSON.stringify(was) !== before) throw new Error('the state was changed in place');
    this.state = state;
    this.effects = effects;
    return effects;
  }

  /** Time goes on to when the session wants to know it, at most by so much. */
  pass(milliseconds: number): readonly SessionEffect[] {
    const until = this.now + milliseconds;
    const all: SessionEffect[] = [];
    for (
      let due = nextDue(this.state, this.settings);
      due <= until;
      due = nextDue(this.state, this.settings)
    ) {
      this.now = Math.max(this.now, due);
      const effects = this.put({ kind: 'tick' });
      all.push(...effects);
      if (effects.length === 0 && nextDue(this.state, this.settings) <= this.now)
        throw new Error(`a tick at ${this.now} changes nothing, and the next is due at once`);
    }
    this.now = until;
    this.effects = all;
    return all;
  }

  message(
    sequence: number,
    type: string,
    body: readonly Field[] = [],
    marks: readonly Field[] = [],
  ): FixMessage {
    return parse(
      encode(this.settings.dialect.version, [
        [TAG.MsgType, type],
        [TAG.SenderCompID, 'BROKER'],
        [TAG.TargetCompID, 'DESK'],
        [TAG.MsgSeqNum, sequence],
        ...marks,
        [TAG.SendingTime, formatTimestamp(this.now)],
        ...body,
      ]),
    ) as FixMessage;
  }

  hear(
    sequence: number,
    type: string,
    body: readonly Field[] = [],
    marks: readonly Field[] = [],
  ): readonly string[] {
    this.put({ kind: 'message', message: this.message(sequence, type, body, marks) });
    return this.done;
  }

  again(sequence: number, type: string, body: readonly Field[] = []): readonly string[] {
    return this.hear(sequence, type, body, [
      [TAG.PossDupFlag, 'Y'],
      [TAG.OrigSendingTime, formatTimestamp(START)],
    ]);
  }

  /** Connects and logs on; the peer's logon has this number. */
  logOn(sequence: number = 1, body: readonly Field[] = []): this {
    if (this.state.phase === 'stopped') this.put({ kind: 'start' });
    this.put({ kind: 'connected', logon: [] });
    this.hear(sequence, 'A', [[98, 0], [108, 10], ...body]);
    return this;
  }

  /** The effects of the last input in few words. */
  get done(): readonly string[] {
    return this.effects.map(spell);
  }
}

/** `send 2: A 98=0`, `deliver 3`, `alert sequence: ...`. */
export function spell(effect: SessionEffect): string {
  switch (effect.kind) {
    case 'send': {
      const message = parse(effect.bytes) as FixMessage;
      const body = message
        .fields()
        .filter(([tag]) => ![8, 9, 10, 34, 35, 49, 52, 56].includes(tag))
        .map(([tag, value]) => `${tag}=${value}`);
      return [`send ${effect.sequence}: ${message.type}`, ...body].join(' ');
    }
    case 'deliver':
      return `deliver ${effect.message.sequence}`;
    case 'received':
      return `received ${effect.next}`;
    case 'resend':
    case 'lost':
      return `${effect.kind} ${effect.from} to ${effect.to}`;
    case 'alert':
      return `alert ${effect.code}: ${effect.text}`;
    case 'down':
      return `down: ${effect.reason}`;
    default:
      return effect.kind;
  }
}
