import { NEVER, Subject } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Command, DriverContext, Order } from '../../../src/index.js';
import { type Family, type Monitor, monitor, type Series } from '../../../src/monitoring/index.js';
import { OrderNotes } from '../../../src/monitoring/monitor/order-notes.js';
import { DOLLARS, fill, frame, order } from '../frames.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const submitted = (watch: Monitor, seq: number, of: Order): void =>
  watch.observe({ ...frame(seq, { kind: 'submitted', order: of }), seq });

const filled = (watch: Monitor, seq: number, of: Order): void =>
  watch.observe({ ...frame(seq, fill(of, 10_100, of.quantity)), seq });

/** A series that was looked up before anything happened: to read it asks for nothing. */
function keptSeries(watch: Monitor, name: string, ...labels: string[]): Series {
  const family = watch.metrics.find(`millrace_${name}`) as Family<Series>;
  return family.bind(...labels);
}

test('orders are counted when the event loop turns, and at once for whoever reads a metric', () => {
  const watch = monitor({ instruments: [DOLLARS], process: false });
  const kept = keptSeries(watch, 'orders_total', 'coinbase', 'none', 'submitted');
  submitted(watch, 1, order('a'));
  submitted(watch, 2, order('b'));
  expect(kept.value).toBe(0);
  vi.advanceTimersByTime(49);
  expect(kept.value).toBe(0);
  vi.advanceTimersByTime(1);
  expect(kept.value).toBe(2);
  // The next one begins a wait of its own; a read ends it.
  submitted(watch, 3, order('c'));
  const family = watch.metrics.find('millrace_orders_total') as Family<Series>;
  expect([...family.series].map(({ value }) => value)).toEqual([3]);
  vi.advanceTimersByTime(1_000);
  expect(kept.value).toBe(3);
});

test('a page has what happened just before it', async () => {
  const watch = monitor({ instruments: [DOLLARS], process: false });
  submitted(watch, 1, order('a'));
  filled(watch, 2, order('a'));
  const page = watch.page();
  await vi.advanceTimersByTimeAsync(10);
  const { body } = await page;
  expect(body).toContain('millrace_orders_total{venue="coinbase",agent="none",status="filled"} 1');
  expect(body).toContain('millrace_fills_total{venue="coinbase",liquidity="taker"} 1');
});

test('a burst of any length is counted to the last, in its order', () => {
  const watch = monitor({ instruments: [DOLLARS], process: false });
  const orders = Array.from({ length: 3_000 }, (_, nth) => order(`order-${nth}`));
  orders.forEach((of, nth) => {
    submitted(watch, 2 * nth + 1, of);
    filled(watch, 2 * nth + 2, of);
  });
  const counted = (status: string): number => {
    const family = watch.metrics.find('millrace_orders_total') as Family<Series>;
    return [...family.series].find(({ labels }) => labels['status'] === status)?.value ?? 0;
  };
  expect(counted('submitted')).toBe(3_000);
  expect(counted('filledInPart')).toBe(3_000);
  expect(counted('filled')).toBe(3_000);
});

test('tick-to-order is that of the moment when the order left, not of when it was counted', () => {
  let now = 0;
  const commands$ = new Subject<Command>();
  const watch = monitor({ instruments: [DOLLARS], process: false, now: () => now });
  watch.driver.connect({ commands$, leading$: NEVER } as unknown as DriverContext).subscribe();
  watch.probe.accepted?.(1, 5);
  submitted(watch, 1, order('a'));
  now = 3;
  commands$.next({ kind: 'submit', order: order('a') } as Command);
  now = 900;
  // Readings of the clock go on meanwhile, and the one of its event is forgotten.
  for (let seq = 2; seq < 2_000; seq++) watch.probe.accepted?.(seq, 5 + seq);
  const [series] = [...(watch.metrics.find('millrace_tick_to_order_seconds')?.series ?? [])];
  expect(series).toMatchObject({ count: 1, sum: 0.003 });
});

test('a closed monitor has counted all, and no timer of it is left', () => {
  const watch = monitor({ instruments: [DOLLARS], process: false });
  const kept = keptSeries(watch, 'orders_total', 'coinbase', 'none', 'submitted');
  submitted(watch, 1, order('a'));
  expect(vi.getTimerCount()).toBe(1);
  watch.close();
  expect(kept.value).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('an order that cannot be counted makes the page fail with its name, and the others are counted', async () => {
  const watch = monitor({ instruments: [DOLLARS], process: false });
  const kept = keptSeries(watch, 'orders_total', 'coinbase', 'none', 'submitted');
  submitted(watch, 1, order('broken', { attribution: null as never }));
  submitted(watch, 2, order('whole'));
  vi.advanceTimersByTime(50);
  expect(kept.value).toBe(1);
  await expect(watch.page()).rejects.toThrow(/^monitoring stopped at order broken: /);
});

test('whoever reads a metric while notes are taken does not take them again', () => {
  const taken: string[] = [];
  const notes: OrderNotes = new OrderNotes({
    submitted: ({ clientOrderId }) => {
      notes.settle();
      taken.push(clientOrderId);
    },
    reported: () => undefined,
    denied: () => undefined,
    left: (id) => taken.push(`${id} left`),
    failed: (place) => taken.push(place),
  });
  notes.submitted(order('a'), 0, 0);
  notes.left(order('a').clientOrderId, 0);
  notes.submitted(order('b'), 0, 0);
  notes.settle();
  notes.settle();
  expect(taken).toEqual(['a', 'a left', 'b']);
});
