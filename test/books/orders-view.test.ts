import { expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { books, type OrdersView } from '../../src/operators/index.js';
import { spot } from '../../src/testing/index.js';
import { orderEvent, snapshot } from './events.js';

it('frames show the queues of a market whose venue sends orders, and of no other', () => {
  const [ORDERS, LEVELS] = [spot(), spot({ base: 'ETH' })];
  const running = compose({ instruments: [ORDERS, LEVELS] }, books()).start({ development: false });
  const instrument = ORDERS.id;
  running.pass(1, 0, 1, orderEvent('clear', '', { instrument }));
  running.pass(2, 0, 2, orderEvent('add', 'a', { instrument, side: 'bid', price: 100, quantity: 5 }));
  running.pass(3, 0, 3, orderEvent('add', 'b', { instrument, side: 'bid', price: 100, quantity: 2 }));
  const { markets } = running.pass(4, 0, 4, { ...snapshot([100, 1], [101, 1]), instrument: LEVELS.id });
  const orders = markets.orders(0) as OrdersView;
  expect([orders.orderCount, orders.orderCountAt('bid', 0), orders.queueAhead('b')]).toEqual([
    2,
    2,
    { quantity: 5, orders: 1 },
  ]);
  expect([markets.orders(1), markets.book(1).bestBid]).toEqual([undefined, 100]);
});
