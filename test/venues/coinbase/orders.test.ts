import { expect, test } from 'vitest';
import { randomOrders } from './random-orders.js';

// More of them: test/services.
test('every execution and every end is told exactly once, through lost connections and messages', async () => {
  const { fills, outages } = await randomOrders(200, 5);
  expect(fills).toBeGreaterThan(40);
  expect(outages).toBeGreaterThan(0);
});
