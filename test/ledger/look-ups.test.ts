import { describe, expect, test } from 'vitest';
import { clientOrderId } from '../../src/domain/brand.js';
import { lookUps } from '../../src/operators/index.js';
import { AskingDesk } from './asking-desk.js';

const EXPIRING = { venues: { one: { requestExpiry: 2_000 } } };
const cancel = (desk: AskingDesk, id: string): AskingDesk => {
  const { id: instrument } = desk.says.instruments.at(0);
  return desk.take({ kind: 'cancelRequested', clientOrderId: clientOrderId(id), instrument, reason: '' });
};

describe('an order in doubt', () => {
  test('is looked up at once and with growing patience, until the venue has said', () => {
    const desk = new AskingDesk({ firstWait: 100, longestWait: 300 }).submit('a').at(50).say('a', 'unknown');
    desk.at(1_000);
    expect(desk.news()).toEqual(['50 ask a', '150 ask a', '350 ask a', '650 ask a', '950 ask a']);
    expect(desk.frame?.ordersInDoubt).toBe(1);
    desk.at(1_100).answer('a', 'accepted', { answers: 950, filled: 0 });
    expect(desk.frame?.ordersInDoubt).toBe(0);
    expect(desk.at(9_000).news()).toEqual([]);
    expect(desk.order('a')).toEqual(['accepted', 10]);
  });

  test('is not settled by a word from before, nor by the answer to an earlier look-up', () => {
    const desk = new AskingDesk().submit('a').at(50).say('a', 'unknown').say('a', 'accepted').at(60);
    desk.say('a', 'unknown').answer('a', 'accepted', { answers: 50 });
    expect(desk.frame?.ordersInDoubt).toBe(1);
    expect(desk.news()).toEqual(['50 ask a', '60 ask a']);
    desk.answer('a', 'accepted', { answers: 60 });
    expect(desk.frame?.ordersInDoubt).toBe(0);
  });

  test.each(['canceled', 'expired', 'rejected'] as const)('is settled when the venue says %s', (type) => {
    const told = new AskingDesk().submit('a').say('a', 'unknown').say('a', type, { filled: 0 });
    expect([told.frame?.ordersInDoubt, told.order('a')[0]]).toEqual([0, type]);
    // Fills before that word may be lost with the one before: a venue that does not count them is asked once more.
    const untold = new AskingDesk().submit('a').say('a', 'unknown').say('a', type);
    expect(untold.frame?.ordersInDoubt).toBe(1);
    expect(untold.answer('a', type).frame?.ordersInDoubt).toBe(0);
  });

  test('is settled by the last of its fills', () => {
    const desk = new AskingDesk().submit('a').say('a', 'unknown').fill('a', 4);
    expect(desk.frame?.ordersInDoubt).toBe(1);
    expect(desk.fill('a', 6).frame?.ordersInDoubt).toBe(0);
  });

  test('is one of which nothing is heard for too long, order or cancel', () => {
    const desk = new AskingDesk({ patience: 700 }).submit('a').submit('b').say('b', 'accepted').at(650);
    cancel(desk, 'b').at(1_400);
    expect(desk.news()).toEqual(['700 ask a', '1200 ask a', '1350 ask b']);
    expect(desk.frame?.ordersInDoubt).toBe(2);
  });

  test.each(['IOC', 'FOK'] as const)(
    'is one that does not rest (%s) and whose end is not heard',
    (timeInForce) => {
      const desk = new AskingDesk({ patience: 700, firstWait: 500 });
      desk.submit('a', 'buy', 10, 0, { timeInForce }).at(100).say('a', 'accepted');
      desk.fill('a', 4);
      expect([desk.order('a'), desk.frame?.ordersInDoubt]).toEqual([['partiallyFilled', 6], 0]);
      expect(desk.at(1_000).news()).toEqual(['800 ask a']);
      // The venue repeats itself: it is asked again, without a fault.
      expect(desk.answer('a', 'accepted', { filled: 4 }).at(1_750).news()).toEqual(['1700 ask a']);
      desk.answer('a', 'canceled', { filled: 4 });
      expect([desk.order('a'), desk.frame?.ordersInDoubt]).toEqual([['canceled', 0], 0]);
      expect(desk.at(90_000).news()).toEqual([]);
    },
  );

  test('waits by one timer, and takes no other for it', () => {
    const desk = new AskingDesk({ patience: 700 });
    desk.timers.length = 0;
    desk.submit('a').at(100).submit('b');
    expect(desk.timers.splice(0)).toEqual([700]);
    desk.at(200).take({ kind: 'timer', name: 'another', due: 200 }).take({ kind: 'barrier', id: 'x' });
    expect([desk.timers.splice(0), desk.frame?.ordersInDoubt]).toEqual([[], 0]);
    desk.at(750);
    // The first was looked up at its time; the second is due before it is again.
    expect([desk.timers.splice(0), desk.news(), desk.frame?.ordersInDoubt]).toEqual([
      [800],
      ['700 ask a'],
      1,
    ]);
    // A word that settles nothing asks for nothing.
    desk.say('b', 'accepted');
    expect(desk.timers).toEqual([]);
  });

  test('waits by one timer for all that are due at once', () => {
    const desk = new AskingDesk({ patience: 700 });
    desk.timers.length = 0;
    expect(desk.submit('a').submit('b').timers).toEqual([700]);
    expect([desk.at(1_200).news(), desk.timers]).toEqual([
      ['700 ask a', '700 ask b', '1200 ask a', '1200 ask b'],
      [700, 1_200, 2_200],
    ]);
  });

  test('is not settled by a stray word that it is not found', () => {
    const desk = new AskingDesk({ patience: 700 }).submit('a').say('a', 'accepted');
    cancel(desk, 'a').say('a', 'accepted', { answers: -1 }).news();
    cancel(desk, 'a').say('a', 'notFound').at(800);
    expect(desk.news().filter((line) => line.includes('ask'))).toEqual(['700 ask a']);
  });

  test('is one whose cancel is refused while it seems open', () => {
    const desk = new AskingDesk().submit('a').say('a', 'accepted');
    cancel(desk, 'a').at(5).say('a', 'cancelRejected');
    expect(desk.news()).toEqual(['5 ask a']);
    expect(desk.answer('a', 'canceled', { filled: 0 }).order('a')).toEqual(['canceled', 0]);
    expect(desk.say('a', 'cancelRejected').at(90_000).news()).toEqual([]);
  });

  test('of another desk, or long forgotten, is nobody’s', () => {
    const desk = new AskingDesk().say('z', 'unknown').at(90_000);
    expect(desk.news()).toEqual(['0 ledger unknown-order']);
  });
});

