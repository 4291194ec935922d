import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, fromCanonicalBytes } from '../../src/core/canonical.js';
import type { Feature, FeatureInput } from '../../src/operators/features/index.js';
import { ALL_FEATURES } from './all-features.js';
import { input, quote } from './inputs.js';
import { valuesOf } from './run.js';

const price = fc.integer({ min: 9_900, max: 10_100 }).map((ticks) => ticks / 100);
const known = fc
  .record({
    bid: price,
    width: fc.integer({ min: 0, max: 5 }),
    bidQuantity: fc.integer({ min: 1, max: 9 }),
    askQuantity: fc.integer({ min: 1, max: 9 }),
    other: price,
    happens: fc.constantFrom('quote', 'quote', 'trade', 'trade', 'bar', 'bar', 'fast', 'funding'),
    prices: fc.tuple(price, price, price, price),
    sign: fc.constantFrom(-1, 0, 1),
    quantity: fc.nat({ max: 9 }),
  })
  .map(({ bid, width, bidQuantity, askQuantity, other, happens, prices, sign, quantity }): FeatureInput => {
    const [barOpen, barClose] = prices;
    const standing: FeatureInput = {
      ...quote(0, bid, bid + width / 100, bidQuantity, askQuantity),
      market: (_id, side) => (side === 'bid' ? other - 0.01 : side === 'ask' ? other + 0.01 : other),
    };
    switch (happens) {
      case 'trade':
        return { ...standing, kind: 'trade', tradePrice: bid, tradeQuantity: quantity, tradeSign: sign };
      case 'funding':
        return { ...standing, kind: 'funding', fundingRate: quantity / 1e5, fundingTime: 1_700_000_010_000 };
      case 'bar':
      case 'fast':
        return {
          ...standing,
          kind: 'bar',
          barName: happens === 'bar' ? '' : happens,
          barOpen,
          barHigh: Math.max(...prices),
          barLow: Math.min(...prices),
          barClose,
          barVolume: quantity,
        };
      default:
        return standing;
    }
  });
const unknown = fc.constantFrom(
  input({}),
  input({ tradePrice: Number.NaN, tradeQuantity: Number.NaN, tradeSign: 1 }),
  input({ kind: 'bar' }),
  input({ kind: 'bar', barName: 'fast', barHigh: 1, barVolume: Number.POSITIVE_INFINITY }),
  input({ kind: 'funding' }),
  input({ mid: Number.POSITIVE_INFINITY, bid: Number.NEGATIVE_INFINITY, bidQuantity: 0, askQuantity: 0 }),
);
/** Event times go on by 0 to 400 ms, so that some intervals of 50 or 100 ms stay empty. */
const timed = (items: fc.Arbitrary<FeatureInput>) =>
  fc.array(fc.tuple(items, fc.nat({ max: 400 })), { minLength: 12, maxLength: 60 }).map((steps) => {
    let ts = 1_700_000_000_000;
    return steps.map(([item, pause]): FeatureInput => {
      ts += pause;
      // A bar of 300 ms was often in the session before.
      return { ...item, ts, ...(item.kind === 'bar' && { barStart: ts - 300 }) };
    });
  });
const mixed = timed(fc.oneof({ weight: 5, arbitrary: known }, { weight: 1, arbitrary: unknown }));

describe.each(ALL_FEATURES.map((feature): [string, Feature] => [feature.fingerprint, feature]))(
  '%s',
  (_print, feature) => {
    it('goes on to the bit after save and restore, at any place', () => {
      fc.assert(
        fc.property(mixed, fc.nat({ max: 59 }), (inputs, at) => {
          const cut = Math.min(at, inputs.length);
          const whole = valuesOf(feature, inputs);
          const before = feature.init();
          for (const item of inputs.slice(0, cut)) feature.update(before, item);
          const saved = feature.save(before);
          const bytes = canonicalBytes(saved);
          const after = feature.restore(saved);
          expect(canonicalBytes(feature.save(after))).toEqual(bytes);
          // What was saved is a copy: the state that goes on does not reach into it.
          for (const item of inputs.slice(cut)) feature.update(before, item);
          expect(canonicalBytes(saved)).toEqual(bytes);
          expect(inputs.slice(cut).map((item) => feature.update(after, item))).toEqual(whole.slice(cut));
        }),
        { numRuns: 20 },
      );
    });

    it('gives numbers or NaN, and knows as much after unknown inputs as without them', () => {
      fc.assert(
        fc.property(timed(known), fc.func(fc.boolean()), unknown, (inputs, interrupts, nothing) => {
          const plain = valuesOf(feature, inputs);
          const state = feature.init();
          inputs.forEach((item, index) => {
            // At the very time of the next input, so that no interval ends while the price is unknown.
            if (interrupts(index)) feature.update(state, { ...nothing, ts: item.ts });
            const value = feature.update(state, item);
            expect(value).not.toBe(Number.POSITIVE_INFINITY);
            expect(value).toBeOneOf([plain[index]]);
          });
        }),
        { numRuns: 15 },
      );
    });

    it('spells itself, and starts from the same state each time', () => {
      expect(feature.fingerprint).toMatch(/^\w+\([\w=.,@]*(session=\{.*\})?\)$/);
      expect(feature.save(feature.init())).toEqual(feature.save(feature.init()));
    });
  },
);

it('no two features share a fingerprint', () => {
  expect(new Set(ALL_FEATURES.map((feature) => feature.fingerprint)).size).toBe(ALL_FEATURES.length);
});

it('all of them at once, cut anywhere, go on to the bit', () => {
  fc.assert(
    fc.property(mixed, mixed, (before, after) => {
      const whole = ALL_FEATURES.map((feature) => {
        const state = feature.init();
        for (const item of before) feature.update(state, item);
        return state;
      });
      const restored = ALL_FEATURES.map((feature, index) =>
        feature.restore(fromCanonicalBytes(canonicalBytes(feature.save(whole[index])))),
      );
      for (const item of after) {
        ALL_FEATURES.forEach((feature, index) => {
          const [one, other] = [feature.update(whole[index], item), feature.update(restored[index], item)];
          if (!Object.is(one, other))
            expect([feature.fingerprint, other]).toEqual([feature.fingerprint, one]);
        });
      }
    }),
    { numRuns: 40 },
  );
});
