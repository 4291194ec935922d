/** A name as the wire schema has it. */
export const isName = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= 200;

/** A time as the wire schema has it; 0: unknown. */
export const isTime = (value: number): boolean => value >= 0 && value < 1e14;

export const isTicks = (value: number): boolean => Number.isSafeInteger(value);

export const isLots = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** An id of the venue, or -1 for none. */
export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= -1;

/** How many fields an object has: one that the schema does not know must not be lost in silence. */
export function fieldCount(event: object): number {
  let count = 0;
  for (const _ in event) count++;
  return count;
}
