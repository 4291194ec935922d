import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimedHeap } from '../../src/core/timed-heap.js';
import { manyRuns } from '../properties/many-runs.js';

interface Planned {
  readonly at: number;
  readonly rank: number;
  readonly order: number;
}

/** In the order of time, rank and scheduling. */
const sorted = (plans: readonly Planned[]): Planned[] =>
  [...plans].sort((a, b) => a.at - b.at || a.rank - b.rank || a.order - b.order);

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ at: fc.nat(5), rank: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ cancel: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.constant('take' as const) },
);

describe('the heap', () => {
  test('gives actions by time, rank and order of scheduling, whatever is canceled in between', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 120, size: 'max' }), (actions) => {
        const heap = new TimedHeap();
        const cancels: { readonly plan: Planned; readonly cancel: () => void }[] = [];
        let waiting: Planned[] = [];
        let taken: Planned | undefined;
        const take = (): void => {
          const next = sorted(waiting)[0];
          expect(heap.nextAt).toBe(next?.at ?? Number.POSITIVE_INFINITY);
          const due = heap.take();
          expect(due?.at).toBe(next?.at);
          taken = undefined;
          due?.action();
          expect(taken).toEqual(next);
          waiting = waiting.filter((one) => one !== next);
        };
        for (const one of actions) {
          if (one === 'take') take();
          else if ('cancel' in one) {
            const canceled = cancels[one.cancel];
            canceled?.cancel();
            canceled?.cancel();
            waiting = waiting.filter((plan) => plan !== canceled?.plan);
          } else {
            const plan = { ...one, order: cancels.length };
            const cancel = heap.schedule(plan.at, plan.rank, () => {
              taken = plan;
            });
            cancels.push({ plan, cancel });
            waiting.push(plan);
          }
        }
        while (waiting.length > 0) take();
        expect(heap.take()).toBeUndefined();
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('keeps nothing of what is through', () => {
    const heap = new TimedHeap();
    for (let at = 0; at < 100; at++) heap.schedule(at, 0, () => undefined)();
    expect(heap.nextAt).toBe(Number.POSITIVE_INFINITY);
    expect(heap.size).toBe(0);
  });

  test('refuses a time that is none, which would block all others', () => {
    expect(() => new TimedHeap().schedule(Number.NaN, 0, () => undefined)).toThrow(RangeError);
  });
});
