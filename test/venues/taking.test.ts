import { describe, expect, test } from 'vitest';
import { Desk } from './desk.js';

const THIN = 'canceled: the rest found no liquidity';

/** Bids 99 x 10, 98 x 20; asks 101 x 5, 102 x 7, 104 x 100. */
const book = () => new Desk().snapshot([99, 10, 98, 20], [101, 5, 102, 7, 104, 100]);

describe('taking liquidity', () => {
  test('a market order fills level by level at the recorded prices', () => {
    expect(book().submit('a', { side: 'buy', quantity: 14 }).news()).toEqual([
      '0 a accepted',
      '0 a fill 5@101 taker',
      '0 a fill 7@102 taker',
      '0 a fill 2@104 taker',
    ]);
    expect(book().submit('a', { side: 'sell', quantity: 12 }).news()).toEqual([
      '0 a accepted',
      '0 a fill 10@99 taker',
      '0 a fill 2@98 taker',
    ]);
  });

  test('a market order fills in part when the book is thin; the rest is canceled', () => {
    expect(book().submit('a', { side: 'sell', quantity: 50 }).news()).toEqual([
      '0 a accepted',
      '0 a fill 10@99 taker',
      '0 a fill 20@98 taker',
      `0 a ${THIN}`,
    ]);
  });

  test('IOC takes up to its limit, the rest is canceled', () => {
    const desk = book().submit('a', { side: 'buy', quantity: 20, price: 102, timeInForce: 'IOC' });
    expect(desk.news()).toEqual([
      '0 a accepted',
      '0 a fill 5@101 taker',
      '0 a fill 7@102 taker',
      `0 a ${THIN}`,
    ]);
    expect(desk.submit('b', { side: 'sell', quantity: 3, price: 100, timeInForce: 'IOC' }).news()).toEqual([
      '0 b accepted',
      `0 b ${THIN}`,
    ]);
  });

  test('FOK takes all or nothing', () => {
    const desk = book().submit('a', { side: 'buy', quantity: 13, price: 102, timeInForce: 'FOK' });
    expect(desk.news()).toEqual(['0 a accepted', '0 a expired: fill or kill: only 12 lots were there']);
    expect(desk.submit('b', { side: 'buy', quantity: 12, price: 102, timeInForce: 'FOK' }).news()).toEqual([
      '0 b accepted',
      '0 b fill 5@101 taker',
      '0 b fill 7@102 taker',
    ]);
    expect(desk.submit('c', { side: 'sell', quantity: 31, timeInForce: 'FOK' }).news()).toEqual([
      '0 c accepted',
      '0 c expired: fill or kill: only 30 lots were there',
    ]);
  });

  test('a marketable GTC limit takes what it can, and its rest rests', () => {
    const desk = book().submit('a', { side: 'buy', quantity: 9, price: 101 });
    expect(desk.news()).toEqual(['0 a accepted', '0 a fill 5@101 taker']);
    expect(desk.delta(11, [], [101, 0]).trade(101, 3, 'sell').news()).toEqual(['0 a fill 3@101 maker']);
    expect(desk.cancel('a').news()).toEqual(['0 a canceled: changed its mind']);
  });

  test('a post-only order that would take is rejected; one that would not rests', () => {
    const desk = book().submit('a', { side: 'buy', quantity: 2, price: 101, postOnly: true });
    expect(desk.news()).toEqual(['0 a rejected: a post-only order would take liquidity']);
    expect(desk.submit('b', { side: 'buy', quantity: 2, price: 100, postOnly: true }).news()).toEqual([
      '0 b accepted',
    ]);
  });

  test('the same displayed lots are not taken twice, until the recording changes the level', () => {
    const desk = book().submit('a', { side: 'buy', quantity: 4 });
    desk.submit('b', { side: 'buy', quantity: 4 }).news();
    expect(desk.fills('b').map(({ quantity, price }) => [quantity, price])).toEqual([
      [1, 101],
      [3, 102],
    ]);
    // The level is told again as it was: nothing has changed.
    desk.delta(11, [], [101, 5]).submit('c', { side: 'buy', quantity: 2 });
    expect(desk.fills('c').map(({ price }) => price)).toEqual([102]);
    desk.delta(12, [], [101, 6]).submit('d', { side: 'buy', quantity: 6 });
    expect(desk.fills('d').map(({ quantity, price }) => [quantity, price])).toEqual([[6, 101]]);
    // A new snapshot that shows the same level brings nothing back either.
    desk.snapshot([99, 10], [101, 6, 102, 8], 20).submit('e', { side: 'buy', quantity: 2 });
    expect(desk.fills('e').map(({ price }) => price)).toEqual([102]);
  });

  test('a gap in the recording does not bring back what was taken', () => {
    const desk = book().submit('a', { side: 'buy', quantity: 5 }).delta(15, [99, 9]);
    expect(desk.submit('b', { side: 'buy', quantity: 2 }).news().at(-1)).toBe(
      '0 b rejected: no market orders: the book is not synced',
    );
    desk.snapshot([99, 10], [101, 5, 102, 7], 20).submit('c', { side: 'buy', quantity: 2 });
    expect(desk.fills('c').map(({ price }) => price)).toEqual([102]);
  });

  test('quotes alone make a book of one level; a finer source takes over for good', () => {
    const desk = new Desk().quote(99, 10, 101, 5).submit('a', { side: 'buy', quantity: 6 });
    expect(desk.news()).toEqual(['0 a accepted', '0 a fill 5@101 taker', `0 a ${THIN}`]);
    desk.snapshot([99, 10], [103, 5]).quote(99, 10, 101, 9).submit('b', { side: 'buy', quantity: 2 });
    expect(desk.fills('b').map(({ price }) => price)).toEqual([103]);
  });

  test('an order-by-order book is matched by its levels', () => {
    const desk = new Desk().bookOrder({ action: 'clear', last: false });
    desk.bookOrder({ action: 'add', orderId: 'x', side: 'ask', price: 101, quantity: 3, last: false });
    desk.bookOrder({ action: 'add', orderId: 'y', side: 'ask', price: 101, quantity: 4 });
    desk.submit('a', { side: 'buy', quantity: 6, price: 101, timeInForce: 'IOC' });
    expect(desk.news()).toEqual(['0 a accepted', '0 a fill 6@101 taker']);
    desk.bookOrder({ action: 'cancel', orderId: 'x', side: 'ask', price: 101, quantity: 3 });
    desk.submit('b', { side: 'buy', quantity: 4, price: 101, timeInForce: 'IOC' });
    expect(desk.news()).toEqual(['0 b accepted', '0 b fill 4@101 taker']);
  });
});
