import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import type { TimedEvent } from '../../src/domain/event.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { books } from '../../src/operators/index.js';
import { aligned, asOf } from '../../src/operators/time/index.js';
import { expectPipeline, link, observing, quote, spot, sync, trade, value } from '../../src/testing/index.js';
import { at, play } from '../bars/play.js';

const A = spot({ tick: '1' });
const B = spot({ venue: 'other', tick: '1' });
const instruments = [A, B];
const top = (which: Instrument, price: number, venueTime = 0) => ({
  ...quote(which, { bid: price - 1, ask: price + 1 }),
  venueTime,
});

describe('on known time', () => {
  const chain = compose({ instruments }, books(), aligned({ other: asOf(A.id, B.id, { staleAfter: 4 }) }));
  const mids = observing(chain, {
    mid: value(({ sub, aligned }) => (sub > 0 ? undefined : aligned.other.mid)),
  });

  it('frames of the one carry the prices of the other; stale or lost ones are unknown', () => {
    const values = { u: Number.NaN, x: 20, z: 30 };
    expectPipeline(mids)
      .given('ab-at-c-----a', { a: top(A, 10), b: top(B, 20), t: trade(A, { price: 10 }), c: top(B, 30) })
      .emits({ mid: 'uu-xx-u-----u' }, { mid: values });
    expectPipeline(mids)
      .given('b-a-s-a-c-a', { a: top(A, 10), b: top(B, 20), c: top(B, 30), s: sync(B, 'unsynced') })
      .emits({ mid: 'u-x-u-u-u-z' }, { mid: values });
  });

  it('quiet frames share one object', () => {
    const { frames: all } = play(chain, [
      at(1, top(B, 20)),
      at(2, top(A, 10)),
      at(3, top(A, 11)),
      at(4, top(A, 12)),
    ]);
    const frames = all.filter(({ sub }) => sub === 0);
    expect(frames[2]?.aligned).toBe(frames[1]?.aligned);
    expect(frames[3]?.aligned).toBe(frames[1]?.aligned);
  });
});

interface Row {
  readonly which: 'A' | 'B';
  readonly pause: number;
  readonly lag: number;
  readonly price: number;
  readonly twice: boolean;
}

const rows = fc.array(
  fc.record<Row>({
    which: fc.constantFrom('A', 'B', 'B'),
    pause: fc.nat(5),
    lag: fc.nat(20),
    price: fc.integer({ min: 2, max: 99 }),
    twice: fc.boolean(),
  }),
  { minLength: 1, maxLength: 80 },
);
/** Rows that come late, out of order and doubled. */
const eventsOf = (list: readonly Row[]): TimedEvent[] => {
  let ts = 1_000;
  return list.flatMap(({ which, pause, lag, price, twice }) => {
    ts += pause;
    const event = at(ts, top(which === 'A' ? A : B, price, ts - lag));
    return twice ? [event, event] : [event];
  });
};

describe('on event time', () => {
  const memory = 200;
  const joins = (staleAfter?: number) =>
    compose(
      { instruments },
      books(),
      aligned({
        other: asOf(A.id, B.id, { on: 'event', memory, ...(staleAfter && { staleAfter }) }),
      }),
    );

  it('equals brute force over what was known, with late and doubled rows', () => {
    fc.assert(
      fc.property(
        rows,
        fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
        (list, staleAfter) => {
          const events = eventsOf(list);
          const { frames } = play(joins(staleAfter), events);
          const mids = (only: readonly TimedEvent[]) =>
            only.flatMap(({ event }) => (event.kind === 'quote' && event.instrument === B.id ? [event] : []));
          frames
            .filter(({ sub }) => sub === 0)
            .forEach((frame, index) => {
              const event = events[index]?.event as ReturnType<typeof top>;
              if (event.instrument !== A.id) return;
              let best: ReturnType<typeof top> | undefined;
              for (const row of mids(events.slice(0, index)))
                if (row.venueTime <= event.venueTime && row.venueTime >= (best?.venueTime ?? 0)) best = row;
              const stale = best === undefined || event.venueTime - best.venueTime > (staleAfter ?? Infinity);
              expect(frame.aligned.other.at).toBe(stale ? Number.NaN : best?.venueTime);
              expect(frame.aligned.other.bid).toBe(stale ? Number.NaN : best?.bidPrice);
            });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('what comes later changes no earlier answer', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (list, where) => {
        const events = eventsOf(list);
        const cut = where % events.length;
        const answers = (some: readonly TimedEvent[]) =>
          play(joins(), some).frames.map((frame) => frame.aligned.other);
        const all = answers(events);
        const some = answers(events.slice(0, cut));
        expect(all.slice(0, some.length)).toEqual(some);
      }),
    );
  });

  it('goes on to the bit from a state saved at any place, also when rows have been forgotten', () => {
    const small = compose(
      { instruments },
      books(),
      aligned({
        one: asOf(A.id, B.id, { on: 'event', memory: 3 }),
        back: asOf(B.id, A.id, { on: 'event', memory: 7, staleAfter: 9 }),
        known: asOf(A.id, B.id),
      }),
    );
    fc.assert(
      fc.property(rows, fc.nat(), (list, where) => {
        const events = eventsOf(list);
        const cut = where % events.length;
        const whole = play(small, events);
        const before = play(small, events.slice(0, cut));
        const after = play(small, events.slice(cut), before.states);
        expect(canonicalBytes(after.states)).toEqual(canonicalBytes(whole.states));
        const answers = after.frames.map((frame) => frame.aligned);
        expect(answers).toEqual(
          whole.frames.map((frame) => frame.aligned).slice(-answers.length || Infinity),
        );
      }),
    );
  });

  it('what rests on a forgotten row is unknown, and so is a market that was lost', () => {
    const mids = (memory: number, events: readonly TimedEvent[]) =>
      play(
        compose({ instruments }, books(), aligned({ other: asOf(A.id, B.id, { on: 'event', memory }) })),
        events,
      )
        .frames.filter(({ instrument, sub }) => instrument === 0 && sub === 0)
        .map((frame) => frame.aligned.other.mid);
    const four = [10, 20, 30, 40].map((price, index) => at(100 + index, top(B, price, 10 * (index + 1))));
    expect(
      mids(2, [
        ...four,
        at(110, top(A, 5, 29)),
        at(111, top(A, 5, 30)),
        at(112, top(A, 5, 45)),
        at(113, top(A, 5)),
      ]),
    ).toEqual([Number.NaN, 30, 40, Number.NaN]);
    expect(
      mids(3, [...four, at(105, link('other', 'down')), at(110, top(A, 5, 39)), at(111, top(A, 5, 45))]),
    ).toEqual([30, Number.NaN]);
  });
});

it('refuses joins that cannot be', () => {
  expect(() => asOf('a', 'a')).toThrow('asOf must be of two instruments');
  expect(() => asOf('a', 'b', { staleAfter: -1 })).toThrow('asOf.staleAfter must be');
  expect(() => aligned({})).toThrow('at least one join');
  const chain = compose({ instruments }, books(), aligned({ x: asOf(A.id, 'nobody') }));
  expect(() => play(chain, [])).toThrow('aligned.x must be of instruments in the table, not "nobody"');
});
