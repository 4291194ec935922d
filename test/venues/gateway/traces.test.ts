import { expect, test } from 'vitest';
import { sameTracesAt } from '../conformance/same-traces.js';
import { gatewayUnderTest } from './gateway-under-test.js';

const RUNS = process.env['MILLRACE_LONG'] === '1' ? 60 : 8;

test('the same script gives the same words about every order on the simulated venue and by an engine', async () => {
  expect(await sameTracesAt(await gatewayUnderTest(), RUNS)).toBeGreaterThan(RUNS);
});
