import { describe, expect, test } from 'vitest';
import { calendar } from '../../../src/domain/calendar.js';
import {
  cqg,
  encode,
  type FixMessage,
  formatTimestamp,
  parse,
  standard,
} from '../../../src/venues/fix/index.js';
import { sessionSettings } from '../../../src/venues/fix/session/settings.js';
import { Hands, START } from './hands.js';

const AGAIN = /^send \d+: 2 7=(\d+) 16=(\d+)$/;

describe('a logon', () => {
  test('is sent over a connection and answered', () => {
    const hands = new Hands();
    expect(hands.put({ kind: 'start' })).toEqual([{ kind: 'open' }]);
    hands.put({
      kind: 'connected',
      logon: [
        [553, 'desk'],
        [554, 'secret'],
      ],
    });
    expect(hands.done).toEqual(['send 1: A 98=0 108=10 553=desk 554=secret']);
    // It is an administrative message: its bytes, with the password in them, are not stored.
    expect(hands.effects).toMatchObject([{ application: false }]);
    expect(
      hands.hear(1, 'A', [
        [98, 0],
        [108, 10],
      ]),
    ).toEqual(['up', 'received 2', 'caughtUp']);
  });

  test('without an answer is given up, and tried again later and later', () => {
    const hands = new Hands({ reconnect: { first: 1_000, longest: 30_000 } });
    const waits: number[] = [];
    hands.put({ kind: 'start' });
    for (let attempt = 0; attempt < 10; attempt++) {
      hands.put({ kind: 'connected', logon: [] });
      hands.now += 10_000;
      hands.put({ kind: 'tick' });
      expect(hands.done).toEqual(['alert logon: no answer to the logon in 10000 ms', 'close']);
      waits.push(hands.state.due - hands.now);
      hands.now = hands.state.due;
      expect(hands.put({ kind: 'tick' })).toEqual([{ kind: 'open' }]);
    }
    waits.forEach((wait, attempt) => {
      const full = Math.min(30_000, 1_000 * 2 ** attempt);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    });
    expect(new Set(waits.slice(-4)).size).toBe(4);
  });

  test.each([
    ['MsgSeqNum too low, expecting 9 but received 1', 'refused'],
    ['user unknown', 'waiting'],
  ])('refused by the peer with "%s" leaves the session %s', (text, phase) => {
    const hands = new Hands();
    hands.put({ kind: 'start' });
    hands.put({ kind: 'connected', logon: [] });
    expect(hands.hear(1, '5', [[58, text]])).toEqual([
      `alert logon: the peer refuses the logon: ${text}`,
      'close',
    ]);
    expect(hands.state.phase).toBe(phase);
  });

  test('is what a connection begins with', () => {
    const hands = new Hands();
    hands.put({ kind: 'start' });
    hands.put({ kind: 'connected', logon: [] });
    expect(hands.hear(1, '8')).toContain('alert logon: the first message is of type 8, not a logon');
    expect(hands.state.phase).toBe('waiting');
  });

  test('begins at 1 with every connection, where the dialect says so', () => {
    const hands = new Hands({ dialect: cqg() }, { outgoing: 50, incoming: 60 });
    hands.put({ kind: 'start' });
    hands.put({ kind: 'connected', logon: [] });
    expect(hands.done).toEqual(['reset', 'send 1: A 98=0 108=10 141=Y']);
  });

  test.each([false, true])(
    'of the peer that begins at 1 unasked is refused unless that is allowed (%s)',
    (acceptReset) => {
      const hands = new Hands(
        { dialect: standard('FIX.4.4', { acceptReset }) },
        { outgoing: 50, incoming: 60 },
      );
      hands.logOn(1, [[141, 'Y']]);
      expect(hands.state.phase).toBe(acceptReset ? 'waiting' : 'refused');
      expect(hands.state.resetNext).toBe(acceptReset);
      expect(hands.done.join()).toMatch(/alert sequence: the peer begins at 1/);
    },
  );

  test('is sent no more often than the broker takes it', () => {
    const hands = new Hands({ dialect: cqg(), reconnect: { first: 1, longest: 1 } });
    hands.put({ kind: 'start' });
    for (let count = 0; count < 20; count++) {
      hands.put({ kind: 'connected', logon: [] });
      hands.put({ kind: 'disconnected', reason: 'cut' });
      hands.pass(1);
    }
    expect(hands.state.phase).toBe('waiting');
    expect(hands.state.due).toBe(START + 300_000);
    hands.pass(300_000);
    expect(hands.state.phase).toBe('connecting');
  });
});

