import { describe, expect, test } from 'vitest';
import {
  encode,
  type Field,
  type FixMessage,
  Framer,
  formatTimestamp,
  parse,
  standard,
  TAG,
} from '../../../src/venues/fix/index.js';
import { Hands, START } from './hands.js';

/**
 * One of the session layer test cases of the FIX Trading Community (June 2020; before, an appendix to volume 2 of the
 * specification), by its number there: that of the scenario and the letter of the condition.
 */
interface Case {
  readonly id: string;
  readonly scenario: string;
  readonly outcome: string;
  /** Plays it. Without: it has no meaning here, and `outcome` says why. */
  readonly play?: () => void;
}

/** A session that is up, and hears bytes as a connection brings them. */
class Side {
  readonly hands: Hands;
  readonly #framer: Framer = new Framer();

  constructor(version: 'FIX.4.2' | 'FIX.4.4' = 'FIX.4.4', more: Parameters<typeof standard>[1] = {}) {
    this.hands = new Hands({ dialect: standard(version, more) }).logOn();
  }

  /** Bytes off the wire. @returns what came of each message; nothing of what is garbled */
  wire(bytes: Buffer | string): readonly string[] {
    const done: string[] = [];
    this.#framer.take(Buffer.from(bytes as string, 'latin1'), (message) => {
      this.hands.put({ kind: 'message', message });
      done.push(...this.hands.done);
    });
    return done;
  }

  get garbled(): number {
    return this.#framer.garbled;
  }

  /** A message with fields of its header put in the place of those that would be right. */
  with(
    sequence: number,
    type: string,
    changed: readonly Field[],
    body: readonly Field[] = [],
  ): readonly string[] {
    const own = new Map(changed);
    const fields = this.hands
      .message(sequence, type, body)
      .fields()
      .slice(2, -1)
      .map(([tag, value]): Field => [tag, own.get(tag) ?? value]);
    const tags = new Set(fields.map(([tag]) => tag));
    const [first, ...rest] = fields as [Field, ...Field[]];
    const begin = (own.get(8) as string | undefined) ?? this.hands.settings.dialect.version;
    const bytes = encode(begin, [first, ...changed.filter(([tag]) => tag !== 8 && !tags.has(tag)), ...rest]);
    this.hands.put({ kind: 'message', message: parse(bytes) as FixMessage });
    return this.hands.done;
  }
}

/** Bytes of a message with its length and checksum reckoned anew: for what cannot be encoded. */
function spelled(body: string, begin = 'FIX.4.4'): string {
  const whole = `8=${begin}\x019=${body.length}\x01${body}`;
  const sum = [...Buffer.from(whole, 'latin1')].reduce((total, byte) => (total + byte) & 255, 0);
  return `${whole}10=${String(sum).padStart(3, '0')}\x01`;
}

const header = (sequence: number, type = '8'): string =>
  `35=${type}\x0149=BROKER\x0156=DESK\x0134=${sequence}\x0152=${formatTimestamp(START)}\x01`;
const again = (first: number): readonly Field[] => [
  [TAG.PossDupFlag, 'Y'],
  [TAG.OrigSendingTime, formatTimestamp(first)],
];
const reject = (reason: number): RegExp =>
  new RegExp(`^send \\d+: 3 45=\\d+ (371=\\d+ )?372=\\S+ 373=${reason} `);
const LOGOUT = /^send \d+: 5 58=/;
const acceptor = 'is of the acceptor, and this package is the initiator';

