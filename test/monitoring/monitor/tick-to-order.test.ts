import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientOrderId } from '../../../src/index.js';
import { HistogramSeries } from '../../../src/monitoring/metrics/series.js';
import { TickToOrder } from '../../../src/monitoring/monitor/tick-to-order.js';

interface Step {
  /** Milliseconds of the steady clock since the event before, not whole ones. */
  readonly after: number;
  readonly order: boolean;
  /** Milliseconds from the event to its order's leaving. */
  readonly takes: number;
  readonly leavesFirst: boolean;
}

/** Takes these events; what was measured, and what was so: milliseconds. */
function measured(steps: readonly Step[], clockEvery: number) {
  let now = 0;
  let reads = 0;
  const series = new HistogramSeries({}, [0.001, 0.01]);
  const clock = new TickToOrder(series, {
    clockEvery,
    now: () => {
      reads++;
      return now;
    },
  });
  let orders = 0;
  let exact = 0;
  let bound = 0;
  /** When the event was accepted that has the stamp's first reading, or one in so many after it. */
  const times: number[] = [];
  steps.forEach(({ after, order, takes, leavesFirst }, seq) => {
    now += after;
    times.push(now);
    clock.accepted(seq, Math.floor(now));
    if (!order) return;
    const id = clientOrderId(`order-${seq}`);
    const left = now + takes;
    if (leavesFirst) clock.left(id, left);
    clock.submitted(id, clock.acceptedAt(seq));
    if (!leavesFirst) clock.left(id, left);
    orders++;
    exact += takes;
    // At most the events that share its stamp, and of these at most one less than `clockEvery`.
    let oldest = seq;
    while (
      oldest > 0 &&
      seq - oldest < clockEvery - 1 &&
      Math.floor(times[oldest - 1] as number) === Math.floor(now)
    )
      oldest--;
    bound += now - (times[oldest] as number);
  });
  return { count: series.count, sum: series.sum * 1_000, orders, exact, bound, reads };
}

const steps = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 20 }).map((tenths) => tenths / 10),
    order: fc.boolean(),
    takes: fc.integer({ min: 0, max: 200 }).map((tenths) => tenths / 10),
    leavesFirst: fc.boolean(),
  }),
  { maxLength: 300 },
);

test('with a clock read at every event, every order is measured to the bit of the clock', () => {
  fc.assert(
    fc.property(steps, (given) => {
      const { count, sum, orders, exact, reads } = measured(given, 1);
      expect(count).toBe(orders);
      expect(sum).toBeCloseTo(exact, 6);
      expect(reads).toBe(given.length);
    }),
  );
});

test('with a clock read less often, every order is measured, too long by at most what the page says, never too short', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 2, max: 64 }), (given, clockEvery) => {
      const { count, sum, orders, exact, bound, reads } = measured(given, clockEvery);
      expect(count).toBe(orders);
      expect(sum).toBeGreaterThanOrEqual(exact - 1e-6);
      expect(sum).toBeLessThanOrEqual(exact + bound + 1e-6);
      expect(reads).toBeLessThanOrEqual(given.length);
    }),
  );
});

test('many events of one millisecond share a reading in so many', () => {
  const thick = Array.from(
    { length: 1_000 },
    (): Step => ({ after: 0, order: true, takes: 2, leavesFirst: false }),
  );
  expect(measured(thick, 64)).toMatchObject({ count: 1_000, reads: Math.ceil(1_000 / 64) });
});