describe('messages of the peer', () => {
  test('are delivered in order, and count as received once they are on record', () => {
    const hands = new Hands().logOn();
    expect(hands.hear(2, '8')).toEqual(['deliver 2']);
    expect(hands.hear(3, '0')).toEqual([]);
    expect(hands.hear(4, '8')).toEqual(['deliver 4']);
    hands.put({ kind: 'recorded', sequence: 2 });
    expect(hands.done).toEqual(['received 3']);
    hands.put({ kind: 'recorded', sequence: 4 });
    expect(hands.done).toEqual(['received 5']);
    hands.put({ kind: 'recorded', sequence: 2 });
    expect(hands.done).toEqual([]);
  });

  test('beyond a gap wait, and the gap is asked for once', () => {
    const hands = new Hands().logOn();
    expect(hands.hear(5, '8')).toEqual(['send 2: 2 7=2 16=0']);
    expect(hands.hear(6, '8')).toEqual([]);
    expect(hands.again(2, '8')).toEqual(['deliver 2']);
    expect(hands.again(3, '8')).toEqual(['deliver 3']);
    expect(hands.again(4, '8')).toEqual(['deliver 4', 'deliver 5', 'deliver 6', 'caughtUp']);
    // What was sent again beside what had waited is not news.
    expect(hands.again(5, '8')).toEqual([]);
    expect(hands.hear(7, '8')).toEqual(['deliver 7']);
  });

  test('are asked for in chunks', () => {
    const hands = new Hands({ dialect: standard('FIX.4.4', { resendChunk: 3 }) }).logOn();
    expect(hands.hear(9, '8')).toEqual(['send 2: 2 7=2 16=4']);
    hands.again(2, '8');
    hands.again(3, '8');
    expect(hands.again(4, '8')).toEqual(['deliver 4', 'send 3: 2 7=5 16=7']);
    expect(
      hands.again(5, '4', [
        [123, 'Y'],
        [36, 8],
      ]),
    ).toEqual(['send 4: 2 7=8 16=8']);
    expect(hands.again(8, '8')).toEqual(['deliver 8', 'deliver 9', 'caughtUp']);
  });

  test('that do not come though they are asked for end the connection, and nothing is delivered out of order', () => {
    const hands = new Hands({ resendPatience: 1_000, heartbeat: 60 }).logOn();
    hands.hear(5, '8');
    const effects = hands.pass(3_500);
    expect(effects.filter(({ kind }) => kind === 'deliver')).toEqual([]);
    expect(hands.done.filter((line) => AGAIN.test(line))).toHaveLength(2);
    expect(hands.done).toContain('alert resend: message 2 did not come though it was asked for 3 times');
    expect(hands.state.phase).toBe('waiting');
  });

  test('of which too many wait are asked for again', () => {
    const hands = new Hands({ mostQueued: 2 }).logOn();
    for (const sequence of [3, 4, 5, 6]) hands.hear(sequence, '8');
    expect(hands.again(2, '8')).toEqual(['deliver 2', 'deliver 3', 'deliver 4', 'caughtUp']);
    expect(hands.hear(7, '8')).toEqual(['send 3: 2 7=5 16=0']);
  });

  test('with a number that was there end the session by a logout that says so', () => {
    const hands = new Hands().logOn();
    hands.hear(2, '8');
    expect(hands.hear(2, '8')).toEqual([
      'alert sequence: MsgSeqNum too low, expecting 3 but received 2',
      'send 2: 5 58=MsgSeqNum too low, expecting 3 but received 2',
      'close',
      'down: MsgSeqNum too low, expecting 3 but received 2',
    ]);
    expect(hands.state.phase).toBe('refused');
    expect(hands.pass(86_400_000)).toEqual([]);
    // Until somebody has agreed with the broker.
    hands.put({ kind: 'reset' });
    hands.pass(0);
    hands.put({ kind: 'connected', logon: [] });
    expect(hands.done).toEqual(['reset', 'send 1: A 98=0 108=10 141=Y']);
  });

  test('marked as sent before, with a number that was there, are nothing', () => {
    const hands = new Hands().logOn();
    expect(hands.again(1, '8')).toEqual([]);
    expect(hands.state.phase).toBe('up');
  });

  test('of somebody else, of another version, or of another time end the session', () => {
    const strange = (change: (text: string) => string): Hands => {
      const hands = new Hands().logOn();
      const fields = hands.message(2, '8').fields().slice(2, -1);
      const changed = fields.map(
        ([tag, value]) => [tag, tag === 52 || tag === 49 ? change(value) : value] as const,
      );
      hands.put({ kind: 'message', message: parse(encode('FIX.4.4', changed)) as FixMessage });
      return hands;
    };
    expect(strange((text) => (text === 'BROKER' ? 'OTHER' : text)).done.join()).toMatch(
      /alert peer: a message from OTHER/,
    );
    const late = strange((text) => (text === 'BROKER' ? text : formatTimestamp(START - 130_000)));
    expect(late.done.join()).toMatch(/alert peer: sending time .* is more than 120000 ms from ours/);
    expect(late.state.phase).toBe('waiting');
    const hands = new Hands().logOn();
    const other = parse(encode('FIX.4.2', hands.message(2, '8').fields().slice(2, -1))) as FixMessage;
    hands.put({ kind: 'message', message: other });
    expect(hands.done.join()).toMatch(/alert peer: begin string FIX.4.2 where FIX.4.4 was agreed/);
  });

  test('with a field that cannot be read are rejected once, and the next goes on', () => {
    const hands = new Hands().logOn();
    const text = hands.message(2, '8').bytes.toString('latin1');
    const body = `${text.slice(text.indexOf('35='), text.indexOf('10='))}58=\x01`;
    const whole = `8=FIX.4.4\x019=${body.length}\x01${body}`;
    const sum = [...Buffer.from(whole, 'latin1')].reduce((total, byte) => (total + byte) & 255, 0);
    const message = parse(
      Buffer.from(`${whole}10=${String(sum).padStart(3, '0')}\x01`, 'latin1'),
    ) as FixMessage;
    hands.put({ kind: 'message', message });
    expect(hands.done).toEqual([
      'received 3',
      'send 2: 3 45=2 371=58 372=8 373=4 58=tag 58 has no value',
      'alert rejected: message 2 of type 8 is rejected: tag 58 has no value',
    ]);
    expect(hands.hear(3, '8')).toEqual(['deliver 3']);
  });
});

