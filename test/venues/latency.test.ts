import { describe, expect, test } from 'vitest';
import { Desk } from './desk.js';

const slow = () =>
  new Desk({ venue: { latency: { submit: 10, report: 5 } } }).snapshot([99, 10], [101, 5, 102, 7]);

describe('latency', () => {
  test('without latency the reports come from within the command', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]).submit('a', { side: 'buy', quantity: 2 });
    expect(desk.clock.waiting).toBe(0);
    expect(desk.news()).toEqual(['0 a accepted', '0 a fill 2@101 taker']);
  });

  test('an order meets the book as it is when it arrives', () => {
    const desk = slow().submit('a', { side: 'buy', quantity: 2 });
    desk.at(9).delta(11, [], [101, 0]).at(14);
    expect(desk.news()).toEqual([]);
    expect(desk.at(15).news()).toEqual(['15 a accepted', '15 a fill 2@102 taker']);
    expect(desk.reports.map(({ venueTime }) => venueTime)).toEqual([10, 10]);
  });

  test('a cancel overtakes nothing: an order that fills on the way is told first', () => {
    const desk = slow().submit('a', { side: 'buy', quantity: 2, price: 99 }).at(20).cancel('a');
    desk.at(25).trade(98, 2, 'sell').at(40);
    expect(desk.news()).toEqual([
      '15 a accepted',
      '30 a fill 2@99 maker',
      '35 a cancelRejected: already filled',
    ]);
  });

  test('commands and reports of one moment keep their order', () => {
    const desk = slow();
    for (const id of ['a', 'b', 'c']) desk.submit(id, { side: 'buy', quantity: 2, price: 99 }).cancel(id);
    desk.at(100);
    expect(desk.news()).toEqual(
      ['a', 'b', 'c'].flatMap((id) => [`15 ${id} accepted`, `15 ${id} canceled: changed its mind`]),
    );
  });

  test('a reply from within a report meets a finished step', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5, 102, 7]);
    let replied = false;
    const log = desk.log;
    log.push = (...items: string[]) => {
      const length = Array.prototype.push.apply(log, items);
      if (!replied) {
        replied = true;
        desk.submit('b', { side: 'buy', quantity: 2 });
      }
      return length;
    };
    desk.submit('a', { side: 'buy', quantity: 4 });
    expect(desk.news()).toEqual([
      '0 a accepted',
      '0 a fill 4@101 taker',
      '0 b accepted',
      '0 b fill 1@101 taker',
      '0 b fill 1@102 taker',
    ]);
  });

  test('unsubscribing drops what is on its way', () => {
    const desk = slow().submit('a', { side: 'buy', quantity: 2 });
    desk.close();
    expect(desk.clock.waiting).toBe(0);
  });

  test('it completes when nobody speaks to it any more and nothing is on its way', () => {
    const desk = slow().submit('a', { side: 'buy', quantity: 2 });
    desk.events.complete();
    desk.commands.complete();
    expect(desk.completed).toBe(false);
    expect(desk.at(15).news()).toHaveLength(2);
    expect(desk.completed).toBe(true);
  });
});

describe('asking what became of an order', () => {
  test('it rests, with its fills so far', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]);
    desk.submit('a', { side: 'buy', quantity: 6, price: 101 });
    const told = desk.news();
    expect(desk.ask('a').news()).toEqual([told[1], '0 a accepted: resting']);
    expect(new Set(desk.fills('a').map(({ executionId }) => executionId)).size).toBe(1);
  });

  test('it has ended', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]);
    desk.submit('a', { side: 'buy', quantity: 5 }).submit('b', { side: 'buy', quantity: 2, price: 99 });
    desk.cancel('b').news();
    expect(desk.ask('a').ask('b').news()).toEqual(['0 a fill 5@101 taker', '0 b canceled: changed its mind']);
  });

  test('nobody knows it', () => {
    expect(new Desk().ask('z').news()).toEqual(['0 z notFound: not found']);
  });

  test('the venue forgets the oldest of the finished orders', () => {
    const desk = new Desk({ venue: { remembered: 2 } }).snapshot([99, 10], [101, 50]);
    for (const id of ['a', 'b', 'c']) desk.submit(id, { side: 'buy', quantity: 2 });
    desk.news();
    expect(desk.ask('a').ask('b').news()).toEqual(['0 a notFound: not found', '0 b fill 2@101 taker']);
  });
});
