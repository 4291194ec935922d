import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderByOrderBook } from '../../src/books/index.js';
import { stateHash } from '../../src/core/canonical.js';
import { orderEvent } from './events.js';

const book = (): OrderByOrderBook => {
  const opened = new OrderByOrderBook();
  opened.apply(orderEvent('clear', ''));
  for (const [id, quantity] of [
    ['a', 5],
    ['b', 3],
    ['c', 7],
  ] as const)
    opened.apply(orderEvent('add', id, { side: 'bid', price: 100, quantity }));
  return opened;
};
const modify = (id: string, price: number, quantity: number) =>
  orderEvent('modify', id, { side: 'bid', price, quantity });
const queueOf = (of: OrderByOrderBook, side: 'bid' | 'ask' = 'bid', level = 0): string[] => {
  const ids: string[] = [];
  of.forEachOrderAt(side, level, ({ id }) => {
    ids.push(id);
  });
  return ids;
};

describe('the queue at a price', () => {
  it('is in order of arrival, and tells what stands before an order', () => {
    const of = book();
    expect(queueOf(of)).toEqual(['a', 'b', 'c']);
    expect(['a', 'b', 'c', 'd'].map((id) => of.queueAhead(id))).toEqual([
      { quantity: 0, orders: 0 },
      { quantity: 5, orders: 1 },
      { quantity: 8, orders: 2 },
      undefined,
    ]);
    expect([of.orderCountAt('bid', 0), of.orderCountAt('bid', 1), of.orderCountAt('ask', 0)]).toEqual([
      3, 0, 0,
    ]);
    expect(of.firstOrderAt('bid', 0)).toMatchObject({ id: 'a', side: 'bid', price: 100, quantity: 5 });
    expect(of.firstOrderAt('ask', 0)).toBeUndefined();
  });

  it.each([
    ['lowers the quantity keeps its place', modify('a', 100, 4), ['a', 'b', 'c'], 7],
    ['changes nothing keeps its place', modify('a', 100, 5), ['a', 'b', 'c'], 8],
    ['raises the quantity goes to the end', modify('a', 100, 6), ['b', 'c', 'a'], 3],
    ['takes part of the first', orderEvent('cancel', 'a', { quantity: 2 }), ['a', 'b', 'c'], 6],
    ['takes all of the first', orderEvent('cancel', 'a', { quantity: 5 }), ['b', 'c'], 3],
  ])('an order that %s', (_what, event, queue, beforeC) => {
    const of = book();
    expect(of.queueAhead('c')?.quantity).toBe(8);
    of.apply(event);
    expect(queueOf(of)).toEqual(queue);
    expect(of.queueAhead('c')?.quantity).toBe(beforeC);
  });

  it('loses its place by moving away, also when it comes back', () => {
    const of = book();
    of.apply(modify('a', 99, 5));
    expect([queueOf(of), queueOf(of, 'bid', 1)]).toEqual([['b', 'c'], ['a']]);
    of.apply(modify('a', 100, 5));
    expect(queueOf(of)).toEqual(['b', 'c', 'a']);
    expect(of.depth('bid')).toBe(1);
  });

  it('refuses an order of no lots: a level shows only what can be traded', () => {
    const of = book();
    expect(of.apply(orderEvent('add', 'z', { side: 'ask', price: 101, quantity: 0 }))).toBe('gap');
  });

  it('is saved in order of priority, best price first, whatever the way to it', () => {
    const one = book();
    one.apply(modify('a', 100, 9));
    const other = new OrderByOrderBook();
    other.apply(orderEvent('clear', ''));
    for (const [id, quantity] of [
      ['b', 3],
      ['c', 7],
      ['a', 9],
    ] as const)
      other.apply(orderEvent('add', id, { side: 'bid', price: 100, quantity }));
    expect(one.save()).toMatchObject({ ids: ['b', 'c', 'a'], bids: 3 });
    expect(stateHash(one.save())).toBe(stateHash(other.save()));
    expect(stateHash(one.save())).not.toBe(stateHash(book().save()));
  });

  it('agrees with plain lists of orders, also after save and restore', () => {
    const step = fc.record({
      wish: fc.constantFrom('add' as const, 'add' as const, 'cancel' as const, 'modify' as const),
      id: fc.nat({ max: 40 }),
      side: fc.constantFrom('bid' as const, 'ask' as const),
      price: fc.integer({ min: 0, max: 3 }),
      quantity: fc.integer({ min: 1, max: 6 }),
      ask: fc.boolean(),
    });
    type Order = { id: string; side: 'bid' | 'ask'; price: number; quantity: number };
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 150 }), fc.nat({ max: 150 }), (steps, cut) => {
        let of = new OrderByOrderBook();
        of.apply(orderEvent('clear', ''));
        /** All orders by arrival at where they are. */
        let orders: Order[] = [];
        const ahead = (id: string) => {
          const order = orders.find((known) => known.id === id);
          if (order === undefined) return undefined;
          const before = orders
            .slice(0, orders.indexOf(order))
            .filter(({ side, price }) => side === order.side && price === order.price);
          return { quantity: before.reduce((sum, { quantity }) => sum + quantity, 0), orders: before.length };
        };
        steps.forEach(({ wish, id, side, price, quantity, ask }, index) => {
          const name = String(id);
          const order = orders.find((known) => known.id === name);
          const action = order === undefined ? 'add' : wish === 'add' ? 'cancel' : wish;
          const lots =
            action === 'cancel' && order !== undefined ? Math.min(quantity, order.quantity) : quantity;
          const place = action === 'cancel' && order !== undefined ? order : { side, price };
          const { side: at, price: where } = place;
          of.apply(orderEvent(action, name, { side: at, price: where, quantity: lots }));
          const stays =
            action === 'cancel' ||
            (order?.side === side && order.price === price && quantity <= order.quantity);
          if (action === 'cancel' && order !== undefined) order.quantity -= quantity;
          else if (order !== undefined && stays) order.quantity = quantity;
          else {
            orders = orders.filter((known) => known !== order);
            orders.push({ id: name, side, price, quantity });
          }
          orders = orders.filter((known) => known.quantity > 0);
          // Asked at times only: the index must come about late, grow stale and be made again.
          if (ask) for (const { id: any } of orders) expect(of.queueAhead(any)).toEqual(ahead(any));
          if (index === cut) of = OrderByOrderBook.restore(of.save());
        });
        for (const side of ['bid', 'ask'] as const) {
          for (let level = 0; level < of.depth(side); level++) {
            const price = of.priceAt(side, level);
            const expected = orders.filter((order) => order.side === side && order.price === price);
            expect(queueOf(of, side, level)).toEqual(expected.map(({ id }) => id));
            expect(of.orderCountAt(side, level)).toBe(expected.length);
          }
        }
        expect(of.queueAhead('77')).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });
});
