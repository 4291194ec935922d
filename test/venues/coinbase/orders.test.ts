import { expect, test } from 'vitest';
import { sameTracesAt } from '../conformance/same-traces.js';
import { coinbaseUnderTest } from './coinbase-under-test.js';
import { randomOrders } from './random-orders.js';

// More of them: test/services.
test('every execution and every end is told exactly once, through lost connections and messages', async () => {
  const { fills, outages } = await randomOrders(150, 5);
  expect(fills).toBeGreaterThan(30);
  expect(outages).toBeGreaterThan(0);
});

test('the same script gives the same words about every order on the simulated venue and on Coinbase', async () => {
  expect(await sameTracesAt(await coinbaseUnderTest(), 8)).toBeGreaterThan(10);
});