describe('sequence resets', () => {
  test('fill gaps', () => {
    const hands = new Hands().logOn();
    expect(
      hands.hear(2, '4', [
        [123, 'Y'],
        [36, 10],
      ]),
    ).toEqual(['received 10']);
    expect(
      hands.hear(12, '4', [
        [123, 'Y'],
        [36, 20],
      ]),
    ).toEqual(['send 2: 2 7=10 16=0']);
    expect(
      hands.again(10, '4', [
        [123, 'Y'],
        [36, 12],
      ]),
    ).toEqual(['received 12', 'received 20', 'caughtUp']);
    expect(hands.state.incoming).toBe(20);
  });

  test('that would fill backwards are rejected', () => {
    const hands = new Hands().logOn();
    expect(
      hands.hear(2, '4', [
        [123, 'Y'],
        [36, 2],
      ])[1],
    ).toMatch(/^send 2: 3 45=2 371=36 372=4 373=5/);
    expect(hands.state.incoming).toBe(3);
  });

  test('reset, whatever their own number is, and tell what is lost', () => {
    const hands = new Hands().logOn();
    hands.hear(5, '8');
    expect(hands.hear(1, '4', [[36, 9]])).toEqual([
      'alert sequence: the peer resets its numbers from 2 to 9',
      'received 9',
      'lost 2 to 8',
      'caughtUp',
    ]);
    expect(hands.hear(9, '8')).toEqual(['deliver 9']);
  });

  test('never go back', () => {
    const hands = new Hands({}, { incoming: 9 }).logOn(9);
    expect(hands.hear(3, '4', [[36, 4]])[0]).toMatch(/^send 2: 3 45=3 371=36/);
    expect(hands.hear(3, '4', [])[0]).toMatch(/^send 3: 3 45=3 371=36/);
    expect(hands.state.incoming).toBe(10);
    expect(hands.hear(3, '4', [[36, 10]])).toEqual([
      'alert sequence: the peer resets its numbers to 10, where they are',
    ]);
    expect(hands.state.incoming).toBe(10);
  });
});

