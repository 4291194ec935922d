import { expect, test } from 'vitest';
import { sameTracesAt } from '../conformance/same-traces.js';
import { startGateway } from './under-test.js';

const RUNS = process.env['MILLRACE_LONG'] === '1' ? 60 : 8;

for (const version of ['FIX.4.2', 'FIX.4.4'] as const)
  test(`the same script gives the same words about every order on the simulated venue and by ${version}`, async () => {
    // Lots of a script are twentieths.
    const venue = { ...(await startGateway(version)), lots: 20 };
    expect(await sameTracesAt(venue, RUNS)).toBeGreaterThan(RUNS);
  });
