import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../src/domain/errors.js';
import {
  BackOff,
  checkCredentials,
  keysFromEnvironment,
  NotSentError,
  RateBudget,
  Redaction,
  type RequestKind,
  RequestQueue,
  Watchdog,
} from '../../../src/venues/driver/index.js';
import { ManualClock } from '../manual-clock.js';

const portOf = (clock: ManualClock) => ({
  now: () => clock.now(),
  after: (delay: number, action: () => void) => clock.schedule(clock.now() + delay, 2, action),
});

describe('back-off', () => {
  test('doubles up to the longest, and begins anew', () => {
    const backOff = new BackOff(() => 0, { first: 100, longest: 700 });
    expect([1, 2, 3, 4, 5].map(() => backOff.next())).toEqual([100, 200, 400, 700, 700]);
    backOff.reset();
    expect(backOff.next()).toBe(100);
  });

  test('leaves to chance what it was told to, and never waits longer than the longest', () => {
    const half = new BackOff(() => 1, { first: 100, jitter: 0.5 });
    expect(half.next()).toBe(50);
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, drawn) => {
        const backOff = new BackOff(() => drawn, { first: 10, longest: 1_000 });
        for (let attempt = 0; attempt < attempts; attempt++) backOff.next();
        const wait = backOff.next();
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(1_000);
      }),
    );
  });

  test.each([
    [{ first: 0 }, 'backOff.first'],
    [{ first: 10, longest: 5 }, 'backOff.longest'],
    [{ jitter: 2 }, 'backOff.jitter'],
    [{ first: Number.NaN }, 'backOff.first'],
  ])('refuses %o', (options, name) => {
    expect(() => new BackOff(Math.random, options)).toThrow(name);
  });
});

describe('the watchdog', () => {
  test('pings every keep-alive, and gives up a peer that is silent for two', () => {
    const clock = new ManualClock(1_000);
    const seen: string[] = [];
    const dog = new Watchdog(portOf(clock), 100, {
      ping: () => seen.push(`ping ${clock.now()}`),
      silent: () => seen.push(`silent ${clock.now()}`),
    });
    dog.start();
    clock.goTo(1_150);
    dog.heard();
    clock.goTo(2_000);
    expect(seen).toEqual(['ping 1100', 'ping 1200', 'ping 1300', 'silent 1350']);
    expect(clock.waiting).toBe(0);
  });

  test('a stopped one does nothing', () => {
    const clock = new ManualClock();
    const dog = new Watchdog(portOf(clock), 100, { ping: () => expect.fail(), silent: () => expect.fail() });
    dog.start();
    dog.stop();
    clock.goTo(1_000);
    expect(clock.waiting).toBe(0);
  });
});

describe('the rate budget', () => {
  const limits = [{ name: 'weight', limit: 10, per: 1_000 }];

  test('leaves room for what matters more', () => {
    const budget = new RateBudget(limits);
    const room = (kind: RequestKind): number => {
      const fresh = new RateBudget(limits);
      let sent = 0;
      while (fresh.waitFor(kind, { weight: 1 }, 0) === 0 && sent < 100) {
        fresh.spend({ weight: 1 }, 0);
        sent++;
      }
      return sent;
    };
    expect((['data', 'lookUp', 'submit', 'cancel'] as const).map(room)).toEqual([6, 8, 9, 10]);
    budget.spend({ weight: 10 }, 0);
    expect(budget.waitFor('cancel', { weight: 1 }, 250)).toBe(750);
    expect(budget.waitFor('cancel', { weight: 1 }, 1_000)).toBe(0);
    expect(budget.waitFor('cancel', { other: 5 }, 250)).toBe(0);
  });

  test('no window of its length ever holds more than the limit, whatever is asked when', () => {
    const step = fc.record({ after: fc.nat(300), cost: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const budget = new RateBudget(limits);
        const spent: [number, number][] = [];
        let now = 0;
        for (const { after, cost } of steps) {
          now += after;
          const wait = budget.waitFor('cancel', { weight: cost }, now);
          if (wait > 0) {
            expect(budget.waitFor('cancel', { weight: cost }, now + wait)).toBe(0);
            continue;
          }
          budget.spend({ weight: cost }, now);
          spent.push([now, cost]);
          const within = spent.filter(([at]) => at > now - 1_000).reduce((sum, [, units]) => sum + units, 0);
          expect(within).toBeLessThanOrEqual(10);
        }
      }),
    );
  });

  test('believes the venue when that counts more, and waits while it is told to', () => {
    const budget = new RateBudget(limits);
    budget.told('weight', 9, 0);
    expect(budget.used('weight', 0)).toBe(9);
    budget.told('weight', 4, 0);
    for (const used of [Number.NaN, Number.POSITIVE_INFINITY, 1e300, -1]) budget.told('weight', used, 0);
    budget.told('nothing', 4, 0);
    expect(budget.used('weight', 0)).toBe(9);
    budget.pause(500);
    expect(budget.waitFor('cancel', {}, 100)).toBe(400);
  });

  test.each([
    [[{ name: 'weight', limit: 0, per: 1 }], {}, 'limits[0].limit'],
    [[{ name: '', limit: 1, per: 1 }], {}, 'limits[0].name'],
    [[{ name: 'weight', limit: 1, per: -1 }], {}, 'limits[0].per'],
    [[], { data: 1 }, 'reserved.data'],
    [[], { submit: -0.1 }, 'reserved.submit'],
  ])('refuses %o %o', (wrong, reserved, name) => {
    expect(() => new RateBudget(wrong, reserved)).toThrow(name);
  });
});

