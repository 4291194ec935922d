import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Target } from '../../src/index.js';
import { compose, type Event, type Frame, pure } from '../../src/index.js';
import { books, ledger, sizing } from '../../src/operators/index.js';
import { spot } from '../../src/testing/index.js';
import { manyRuns } from './many-runs.js';

/** More than two blocks of holdings, the last one not full. */
const ASSETS = 150;
const INSTRUMENTS = Array.from({ length: ASSETS }, (_, nth) => spot({ base: `A${nth}` }));

/** A link's reason says what is wanted: `7:0.5` is half the budget of asset 7. */
function targetsOf({ event }: Frame): readonly Target[] {
  if (event.kind !== 'link') return [];
  return event.reason.split(' ').map((word) => {
    const [asset, exposure] = word.split(':');
    return {
      of: { asset: `A${asset}` },
      exposure: Number(exposure),
      contributions: [{ agent: 'one', exposure: Number(exposure) }],
    };
  });
}

const core = compose(
  { name: 'sleep', instruments: INSTRUMENTS },
  books(),
  ledger({ reportingCurrency: 'USD' }),
  pure('targets', (frame) => targetsOf(frame), []),
  sizing({ budget: 1_000, recheckEvery: '3s', retryAfter: '700ms' }),
);

const want = (nth: number, tenths: number): string => `${nth}:${tenths / 10}`;
const asset = fc.oneof(fc.nat(ASSETS - 1), fc.constantFrom(0, 64, ASSETS - 1));
const word = fc.tuple(asset, fc.oneof(fc.constant(0), fc.integer({ min: -9, max: 9 })));
const said = fc.oneof(
  fc.record({
    kind: fc.constant('wanted' as const),
    words: fc.array(word, { minLength: 1, maxLength: 200 }),
  }),
  fc.record({ kind: fc.constant('quoted' as const), nth: asset, price: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ kind: fc.constant('denied' as const), nth: asset }),
  fc.record({ kind: fc.constant('nothing' as const) }),
);

function eventOf(each: typeof said extends fc.Arbitrary<infer T> ? T : never): Event {
  const instrument = (nth: number) => INSTRUMENTS[nth] as (typeof INSTRUMENTS)[number];
  switch (each.kind) {
    case 'wanted':
      return {
        kind: 'link',
        venueTime: 0,
        venue: 'venue',
        channel: 'market',
        state: 'up',
        reason: [...new Map(each.words).entries()].map(([nth, tenths]) => want(nth, tenths)).join(' '),
      };
    case 'quoted':
      return {
        kind: 'quote',
        instrument: instrument(each.nth).id,
        venueTime: 0,
        bidPrice: each.price * 100,
        bidQuantity: 1_000,
        askPrice: each.price * 100 + 1,
        askQuantity: 1_000,
        updateId: -1,
      };
    case 'denied':
      return {
        kind: 'denied',
        rule: 'rule',
        reason: 'no',
        proposal: { instrument: instrument(each.nth).id, attribution: [] } as never,
      };
    default:
      return { kind: 'barrier', id: 'nothing' };
  }
}

test('sizing that sleeps until something is due wants what one does that wakes up at each frame', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(1_500), said), { minLength: 10, maxLength: 25 }),
      fc.subarray(
        INSTRUMENTS.map((_, nth) => nth),
        { minLength: 100 },
      ),
      (steps, quoted) => {
        const sleeping = core.start();
        let waking = core.start();
        let seq = 0;
        let ts = 0;
        let intents = 0;
        const pass = (event: Event): void => {
          seq++;
          const one = sleeping.pass(seq, 0, ts, event);
          const other = waking.pass(seq, 0, ts, event);
          expect(one.intents).toEqual(other.intents);
          intents += one.intents.length;
          // What was restored looks at everything.
          if (other.snapshot !== undefined) {
            expect(one.snapshot).toEqual(other.snapshot);
            waking = core.start({ restored: structuredClone(other.snapshot) });
          }
        };
        for (const nth of quoted) pass(eventOf({ kind: 'quoted', nth, price: 50 }));
        pass(eventOf({ kind: 'wanted', words: INSTRUMENTS.map((_, nth): [number, number] => [nth, 5]) }));
        expect(intents).toBe(quoted.length);
        for (const [after, each] of steps) {
          ts += after;
          pass(eventOf(each));
          pass({ kind: 'barrier', id: 'wake' });
        }
      },
    ),
    { numRuns: manyRuns(6) },
  );
});
