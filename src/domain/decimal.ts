import Big from 'big.js';
import { InputError, show } from './errors.js';

/**
 * Exact decimal arithmetic for money.
 *
 * Sums, differences and products are exact. Quotients are rounded half-even to
 * {@link QUOTIENT_DECIMALS} decimals. Stored and sent as plain decimal strings.
 */
export type Decimal = Big;

/** Decimals that a quotient keeps; the rest is rounded half-even. */
export const QUOTIENT_DECIMALS = 20;

const ExactDecimal = Big();
ExactDecimal.DP = QUOTIENT_DECIMALS;
ExactDecimal.RM = ExactDecimal.roundHalfEven;
// Plain notation for every magnitude that a ledger holds.
ExactDecimal.NE = -1_000;
ExactDecimal.PE = 1_000;

/** Zero. */
export const ZERO: Decimal = new ExactDecimal(0);

/**
 * Reads a decimal from its string, or from a number by its shortest spelling.
 *
 * @throws InputError when it is not a finite decimal
 *
 * @example
 * decimal('0.1').plus(decimal(0.2)); // exactly 0.3
 */
export function decimal(value: string | number | Decimal): Decimal {
  try {
    return new ExactDecimal(value);
  } catch {
    throw new InputError(`a decimal such as "12.50" was expected, not ${show(value)}`);
  }
}

/**
 * The plain decimal string: `"-0.00001"`, never an exponent; no trailing zeros.
 *
 * @example
 * formatDecimal(decimal('-1e-5')); // "-0.00001"
 */
export function formatDecimal(value: Decimal): string {
  return value.toFixed();
}

/**
 * The quotient, rounded half-even to {@link QUOTIENT_DECIMALS} decimals.
 *
 * @example
 * formatDecimal(quotient(decimal(1), decimal(3))); // "0.33333333333333333333"
 */
export function quotient(dividend: Decimal, divisor: Decimal): Decimal {
  return dividend.div(divisor);
}

/** Powers of ten that a double holds exactly. */
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Digits of which every integer is a double. */
const EXACT_DIGITS = 15;

/**
 * The double nearest to a decimal: what reading its string gives.
 *
 * Up to 15 digits and 22 decimals both integer and power of ten are exact, so that one division rounds correctly
 * (W. D. Clinger, "How to read floating point numbers accurately", 1990); that is many times faster than by the string.
 *
 * @example
 * plainNumber(decimal('-0.1')); // -0.1
 */
export function plainNumber(value: Decimal): number {
  const { c: digits, e: exponent, s: sign } = value;
  const decimals = digits.length - 1 - exponent;
  if (digits.length > EXACT_DIGITS || decimals < 0 || decimals >= POWERS.length || digits[0] === 0)
    return Number(value.toFixed());
  let integer = 0;
  for (let place = 0; place < digits.length; place++) integer = integer * 10 + (digits[place] as number);
  return (sign * integer) / (POWERS[decimals] as number);
}
