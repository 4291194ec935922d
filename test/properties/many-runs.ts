/** How often a property is tried: as stated, or ten times as often with `MILLRACE_LONG=1`. */
export const manyRuns = (count: number): number =>
  process.env['MILLRACE_LONG'] === '1' ? 10 * count : count;