describe('the request queue', () => {
  test('sends at once while there is room, then the most urgent first', async () => {
    const clock = new ManualClock();
    const limits = [{ name: 'weight', limit: 2, per: 100 }];
    const queue = new RequestQueue(portOf(clock), new RateBudget(limits, { submit: 0 }));
    const sent: string[] = [];
    const ask = (kind: RequestKind, name: string, patience?: number): Promise<void> =>
      queue.run(kind, { weight: 1 }, async () => void sent.push(name), patience);
    const all = [
      ask('submit', 's1'),
      ask('cancel', 'c1'),
      ask('data', 'd1'),
      ask('submit', 's2'),
      ask('cancel', 'c2'),
    ];
    expect(sent).toEqual(['s1', 'c1']);
    const late = ask('submit', 's3', 50);
    const refusal = expect(late).rejects.toThrow(NotSentError);
    clock.goTo(100);
    expect(sent).toEqual(['s1', 'c1', 'c2', 's2']);
    clock.goTo(300);
    await Promise.all([...all, refusal]);
    expect(sent).toEqual(['s1', 'c1', 'c2', 's2', 'd1']);
    expect(queue.size).toBe(0);
  });

  test('gives up all that waits when it is closed', async () => {
    const clock = new ManualClock();
    const queue = new RequestQueue(portOf(clock), new RateBudget([{ name: 'weight', limit: 1, per: 100 }]));
    await queue.run('submit', { weight: 1 }, async () => {});
    const waiting = expect(queue.run('cancel', { weight: 1 }, async () => {})).rejects.toThrow('not sent');
    queue.close();
    await waiting;
    await expect(queue.run('cancel', {}, async () => {})).rejects.toThrow(NotSentError);
    expect(clock.waiting).toBe(0);
  });
});

describe('secrets', () => {
  const redaction = new Redaction();
  redaction.hide(
    'abc-DEF/123+xyz',
    '-----BEGIN EC PRIVATE KEY-----\nMIIabc\n-----END EC PRIVATE KEY-----',
    'ab',
  );

  test.each([
    'failed with abc-DEF/123+xyz in it',
    `GET https://x/y?apiKey=${encodeURIComponent('abc-DEF/123+xyz')}&z=1`,
    JSON.stringify({ secret: '-----BEGIN EC PRIVATE KEY-----\nMIIabc\n-----END EC PRIVATE KEY-----' }),
    'Authorization: Bearer eyJhbGciOi.eyJzdWIi.c2lnbmF0dXJl',
    'wss://host/private/ws?listenKey=pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1',
    'POST /order?symbol=X&timestamp=1&signature=deadbeef00112233 timed out',
  ])('are taken out of %s', (text) => {
    const cleaned = redaction.clean(text);
    expect(cleaned).toContain('[redacted]');
    for (const secret of ['abc-DEF', 'MIIabc', 'eyJ', 'pqia91', 'deadbeef'])
      expect(cleaned).not.toContain(secret);
  });

  test('short ones are taken out where they stand as a value, whatever they are made of', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 5 }), (text) => {
        const secret = text.trim();
        fc.pre(secret !== '' && !'[redacted]'.includes(secret) && !/[=:"']/.test(secret));
        const short = new Redaction();
        short.hide(secret);
        expect(short.clean(`§=${secret}`)).toBe('§=[redacted]');
        expect(short.clean(`§ "${secret}"`)).toBe('§ "[redacted]"');
      }),
    );
    const short = new Redaction();
    short.hide('pw1', 'ab');
    expect(short.clean('user pw1 logs on with password pw1, not pw12')).toBe(
      'user [redacted] logs on with password [redacted], not pw12',
    );
    expect(short.clean('ab initio, 96=ab')).toBe('ab initio, 96=[redacted]');
  });

  test('what is none stays as it is', () => {
    const text = 'HTTP 400 -2010 Account has insufficient balance for requested action.';
    expect(redaction.clean(text)).toBe(text);
  });

  test('keys come from the environment when they are asked for; what is missing is named, never shown', () => {
    const source = keysFromEnvironment('MILLRACE_TEST_KEY', 'MILLRACE_TEST_SECRET');
    expect(() => source()).toThrow('MILLRACE_TEST_KEY');
    process.env['MILLRACE_TEST_KEY'] = 'one';
    process.env['MILLRACE_TEST_SECRET'] = ' ';
    expect(() => source()).toThrow('MILLRACE_TEST_SECRET');
    process.env['MILLRACE_TEST_SECRET'] = 'two';
    expect(source()).toEqual({ apiKey: 'one', secret: 'two' });
    delete process.env['MILLRACE_TEST_KEY'];
    delete process.env['MILLRACE_TEST_SECRET'];
    for (const wrong of [
      undefined,
      null,
      {},
      { apiKey: 'topsecret', secret: 5 },
      { apiKey: '', secret: 'topsecret' },
    ])
      try {
        checkCredentials('venue', wrong);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
        expect(String(error)).not.toContain('topsecret');
      }
  });
});
