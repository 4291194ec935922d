import { expect, test } from 'vitest';
import { coinbaseUnderTest } from '../venues/coinbase/coinbase-under-test.js';
import { randomBooks } from '../venues/coinbase/random-books.js';
import { randomOrders } from '../venues/coinbase/random-orders.js';
import { sameTracesAt } from '../venues/conformance/same-traces.js';

const SEED = Number(process.env['MILLRACE_SEED'] ?? 11);

test("10,000 random changes of Coinbase's book, lost, doubled and out of order: the venue's book, or unsynced", async () => {
  const { compared, gaps } = await randomBooks(10_000, SEED);
  console.log(`coinbase: ${compared} books compared, ${gaps} gaps seen, seed ${SEED}`);
  expect(compared).toBeGreaterThan(2_000);
  expect(gaps).toBeGreaterThan(50);
});

test('random orders at Coinbase: every execution and every end exactly once', async () => {
  for (const seed of [SEED, SEED + 1, SEED + 2]) {
    const { orders, fills, outages } = await randomOrders(1_500, seed);
    console.log(`coinbase: ${orders} orders, ${fills} executions, ${outages} outages, seed ${seed}`);
    expect(fills).toBeGreaterThan(300);
    expect(outages).toBeGreaterThan(5);
  }
});

test('150 scripts give the same words about every order on the simulated venue and on Coinbase', async () => {
  expect(await sameTracesAt(await coinbaseUnderTest(), 150, SEED)).toBeGreaterThan(300);
});
