import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrderByOrderBook } from '../../src/books/index.js';
import { stateHash } from '../../src/core/canonical.js';
import { orderEvent } from './events.js';
import { levelsOf, sortedLevels } from './levels-of.js';

const add = (id: string, side: 'bid' | 'ask', price: number, quantity: number, last = true) =>
  orderEvent('add', id, { side, price, quantity, last });

const opened = (): OrderByOrderBook => {
  const book = new OrderByOrderBook();
  book.apply(orderEvent('clear', '', { last: false, snapshot: true }));
  book.apply({ ...add('1', 'bid', 100, 5, false), snapshot: true });
  book.apply({ ...add('2', 'ask', 101, 4), snapshot: true });
  return book;
};

describe('OrderByOrderBook', () => {
  it('waits for a snapshot, and is synced when its last row has come', () => {
    const book = new OrderByOrderBook();
    expect(book.apply(add('0', 'bid', 99, 1))).toBe('ignored');
    expect(book.orderCount).toBe(0);
    book.apply({ ...add('1', 'bid', 100, 5, false), snapshot: true });
    expect([book.synced, book.whole, book.reason]).toEqual([false, false, 'snapshot not complete']);
    book.apply(add('2', 'ask', 101, 4));
    expect([book.synced, book.whole, book.reason, book.bestBid, book.bestAsk]).toEqual([
      true,
      true,
      '',
      100,
      101,
    ]);
  });

  it('is not whole within a group: a trade shows in the book with its cancel', () => {
    const book = opened();
    expect(book.apply(orderEvent('trade', '9', { side: 'bid', price: 101, quantity: 3, last: false }))).toBe(
      'ignored',
    );
    book.apply(orderEvent('fill', '2', { side: 'ask', price: 101, quantity: 3, last: false }));
    expect([book.synced, book.whole, book.bestAskQuantity]).toEqual([true, false, 4]);
    book.apply(orderEvent('cancel', '2', { side: 'ask', price: 101, quantity: 3 }));
    expect([book.whole, book.bestAskQuantity, book.order('2')?.quantity]).toEqual([true, 1, 1]);
    book.apply(orderEvent('cancel', '2', { side: 'ask', price: 101, quantity: 1 }));
    expect([book.bestAsk, book.order('2'), book.orderCount]).toEqual([Number.NaN, undefined, 1]);
  });

  it.each<[string, { side?: 'bid' | 'ask' | 'none'; price?: number; quantity?: number }, boolean]>([
    ['all of it', {}, false],
    ['a part of it', { quantity: 2 }, false],
    ['without a side', { side: 'none' }, false],
    ['more than is left', { quantity: 6 }, true],
    ['at another price', { price: 99 }, true],
    ['of another side', { side: 'ask' }, true],
    ['nothing', { quantity: 0 }, true],
  ])('a cancel that takes %s contradicts the book: %o %s', (_what, more, contradicts) => {
    const book = opened();
    const outcome = book.apply(orderEvent('cancel', '1', { side: 'bid', price: 100, quantity: 5, ...more }));
    expect([outcome, book.synced]).toEqual(contradicts ? ['gap', false] : ['applied', true]);
    if (contradicts) expect(book.reason).toBe('gap: cancel of order 1');
  });

  it('moves a modified order', () => {
    const book = opened();
    book.apply(add('3', 'bid', 100, 2));
    book.apply(orderEvent('modify', '1', { side: 'bid', price: 99, quantity: 7 }));
    expect(levelsOf(book, 'bid')).toEqual([
      [100, 2],
      [99, 7],
    ]);
    book.apply(orderEvent('modify', '1', { price: 99, quantity: 0 }));
    expect(book.order('1')).toBeUndefined();
  });

  it.each([
    ['cancel of an unknown order', orderEvent('cancel', '77', { quantity: 1 })],
    ['modify of an unknown order', orderEvent('modify', '77', { quantity: 1 })],
    ['add of an order that is there', add('1', 'bid', 98, 1)],
  ])('takes a %s for a gap', (_what, event) => {
    const book = opened();
    expect(book.apply(event)).toBe('gap');
    expect([book.synced, book.whole, book.orderCount, book.depth('bid')]).toEqual([false, false, 0, 0]);
    expect(book.reason).toMatch(/^gap: /);
    expect(book.apply(add('5', 'bid', 98, 1))).toBe('ignored');
  });

  it('begins anew with a clear or another snapshot, also after it was distrusted', () => {
    const book = opened();
    book.apply({ ...add('8', 'bid', 90, 1), snapshot: true });
    expect([book.orderCount, book.bestBid, book.synced]).toEqual([1, 90, true]);
    book.desync('link down');
    expect([book.orderCount, book.reason]).toEqual([0, 'link down']);
    book.apply(orderEvent('clear', ''));
    expect([book.synced, book.whole, book.bestBid]).toEqual([true, true, Number.NaN]);
  });

  it('is restored as it was within a group, and within a snapshot', () => {
    const within = opened();
    within.apply(orderEvent('cancel', '2', { quantity: 1, last: false }));
    expect([within.synced, within.whole]).toEqual([true, false]);
    const loading = new OrderByOrderBook();
    loading.apply({ ...add('1', 'bid', 100, 5, false), snapshot: true });
    for (const book of [within, loading]) {
      const restored = OrderByOrderBook.restore(book.save());
      expect([restored.synced, restored.whole, restored.reason]).toEqual([
        book.synced,
        book.whole,
        book.reason,
      ]);
      restored.apply({ ...add('3', 'bid', 99, 1), snapshot: book === loading });
      expect([restored.whole, restored.depth('bid'), restored.orderCount]).toEqual([
        true,
        2,
        book.orderCount + 1,
      ]);
    }
  });

  it('agrees with a map of orders, and goes on the same after save and restore', () => {
    const step = fc.record({
      action: fc.constantFrom('add' as const, 'add' as const, 'cancel' as const, 'modify' as const),
      id: fc.nat({ max: 30 }),
      side: fc.constantFrom('bid' as const, 'ask' as const),
      price: fc.integer({ min: 0, max: 12 }),
      quantity: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 120 }), fc.nat({ max: 120 }), (steps, cut) => {
        let book = new OrderByOrderBook();
        book.apply(orderEvent('clear', ''));
        const orders = new Map<string, { side: 'bid' | 'ask'; price: number; quantity: number }>();
        steps.forEach(({ action: wish, id, ...rest }, index) => {
          const name = String(id);
          const order = orders.get(name);
          const action = order === undefined ? 'add' : wish === 'add' ? 'cancel' : wish;
          if (action === 'cancel' && order !== undefined) {
            const quantity = Math.min(rest.quantity, order.quantity);
            const { side, price } = order;
            expect(book.apply(orderEvent(action, name, { side, price, quantity }))).toBe('applied');
            order.quantity -= quantity;
            if (order.quantity <= 0) orders.delete(name);
          } else {
            expect(book.apply(orderEvent(action, name, rest))).toBe('applied');
            orders.set(name, rest);
          }
          if (index === cut) book = OrderByOrderBook.restore(book.save());
        });
        for (const side of ['bid', 'ask'] as const) {
          const levels = new Map<number, number>();
          for (const order of orders.values()) {
            if (order.side === side) levels.set(order.price, (levels.get(order.price) ?? 0) + order.quantity);
          }
          expect(levelsOf(book, side)).toEqual(sortedLevels(levels, side));
        }
        expect(book.orderCount).toBe(orders.size);
        expect(stateHash(OrderByOrderBook.restore(book.save()).save())).toBe(stateHash(book.save()));
      }),
      { numRuns: 200 },
    );
  });
});
