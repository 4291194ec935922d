import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  exponentialWeights,
  inverseVariance,
  type Joining,
  riskParity,
  thompsonSampling,
} from '../../src/operators/index.js';

const joinings: Readonly<Record<string, () => Joining>> = {
  inverseVariance: () => inverseVariance({ warmUp: 2, halfLife: 10 }),
  riskParity: () => riskParity({ warmUp: 2, halfLife: 10 }),
  exponentialWeights: () => exponentialWeights(),
  thompsonSampling: () => thompsonSampling({ seed: 1, draws: 4 }),
};
const learnerOf = (make: () => Joining, saved?: never) => {
  const learner = make().learner?.(saved);
  if (learner === undefined) throw new Error('it has no learner');
  return learner;
};
const names = ['a', 'b', 'c'];
const interval = fc
  .array(fc.option(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { nil: undefined }), {
    minLength: 3,
    maxLength: 3,
  })
  .map(
    (values) =>
      new Map(
        names.flatMap((name, index) => (values[index] === undefined ? [] : [[name, values[index]] as const])),
      ),
  );

describe.each(Object.entries(joinings))('%s', (_name, make) => {
  test('saved and restored anywhere it goes on to the bit', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), fc.nat(12), (intervals, cut) => {
        const whole = learnerOf(make);
        let parted = learnerOf(make);
        intervals.forEach((returns, index) => {
          if (index === cut) parted = learnerOf(make, structuredClone(parted.save()) as never);
          whole.observe(returns);
          parted.observe(returns);
        });
        expect(parted.save()).toEqual(whole.save());
        for (const name of names) expect(parted.weightOf(name)).toBe(whole.weightOf(name));
      }),
    );
  });

  test('a weight is at least 0, or not known yet', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 20 }), (intervals) => {
        const learner = learnerOf(make);
        for (const returns of intervals) learner.observe(returns);
        for (const name of [...names, 'new']) {
          const weight = learner.weightOf(name);
          expect(Number.isNaN(weight) || (weight >= 0 && weight < Number.POSITIVE_INFINITY)).toBe(true);
        }
      }),
    );
  });
});

test('risk parity knows a newcomer by his first return, when that is all it asks for', () => {
  const learner = learnerOf(() => riskParity({ warmUp: 1 }));
  for (const gain of [0.01, -0.02, 0.03]) learner.observe(new Map([['a', gain]]));
  learner.observe(
    new Map([
      ['a', 0.02],
      ['b', 0.05],
    ]),
  );
  for (const name of ['a', 'b']) expect(learner.weightOf(name)).toBeGreaterThan(0);
});

test('exponential weights survive any loss, and come back', () => {
  const learner = learnerOf(() => exponentialWeights({ rate: 1_000, share: 0.01 }));
  for (let step = 0; step < 1_000; step++)
    learner.observe(
      new Map([
        ['a', -1],
        ['b', 1],
      ]),
    );
  expect(learner.weightOf('a')).toBeCloseTo(0.005, 9);
  learner.observe(
    new Map([
      ['a', 1],
      ['b', -1],
    ]),
  );
  expect(learner.weightOf('a')).toBeCloseTo(0.995, 9);
});

test('Thompson sampling finds the best of three, and most of the weight is its', () => {
  for (let seed = 0; seed < 10; seed++) {
    const learner = learnerOf(() => thompsonSampling({ seed, draws: 32 }));
    for (let step = 0; step < 400; step++) {
      const noise = ((step * 7_919) % 101) / 101 - 0.5;
      learner.observe(
        new Map([
          ['a', noise],
          ['b', 0.3 - noise],
          ['c', noise / 2 - 0.2],
        ]),
      );
    }
    expect(learner.weightOf('b')).toBeGreaterThan(0.9);
  }
});
