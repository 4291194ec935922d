import { expect, test } from 'vitest';
import type { PositionBook } from '../../src/operators/ledger/position-book.js';
import { RunningProfit } from '../../src/operators/ledger/running-profit.js';

/** The running profit of a book of two positions, of which a test says the worth; and how often all of it was summed. */
class Book {
  readonly worth = [10, 20];
  sums = 0;
  readonly profit: RunningProfit;

  constructor() {
    const book = {
      lots: [1, 1],
      traded: [0, 1],
      worth: (index: number) => this.worth[index],
      feesPaid: () => {
        this.sums++;
        return 3;
      },
      interestReceived: () => 1,
    };
    this.profit = new RunningProfit(book as unknown as PositionBook, 0);
    this.profit.refresh();
    this.sums = 0;
  }

  mark(index: number, worth: number): number {
    this.worth[index] = worth;
    this.profit.changed(index);
    return this.profit.value;
  }
}

test('a mark is taken in without summing everything, until rounding may have piled up', () => {
  const book = new Book();
  expect([book.profit.value, book.mark(0, 15), book.mark(1, -4)]).toEqual([28, 33, 9]);
  expect(book.sums).toBe(0);
  for (let nth = 3; nth < 1_024; nth++) book.mark(0, nth);
  expect(book.sums).toBe(0);
  expect([book.mark(0, 7), book.sums]).toEqual([1, 1]);
  for (let nth = 1; nth < 1_024; nth++) book.mark(0, nth);
  expect(book.sums).toBe(1);
  book.mark(0, 7);
  expect(book.sums).toBe(2);
});

test('is unknown while any part is, however often that is told, and known again after it', () => {
  const book = new Book();
  expect(book.mark(0, Number.NaN)).toBeNaN();
  expect(book.sums).toBe(1);
  expect(book.mark(0, Number.NaN)).toBeNaN();
  expect(book.mark(1, Number.NaN)).toBeNaN();
  expect(book.mark(1, Number.NaN)).toBeNaN();
  // What stays unknown is not summed again.
  expect(book.sums).toBe(2);
  expect(book.mark(0, 10)).toBeNaN();
  expect(book.mark(1, 20)).toBe(28);
});
