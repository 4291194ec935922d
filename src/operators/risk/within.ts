/** Far above what the sums of floats are off by, far below any lot: what is at the limit exactly is not beyond it. */
const HAIR = 1e-12;

/** Whether a value is known and not beyond a limit. */
export const within = (value: number, limit: number): boolean => value <= limit * (1 + HAIR);

/** Whether a value is known and beyond a limit. */
export const beyond = (value: number, limit: number): boolean => value > limit * (1 + HAIR);

/** Whether a value is known and at a limit, or beyond it. */
export const reached = (value: number, limit: number): boolean => value >= limit * (1 - HAIR);

/** The most lots of a size that a limit allows. */
export const lotsWithin = (limit: number, perLot: number): number =>
  Math.floor((limit / perLot) * (1 + HAIR));
