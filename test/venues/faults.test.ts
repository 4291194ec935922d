import { describe, expect, test } from 'vitest';
import { type SimulatedFaults, simulatedVenue } from '../../src/venues/simulated/index.js';
import { Desk } from './desk.js';

/** Bids 99 x 10; asks 101 x 5, 102 x 7; 1 ms each way, time-out 100. */
const faulty = (faults: SimulatedFaults) =>
  new Desk({
    venue: {
      latency: { submit: 1, report: 1 },
      faults: { timeout: 100, outage: 50, lateness: 20, ...faults },
    },
  }).snapshot([99, 10], [101, 5, 102, 7]);
const take = { side: 'buy', quantity: 4 } as const;
const rest = { side: 'buy', quantity: 4, price: 99 } as const;

describe('requests', () => {
  test('a rejected order is not there, and its id is used', () => {
    const desk = faulty({ script: [{ fault: 'reject', nth: 2 }] });
    desk.submit('a', take).submit('b', take).ask('b').at(200);
    expect(desk.news()).toEqual([
      '2 a accepted',
      '2 a fill 4@101 taker',
      '2 b rejected: the venue is busy',
      '2 b rejected: the venue is busy',
    ]);
  });

  test('a lost order is unknown after the time-out, and a look-up settles it', () => {
    const desk = faulty({ script: [{ fault: 'lostRequest', order: 'a' }] })
      .submit('a', take)
      .at(150);
    expect(desk.news()).toEqual(['100 a unknown: no word about the submit in 100 ms']);
    expect(desk.ask('a').at(200).news()).toEqual(['152 a notFound: not found']);
  });

  test('an order whose reply is lost is unknown too, and a look-up brings its fills', () => {
    const desk = faulty({ script: [{ fault: 'lostReply', order: 'a' }] })
      .submit('a', take)
      .at(150);
    expect(desk.news()).toEqual(['100 a unknown: no word about the submit in 100 ms']);
    expect(desk.ask('a').at(200).news()).toEqual(['152 a fill 4@101 taker']);
  });

  test('a fill is no reply: what was told with the reply may be lost', () => {
    const desk = faulty({ script: [{ fault: 'lostReply', order: 'a' }] });
    desk.submit('a', { side: 'buy', quantity: 7, price: 101 }).at(10).trade(100, 1, 'sell').at(150);
    expect(desk.news()).toEqual([
      '11 a fill 1@101 maker',
      '100 a unknown: no word about the submit in 100 ms',
    ]);
    expect(desk.ask('a').at(200).news()).toEqual([
      '152 a fill 5@101 taker',
      '152 a fill 1@101 maker',
      '152 a accepted: resting',
    ]);
  });

  test('a cancel that is lost leaves the order; one whose reply is lost does not', () => {
    for (const [fault, answer] of [
      ['lostRequest', 'accepted: resting'],
      ['lostReply', 'canceled: changed its mind'],
    ] as const) {
      const desk = faulty({ script: [{ fault, order: 'a', request: 'cancel' }] }).submit('a', rest);
      desk.at(10).cancel('a').at(150);
      expect(desk.news()).toEqual(['2 a accepted', '110 a unknown: no word about the cancel in 100 ms']);
      expect(desk.ask('a').at(200).news()).toEqual([`152 a ${answer}`]);
    }
  });

  test('a fill can come after the cancel was accepted', () => {
    const desk = faulty({ script: [{ fault: 'fillAfterCancel', order: 'a' }] })
      .submit('a', rest)
      .at(10);
    desk.cancel('a').at(20);
    expect(desk.news()).toEqual(['2 a accepted', '12 a canceled: changed its mind', '12 a fill 2@99 maker']);
    expect(desk.ask('a').at(30).news()).toEqual(['22 a fill 2@99 maker', '22 a canceled: changed its mind']);
  });

  test('a word in time stops the time-out, and without faults there is none', () => {
    const desk = faulty({}).submit('a', rest).at(2);
    expect(desk.clock.waiting).toBe(0);
    const quiet = new Desk({ venue: { latency: { submit: 1 } } }).submit('a', rest);
    expect(quiet.clock.waiting).toBe(1);
  });
});

describe('reports', () => {
  test('a late one holds up those behind it', () => {
    const desk = faulty({ script: [{ fault: 'late', order: 'a', report: 'accepted' }] });
    desk.submit('a', take).at(5).submit('b', rest).at(100);
    expect(desk.news()).toEqual(['22 a accepted', '22 a fill 4@101 taker', '22 b accepted']);
  });

  test('one that is out of order is overtaken', () => {
    const desk = faulty({ script: [{ fault: 'reorder', order: 'a', report: 'accepted', lasts: 7 }] });
    expect(desk.submit('a', take).at(100).news()).toEqual(['2 a fill 4@101 taker', '9 a accepted']);
  });

  test('a doubled one is the same word twice', () => {
    const desk = faulty({ script: [{ fault: 'double', from: 0, until: 5 }] })
      .submit('a', take)
      .at(50);
    expect(desk.news()).toEqual([
      '2 a accepted',
      '2 a accepted',
      '2 a fill 4@101 taker',
      '2 a fill 4@101 taker',
    ]);
    desk.submit('b', rest).at(100);
    expect(desk.news()).toEqual(['52 b accepted']);
  });

  test('an execution that is told again has its id, and a later time', () => {
    const desk = faulty({ script: [{ fault: 'repeatedExecution', order: 'a' }] })
      .submit('a', take)
      .at(100);
    const [first, second] = desk.fills('a');
    expect(second).toEqual({ ...first, venueTime: 21 });
    expect(desk.news()).toEqual(['2 a accepted', '2 a fill 4@101 taker', '22 a fill 4@101 taker']);
  });
});

