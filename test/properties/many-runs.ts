import { runs } from '../runs.js';

const long = process.env['MILLRACE_LONG'] === '1';

/** How often a property is tried: as stated, or ten times as often with `MILLRACE_LONG=1`; never more than `runs` lets it. */
export const manyRuns = (count: number): number => runs(long ? 10 * count : count);

/** How long such a test may take, in milliseconds. */
export const LONG: number = long ? 1_800_000 : 60_000;