describe('our own sequence reset, at the word of an operator', () => {
  test('is told at once, and stored before it is written', () => {
    const hands = new Hands().logOn();
    hands.put({ kind: 'resetTo', outgoing: 1_000 });
    expect(hands.done).toEqual(['send 2: 4 123=N 36=1000']);
    expect(hands.effects).toMatchObject([{ goesOnAt: 1_000, application: false }]);
    hands.put({ kind: 'send', fields: [[35, 'D']] });
    expect(hands.done).toEqual(['send 1000: D']);
    expect(
      hands.hear(2, '2', [
        [7, 2],
        [16, 0],
      ]),
    ).toEqual(['received 3', 'resend 2 to 1000']);
  });

  test.each([0, 1, 2, Number.NaN])('never goes back: to %s', (outgoing) => {
    const hands = new Hands().logOn();
    expect(hands.put({ kind: 'resetTo', outgoing })).toEqual([]);
    expect(hands.state.outgoing).toBe(2);
  });

  test('without a connection is the number of the next logon, and ends a refusal', () => {
    const hands = new Hands();
    hands.logOn();
    hands.hear(2, '5', [[58, 'MsgSeqNum too low, expecting 50 but received 2']]);
    hands.pass(2_000);
    hands.put({ kind: 'connected', logon: [] });
    hands.hear(3, '5', [[58, 'MsgSeqNum too low, expecting 50 but received 4']]);
    expect(hands.state.phase).toBe('refused');
    expect(hands.pass(86_400_000)).toEqual([]);
    hands.put({ kind: 'resetTo', outgoing: 50 });
    expect(hands.done).toEqual(['renumber']);
    hands.pass(0);
    hands.put({ kind: 'connected', logon: [] });
    expect(hands.done).toEqual(['send 50: A 98=0 108=10']);
  });
});

describe('resend requests of the peer', () => {
  test.each([
    ['all', 2, 0, 'resend 2 to 4'],
    ['all by the word of FIX 4.0', 2, 999_999, 'resend 2 to 4'],
    ['a part', 2, 3, 'resend 2 to 3'],
    ['one', 4, 4, 'resend 4 to 4'],
  ])('ask for %s', (_, from, to, expected) => {
    const hands = new Hands().logOn();
    for (let count = 0; count < 3; count++)
      hands.put({
        kind: 'send',
        fields: [
          [35, 'D'],
          [11, `o${count}`],
        ],
      });
    expect(
      hands.hear(2, '2', [
        [7, from],
        [16, to],
      ]),
    ).toEqual(['received 3', expected]);
  });

  test.each([
    [0, 0],
    [3, 2],
    ['x', 0],
    [1, 'x'],
  ])('for %s to %s are rejected', (from, to) => {
    const hands = new Hands().logOn();
    expect(
      hands.hear(2, '2', [
        [7, from],
        [16, to],
      ])[1],
    ).toMatch(/^send 2: 3 45=2/);
  });

  test('for what was never sent are told to a person', () => {
    const hands = new Hands().logOn();
    expect(
      hands.hear(2, '2', [
        [7, 40],
        [16, 0],
      ])[1],
    ).toMatch(/^alert resend: the peer asks for message 40, and 1 is the last/);
  });

  test('are answered at once behind a gap of their own, and not again', () => {
    const hands = new Hands().logOn();
    expect(
      hands.hear(4, '2', [
        [7, 1],
        [16, 0],
      ]),
    ).toEqual(['resend 1 to 1', 'send 2: 2 7=2 16=0']);
    expect(
      hands.again(2, '4', [
        [123, 'Y'],
        [36, 4],
      ]),
    ).toEqual(['received 4', 'received 5', 'caughtUp']);
  });
});

