import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/streams/simulator/seeded-random.js';

describe('SeededRandom', () => {
  test('the same seed and name give the same numbers', () => {
    const one = new SeededRandom(3, 'x');
    const two = new SeededRandom(3, 'x');
    for (let round = 0; round < 100; round++) expect(one.uniform()).toBe(two.uniform());
  });

  test('neighbouring seeds and other names give other numbers', () => {
    const firsts = [0, 1, 2, 3].flatMap((seed) =>
      ['', 'a', 'b'].map((name) => new SeededRandom(seed, name).uniform()),
    );
    expect(new Set(firsts).size).toBe(12);
  });

  test('uniform is even, gaussian has mean 0 and deviation 1, exponential mean 1', () => {
    const random = new SeededRandom(1);
    const count = 100_000;
    const sums = { uniform: 0, gaussian: 0, square: 0, exponential: 0 };
    for (let round = 0; round < count; round++) {
      sums.uniform += random.uniform();
      const normal = random.gaussian();
      sums.gaussian += normal;
      sums.square += normal * normal;
      sums.exponential += random.exponential();
    }
    expect(sums.uniform / count).toBeCloseTo(0.5, 2);
    expect(sums.gaussian / count).toBeCloseTo(0, 1);
    expect(sums.square / count).toBeCloseTo(1, 1);
    expect(sums.exponential / count).toBeCloseTo(1, 1);
  });

  test('integer stays below its bound', () => {
    const random = new SeededRandom(9);
    const seen = new Set(Array.from({ length: 1_000 }, () => random.integer(6)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
