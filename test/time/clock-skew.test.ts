import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import { clockSkew } from '../../src/operators/time/index.js';
import { SlidingMedian } from '../../src/operators/time/sliding-median.js';
import { quote, spot, trade } from '../../src/testing/index.js';
import { at, play } from '../bars/play.js';

describe('clock skew', () => {
  it('is the median of our time minus the venue’s, by venue, over a window', () => {
    const A = spot();
    const B = spot({ base: 'ETH' });
    const C = spot({ venue: 'other' });
    const chain = compose({ instruments: [A, B, C] }, clockSkew({ window: 3, least: 2 }));
    const said = (which: typeof A, ts: number, venueTime: number) =>
      at(ts, { ...trade(which, { price: 1 }), venueTime });
    const { frames } = play(chain, [
      said(A, 100, 105),
      said(B, 101, 108),
      said(C, 102, 2),
      at(103, quote(A, 5)),
      said(A, 104, 104),
      said(A, 105, 104),
    ]);
    expect(frames.map(({ clockSkew, clockSkewLeast }) => [clockSkew, clockSkewLeast])).toEqual([
      [Number.NaN, Number.NaN],
      [-7, -7],
      [Number.NaN, Number.NaN],
      [-7, -7],
      [-5, -7],
      [0, -7],
    ]);
  });

  it('goes on to the bit from a saved state', () => {
    const A = spot();
    const chain = compose({ instruments: [A] }, clockSkew({ window: 5, least: 1 }));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 }),
        fc.nat(),
        (lags, n) => {
          const events = lags.map((lag, index) =>
            at(1_000 + index, { ...trade(A, { price: 1 }), venueTime: 1_000 + lag }),
          );
          const cut = n % events.length;
          const whole = play(chain, events);
          const after = play(chain, events.slice(cut), play(chain, events.slice(0, cut)).states);
          expect(canonicalBytes(after.states)).toEqual(canonicalBytes(whole.states));
          expect(after.frames.map((one) => one.clockSkew)).toEqual(
            whole.frames.slice(cut).map((one) => one.clockSkew),
          );
        },
      ),
    );
  });
});

it('a sliding median equals sorting the window', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 })), fc.integer({ min: 1, max: 7 }), (values, size) => {
      const sliding = new SlidingMedian(size);
      values.forEach((value, index) => {
        sliding.push(value);
        const window = values.slice(Math.max(0, index + 1 - size), index + 1).sort((a, b) => a - b);
        expect(sliding.median).toBe(window[(window.length - 1) >> 1]);
        expect(sliding.least).toBe(window[0]);
      });
    }),
  );
});
