import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indicativePrice, L2Book, OrderByOrderBook } from '../../src/books/index.js';
import type { BookOrderEvent } from '../../src/domain/market-event.js';
import { describeWithData } from '../shared-data.js';
import { snapshot } from './events.js';
import { ordersOf, ticksOfEs } from './recorded.js';

const crossed = (bids: number[], asks: number[]): L2Book => {
  const book = new L2Book();
  book.apply(snapshot(bids, asks));
  return book;
};

describe('indicativePrice', () => {
  it('has none while nothing would trade', () => {
    expect(indicativePrice(crossed([99, 5], [100, 5]))).toBeUndefined();
    expect(indicativePrice(crossed([99, 5], []))).toBeUndefined();
    expect(indicativePrice(new L2Book())).toBeUndefined();
  });

  it('trades most lots', () => {
    const book = crossed([103, 5, 101, 10, 100, 20], [99, 8, 101, 4, 102, 30]);
    expect(indicativePrice(book)).toEqual({ price: 101, matched: 12, surplus: 3, low: 101, high: 101 });
  });

  it('breaks a tie by the smallest surplus', () => {
    // 10 lots trade from 99 to 104; up to 100 there are 16 who would buy.
    const book = crossed([104, 10, 100, 6], [99, 10]);
    expect(indicativePrice(book, 99)).toEqual({ price: 101, matched: 10, surplus: 0, low: 99, high: 104 });
  });

  it('then by the side that is left over', () => {
    expect(indicativePrice(crossed([105, 10], [100, 4]))).toMatchObject({
      price: 105,
      matched: 4,
      surplus: 6,
    });
    expect(indicativePrice(crossed([105, 4], [100, 10]))).toMatchObject({
      price: 100,
      matched: 4,
      surplus: -6,
    });
  });

  it('then by the reference, and without one by the middle, rounded down', () => {
    const book = crossed([105, 10], [100, 10]);
    expect(indicativePrice(book)?.price).toBe(102);
    expect([90, 104, 200].map((reference) => indicativePrice(book, reference)?.price)).toEqual([
      100, 104, 105,
    ]);
  });

  it('trades as much as any price would, with the least surplus of those', () => {
    const side = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 5 })), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(side, side, (bids, asks) => {
        const book = crossed(bids.flat(), asks.flat());
        const at = (price: number) => {
          const demand = book.quantityWithin('sell', price);
          const supply = book.quantityWithin('buy', price);
          return { matched: Math.min(demand, supply), surplus: demand - supply };
        };
        const prices = Array.from({ length: 21 }, (_, price) => price);
        const most = Math.max(...prices.map((price) => at(price).matched));
        const indicative = indicativePrice(book);
        expect(indicative?.matched ?? 0).toBe(most);
        if (indicative === undefined) return;
        expect(at(indicative.price)).toEqual({ matched: most, surplus: indicative.surplus });
        const least = Math.min(
          ...prices.filter((price) => at(price).matched === most).map((price) => Math.abs(at(price).surplus)),
        );
        expect(Math.abs(indicative.surplus)).toBe(least);
      }),
      { numRuns: 300 },
    );
  });
});

describeWithData('the opening auction of a recording', (data) => {
  it('ESH4: what the book shows before 23:00:00 is what opened of it', () => {
    const book = new OrderByOrderBook();
    let indicative: ReturnType<typeof indicativePrice>;
    let auction: BookOrderEvent | undefined;
    let shown = 0;
    for (const { event } of ordersOf(data('cme/cme_esh4_mbo_20231225_2200-2310.csv.gz'))) {
      if (event.action === 'trade') {
        // The first trade of the session names no aggressor: it is the auction. The next one is of open trading.
        if (auction !== undefined) break;
        auction = event;
        indicative = indicativePrice(book);
      } else if (event.action === 'fill' && book.order(event.orderId)?.side === 'bid')
        shown += event.quantity;
      book.apply(event);
    }
    const { price, quantity } = auction as BookOrderEvent;
    expect([price, quantity]).toEqual([ticksOfEs('4800.25'), 44]);
    // All bids that the indicative price matches were filled. 13 lots more were bought by orders that were in no book
    // (stops, implied ones): of the two prices that match as many of the shown orders they made it the higher one.
    expect(indicative).toEqual({
      price: ticksOfEs('4800'),
      matched: 31,
      surplus: 4,
      low: ticksOfEs('4800'),
      high: ticksOfEs('4800.25'),
    });
    expect(shown).toBe(indicative?.matched);
    expect(price).toBe(indicative?.high);
  });
});
