import { describe, expect, test } from 'vitest';
import { instrument } from '../../src/domain/instrument.js';
import { Desk, SPOT } from './desk.js';

/** Bids 99 x 10, 98 x 20; asks 101 x 5, 102 x 7. One order of ours, `a`: buy 6 at 99. */
const queued = () => {
  const desk = new Desk().snapshot([99, 10, 98, 20], [101, 5, 102, 7]);
  desk.submit('a', { side: 'buy', quantity: 6, price: 99 }).news();
  return desk;
};

describe('resting orders', () => {
  test('prints at our price serve the lots ahead, then us, as maker', () => {
    const desk = queued();
    expect(desk.trade(99, 8, 'sell').news()).toEqual([]);
    expect(desk.trade(99, 5, 'sell').news()).toEqual(['0 a fill 3@99 maker']);
    expect(desk.trade(99, 50, 'sell').news()).toEqual(['0 a fill 3@99 maker']);
    expect(desk.trade(99, 50, 'sell').news()).toEqual([]);
  });

  test('a print of our own side at our price does not move the queue', () => {
    expect(queued().trade(99, 50, 'buy').news()).toEqual([]);
    expect(queued().trade(99, 12, 'none').news()).toEqual(['0 a fill 2@99 maker']);
  });

  test('a level that shrinks moves us forward; one that grows does not push us back', () => {
    const desk = queued().delta(11, [99, 4]).delta(12, [99, 30]);
    expect(desk.trade(99, 5, 'sell').news()).toEqual(['0 a fill 1@99 maker']);
  });

  test('a print through our price fills us at our price, by no more than was printed', () => {
    const desk = queued();
    expect(desk.trade(98, 4, 'sell').news()).toEqual(['0 a fill 4@99 maker']);
    expect(desk.trade(97, 40, 'sell').news()).toEqual(['0 a fill 2@99 maker']);
  });

  test('a displayed price that crosses ours fills us at our price, by no more than is displayed', () => {
    const desk = queued().delta(11, [99, 0], [98, 4]);
    expect(desk.news()).toEqual(['0 a fill 4@99 maker']);
    expect(desk.delta(12, [97, 3]).news()).toEqual([]);
    expect(desk.delta(13, [], [98, 9]).news()).toEqual(['0 a fill 2@99 maker']);
  });

  test('inside the spread nobody is ahead', () => {
    const desk = queued().submit('b', { side: 'buy', quantity: 2, price: 100 });
    expect(desk.trade(100, 1, 'sell').news()).toEqual(['0 b accepted', '0 b fill 1@100 maker']);
  });

  test('one print fills several of ours by price, then by arrival, and never more than it has', () => {
    const desk = queued().submit('b', { side: 'buy', quantity: 6, price: 99 });
    desk.submit('c', { side: 'buy', quantity: 2, price: 100 }).news();
    expect(desk.trade(99, 20, 'sell').news()).toEqual([
      '0 c fill 2@100 maker',
      '0 a fill 6@99 maker',
      '0 b fill 2@99 maker',
    ]);
  });

  test('beyond the worst displayed level the queue is unknown: only a print through it reaches us', () => {
    const desk = queued().submit('b', { side: 'buy', quantity: 2, price: 90 });
    desk.news();
    expect(desk.snapshot([], [], 20).trade(90, 500, 'sell').news()).toEqual(['0 a fill 6@99 maker']);
    expect(desk.trade(89, 500, 'sell').news()).toEqual(['0 b fill 2@90 maker']);
  });

  test('once the book shows that price, the queue is what it shows', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]).submit('b', { side: 'buy', quantity: 2, price: 97 });
    desk.delta(11, [97, 3, 96, 1]).news();
    expect(desk.trade(97, 4, 'sell').news()).toEqual(['0 b fill 1@97 maker']);
  });

  test('a limit may rest while the book is unsynced, and is found when the book comes', () => {
    const desk = new Desk().submit('a', { side: 'buy', quantity: 6, price: 99 });
    expect(desk.trade(99, 100, 'sell').news()).toEqual(['0 a accepted']);
    expect(desk.snapshot([99, 10], [101, 5]).trade(99, 11, 'sell').news()).toEqual(['0 a fill 1@99 maker']);
  });

  test('trades of an order-by-order book count as prints unless the recording prints trades apart', () => {
    const desk = new Desk().bookOrder({ action: 'clear', last: false });
    desk.bookOrder({ action: 'add', orderId: 'x', side: 'bid', price: 99, quantity: 3 });
    desk.submit('a', { side: 'buy', quantity: 6, price: 99 }).news();
    desk.bookOrder({ action: 'trade', side: 'ask', price: 99, quantity: 5, last: false });
    expect(desk.news()).toEqual(['0 a fill 2@99 maker']);
    desk
      .trade(99, 1, 'sell')
      .bookOrder({ action: 'trade', side: 'ask', price: 99, quantity: 1, last: false });
    expect(desk.news()).toEqual(['0 a fill 1@99 maker']);
  });

  test('in an auction orders rest and wait; when it opens they meet the book', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]).status('auction');
    desk.submit('a', { side: 'buy', quantity: 3, price: 101 }).trade(100, 9, 'sell');
    expect(desk.news()).toEqual(['0 a accepted']);
    expect(desk.submit('b', { side: 'buy', quantity: 3 }).news()).toEqual([
      '0 b rejected: only orders that can rest are taken in state auction',
    ]);
    expect(desk.status('open').news()).toEqual(['0 a fill 3@101 maker']);
  });

  test('resting orders expire with their instrument, and it takes no others', () => {
    const future = instrument({ ...SPOT, kind: 'future', expiry: 50 });
    const desk = new Desk({ instruments: [future] }).snapshot([99, 10], [101, 5]);
    desk.submit('a', { side: 'buy', quantity: 3, price: 99 }).news();
    expect(desk.at(50).trade(99, 1, 'sell').news()).toEqual(['50 a expired: the instrument has expired']);
    expect(desk.submit('b', { side: 'buy', quantity: 3 }).news()).toEqual([
      '50 b rejected: the instrument has expired',
    ]);
  });
});
