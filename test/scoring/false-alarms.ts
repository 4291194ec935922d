import { Chance } from '../../src/domain/chance.js';
import { Adwin, kolmogorovSmirnov, populationStability } from '../../src/operators/index.js';

/** Normal values from a seed, by Box and Muller. */
function normal(seed: number): () => number {
  const chance = new Chance(seed, 'false alarms');
  return () => Math.sqrt(-2 * Math.log(1 - chance.draw())) * Math.cos(2 * Math.PI * chance.draw());
}

const taken = (next: () => number, count: number, shift = 0): number[] =>
  Array.from({ length: count }, () => next() + shift);

/** How often a detector calls over so many seeded runs. */
interface Calls {
  /** Runs without a change in which it called. */
  falseAlarms: number;
  /** Runs with a change in which it called. */
  found: number;
}

/** The same of a detector that looks at every value. */
interface Delayed extends Calls {
  /** Values from the change to the call: the median, and the 95th of a hundred. */
  delay: number;
  lateDelay: number;
}

const REFERENCE = 1_000;
const WINDOW = 500;

/** One look at a full window without a change, and one behind a shift of so many standard deviations. */
export function looks(runs: number, shift: number): { stability: Calls; kolmogorov: Calls } {
  const made = (): Calls => ({ falseAlarms: 0, found: 0 });
  const result = { stability: made(), kolmogorov: made() };
  for (let seed = 1; seed <= runs; seed++) {
    const next = normal(seed);
    const reference = taken(next, REFERENCE);
    for (const moved of [0, shift]) {
      const sample = taken(next, WINDOW, moved);
      const field = moved === 0 ? 'falseAlarms' : 'found';
      if (populationStability(reference, sample) > 0.25) result.stability[field]++;
      if (kolmogorovSmirnov(reference, sample).probability < 0.01) result.kolmogorov[field]++;
    }
  }
  return result;
}

/** ADWIN over so many values without a change, and then behind a shift. */
export function adwin(runs: number, quiet: number, shift: number): Delayed {
  let falseAlarms = 0;
  const delays: number[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const next = normal(seed);
    const detector = new Adwin(0.002);
    let called = false;
    for (let nth = 0; nth < quiet; nth++) if (detector.push(next())) called = true;
    if (called) falseAlarms++;
    for (let delay = 1; delay <= 1_000; delay++)
      if (detector.push(next() + shift)) {
        delays.push(delay);
        break;
      }
  }
  delays.sort((a, b) => a - b);
  return {
    falseAlarms,
    found: delays.length,
    delay: delays[Math.floor(delays.length / 2)] ?? Number.NaN,
    lateDelay: delays[Math.floor(delays.length * 0.95)] ?? Number.NaN,
  };
}