describe('an order that is not found', () => {
  test('is over once its request has expired by the venue’s time, and not before', () => {
    const desk = new AskingDesk(EXPIRING).at(1_000).submit('a').at(1_200).say('a', 'unknown');
    desk.answer('a', 'notFound', { venueTime: 1_205 });
    expect(desk.order('a')).toEqual(['unknown', 10]);
    desk.at(3_001);
    expect(desk.news()).toEqual(['1200 ask a', '3001 ask a']);
    // The venue's clock is behind: the request may still arrive.
    desk.answer('a', 'notFound', { venueTime: 3_000 });
    expect(desk.order('a')).toEqual(['unknown', 10]);
    desk.at(4_001).answer('a', 'notFound', { venueTime: 3_000.5 });
    expect(desk.news()).toEqual(['4001 ask a', '4001 neverArrived a']);
    expect(desk.order('a')).toEqual(['rejected', 0]);
    expect(desk.at(90_000).news()).toEqual([]);
  });

  test('is not over by a time that the venue does not tell, or by an answer to nobody', () => {
    const desk = new AskingDesk(EXPIRING).submit('a').at(9_000).say('a', 'unknown');
    desk.answer('a', 'notFound', { venueTime: 0 }).say('a', 'notFound', { venueTime: 9_000 });
    expect(desk.order('a')).toEqual(['unknown', 10]);
    expect(desk.frame?.ordersInDoubt).toBe(1);
  });

  test('is over too when its cancel is pending', () => {
    const desk = new AskingDesk(EXPIRING).submit('a');
    cancel(desk, 'a').at(9_000).say('a', 'unknown').answer('a', 'notFound');
    expect(desk.order('a')).toEqual(['rejected', 0]);
  });

  test('is quarantined where requests do not expire: exposure until the venue says otherwise, told once', () => {
    const desk = new AskingDesk({ firstWait: 1_000, longestWait: 1_000 }).submit('a').say('a', 'unknown');
    for (const ts of [0, 1_000, 2_000]) desk.at(ts).answer('a', 'notFound');
    expect(desk.news()).toEqual([
      '0 ask a',
      '0 quarantined a',
      '0 lookUps quarantined',
      '1000 ask a',
      '2000 ask a',
    ]);
    expect(desk.order('a')).toEqual(['unknown', 10]);
    expect(desk.at(3_000).answer('a', 'accepted').order('a')).toEqual(['accepted', 10]);
    expect(desk.frame?.ordersInDoubt).toBe(0);
  });

  test('may be sent again where the venue takes an id once, and is never sent by itself', () => {
    const desk = new AskingDesk({ venues: { one: { idempotent: true } } }).submit('a').say('a', 'unknown');
    desk.answer('a', 'notFound').at(500).answer('a', 'notFound');
    expect(desk.news()).toEqual(['0 ask a', '0 repeatable a', '500 ask a']);
    expect(desk.order('a')).toEqual(['unknown', 10]);
  });

  test('and was acknowledged before is quarantined everywhere', () => {
    const desk = new AskingDesk(EXPIRING).submit('a').say('a', 'accepted').at(9_000).link('up');
    desk.answer('a', 'notFound');
    expect(desk.news()).toEqual(
      ['9000 reconcile one', '9000 ask a', '9000 quarantined a', '9000 lookUps quarantined'].sort(
        (x, y) => Number(y.includes('ask')) - Number(x.includes('ask')),
      ),
    );
    expect(desk.order('a')).toEqual(['accepted', 10]);
  });
});

