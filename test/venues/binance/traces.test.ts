import { expect, test } from 'vitest';
import { sameTraces } from './order-traces.js';

// More of them, by REST and of USD-M: test/services.
test('the same script gives the same words about every order on the simulated venue and on Binance', async () => {
  expect(await sameTraces('spot', {}, 15)).toBeGreaterThan(20);
});
