import fc from 'fast-check';
import { VIEW } from './views.js';

export interface Row {
  readonly instrument: string;
  readonly eventTime: number;
  readonly knownTime: number;
  readonly values: readonly number[];
}

/** Rows as they become known, of two instruments: some late, some doubled, some corrected, some long expired. */
export const rows: fc.Arbitrary<Row[]> = fc
  .array(
    fc.record({
      instrument: fc.constantFrom('x', 'y'),
      step: fc.nat({ max: 12 }),
      delay: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 80 })),
      value: fc.oneof(fc.constantFrom(0, -0, Number.NaN, 1e300), fc.double()),
      again: fc.nat({ max: 5 }),
    }),
    { maxLength: 80 },
  )
  .map((steps) => {
    let knownTime = 1_000;
    const made: Row[] = [];
    for (const { instrument, step, delay, value, again } of steps) {
      knownTime += step;
      const last = made.at(-1);
      if (again === 0 && last !== undefined) made.push({ ...last, knownTime });
      // The same event told otherwise.
      else if (again === 1 && last !== undefined) made.push({ ...last, knownTime, values: [value, 2] });
      else made.push({ instrument, eventTime: knownTime - delay, knownTime, values: [value, made.length] });
    }
    return made;
  });

/** What was known of an instrument at a time, by looking at every row. */
export function bruteForce(all: readonly Row[], instrument: string, time: number): Row | undefined {
  let best: Row | undefined;
  for (const row of all) {
    if (row.instrument !== instrument || row.knownTime > time) continue;
    if (best === undefined || row.eventTime >= best.eventTime) best = row;
  }
  return best === undefined || time - best.eventTime > VIEW.ttl ? undefined : best;
}

/** Bits of values, so that one NaN, and zeros of either sign, are what they are. */
export const bits = (values: ArrayLike<number>): string =>
  Buffer.from(Float64Array.from(values).buffer).toString('hex');
