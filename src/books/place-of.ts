/**
 * Index of the first of `length` sorted keys that is not below `key`.
 *
 * Ticks are whole numbers, so a key cannot lie further from the end than it is below the last one, and where every tick
 * has a level it lies right there: that place is looked at before the search by halves.
 */
export function placeOf(keys: Float64Array, length: number, key: number): number {
  if (length === 0) return 0;
  const end = length - 1;
  const below = (keys[end] as number) - key;
  if (below < 0) return length;
  let low = 0;
  let high = end;
  if (below < end) {
    // Checked rather than relied upon: keys that are no whole numbers are found all the same.
    const guess = end - Math.ceil(below);
    const found = keys[guess] as number;
    if (found === key) return guess;
    if (found < key) low = guess + 1;
    else high = guess;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
