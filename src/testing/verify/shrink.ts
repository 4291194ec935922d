/** A list that still fails, and what it took to find it. */
export interface Shrunk<T, F> {
  readonly items: readonly T[];
  readonly failure: F;
  readonly attempts: number;
}

/**
 * Makes a failing list smaller, as long as it fails (delta debugging, Zeller and Hildebrandt 2002): leaves out halves,
 * quarters and so on to single items, until no single one can go or so many attempts were made.
 *
 * @param fails what is wrong with a list, or `undefined`; it may be asked about any part of the list, in its order
 */
export async function shrink<T, F>(
  items: readonly T[],
  failure: F,
  fails: (items: readonly T[]) => Promise<F | undefined>,
  maximum: number,
): Promise<Shrunk<T, F>> {
  let best = { items, failure };
  let attempts = 0;
  let pieces = 2;
  while (best.items.length > 0 && attempts < maximum) {
    const size = Math.max(1, Math.ceil(best.items.length / pieces));
    let smaller: { items: readonly T[]; failure: F } | undefined;
    // From the end: what comes last is needed least.
    for (let end = best.items.length; end > 0 && attempts < maximum; end -= size) {
      const without = [...best.items.slice(0, Math.max(0, end - size)), ...best.items.slice(end)];
      attempts++;
      const found = await fails(without);
      if (found === undefined) continue;
      smaller = { items: without, failure: found };
      break;
    }
    if (smaller !== undefined) {
      best = smaller;
      pieces = Math.max(2, pieces - 1);
    } else if (size === 1) break;
    else pieces = Math.min(best.items.length, 2 * pieces);
  }
  return { ...best, attempts };
}
