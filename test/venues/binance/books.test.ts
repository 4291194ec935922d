import { expect, test } from 'vitest';
import { randomBooks } from './random-books.js';

// Ten thousand, and of USD-M: test/services.
test("a book out of random changes, lost, doubled and out of order, is the venue's or unsynced", async () => {
  const { compared, gaps } = await randomBooks('spot', 400, 7);
  expect(compared).toBeGreaterThan(50);
  expect(gaps).toBeGreaterThan(2);
});
