import { describe, expect, test } from 'vitest';
import { type SimulatedLatency, simulatedVenue } from '../../src/venues/simulated/index.js';
import { Desk } from './desk.js';

const rest = { side: 'buy', quantity: 2, price: 99 } as const;

/** Submits an order every 10 ms; how long each took until it was acknowledged, in the order of hearing. */
function delays(latency: SimulatedLatency, count = 400): readonly (readonly [nth: number, delay: number])[] {
  const desk = new Desk({ venue: { latency } }).snapshot([99, 10], [101, 5]);
  for (let nth = 0; nth < count; nth++) desk.submit(`o${nth}`, rest).at(10 * (nth + 1));
  return desk
    .at(1e6)
    .news()
    .map((line) => {
      const [time, id] = line.split(' ') as [string, string];
      const nth = Number(id.slice(1));
      return [nth, Number(time) - 10 * nth] as const;
    });
}

const lengths = (latency: SimulatedLatency): number[] => delays(latency).map(([, delay]) => delay);
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((one, two) => one - two)[numbers.length >> 1] as number;

describe('models of latency', () => {
  test('uniform: evenly between its bounds', () => {
    const all = lengths({ submit: { kind: 'uniform', from: 2, to: 6 } });
    expect(Math.min(...all)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...all)).toBeLessThan(6);
    expect(Math.abs(median(all) - 4)).toBeLessThan(0.5);
  });

  test('lognormal: about its median, with a long tail, cut off where it is told', () => {
    const all = lengths({ submit: { kind: 'lognormal', median: 2, sigma: 0.8, most: 8 } });
    expect(Math.abs(median(all) - 2)).toBeLessThan(0.4);
    expect(Math.max(...all)).toBe(8);
    expect(Math.min(...all)).toBeGreaterThan(0);
  });

  test('a function of chance', () => {
    const all = lengths({ report: (random) => (random() < 0.5 ? 1 : 3) });
    expect(new Set(all)).toEqual(new Set([1, 3]));
  });

  test('the seed decides, and times have whole microseconds', () => {
    const uniform = { kind: 'uniform', from: 0, to: 5 } as const;
    expect(lengths({ submit: uniform })).toEqual(lengths({ submit: uniform }));
    expect(lengths({ submit: uniform })).not.toEqual(lengths({ submit: uniform, seed: 2 }));
    for (const each of lengths({ submit: uniform }))
      expect(each * 1_000).toBeCloseTo(Math.round(each * 1_000), 5);
  });

  test('words keep their order unless they may overtake each other', () => {
    const wide = { kind: 'uniform', from: 0, to: 100 } as const;
    const heard = (latency: SimulatedLatency) => delays(latency, 50).map(([nth]) => nth);
    const sorted = Array.from({ length: 50 }, (_, nth) => nth);
    expect(heard({ submit: wide, report: wide })).toEqual(sorted);
    expect(heard({ submit: wide, inOrder: false })).not.toEqual(sorted);
  });

  test('a look-up that overtakes its order hears that nobody knows it', () => {
    const latency = { submit: (random: () => number) => 20 * random(), inOrder: false, seed: 3 };
    const desk = new Desk({ venue: { latency } }).snapshot([99, 10], [101, 5]);
    const told = Array.from({ length: 20 }, (_, nth) => desk.submit(`o${nth}`, rest).ask(`o${nth}`));
    expect(
      told
        .at(-1)
        ?.at(100)
        .news()
        .some((line) => line.endsWith('notFound: not found')),
    ).toBe(true);
  });

  test.each([
    [
      { submit: { kind: 'uniform', from: 3, to: 2 } },
      'latency.submit.to must be a number of at least 3, not 2',
    ],
    [
      { report: { kind: 'lognormal', median: 0, sigma: 1 } },
      'latency.report.median must be a number above 0',
    ],
    [
      { report: { kind: 'lognormal', median: 5, sigma: 1, most: 4 } },
      'report.most must be a number of at least 5',
    ],
    [{ submit: { kind: 'normal' } }, 'latency.submit must be a number, a function, or of kind uniform'],
    [{ inOrder: 1 }, 'latency.inOrder must be true or false, not 1'],
    [{ seed: -1 }, 'latency.seed must be an integer of at least 0, not -1'],
  ])('refuses %j', (latency, message) => {
    expect(() => simulatedVenue({ venue: 'x', latency: latency as SimulatedLatency })).toThrow(message);
  });

  test('a function that answers no time ends the driver with an error', () => {
    const desk = new Desk({ venue: { latency: { submit: () => Number.NaN } } }).submit('a', rest);
    expect(String(desk.error)).toContain('a latency function gave must be a number of at least 0, not NaN');
  });
});