describe('a silent peer', () => {
  test('is told that we live, is asked, and is given up within two heartbeats', () => {
    const hands = new Hands({ heartbeat: 10 }).logOn();
    hands.pass(10_000);
    expect(hands.done).toEqual(['send 2: 0']);
    hands.pass(2_000);
    expect(hands.done[0]).toMatch(/^send 3: 1 112=T\d+$/);
    hands.pass(6_999);
    expect(hands.done).toEqual([]);
    hands.pass(1);
    expect(hands.done[0]).toMatch(/^alert peer: no word in 19000 ms/);
    expect(hands.state.phase).toBe('waiting');
  });

  test('that answers anything goes on', () => {
    const hands = new Hands({ heartbeat: 10 }).logOn();
    hands.pass(12_500);
    hands.hear(2, '0', [[112, 'T']]);
    hands.pass(11_000);
    expect(hands.state.phase).toBe('up');
  });

  test('that asks is answered with its own words', () => {
    const hands = new Hands().logOn();
    expect(hands.hear(2, '1', [[112, 'ARE YOU THERE']])).toEqual([
      'received 3',
      'send 2: 0 112=ARE YOU THERE',
    ]);
    expect(hands.hear(3, '1')[1]).toMatch(/^send 3: 3 45=3 371=112/);
  });
});

describe('the end', () => {
  test('by our word waits for theirs', () => {
    const hands = new Hands().logOn();
    hands.put({ kind: 'stop', reason: 'enough' });
    expect(hands.done).toEqual(['send 2: 5 58=enough']);
    expect(hands.put({ kind: 'send', fields: [[35, 'D']] })).toEqual([]);
    expect(hands.hear(2, '8')).toEqual(['deliver 2']);
    expect(hands.hear(3, '5')).toEqual(['close', 'down: logged out']);
    expect(hands.state.phase).toBe('stopped');
  });

  test('by our word does not wait for ever', () => {
    const hands = new Hands().logOn();
    hands.put({ kind: 'stop', reason: 'enough' });
    hands.pass(2_000);
    expect(hands.done).toEqual([
      'alert peer: no answer to the logout in 2000 ms',
      'close',
      'down: logged out',
    ]);
  });

  test('by their word is answered, told, and begun anew', () => {
    const hands = new Hands().logOn();
    expect(hands.hear(2, '5', [[58, 'maintenance']])).toEqual([
      'received 3',
      'send 2: 5',
      'alert peer: the peer logs out: maintenance',
      'close',
      'down: logged out: maintenance',
    ]);
    hands.pass(2_000);
    expect(hands.state.phase).toBe('connecting');
  });

  test.each(['connecting', 'waiting'] as const)('before the logon, while %s', (phase) => {
    const hands = new Hands();
    hands.put({ kind: 'start' });
    if (phase === 'waiting') hands.put({ kind: 'disconnected', reason: 'refused' });
    hands.put({ kind: 'stop', reason: 'enough' });
    expect(hands.state.phase).toBe('stopped');
    expect(hands.pass(86_400_000)).toEqual([]);
  });
});

describe('a session of the schedule', () => {
  const schedule = calendar({
    timeZone: 'America/Chicago',
    sessions: [
      { open: 'sunday 17:00', close: 'monday 16:00' },
      { open: 'monday 17:00', close: 'tuesday 16:00' },
    ],
  });
  const open = Date.UTC(2026, 0, 4, 23);
  const close = Date.UTC(2026, 0, 5, 22);

  test('begins at 1, ends with a logout, and the next begins at 1 again', () => {
    const hands = new Hands({ schedule, heartbeat: 3_600 }, { outgoing: 70, incoming: 80, session: 1 });
    hands.now = open - 1_000;
    hands.put({ kind: 'start' });
    expect(hands.done).toEqual([]);
    hands.pass(1_000);
    expect(hands.done).toEqual(['reset', 'open']);
    expect(hands.state).toMatchObject({ outgoing: 1, incoming: 1, session: open });
    hands.logOn();
    while (hands.now < close - 3_600_000) {
      hands.now += 3_000_000;
      hands.put({ kind: 'tick' });
      hands.hear(hands.state.incoming, '0');
    }
    hands.pass(close - hands.now);
    expect(hands.done.at(-1)).toMatch(/^send \d+: 5 58=the session has ended$/);
    hands.hear(hands.state.incoming, '5');
    hands.pass(3_600_000);
    expect(hands.done).toEqual(['reset', 'open']);
    expect(hands.state).toMatchObject({ outgoing: 1, incoming: 1, session: close + 3_600_000 });
  });

  test('goes on where it was after a restart within it', () => {
    const hands = new Hands({ schedule }, { outgoing: 70, incoming: 80, session: open });
    hands.now = open + 5_000;
    hands.put({ kind: 'start' });
    expect(hands.done).toEqual(['open']);
    expect(hands.state).toMatchObject({ outgoing: 70, incoming: 80 });
  });

  test('after one whose numbers contradicted each other is tried', () => {
    const hands = new Hands({ schedule }, { session: open });
    hands.now = open + 5_000;
    hands.logOn();
    hands.hear(1, '8');
    expect(hands.state.phase).toBe('refused');
    hands.pass(close + 3_600_000 - hands.now);
    expect(hands.done).toEqual(['reset', 'open']);
  });
});

