import { expect, test } from 'vitest';
import { binanceUnderTest } from '../venues/binance/binance-under-test.js';
import { randomBooks } from '../venues/binance/random-books.js';
import { sameTracesAt } from '../venues/conformance/same-traces.js';
import { venueConformance } from '../venues/conformance/venue-conformance.js';

venueConformance('binance spot by REST', () => binanceUnderTest('spot', { orderEntry: 'rest' }));
venueConformance('binance USD-M by WebSocket', () => binanceUnderTest('usdm'));
venueConformance('binance USD-M by REST', () => binanceUnderTest('usdm', { orderEntry: 'rest' }));

test.each(['spot', 'usdm'] as const)(
  "10,000 random changes of a %s book, lost, doubled and out of order: the venue's book, or unsynced",
  async (kind) => {
    const seed = Number(process.env['MILLRACE_SEED'] ?? 11);
    const { compared, gaps } = await randomBooks(kind, 10_000, seed);
    console.log(`${kind}: ${compared} books compared, ${gaps} gaps seen, seed ${seed}`);
    expect(compared).toBeGreaterThan(2_000);
    expect(gaps).toBeGreaterThan(50);
  },
);

test.each([
  ['spot', 'websocket'],
  ['spot', 'rest'],
  ['usdm', 'websocket'],
] as const)(
  'the same script gives the same words on the simulated venue and on Binance: %s by %s',
  async (kind, orderEntry) => {
    expect(await sameTracesAt(await binanceUnderTest(kind, { orderEntry, limits: [] }), 150)).toBeGreaterThan(
      200,
    );
  },
);
