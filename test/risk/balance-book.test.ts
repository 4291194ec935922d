import { describe, expect, test } from 'vitest';
import type { ReportEvent } from '../../src/domain/event.js';
import type { Order } from '../../src/domain/order.js';
import { BalanceBook } from '../../src/operators/risk/balance-book.js';
import { report, spot } from '../../src/testing/index.js';

const USD = 'venue USD';

/** A book of 100 USD and 9 BTC, in which order `a` of 10 lots takes 40 USD. */
function taken(): BalanceBook {
  const book = new BalanceBook();
  account(book, 0, '100');
  book.submitted({ clientOrderId: 'a', quantity: 10 } as unknown as Order, { of: USD, amount: 40 });
  return book;
}

function account(book: BalanceBook, venueTime: number, free: string): void {
  const balances = [
    { currency: 'USD', free, locked: '0' },
    { currency: 'BTC', free: '9', locked: '0' },
  ];
  book.account({ kind: 'account', venue: 'venue', venueTime, balances });
}

function hear(book: BalanceBook, type: ReportEvent['type'], venueTime: number, quantity = 0, id = 'a'): void {
  book.report({ ...report(spot(), id, 'accepted'), type, venueTime, quantity } as unknown as ReportEvent);
}

describe('free balances', () => {
  test('are unknown until a venue tells', () => {
    expect(new BalanceBook().free(USD)).toBeNaN();
    expect(taken().free('elsewhere USD')).toBeNaN();
  });

  test.each(['', ' ', 'much'])('are unknown when the venue says "%s"', (free) => {
    const book = new BalanceBook();
    account(book, 0, free);
    expect(book.free(USD)).toBeNaN();
  });

  test('are less by what orders take of that currency', () => {
    const book = taken();
    expect([book.free(USD), book.free('venue BTC')]).toEqual([60, 9]);
  });

  test('keep an order of which the venue has said nothing, whatever the account says', () => {
    const book = taken();
    account(book, 9e9, '100');
    hear(book, 'unknown', 5);
    account(book, 9e9, '100');
    expect(book.free(USD)).toBe(60);
  });

  test.each<[ReportEvent['type'], number]>([
    ['accepted', 60],
    ['cancelRejected', 60],
    ['fill', 60],
    ['canceled', 100],
    ['expired', 100],
  ])('after %s hold what is left until an account of no earlier time', (type, before) => {
    const book = taken();
    hear(book, type, 7, 10);
    expect(book.free(USD)).toBe(before);
    account(book, 6, '100');
    expect(book.free(USD)).toBe(before);
    account(book, 7, '55');
    expect(book.free(USD)).toBe(55);
  });

  test('of another currency end no reservation', () => {
    const book = taken();
    hear(book, 'accepted', 7);
    book.account({
      kind: 'account',
      venue: 'venue',
      venueTime: 9,
      balances: [{ currency: 'BTC', free: '1', locked: '0' }],
    });
    expect(book.free(USD)).toBe(60);
  });

  test('after the end keep what its fills have spent', () => {
    const book = taken();
    hear(book, 'fill', 1, 3);
    hear(book, 'fill', 2, 2);
    hear(book, 'canceled', 3);
    expect(book.free(USD)).toBe(80);
    // A second end, and a fill that comes after it, change nothing of that.
    hear(book, 'expired', 4);
    expect(book.free(USD)).toBe(80);
  });

  test('are whole again after a rejection, unless something was filled', () => {
    const rejected = taken();
    hear(rejected, 'rejected', 1);
    expect(rejected.free(USD)).toBe(100);
    const filled = taken();
    hear(filled, 'fill', 1, 3);
    hear(filled, 'rejected', 2);
    expect(filled.free(USD)).toBe(60);
  });

  test('do not change by a word on an order that takes nothing', () => {
    const book = taken();
    hear(book, 'canceled', 1, 0, 'strange');
    expect(book.free(USD)).toBe(60);
  });

  test('are what the latest account says, whichever comes first; one without a time is the latest', () => {
    const book = new BalanceBook();
    account(book, 9, '50');
    account(book, 8, '100');
    expect(book.free(USD)).toBe(50);
    account(book, 9, '60');
    expect(book.free(USD)).toBe(60);
    account(book, 0, '70');
    expect(book.free(USD)).toBe(70);
    account(book, 8, '80');
    expect(book.free(USD)).toBe(80);
  });

  test('are whole after an end without a fill, however often it is told', () => {
    const book = taken();
    hear(book, 'canceled', 3);
    hear(book, 'expired', 4);
    hear(book, 'canceled', 5);
    expect(book.free(USD)).toBe(100);
  });

  test('survive being saved', () => {
    const book = taken();
    hear(book, 'fill', 1, 3);
    const restored = BalanceBook.restore(structuredClone(book.save()));
    for (const each of [book, restored]) hear(each, 'canceled', 3);
    expect([restored.free(USD), restored.free('venue BTC')]).toEqual([88, 9]);
    expect(restored.save()).toEqual(book.save());
  });
});