describe('a session of a week', () => {
  const schedule = calendar({
    timeZone: 'America/Chicago',
    sessions: [{ open: 'sunday 17:00', close: 'friday 16:00' }],
  });

  test.each([
    ['the clocks go forward in it', Date.UTC(2026, 2, 8, 22), Date.UTC(2026, 2, 13, 21)],
    ['they have not yet', Date.UTC(2026, 2, 1, 23), Date.UTC(2026, 2, 6, 22)],
    ['they have gone back', Date.UTC(2026, 10, 1, 23), Date.UTC(2026, 10, 6, 22)],
  ])('keeps its numbers from day to day, by the clock of the exchange: %s', (_, open, close) => {
    const hands = new Hands({ schedule, heartbeat: 3_600 }, { outgoing: 70, incoming: 80, session: 1 });
    hands.now = open - 1;
    hands.put({ kind: 'start' });
    expect(hands.done).toEqual([]);
    hands.pass(1);
    expect(hands.done).toEqual(['reset', 'open']);
    hands.logOn();
    // A night in it changes nothing: a new connection goes on where the numbers were.
    hands.now = open + 30 * 3_600_000;
    hands.put({ kind: 'disconnected', reason: 'cut' });
    hands.pass(2_000);
    hands.put({ kind: 'connected', logon: [] });
    expect(hands.done).toEqual(['send 2: A 98=0 108=3600']);
    hands.hear(2, 'A', [
      [98, 0],
      [108, 3_600],
    ]);
    while (hands.now < close - 3_000_000) {
      hands.now += 3_000_000;
      hands.put({ kind: 'tick' });
      hands.hear(hands.state.incoming, '0');
    }
    hands.pass(close - hands.now - 1);
    expect(hands.state.phase).toBe('up');
    hands.pass(1);
    expect(hands.done.at(-1)).toMatch(/^send \d+: 5 58=the session has ended$/);
  });
});

describe('settings', () => {
  const right = { dialect: standard('FIX.4.4'), senderCompID: 'DESK', targetCompID: 'BROKER' };
  test.each([
    [{ dialect: undefined }, /fix.dialect/],
    [{ dialect: { name: 'x', version: 'FIX.5.0' } }, /fix.dialect.version/],
    [{ dialect: { name: 'x', version: 'FIX.4.4', resends: 'no' } }, /fix.dialect.resends/],
    [{ dialect: cqg(), heartbeat: 5 }, /fix.heartbeat must be an integer of at least 10/],
    [{ heartbeat: 0 }, /fix.heartbeat/],
    [{ heartbeat: Number.NaN }, /fix.heartbeat/],
    [{ senderCompID: 'DE SK' }, /fix.senderCompID/],
    [{ reconnect: { first: 100, longest: 10 } }, /fix.reconnect.longest/],
    [{ header: [[34, 7]] }, /fix.header\[0\]/],
    [{ header: [[50, 'a\x01b']] }, /fix.header\[0\] value/],
    [{ largestMessage: 10 }, /fix.largestMessage/],
    [{ hartbeat: 10 }, /unknown setting "hartbeat"/],
  ])('%j are refused by name', (change, message) => {
    expect(() => sessionSettings({ ...right, ...change } as never)).toThrow(message);
  });
});
