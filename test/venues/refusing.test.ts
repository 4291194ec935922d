import { describe, expect, test } from 'vitest';
import { instrumentId } from '../../src/domain/brand.js';
import { instrument } from '../../src/domain/instrument.js';
import type { Order } from '../../src/domain/order.js';
import { Desk, SPOT } from './desk.js';

const open = () => new Desk().snapshot([99, 10], [101, 5]);

describe('refusing orders', () => {
  const cases: [string, Partial<Order> & Pick<Order, 'side' | 'quantity'>, string][] = [
    [
      'no lots',
      { side: 'buy', quantity: 0 },
      'quantity must be a whole number of lots of 0.001, above 0, not 0',
    ],
    [
      'a part of a lot',
      { side: 'buy', quantity: 2.5 },
      'quantity must be a whole number of lots of 0.001, above 0, not 2.5',
    ],
    ['too few lots', { side: 'buy', quantity: 1 }, 'quantity 0.001 is below the least, 0.002'],
    [
      'a part of a tick',
      { side: 'buy', quantity: 2, price: 99.5 },
      'price must be a whole number of ticks of 0.01, not 99.5',
    ],
    ['a price of 0', { side: 'buy', quantity: 2, price: 0 }, 'price must be above 0, not 0.00'],
    [
      'post-only and IOC',
      { side: 'buy', quantity: 2, price: 99, postOnly: true, timeInForce: 'IOC' },
      'a post-only order cannot be IOC',
    ],
    [
      'post-only and market',
      { side: 'buy', quantity: 2, postOnly: true },
      'a market order cannot be post-only',
    ],
    [
      'an unknown instrument',
      { side: 'buy', quantity: 2, instrument: instrumentId('X@binance') },
      'unknown instrument X@binance',
    ],
  ];

  test.each(cases)('%s', (_, fields, reason) => {
    expect(open().submit('a', fields).news()).toEqual([`0 a rejected: ${reason}`]);
  });

  test('price bands and the least notional', () => {
    const strict = instrument({ ...SPOT, minNotional: '0.003', bands: { low: '0.5', high: '1.5' } });
    const desk = new Desk({ instruments: [strict] }).snapshot([99, 10], [101, 5]);
    expect(desk.submit('a', { side: 'buy', quantity: 9, price: 151 }).news()).toEqual([
      '0 a rejected: price 1.51 is outside the bands, 0.5 to 1.5',
    ]);
    expect(desk.submit('b', { side: 'buy', quantity: 3, price: 99 }).news()).toEqual([
      '0 b rejected: notional 0.00297 is below the least, 0.003',
    ]);
    expect(desk.submit('c', { side: 'buy', quantity: 2 }).news()).toEqual([
      '0 c rejected: notional 0.00202 is below the least, 0.003',
    ]);
    expect(desk.submit('d', { side: 'buy', quantity: 3 }).news()[0]).toBe('0 d accepted');
  });

  test.each([
    ['0.003', '0 a accepted'],
    ['0.003000000001', '0 a rejected: notional 0.003 is below the least, 0.003000000001'],
    ['0.0030000000000000000001', '0 a rejected: notional 0.003 is below the least, 0.0030000000000000000001'],
  ])('a notional of 0.003 is held against a least of %s exactly', (minNotional, first) => {
    const strict = instrument({ ...SPOT, minNotional });
    const desk = new Desk({ instruments: [strict] }).snapshot([99, 10], [101, 5]);
    expect(desk.submit('a', { side: 'buy', quantity: 3, price: 100 }).news()[0]).toBe(first);
  });

  test('quantities that are no multiple of the order step, though the book holds such', () => {
    const stepped = instrument({ ...SPOT, orderStep: '0.005', minQuantity: '0.005' });
    const desk = new Desk({ instruments: [stepped] }).snapshot([99, 10], [101, 7]);
    expect(desk.submit('a', { side: 'buy', quantity: 7 }).news()).toEqual([
      '0 a rejected: quantity 0.007 is no multiple of the order step 0.005',
    ]);
    desk.submit('b', { side: 'buy', quantity: 10 });
    expect(desk.news()).toEqual([
      '0 b accepted',
      '0 b fill 7@101 taker',
      '0 b canceled: the rest found no liquidity',
    ]);
  });

  test('market orders need a synced book that is not empty', () => {
    expect(new Desk().submit('a', { side: 'buy', quantity: 2 }).news()).toEqual([
      '0 a rejected: no market orders: the book is not synced',
    ]);
    const desk = new Desk().snapshot([99, 10], []).submit('a', { side: 'buy', quantity: 2 });
    expect(desk.news()).toEqual(['0 a rejected: no market orders: that side of the book is empty']);
  });

  test('a channel that lost its continuity unsyncs the book', () => {
    const desk = open();
    desk.market({
      kind: 'sync',
      instrument: desk.instrument.id,
      venueTime: 0,
      state: 'unsynced',
      reason: 'checksum',
    });
    expect(desk.submit('a', { side: 'buy', quantity: 2 }).news()).toEqual([
      '0 a rejected: no market orders: the book is not synced',
    ]);
  });

  test.each(['closed', 'halted'] as const)('no orders while %s, but cancels', (state) => {
    const desk = open().submit('a', { side: 'buy', quantity: 2, price: 99 });
    desk.status(state).news();
    expect(desk.trade(98, 9).news()).toEqual([]);
    expect(desk.submit('b', { side: 'buy', quantity: 2 }).news()).toEqual([
      `0 b rejected: the instrument is ${state}`,
    ]);
    expect(desk.submit('c', { side: 'buy', quantity: 2, price: 99 }).news()).toEqual([
      `0 c rejected: the instrument is ${state}`,
    ]);
    expect(desk.cancel('a').news()).toEqual(['0 a canceled: changed its mind']);
  });

  test('a client order id is taken once, whether its order rests or has ended', () => {
    const desk = open().submit('a', { side: 'buy', quantity: 2, price: 99 });
    desk.submit('a', { side: 'buy', quantity: 2, price: 99 });
    desk.trade(98, 2).submit('a', { side: 'buy', quantity: 2, price: 99 });
    expect(desk.news()).toEqual([
      '0 a accepted',
      '0 a rejected: duplicate client order id',
      '0 a fill 2@99 maker',
      '0 a rejected: duplicate client order id',
    ]);
  });

  test('a cancel of an order that is not there says why', () => {
    const desk = open().submit('a', { side: 'buy', quantity: 2 });
    desk.news();
    expect(desk.cancel('a').cancel('z').news()).toEqual([
      '0 a cancelRejected: already filled',
      '0 z cancelRejected: not found',
    ]);
  });

  test('commands of other venues are left alone', () => {
    const desk = open().cancel('a', 'coinbase').submit('b', { side: 'buy', quantity: 2, venue: 'coinbase' });
    expect(desk.news()).toEqual([]);
  });
});