const cases: readonly Case[] = [
  {
    id: '1B.a',
    scenario: 'connect',
    outcome: 'the transport is opened, and tried again later and later',
    play: () => {
      const hands = new Hands();
      expect(hands.put({ kind: 'start' })).toEqual([{ kind: 'open' }]);
    },
  },
  {
    id: '1B.b',
    scenario: 'send a logon',
    outcome: 'it is the first message',
    play: () => {
      const hands = new Hands();
      hands.put({ kind: 'start' });
      hands.put({ kind: 'connected', logon: [] });
      expect(hands.done).toEqual(['send 1: A 98=0 108=10']);
    },
  },
  {
    id: '1B.c',
    scenario: 'a valid logon as the answer; its number too high',
    outcome: 'the session is up; what is missing is asked for',
    play: () => {
      expect(new Hands().logOn().done).toEqual(['up', 'received 2', 'caughtUp']);
      expect(new Hands().logOn(4).done).toEqual(['up', 'send 2: 2 7=1 16=0']);
    },
  },
  {
    id: '1B.d',
    scenario: 'an invalid logon as the answer',
    outcome: 'alert, logout, disconnect',
    play: () => {
      for (const body of [
        [
          [98, 2],
          [108, 10],
        ],
        [[108, 10]],
      ] as const) {
        const hands = new Hands();
        hands.put({ kind: 'start' });
        hands.put({ kind: 'connected', logon: [] });
        hands.hear(1, 'A', body);
        expect(hands.done).toEqual([
          'alert logon: the logon of the peer cannot be taken: it is encrypted',
          expect.stringMatching(LOGOUT),
          'close',
        ]);
      }
    },
  },
  {
    id: '1B.e',
    scenario: 'any message other than a logon as the first',
    outcome: 'alert, logout, disconnect',
    play: () => {
      const hands = new Hands();
      hands.put({ kind: 'start' });
      hands.put({ kind: 'connected', logon: [] });
      expect(hands.hear(1, '0')).toEqual([
        'alert logon: the first message is of type 0, not a logon',
        expect.stringMatching(LOGOUT),
        'close',
      ]);
    },
  },
  { id: '1S.a-d', scenario: 'receive a logon', outcome: acceptor },
  { id: '2S', scenario: 'the first message received is no logon', outcome: acceptor },
  {
    id: '2.a',
    scenario: 'MsgSeqNum as expected',
    outcome: 'taken',
    play: () => expect(new Side().hands.hear(2, '8')).toEqual(['deliver 2']),
  },
  {
    id: '2.b',
    scenario: 'MsgSeqNum higher than expected',
    outcome: 'resend request; the message waits',
    play: () => expect(new Side().hands.hear(7, '8')).toEqual(['send 2: 2 7=2 16=0']),
  },
  {
    id: '2.c',
    scenario: 'MsgSeqNum lower than expected, PossDupFlag not set',
    outcome: 'logout that says so, disconnect, alert',
    play: () => {
      const { hands } = new Side();
      hands.hear(2, '8');
      expect(hands.hear(1, '8')).toEqual([
        'alert sequence: MsgSeqNum too low, expecting 3 but received 1',
        'send 2: 5 58=MsgSeqNum too low, expecting 3 but received 1',
        'close',
        'down: MsgSeqNum too low, expecting 3 but received 1',
      ]);
    },
  },
  {
    id: '2.d',
    scenario: 'a garbled message',
    outcome: 'ignored and counted; its number is still expected',
    play: () => {
      const side = new Side();
      expect(side.wire(`8=FIX.4.4\x019=nonsense\x01${header(2)}10=000\x01`)).toEqual([]);
      expect(side.garbled).toBeGreaterThan(0);
      expect(side.hands.state.incoming).toBe(2);
    },
  },
  {
    id: '2.e',
    scenario: 'PossDupFlag=Y, OrigSendingTime before SendingTime, number lower than expected',
    outcome: 'ignored when it was received before, else taken',
    play: () => {
      const { hands } = new Side();
      hands.hear(2, '8');
      expect(hands.again(2, '8')).toEqual([]);
      expect(hands.again(3, '8')).toEqual(['deliver 3']);
    },
  },
  {
    id: '2.f',
    scenario: 'PossDupFlag=Y, OrigSendingTime after SendingTime, number as expected',
    outcome: 'reject (10), counted, logout, alert; within the same second it is taken',
    play: () => {
      const { hands } = new Side();
      hands.hear(2, '8', [], again(START + 1_000));
      expect(hands.done).toEqual([
        'received 3',
        expect.stringMatching(reject(10)),
        expect.stringMatching(/^alert rejected: message 2/),
        expect.stringMatching(/^alert peer: it was sent at first/),
        expect.stringMatching(LOGOUT),
        'close',
        expect.stringMatching(/^down/),
      ]);
      expect(hands.state.phase).toBe('waiting');
      expect(new Side().hands.hear(2, '8', [], again(START + 900))).toEqual(['deliver 2']);
    },
  },
  {
    id: '2.g',
    scenario: 'PossDupFlag=Y, no OrigSendingTime',
    outcome: 'reject (1), counted; a dialect may do without',
    play: () => {
      const { hands } = new Side();
      hands.hear(2, '8', [], [[TAG.PossDupFlag, 'Y']]);
      expect(hands.done).toEqual([
        'received 3',
        expect.stringMatching(reject(1)),
        expect.stringMatching(/^alert rejected: message 2 .* tag 122 is missing/),
      ]);
      expect(hands.state.phase).toBe('up');
      // Of one that is known it changes nothing but for the reject.
      hands.hear(2, '8', [], [[TAG.PossDupFlag, 'Y']]);
      expect([hands.done[0], hands.state.incoming]).toEqual([expect.stringMatching(reject(1)), 3]);
      const lenient = new Side('FIX.4.2', { requiresOrigSendingTime: false });
      expect(lenient.hands.hear(2, '8', [], [[TAG.PossDupFlag, 'Y']])).toEqual(['deliver 2']);
    },
  },
  {
    id: '2.h',
    scenario: 'BeginString as agreed',
    outcome: 'taken',
    play: () => {
      for (const version of ['FIX.4.2', 'FIX.4.4'] as const)
        expect(new Side(version).hands.hear(2, '8')).toEqual(['deliver 2']);
    },
  },
  {
    id: '2.i',
    scenario: 'BeginString of another version',
    outcome: 'logout, disconnect, alert',
    play: () => {
      expect(new Side().with(2, '8', [[8, 'FIX.4.2']])).toEqual([
        'alert peer: begin string FIX.4.2 where FIX.4.4 was agreed',
        expect.stringMatching(LOGOUT),
        'close',
        expect.stringMatching(/^down/),
      ]);
    },
  },
  {
    id: '2.j',
    scenario: 'SenderCompID and TargetCompID as expected',
    outcome: 'taken',
    play: () =>
      expect(
        new Side().with(2, '8', [
          [49, 'BROKER'],
          [56, 'DESK'],
        ]),
      ).toEqual(['deliver 2']),
  },
  {
    id: '2.k',
    scenario: 'SenderCompID or TargetCompID of others',
    outcome: 'reject (9), counted, logout, disconnect, alert',
    play: () => {
      for (const tag of [49, 56])
        expect(new Side().with(2, '8', [[tag, 'OTHER']])).toEqual([
          'received 3',
          expect.stringMatching(new RegExp(`^send 2: 3 45=2 371=${tag} 372=8 373=9 `)),
          expect.stringMatching(/^alert rejected/),
          expect.stringMatching(/^alert peer: a message from/),
          expect.stringMatching(LOGOUT),
          'close',
          expect.stringMatching(/^down/),
        ]);
    },
  },
  {
    id: '2.l',
    scenario: 'BodyLength right',
    outcome: 'taken',
    play: () => expect(new Side().wire(spelled(header(2)))).toEqual(['deliver 2']),
  },
  {
    id: '2.m',
    scenario: 'BodyLength wrong',
    outcome: 'ignored and counted; its number is still expected',
    play: () => {
      for (const off of [-1, 1, 40]) {
        const side = new Side();
        const right = spelled(header(2));
        const length = /9=(\d+)/.exec(right)?.[1] as string;
        expect(side.wire(right.replace(`9=${length}`, `9=${Number(length) + off}`))).toEqual([]);
        // What comes behind it is read.
        expect(side.wire(spelled(header(3)).repeat(2))).toContain('send 2: 2 7=2 16=0');
        expect(side.garbled).toBeGreaterThan(0);
      }
    },
  },
  {
    id: '2.n',
    scenario: 'SendingTime within two minutes',
    outcome: 'taken',
    play: () =>
      expect(new Side().with(2, '8', [[52, formatTimestamp(START - 119_000)]])).toEqual(['deliver 2']),
  },
  {
    id: '2.o',
    scenario: 'SendingTime further off, or no time',
    outcome: 'reject (10; 6), counted; for a clock that is off logout, disconnect, alert',
    play: () => {
      for (const off of [-121_000, 121_000]) {
        const done = new Side().with(2, '8', [[52, formatTimestamp(START + off)]]);
        expect(done.slice(0, 2)).toEqual(['received 3', expect.stringMatching(reject(10))]);
        expect(done.slice(-3)).toEqual([
          expect.stringMatching(LOGOUT),
          'close',
          expect.stringMatching(/^down: sending time/),
        ]);
      }
      const side = new Side();
      expect(side.with(2, '8', [[52, 'yesterday']])[1]).toMatch(reject(6));
      expect(side.hands.state.phase).toBe('up');
    },
  },
  {
    id: '2.p',
    scenario: 'a MsgType of the standard, or of the users',
    outcome: 'taken',
    play: () => {
      for (const type of ['8', 'j', 'U1', 'UXY'])
        expect(new Side().hands.hear(2, type), type).toEqual(['deliver 2']);
      expect(new Side('FIX.4.4').hands.hear(2, 'AE')).toEqual(['deliver 2']);
    },
  },
  {
    id: '2.q',
    scenario: 'a MsgType that there is not',
    outcome: 'reject (11), counted, alert',
    play: () => {
      for (const [version, type] of [
        ['FIX.4.2', 'AE'],
        ['FIX.4.4', 'ZZ'],
        ['FIX.4.4', '88'],
        ['FIX.4.2', 'O'],
      ] as const) {
        const done = new Side(version).hands.hear(2, type);
        expect(done, type).toEqual([
          'received 3',
          expect.stringMatching(reject(11)),
          expect.stringMatching(/^alert rejected/),
        ]);
      }
    },
  },
  {
    id: '2.r',
    scenario: 'a MsgType that is right and not supported',
    outcome:
      'the application’s: the driver answers by a business reject (j), see test/venues/cme/driver.test.ts',
    play: () => expect(new Side().hands.hear(2, 'B')).toEqual(['deliver 2']),
  },
  {
    id: '2.s',
    scenario: 'BeginString, BodyLength and MsgType are the first three fields',
    outcome: 'taken',
    play: () => expect(new Side().wire(spelled(header(2)))).toEqual(['deliver 2']),
  },
  {
    id: '2.t',
    scenario: 'they are not the first three',
    outcome: 'ignored and counted; its number is still expected',
    play: () => {
      const side = new Side();
      expect(side.wire(spelled(header(2).replace('35=8\x0149=BROKER\x01', '49=BROKER\x0135=8\x01')))).toEqual(
        [],
      );
      expect([side.garbled > 0, side.hands.state.incoming]).toEqual([true, 2]);
    },
  },
  {
    id: '3.a',
    scenario: 'CheckSum right',
    outcome: 'taken',
    play: () => expect(new Side().wire(spelled(header(2)))).toEqual(['deliver 2']),
  },
  {
    id: '3.b',
    scenario: 'CheckSum wrong',
    outcome: 'ignored and counted; its number is still expected',
    play: () => {
      const side = new Side();
      const right = spelled(header(2));
      const sum = Number(right.slice(-4, -1));
      expect(side.wire(`${right.slice(0, -4)}${String((sum + 1) % 256).padStart(3, '0')}\x01`)).toEqual([]);
      expect([side.garbled > 0, side.hands.state.incoming]).toEqual([true, 2]);
    },
  },
  {
    id: '3.c',
    scenario: 'a message that is garbled at its end',
    outcome: 'ignored and counted; its number is still expected, and what comes behind is read',
    play: () => {
      const side = new Side();
      expect(side.wire(spelled(header(2)).slice(0, -12))).toEqual([]);
      expect(side.wire(spelled(header(2)))).toEqual(['deliver 2']);
      expect(side.garbled).toBeGreaterThan(0);
    },
  },
  {
    id: '3.d',
    scenario: 'CheckSum is the last field, of three digits, delimited',
    outcome: 'taken',
    play: () => expect(new Side().wire(spelled(header(2)))).toEqual(['deliver 2']),
  },
  {
    id: '3.e',
    scenario: 'CheckSum is not the last field, not of three digits, or not delimited',
    outcome: 'ignored and counted',
    play: () => {
      const right = spelled(header(2));
      const [body, sum] = [right.slice(0, -7), right.slice(-4, -1)];
      for (const wrong of [
        `${body}10=${sum}`,
        `${body}10=${sum.slice(1)}\x01`,
        `${body}58=x\x0110=${sum}\x01`,
        `${body}10=abc\x01`,
      ]) {
        const side = new Side();
        expect(side.wire(wrong)).toEqual([]);
        expect(side.wire(spelled(header(2)).repeat(1))).toEqual(['deliver 2']);
      }
    },
  },
  {
    id: '4.a',
    scenario: 'nothing was sent within the interval of heartbeats',
    outcome: 'a heartbeat',
    play: () => {
      const { hands } = new Side();
      hands.pass(10_000);
      expect(hands.done).toEqual(['send 2: 0']);
    },
  },
  {
    id: '4.b',
    scenario: 'a test request',
    outcome: 'a heartbeat with its id',
    play: () =>
      expect(new Side().hands.hear(2, '1', [[112, 'X']])).toEqual(['received 3', 'send 2: 0 112=X']),
  },
  {
    id: '5',
    scenario: 'a heartbeat',
    outcome: 'taken',
    play: () => expect(new Side().hands.hear(2, '0')).toEqual(['received 3']),
  },
  {
    id: '6',
    scenario: 'nothing was received within the interval and a fifth of it',
    outcome: 'a test request; silence of 1.9 intervals ends the connection; any word is a sign of life',
    play: () => {
      const { hands } = new Side();
      hands.pass(12_000);
      expect(hands.done.at(-1)).toMatch(/^send 3: 1 112=/);
      hands.hear(2, '0', [[112, 'X']]);
      hands.pass(11_999);
      expect(hands.state.phase).toBe('up');
      hands.pass(7_001);
      expect(hands.state.phase).toBe('waiting');
    },
  },
  {
    id: '7',
    scenario: 'a reject',
    outcome: 'taken, and handed to the application: it is about one of its messages',
    play: () => expect(new Side().hands.hear(2, '3', [[45, 1]])).toEqual(['deliver 2']),
  },
  {
    id: '8',
    scenario: 'a resend request',
    outcome: 'answered off the store',
    play: () => {
      const { hands } = new Side();
      hands.put({ kind: 'send', fields: [[35, 'D']] });
      expect(
        hands.hear(2, '2', [
          [7, 1],
          [16, 0],
        ]),
      ).toEqual(['received 3', 'resend 1 to 2']);
    },
  },
  {
    id: '9',
    scenario: 'numbers are synchronised after a failure of the application',
    outcome: 'numbers go on where the store has them; an operator may reset ours, or those of both sides',
    play: () => {
      const hands = new Hands({}, { outgoing: 7, incoming: 9 }).logOn(9);
      expect([hands.state.outgoing, hands.state.incoming]).toEqual([8, 10]);
      hands.put({ kind: 'resetTo', outgoing: 100 });
      expect(hands.done).toEqual(['send 8: 4 123=N 36=100']);
      hands.put({ kind: 'reset' });
      expect(hands.done[0]).toMatch(LOGOUT);
    },
  },
  {
    id: '10.a',
    scenario: 'gap fill, NewSeqNo beyond MsgSeqNum, MsgSeqNum beyond the expected one',
    outcome: 'resend request',
    play: () =>
      expect(
        new Side().hands.hear(5, '4', [
          [123, 'Y'],
          [36, 9],
        ]),
      ).toEqual(['send 2: 2 7=2 16=0']),
  },
  {
    id: '10.b',
    scenario: 'gap fill, NewSeqNo beyond MsgSeqNum, MsgSeqNum as expected',
    outcome: 'NewSeqNo is expected next',
    play: () =>
      expect(
        new Side().hands.hear(2, '4', [
          [123, 'Y'],
          [36, 9],
        ]),
      ).toEqual(['received 9']),
  },
  {
    id: '10.c',
    scenario: 'gap fill, MsgSeqNum below the expected one, PossDupFlag=Y',
    outcome: 'ignored',
    play: () =>
      expect(
        new Side().hands.again(1, '4', [
          [123, 'Y'],
          [36, 9],
        ]),
      ).toEqual([]),
  },
  {
    id: '10.d',
    scenario: 'gap fill, MsgSeqNum below the expected one, PossDupFlag not set',
    outcome: 'logout, disconnect, alert',
    play: () => {
      const done = new Side().hands.hear(1, '4', [
        [123, 'Y'],
        [36, 9],
      ]);
      expect(done[0]).toMatch(/^alert sequence: MsgSeqNum too low/);
      expect(done).toContain('close');
    },
  },
  {
    id: '10.e',
    scenario: 'gap fill, NewSeqNo not beyond MsgSeqNum, MsgSeqNum as expected',
    outcome: 'reject (5)',
    play: () =>
      expect(
        new Side().hands.hear(2, '4', [
          [123, 'Y'],
          [36, 2],
        ])[1],
      ).toMatch(reject(5)),
  },
  {
    id: '11.a',
    scenario: 'reset, NewSeqNo beyond the expected one',
    outcome: 'taken, whatever its own number; the application asks for what was lost',
    play: () =>
      expect(
        new Side().hands.hear(40, '4', [
          [123, 'N'],
          [36, 9],
        ]),
      ).toEqual(['alert sequence: the peer resets its numbers from 2 to 9', 'received 9', 'lost 2 to 8']),
  },
  {
    id: '11.b',
    scenario: 'reset, NewSeqNo is the expected one',
    outcome: 'taken, with a warning',
    play: () =>
      expect(new Side().hands.hear(40, '4', [[36, 2]])).toEqual([
        'alert sequence: the peer resets its numbers to 2, where they are',
      ]),
  },
  {
    id: '11.c',
    scenario: 'reset, NewSeqNo below the expected one',
    outcome: 'reject (5); the expected number stays',
    play: () => {
      const { hands } = new Side();
      hands.hear(2, '8');
      expect(hands.hear(3, '4', [[36, 1]])[0]).toMatch(reject(5));
      expect(hands.state.incoming).toBe(3);
    },
  },
  {
    id: '12',
    scenario: 'log out',
    outcome: 'logout, wait for theirs, warn without it, disconnect',
    play: () => {
      const { hands } = new Side();
      hands.put({ kind: 'stop', reason: 'enough' });
      expect(hands.done).toEqual(['send 2: 5 58=enough']);
      hands.pass(2_000);
      expect(hands.done).toEqual([
        'alert peer: no answer to the logout in 2000 ms',
        'close',
        'down: logged out',
      ]);
    },
  },
  {
    id: '13.a',
    scenario: 'a logout that answers ours',
    outcome: 'disconnect without another',
    play: () => {
      const { hands } = new Side();
      hands.put({ kind: 'stop', reason: 'enough' });
      expect(hands.hear(2, '5')).toEqual(['received 3', 'close', 'down: logged out']);
    },
  },
  {
    id: '13.b',
    scenario: 'a logout unasked',
    outcome: 'logout as the answer, disconnect, alert',
    play: () =>
      expect(new Side().hands.hear(2, '5')).toEqual([
        'received 3',
        'send 2: 5',
        'alert peer: the peer logs out',
        'close',
        'down: logged out',
      ]),
  },
  {
    id: '14.a-c',
    scenario: 'a tag that is not defined, is missing, or is of another message type',
    outcome:
      'by design no dictionary: what a broker adds is passed over; what the driver needs and does not find is a fault',
    play: () => expect(new Side().hands.hear(2, '8', [[9_999, 'x']])).toEqual(['deliver 2']),
  },
  {
    id: '14.d',
    scenario: 'a tag without a value',
    outcome: 'reject (4), counted',
    play: () => expect(new Side().wire(spelled(`${header(2)}58=\x01`))[1]).toMatch(reject(4)),
  },
  {
    id: '14.e-f',
    scenario: 'a value that is wrong, or of a wrong format',
    outcome: 'reject (5; 6) where the session reads it; else the driver’s',
    play: () => {
      expect(
        new Side().hands.hear(2, '2', [
          [7, 5],
          [16, 3],
        ])[1],
      ).toMatch(reject(5));
      expect(
        new Side().hands.hear(
          2,
          '8',
          [],
          [
            [TAG.PossDupFlag, 'Y'],
            [TAG.OrigSendingTime, 'x'],
          ],
        )[1],
      ).toMatch(reject(6));
    },
  },
  {
    id: '14.g',
    scenario: 'fields of the header behind those of the body',
    outcome: 'taken: a field is read wherever it stands',
    play: () => {
      const body = header(2).replace('34=2\x01', '');
      expect(new Side().wire(spelled(`${body}58=x\x0134=2\x01`))).toEqual(['deliver 2']);
    },
  },
  {
    id: '14.h',
    scenario: 'a field of the header twice',
    outcome: 'reject (13), counted',
    play: () => expect(new Side().wire(spelled(`${header(2)}34=3\x01`))[1]).toMatch(reject(13)),
  },
  {
    id: '14.i-j',
    scenario: 'a repeating group of another count, or out of order',
    outcome: 'the driver’s: the message is an alert, and what of it cannot be read is asked for',
  },
  {
    id: '14.k',
    scenario: 'a delimiter within a value that is not raw data',
    outcome: 'reject (0: what is behind it has no tag), counted; within raw data it is part of the value',
    play: () => {
      const done = new Side().wire(spelled(`${header(2)}58=one\x01two\x01`));
      expect(done.slice(0, 2)).toEqual(['received 3', expect.stringMatching(reject(0))]);
      expect(new Side().wire(spelled(`${header(2)}95=7\x0196=one\x01two\x01`))).toEqual(['deliver 2']);
      // Raw data of another length than is said is no such value.
      expect(new Side().wire(spelled(`${header(2)}95=40\x0196=short\x01`))[1]).toMatch(reject(5));
    },
  },
  {
    id: '14.l',
    scenario: 'the application is not available',
    outcome:
      'it is delivered again with the next session: what the application did not record is not counted as received',
    play: () => {
      const { hands } = new Side();
      expect(hands.hear(2, '8')).toEqual(['deliver 2']);
      hands.pass(1);
      expect(hands.put({ kind: 'recorded', sequence: 2 })).toEqual([{ kind: 'received', next: 3 }]);
    },
  },
  {
    id: '14.m',
    scenario: 'a field that is required under a condition is missing',
    outcome: 'the driver’s: a fault names it, see test/venues/cme/driver.test.ts',
  },
  {
    id: '14.n',
    scenario: 'a field differs in clear text and encrypted',
    outcome: 'has no encryption of its own',
  },
  {
    id: '15',
    scenario: 'messages of one type with the fields of header and body in another order',
    outcome:
      'taken, and so is what comes behind; what is sent: against QuickFIX, test/services/quickfix.test.ts',
    play: () => {
      const side = new Side();
      const [type = '', ...rest] = header(2)
        .split('\x01')
        .filter((field) => field !== '');
      const fields = [...rest].reverse();
      expect(side.wire(spelled(`${[type, ...fields, '37=O', '17=E'].join('\x01')}\x01`))).toEqual([
        'deliver 2',
      ]);
      expect(side.wire(spelled(`${header(3)}17=E\x0137=O\x01`))).toEqual(['deliver 3']);
      expect(side.wire(spelled(header(4)))).toEqual(['deliver 4']);
    },
  },
  {
    id: '16.a',
    scenario: 'send without a connection',
    outcome: 'by design nothing waits: what is not sent at once never is, and its caller is told',
    play: () => expect(new Hands().put({ kind: 'send', fields: [[35, 'D']] })).toEqual([]),
  },
  { id: '16.b', scenario: 'reconnect with messages that waited', outcome: 'none wait: 16.a' },
  {
    id: '17.a-j',
    scenario: 'encryption and signatures',
    outcome: 'has none of its own: TLS below it; a logon with another method than none is 1B.d',
  },
  {
    id: '18.a',
    scenario: 'addressed by or for a third party, as agreed',
    outcome: 'taken: a session is of two, and who stands behind the other side is the application’s to read',
    play: () => {
      const done = new Side().wire(spelled(`${header(2)}115=FUND\x01128=DESK2\x01`));
      expect(done).toEqual(['deliver 2']);
    },
  },
  {
    id: '18.b',
    scenario: 'third parties that were not agreed',
    outcome: 'by design none is agreed: as 18.a',
  },
  {
    id: '19.a-b',
    scenario: 'PossResend=Y, of an id that is known or new',
    outcome: 'handed to the application, which knows executions by their id: test/venues/cme/driver.test.ts',
    play: () => expect(new Side().hands.hear(2, '8', [], [[TAG.PossResend, 'Y']])).toEqual(['deliver 2']),
  },
  {
    id: '20',
    scenario: 'a resend request while ours is not answered',
    outcome: 'answered at once, so that neither waits for the other',
    play: () => {
      const { hands } = new Side();
      hands.hear(5, '8');
      expect(
        hands.hear(6, '2', [
          [7, 1],
          [16, 0],
        ]),
      ).toEqual(['resend 1 to 2']);
      expect(
        hands.again(2, '4', [
          [123, 'Y'],
          [36, 5],
        ]),
      ).toContain('deliver 5');
      expect(hands.state.incoming).toBe(7);
    },
  },
];

