import { type Decimal, decimal, quotient, ZERO } from '../../domain/decimal.js';

/**
 * The price of the one fill that moves a position from one quantity and mean entry price to another; `null` when none
 * can be derived: no target price, no change, or a result that is not above 0.
 *
 * `(to * toPrice - from * fromPrice) / (to - from)`; a close is at the price of the position, and a fill that passes zero
 * at the new one. The lots of an inverse contract are worth `1 / price`, and so the mean is harmonic.
 *
 * @param from signed quantity, in whatever unit `to` has too
 *
 * @example
 * reconciliationPrice(decimal(1), decimal(100), decimal(2), decimal(101)); // 102: two at 101 on average
 */
export function reconciliationPrice(
  from: Decimal,
  fromPrice: Decimal | null,
  to: Decimal,
  toPrice: Decimal | null,
  inverse = false,
): Decimal | null {
  if (from.eq(to)) return null;
  if (to.eq(ZERO)) return above(fromPrice);
  const after = above(toPrice);
  if (after === null) return null;
  if (from.eq(ZERO) || from.gt(ZERO) !== to.gt(ZERO)) return after;
  const before = above(fromPrice);
  if (before === null) return null;
  const worth = (price: Decimal): Decimal => (inverse ? quotient(decimal(1), price) : price);
  const change = to.times(worth(after)).minus(from.times(worth(before)));
  const mean = quotient(change, to.minus(from));
  if (!mean.gt(ZERO)) return null;
  return worth(mean);
}

const above = (price: Decimal | null): Decimal | null => (price?.gt(ZERO) ? price : null);
