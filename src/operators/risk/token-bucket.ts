/** How much of a rate is used up: what was spent flows off at `limit` in `window`. Time is that of events. */
export interface Bucket {
  spent: number;
  /** When {@link spent} was true (Unix milliseconds). */
  at: number;
}

/** A hair for the rounding of floats, far below one token. */
const HAIR = 1e-9;

export const newBucket = (): Bucket => ({ spent: 0, at: 0 });

/** What is used up at a time. */
export function usedUp({ spent, at }: Bucket, ts: number, limit: number, window: number): number {
  return Math.max(0, spent - ((ts - at) * limit) / window);
}

/** Spends one, also beyond the limit: what happened did happen. */
export function spend(bucket: Bucket, ts: number, limit: number, window: number): void {
  bucket.spent = usedUp(bucket, ts, limit, window) + 1;
  bucket.at = ts;
}

/**
 * Whether `count` more fit.
 *
 * ```
 * limit 2 in 10   spend spend  fits(1)? no    5 later: yes, one has flowed off
 * ```
 */
export function fits(bucket: Bucket, count: number, ts: number, limit: number, window: number): boolean {
  return usedUp(bucket, ts, limit, window) + count <= limit + HAIR;
}
