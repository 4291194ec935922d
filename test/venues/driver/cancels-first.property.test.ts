import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RateBudget, type RequestKind } from '../../../src/venues/driver/rate-budget.js';
import { NotSentError, RequestQueue } from '../../../src/venues/driver/request-queue.js';
import { manyRuns } from '../../properties/many-runs.js';

const LIMIT = 20;
const PER = 1_000;
/** What new orders leave to cancels: a tenth. */
const RESERVE = LIMIT / 10;

interface Sent {
  readonly kind: RequestKind;
  readonly asked: number;
  readonly at: number;
}

/** Plays requests on a clock of its own, and tells what left when, in the order in which it left. */
function played(requests: readonly { readonly kind: RequestKind; readonly at: number }[], patience: number) {
  let now = 0;
  const timers: { readonly at: number; readonly action: () => void; over: boolean }[] = [];
  const port = {
    now: () => now,
    after: (delay: number, action: () => void) => {
      const timer = { at: now + delay, action, over: false };
      timers.push(timer);
      return () => {
        timer.over = true;
      };
    },
  };
  const queue = new RequestQueue(port, new RateBudget([{ name: 'orders', limit: LIMIT, per: PER }]));
  const sent: Sent[] = [];
  const refused: Promise<void>[] = [];
  const proceed = (until: number): void => {
    for (;;) {
      const next = timers.filter(({ over, at }) => !over && at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      next.over = true;
      now = Math.max(now, next.at);
      next.action();
    }
    now = Math.max(now, until);
  };
  for (const { kind, at } of requests) {
    proceed(at);
    const asked = now;
    const answer = queue.run(
      kind,
      { orders: 1 },
      () => {
        sent.push({ kind, asked, at: now });
        return Promise.resolve();
      },
      patience,
    );
    refused.push(
      answer.catch((error: unknown) => expect(error).toBeInstanceOf(NotSentError)).then(() => undefined),
    );
  }
  proceed(now + 100 * PER);
  return { sent, settled: Promise.all(refused), waiting: queue.size };
}

const request = (kind: fc.Arbitrary<RequestKind>) =>
  fc.record({ kind, at: fc.integer({ min: 0, max: 5_000 }) });
const inOrder = <T extends { readonly at: number }>(each: readonly T[]): readonly T[] =>
  [...each].sort((a, b) => a.at - b.at);
const others = fc.constantFrom<RequestKind>('submit', 'lookUp', 'data');

test('no load of orders, look-ups and data holds a cancel up, as long as cancels keep within what is left to them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(request(others), { minLength: 100, maxLength: 250 }),
      fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 3, maxLength: 5 }),
      async (load, pauses) => {
        // So many within any window, and no more.
        let at = 0;
        const cancels = pauses.flatMap((pause) => {
          at += PER + pause * 50;
          return Array.from({ length: RESERVE }, () => ({ kind: 'cancel' as const, at }));
        });
        const { sent, settled, waiting } = played(inOrder([...load, ...cancels]), 60 * PER);
        await settled;
        expect(waiting).toBe(0);
        const told = sent.filter(({ kind }) => kind === 'cancel');
        expect(told).toHaveLength(cancels.length);
        for (const { asked, at: left } of told) expect(left).toBe(asked);
      },
    ),
    { numRuns: manyRuns(150) },
  );
});

test('no limit is passed, nothing overtakes a cancel that could go, and each kind leaves first come first served', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(request(fc.constantFrom<RequestKind>('cancel', 'submit', 'lookUp', 'data')), {
        minLength: 100,
        maxLength: 200,
      }),
      fc.integer({ min: 1, max: 3 * PER }),
      async (requests, patience) => {
        const { sent, settled } = played(inOrder(requests), patience);
        await settled;
        for (const [index, { kind, asked, at }] of sent.entries()) {
          const within = sent.slice(0, index + 1).filter((each) => each.at > at - PER);
          expect(within.length).toBeLessThanOrEqual(LIMIT);
          expect(at - asked).toBeLessThanOrEqual(patience);
          for (const later of sent.slice(index + 1)) {
            if (later.kind === kind) expect(later.asked).toBeGreaterThanOrEqual(asked);
            if (later.kind === 'cancel' && kind !== 'cancel') expect(later.asked).toBeGreaterThanOrEqual(at);
          }
        }
      },
    ),
    { numRuns: manyRuns(150) },
  );
});