describe('a word', () => {
  test('that is awaited does not end an earlier doubt', () => {
    const desk = new AskingDesk({ patience: 700 }).submit('a').say('a', 'unknown').at(100);
    cancel(desk, 'a');
    expect(desk.frame?.ordersInDoubt).toBe(1);
    expect(desk.at(600).news()).toEqual(['0 ask a', '500 ask a']);
  });

  test('that it is unknown, of an order that is over, raises no doubt', () => {
    const desk = new AskingDesk().submit('a').say('a', 'accepted').say('a', 'canceled').say('a', 'unknown');
    expect([desk.frame?.ordersInDoubt, desk.at(90_000).news()]).toEqual([0, []]);
  });

  test('that raises a doubt asks at once only where there was none', () => {
    const desk = new AskingDesk().submit('a').say('a', 'accepted').say('a', 'unknown').at(5);
    expect(desk.say('a', 'cancelRejected').news()).toEqual(['0 ask a']);
  });

  test('that answers the first of several look-ups settles', () => {
    const desk = new AskingDesk().submit('a').say('a', 'unknown').at(600);
    expect(desk.news()).toEqual(['0 ask a', '500 ask a']);
    expect(desk.answer('a', 'accepted', { answers: 0 }).frame?.ordersInDoubt).toBe(0);
  });

  test.each([
    ['answers nothing', {}],
    ['says that it answers nothing', { answers: undefined }],
    ['answers a look-up of before the doubt', { answers: 49 }],
  ])('that nothing is found counts for nothing when it %s', (_, more) => {
    const desk = new AskingDesk(EXPIRING).submit('a').at(50).say('a', 'unknown').at(9_000);
    desk.news();
    desk.say('a', 'notFound', more as never);
    expect([desk.news(), desk.order('a')]).toEqual([[], ['unknown', 10]]);
    expect(desk.answer('a', 'notFound').news()).toEqual(['9000 neverArrived a']);
  });

  test('that nothing is found, though nobody was in doubt, raises the doubt and is asked about first', () => {
    const desk = new AskingDesk(EXPIRING).submit('a').at(9_000).answer('a', 'notFound');
    expect([desk.news(), desk.order('a')]).toEqual([['9000 ask a'], ['unknown', 10]]);
  });

  test('of a quarantine is said once, though the doubt is raised anew', () => {
    const desk = new AskingDesk().submit('a').say('a', 'unknown').answer('a', 'notFound').at(10);
    expect(desk.news()).toContain('0 quarantined a');
    expect(desk.say('a', 'unknown').answer('a', 'notFound').news()).toEqual(['10 ask a']);
  });

  test('of a fill is no answer to an order; that it is accepted is, filled in part or not', () => {
    const filled = new AskingDesk({ patience: 700 }).submit('a').fill('a', 4);
    expect(filled.at(1_000).news()).toEqual(['700 ask a']);
    const accepted = new AskingDesk({ patience: 700 }).submit('a').fill('a', 4).say('a', 'accepted');
    expect(accepted.at(1_000).news()).toEqual([]);
  });
});