/** What QuickFIX's acceptance tests ask for beside them, by the names of its definitions. */
const beside: readonly Case[] = [
  {
    id: 'RejectResentMessage',
    scenario: 'a message of a gap that cannot be taken',
    outcome: 'rejected and counted; what waited behind the gap is taken in order',
    play: () => {
      const side = new Side();
      side.hands.hear(3, '8');
      const poor = spelled(`${header(2)}43=Y\x01122=${formatTimestamp(START)}\x0158=\x01`);
      const done = side.wire(poor);
      expect(done).toContainEqual(expect.stringMatching(reject(4)));
      expect(done).toContain('deliver 3');
      expect(side.hands.hear(4, '1', [[112, 'X']])).toContainEqual(expect.stringMatching(/: 0 112=X$/));
    },
  },
  {
    id: 'SessionReset',
    scenario: 'a logon that begins both sides at 1 while the session is up',
    outcome: 'alert, disconnect: for good, or, where the dialect accepts it, to log on with both at 1',
    play: () => {
      const body = [
        [98, 0],
        [108, 10],
        [141, 'Y'],
      ] as const;
      const unasked = 'a logon within the session begins at 1, which was not asked for';
      expect(new Side().hands.hear(1, 'A', body)).toEqual([
        `alert sequence: ${unasked}`,
        `send 2: 5 58=${unasked}`,
        'close',
        `down: ${unasked}`,
      ]);
      const side = new Side('FIX.4.4', { acceptReset: true });
      side.hands.hear(2, '8');
      // The connection ends, and the next logon begins at 1.
      expect(side.hands.hear(1, 'A', body)).toEqual([
        'alert sequence: the peer began at 1 within the session',
        'close',
        'down: the peer began at 1 within the session',
      ]);
      expect(side.hands.state.phase).toBe('waiting');
    },
  },
  {
    id: '21_RepeatingGroupSpecifierWithValueOfZero',
    scenario: 'a repeating group of no entries',
    outcome: 'taken, and it has none',
    play: () => {
      const message = parse(Buffer.from(spelled(`${header(2, 'W')}268=0\x01`), 'latin1')) as FixMessage;
      expect(message.groups(268, new Set([269, 270]))).toEqual([]);
      expect(new Side().wire(message.bytes)).toEqual(['deliver 2']);
    },
  },
  { id: 'AlreadyLoggedOn', scenario: 'a second connection of one session', outcome: acceptor },
  {
    id: 'ReverseRoute',
    scenario: 'answers by the way of the question',
    outcome: 'none: a session is of two',
  },
];

describe.each([
  ['session layer test cases of the FIX Trading Community', cases],
  ['acceptance tests of QuickFIX beside them', beside],
])('%s', (_name, list) => {
  for (const { id, scenario, outcome, play } of list)
    if (play === undefined) test.skip(`${id} ${scenario}: ${outcome}`, () => {});
    else test(`${id} ${scenario}: ${outcome}`, play);
});

describe('the table of cases', () => {
  test('each is there once', () => {
    const ids = cases.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(60);
  });
});
