import { expect, test } from 'vitest';
import { binanceUnderTest } from '../venues/binance/binance-under-test.js';
import { sameTraces } from '../venues/binance/order-traces.js';
import { randomBooks } from '../venues/binance/random-books.js';
import { soak } from '../venues/binance/soak.js';
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
    expect(await sameTraces(kind, { orderEntry, limits: [] }, 150)).toBeGreaterThan(200);
  },
);

test('half a minute at 500 frames a second leaves nothing behind (MILLRACE_SOAK_SECONDS: longer)', async () => {
  const seconds = Number(process.env['MILLRACE_SOAK_SECONDS'] ?? 30);
  const { frames, orders, heap, bytesPerFrame } = await soak(seconds, 500);
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  console.log(
    `${frames} frames, ${orders} orders: heap ${megabytes(heap[0] ?? 0)} to ${megabytes(heap.at(-1) ?? 0)} MB, ${bytesPerFrame.toFixed(1)} bytes a frame`,
  );
  expect(frames).toBeGreaterThan(100 * seconds);
  expect(orders).toBeGreaterThan(seconds);
  // A frame that was kept would be hundreds of bytes; the double keeps one order in a hundred frames.
  expect(bytesPerFrame).toBeLessThan(64);
}, 4_000_000);