describe('lots that the venue counts and that were not reported', () => {
  test('count as exposure after the end, and bring about a look-up', () => {
    const desk = new AskingDesk().submit('a').say('a', 'accepted').fill('a', 2).at(7);
    desk.say('a', 'canceled', { filled: 5 });
    expect(desk.order('a')).toEqual(['unknown', 3]);
    expect(desk.news()).toEqual(['7 ask a', '7 ledger missing-fills']);
    desk.fill('a', 3).answer('a', 'canceled', { filled: 5 });
    expect(desk.order('a')).toEqual(['canceled', 0]);
    expect(desk.at(90_000).news()).toEqual([]);
  });

  test('of an order that goes on are asked for too', () => {
    const desk = new AskingDesk().submit('a').say('a', 'accepted', { filled: 4 });
    expect(desk.news()).toEqual(['0 ask a', '0 ledger missing-fills']);
    expect(desk.answer('a', 'accepted', { filled: 4 }).frame?.ordersInDoubt).toBe(1);
    expect(desk.fill('a', 4).answer('a', 'accepted', { filled: 4 }).frame?.ordersInDoubt).toBe(0);
  });
});

describe('the link and the leader', () => {
  test('when the order channel is up again, every open order of that venue is looked up at once', () => {
    const desk = new AskingDesk().submit('a').submit('b').submit('c', 'buy', 10, 1).say('a', 'accepted');
    desk.at(90).link('down').link('up', 'one', 'market').at(100).link('up');
    expect(desk.news().filter((line) => line.includes('ask'))).toEqual(['100 ask a', '100 ask b']);
  });

  test('after a takeover every open order is, at every venue', () => {
    const desk = new AskingDesk().submit('a').say('a', 'accepted').submit('c', 'buy', 10, 1).at(30).epoch();
    expect(desk.news()).toEqual(['30 ask a', '30 ask c', '30 reconcile one', '30 reconcile two']);
    // The timers of the one that led are gone: this one waits for its own.
    expect(desk.at(600).news()).toEqual(['530 ask a', '530 ask c']);
  });

  test('not more than a hundred at a time', () => {
    const desk = new AskingDesk({ firstWait: 10, longestWait: 100_000 });
    for (let nth = 0; nth < 250; nth++) desk.submit(`o${nth}`).say(`o${nth}`, 'accepted');
    desk.link('up');
    expect(desk.news().filter((line) => line.includes('ask'))).toHaveLength(100);
    for (let nth = 0; nth < 100; nth++) desk.answer(`o${nth}`, 'accepted');
    expect(desk.at(10).news()).toHaveLength(100);
    for (let nth = 100; nth < 200; nth++) desk.answer(`o${nth}`, 'accepted');
    expect(desk.at(20).news()).toHaveLength(50);
  });
});

test('doubts survive a snapshot', () => {
  const go = (restart: boolean): readonly string[] => {
    const desk = new AskingDesk(EXPIRING).submit('a').at(5).say('a', 'unknown').submit('b').at(600);
    if (restart) desk.restart();
    desk.answer('a', 'notFound', { answers: 505 }).at(2_500).answer('a', 'notFound', { answers: 2_001 });
    return desk.at(20_000).news();
  };
  expect(go(true)).toEqual(go(false));
  expect(go(true)).toContain('2500 neverArrived a');
});

test.each([
  [{ firstWait: 0 }, 'lookUps.firstWait must be a number of at least 1, not 0'],
  [{ firstWait: 50, longestWait: 49 }, 'lookUps.longestWait must be a number of at least 50, not 49'],
  [{ patience: Number.NaN }, 'lookUps.patience must be a number of at least 1, not NaN'],
  [
    { venues: { one: { requestExpiry: -1 } } },
    'lookUps.venues.one.requestExpiry must be a number of at least 0',
  ],
  [
    { venues: { one: { idempotent: 1 as never } } },
    'lookUps.venues.one.idempotent must be true or false, not 1',
  ],
  [{ venues: { one: null as never } }, 'lookUps.venues.one must be an object, not null'],
  [{ venues: 3 as never }, 'lookUps.venues must be an object, not 3'],
  [{ patient: 3 } as never, 'lookUps has an unknown setting "patient"'],
])('refuses %j', (options, message) => {
  expect(() => lookUps(options)).toThrow(message);
});
