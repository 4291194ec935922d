import { expect, test } from 'vitest';
import { binance } from '../../../src/venues/binance/index.js';
import { paper } from '../../../src/venues/paper/index.js';
import { BTC, quick, startDouble } from '../binance/binance-under-test.js';
import { Wire } from '../conformance/wire.js';

test('orders fill against the live book, and none of them reaches the venue', async () => {
  const double = await startDouble();
  const wire = new Wire(paper({ market: binance(quick(double)) }), BTC);
  await wire.until('a book', () => wire.events.some(({ kind }) => kind === 'book'));
  // At the best ask: one coin at 4,000,010 ticks, one more level behind it.
  wire.submit('a1', { price: 4_000_020, quantity: 150_000_000, timeInForce: 'IOC' });
  expect(wire.said('a1')).toEqual(['accepted', 'fill 100000000@4000010', 'fill 50000000@4000020']);
  wire.submit('a2', { price: 3_999_970, quantity: 100_000 });
  wire.reconcile();
  expect(wire.events.filter(({ kind }) => kind === 'truth')).toHaveLength(1);
  double.market.take('BTCUSDT', 'sell', 3_990_000, 15 * 100_000_000);
  await wire.until('the fill of what rests', () => wire.said('a2').includes('fill 100000@3999970'));
  expect(double.placed).toEqual([]);
  expect(wire.events.filter(({ kind }) => kind === 'account')).toEqual([]);
  expect(wire.events.some((event) => event.kind === 'link' && event.channel !== 'market')).toBe(false);
  await wire.close();
  await double.stop();
});

test('a kill on paper cancels nothing at the venue, whatever its driver was told to do', async () => {
  const double = await startDouble();
  const wire = new Wire(paper({ market: binance(quick(double, { cancelAllOnKill: true })) }), BTC);
  await wire.until('a book', () => wire.events.some(({ kind }) => kind === 'book'));
  await wire.until('the private stream', () => double.requests.includes('subscribe'));
  const kill = {
    kind: 'control',
    action: 'kill',
    scope: 'desk',
    value: 0,
    by: 'me',
    reason: 'enough',
  } as const;
  wire.log.next({ seq: 1, sub: 0, ts: wire.now(), event: kill });
  const halt = { kind: 'fault', component: 'x', code: 'x', message: 'x', severity: 'halt' } as const;
  wire.log.next({ seq: 2, sub: 0, ts: wire.now(), event: halt });
  wire.askForBook();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(double.requests.filter((each) => each.startsWith('cancel'))).toEqual([]);
  await wire.close();
  await double.stop();
});

test('while the venue is away there is no book to fill against', async () => {
  const double = await startDouble();
  const wire = new Wire(paper({ market: binance(quick(double)) }), BTC);
  await wire.until('a book', () => wire.events.some(({ kind }) => kind === 'book'));
  await double.stop();
  await wire.until('the loss', () =>
    wire.events.some((event) => event.kind === 'sync' && event.state === 'unsynced'),
  );
  wire.submit('a1', { type: 'market', price: 0, timeInForce: 'IOC', quantity: 100_000 });
  expect(wire.said('a1')).toEqual(['rejected']);
  await wire.close();
});

test.each([[{}], [{ market: { name: 'x', connect: () => undefined } }], [{ market: null }]])(
  'refuses %o',
  (options) => {
    expect(() => paper(options as never)).toThrow('paper.market');
  },
);
