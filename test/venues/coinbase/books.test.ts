import { expect, test } from 'vitest';
import { randomBooks } from './random-books.js';

test('a book is the double’s or unsynced, whatever is lost, doubled or out of order', async () => {
  const { compared, gaps } = await randomBooks(400, 7);
  expect(compared).toBeGreaterThan(100);
  expect(gaps).toBeGreaterThan(2);
});