describe('outages', () => {
  test('what is told meanwhile is lost and comes when asked for', () => {
    const desk = faulty({ script: [{ fault: 'disconnect', from: 10 }] })
      .submit('a', rest)
      .at(15);
    expect(desk.trade(98, 3, 'sell').at(70).news()).toEqual([
      '2 a accepted',
      '10 link orders down',
      '60 link orders up',
    ]);
    expect(desk.ask('a').at(100).news()).toEqual(['72 a fill 3@99 maker', '72 a accepted: resting']);
  });

  test('what was under way to us is lost, even when it would come after the outage', () => {
    const desk = faulty({
      script: [
        { fault: 'disconnect', from: 10, lasts: 5 },
        { fault: 'late', order: 'a' },
      ],
    });
    expect(desk.submit('a', rest).at(90).news()).toEqual(['10 link orders down', '15 link orders up']);
    expect(desk.at(110).news()).toEqual(['100 a unknown: no word about the submit in 100 ms']);
  });

  test('an order can break the link: it arrives, and nobody hears of it', () => {
    const desk = faulty({ script: [{ fault: 'disconnect', nth: 1 }] })
      .submit('a', take)
      .at(200);
    expect(desk.news()).toEqual([
      '0 link orders down',
      '50 link orders up',
      '100 a unknown: no word about the submit in 100 ms',
    ]);
    expect(desk.ask('a').at(300).news()).toEqual(['202 a fill 4@101 taker']);
  });

  test('while it is down nothing is sent, and that is certain', () => {
    const desk = faulty({ script: [{ fault: 'disconnect', from: 10 }] })
      .submit('a', rest)
      .at(20);
    desk.news();
    desk.submit('b', take).cancel('a').ask('a');
    expect(desk.at(200).news()).toEqual([
      '20 b rejected: not sent: the order channel is down',
      '20 a cancelRejected: not sent: the order channel is down',
      '60 link orders up',
    ]);
  });

  test('asked for everything, the venue tells of open orders and of the fills of those that ended', () => {
    const desk = faulty({}).submit('a', take).submit('b', rest).at(10);
    desk.news();
    expect(desk.askForAll().at(20).news()).toEqual(['12 b accepted: resting', '12 a fill 4@101 taker']);
  });
});

describe('chance', () => {
  const play = (seed: number, calmFrom?: number): string[] => {
    const chances = { lostRequest: 0.3, reject: 0.2, reorder: 0.3, double: 0.2, disconnect: 0.05 };
    const desk = faulty({ chances, seed, ...(calmFrom === undefined ? {} : { calmFrom }) });
    for (let nth = 0; nth < 40; nth++) desk.submit(`o${nth}`, rest).at(10 * (nth + 1));
    return desk.at(2_000).news();
  };

  test('the same seed draws the same faults, another one others', () => {
    expect(play(1)).toEqual(play(1));
    expect(play(1)).not.toEqual(play(2));
    expect(play(1).filter((line) => line.includes('unknown')).length).toBeGreaterThan(3);
  });

  test('when it is calm all is well', () => {
    expect(play(1, 0)).toEqual(Array.from({ length: 40 }, (_, nth) => `${10 * nth + 2} o${nth} accepted`));
  });
});

describe('settings', () => {
  test.each([
    [{ chances: { late: 2 } }, 'faults.chances.late must be a number from 0 to 1, not 2'],
    [{ chances: { lost: 1 } }, 'faults.chances has an unknown setting "lost"'],
    [{ timeout: 0 }, 'faults.timeout must be an integer of at least 1, not 0'],
    [{ script: [{ fault: 'gone' }] }, 'faults.script[0].fault must be one of reject, lostRequest'],
    [{ script: [{ fault: 'reject', nth: 0 }] }, 'script[0].nth must be an integer of at least 1, not 0'],
    [
      { script: [{ fault: 'late', from: 5, until: 4 }] },
      'script[0].until must be a number of at least 5, not 4',
    ],
    [{ script: [{ fault: 'disconnect' }] }, 'script[0].from must be the time of the disconnect'],
    [{ script: [{ fault: 'reject', report: 'fill' }] }, 'script[0].report must be left out for reject'],
    [{ script: [{ fault: 'late', request: 'ask' }] }, 'script[0].request must be left out for late'],
  ])('refuses %j', (faults, message) => {
    expect(() => simulatedVenue({ venue: 'x', faults: faults as SimulatedFaults })).toThrow(message);
  });
});
