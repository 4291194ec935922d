import { expect, test } from 'vitest';
import { sameTracesAt } from '../conformance/same-traces.js';
import { binanceUnderTest } from './binance-under-test.js';

// More of them, by REST and of USD-M: test/services.
test('the same script gives the same words about every order on the simulated venue and on Binance', async () => {
  expect(await sameTracesAt(await binanceUnderTest('spot'), 15)).toBeGreaterThan(20);
});
