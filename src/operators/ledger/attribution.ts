/**
 * The agent to whom lots belong that no agent of ours asked for.
 *
 * @example
 * fill.agent === UNATTRIBUTED; // nobody here asked for it
 */
export const UNATTRIBUTED = 'unattributed';

/**
 * The signed lots that each share holds once `filled` lots of its order are filled.
 *
 * Exact shares of `filled` are rounded down and the lots left over go to the largest remainders, the earlier
 * share first among equals (Hamilton's method). The parts add up to `filled` with the order's sign; at
 * the order's full quantity they are the shares themselves; shares may oppose the order, and then so do
 * their parts. An overfill is spread in the same proportion.
 *
 * @param shares signed lots whose sum, not 0, is the order with its sign
 * @param filled lots filled so far, at least 0
 * @example
 * attributed([3, -1], 1) // [2, -1]: 1.5 and -0.5, the tie goes to the first
 */
export function attributed(shares: readonly number[], filled: number): readonly number[] {
  let order = 0;
  for (const share of shares) order += share;
  if (filled === 0) return shares.map(() => 0);
  if (Math.abs(order) === filled) return [...shares];
  if (shares.length === 1) return [order > 0 ? filled : -filled];

  // Products of lots pass 2^53.
  const direction = order > 0 ? 1n : -1n;
  const quantity = BigInt(order) * direction;
  const parts: bigint[] = [];
  const remainders: bigint[] = [];
  let left = BigInt(filled);
  for (const share of shares) {
    const product = BigInt(share) * direction * BigInt(filled);
    const remainder = ((product % quantity) + quantity) % quantity;
    const part = (product - remainder) / quantity;
    parts.push(part);
    remainders.push(remainder);
    left -= part;
  }
  const byRemainder = shares.map((_, index) => index);
  byRemainder.sort((a, b) => {
    const difference = (remainders[b] as bigint) - (remainders[a] as bigint);
    return difference > 0n ? 1 : difference < 0n ? -1 : a - b;
  });
  for (const index of byRemainder) {
    if (left === 0n) break;
    parts[index] = (parts[index] as bigint) + 1n;
    left--;
  }
  return parts.map((part) => Number(part * direction));
}

/**
 * Splits the next lots of an order among its shares: what each lacks of its {@link attributed} lots.
 *
 * Because those are cumulative, all partial fills together give each share exactly its lots, also when some were taken
 * back in between. The price of that: with many shares and tiny fills a part can take a lot back that an earlier
 * rounding had lent.
 *
 * @param held signed lots that each share holds already
 * @param filled lots filled with this fill
 */
export function splitFill(
  shares: readonly number[],
  held: readonly number[],
  filled: number,
): readonly number[] {
  // `+ 0` turns a difference of -0 into 0.
  return attributed(shares, filled).map((lots, index) => lots - (held[index] as number) + 0);
}
