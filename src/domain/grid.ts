import { ConfigurationError, InputError, show } from './errors.js';

const GRID = /^(0|[1-9]\d*)(?:\.(\d+))?$/;

/**
 * The integer grid on which the prices (ticks) or quantities (lots) of an instrument lie.
 *
 * A step of `"0.25"` puts `"4799.75"` at 19,199 units. Parsing is exact: digits are read one by one,
 * nothing passes through a rounded float.
 *
 * @example
 * const ticks = new Grid('0.25', 'tick');
 * ticks.parse('4799.75'); // 19199
 * ticks.format(19_199); // "4799.75"
 */
export class Grid {
  /** The step as configured, such as `"0.01"`. */
  readonly step: string;
  /** Decimals of the step. */
  readonly decimals: number;
  readonly #scale: number;
  readonly #stepUnits: number;

  /** @throws ConfigurationError when the step is not a positive plain decimal with at most 15 decimals */
  constructor(step: string, name = 'step') {
    const match = typeof step === 'string' ? GRID.exec(step) : null;
    const fraction = match?.[2]?.replace(/0+$/, '') ?? '';
    const stepUnits = match ? Number(`${match[1]}${fraction}`) : 0;
    if (!match || fraction.length > 15 || stepUnits <= 0 || !Number.isSafeInteger(stepUnits)) {
      throw new ConfigurationError(
        `${name} must be a positive decimal string such as "0.01", not ${show(step)}`,
      );
    }
    this.step = step;
    this.decimals = fraction.length;
    this.#scale = 10 ** this.decimals;
    this.#stepUnits = stepUnits;
  }

  /**
   * Units of a venue's decimal string; exact, or refused.
   *
   * @throws InputError when it is no decimal, lies off the grid, or has 2^53 or more of the step's last decimal
   */
  parse(text: string, name = 'value'): number {
    const units = this.#read(text);
    if (Number.isNaN(units)) this.#refuse(text, name);
    return units;
  }

  /** As {@link parse}, but `NaN` instead of an exception. */
  tryParse(text: string): number {
    return this.#read(text);
  }

  /** The number nearest to the decimal that `units` stand for (correctly rounded: one division). */
  toNumber(units: number): number {
    return (units * this.#stepUnits) / this.#scale;
  }

  /** The nearest unit to a plain number; for what strategies compute, never for what venues say. */
  nearest(value: number): number {
    return Math.round((value * this.#scale) / this.#stepUnits);
  }

  /** The greatest unit that is not above `value`; a hair below a unit counts as that unit. */
  floor(value: number): number {
    const units = (value * this.#scale) / this.#stepUnits;
    return onUnit(units) ?? Math.floor(units);
  }

  /** The least unit that is not below `value`; a hair above a unit counts as that unit. */
  ceil(value: number): number {
    const units = (value * this.#scale) / this.#stepUnits;
    return onUnit(units) ?? Math.ceil(units);
  }

  /** The exact plain decimal string of `units`, with the decimals of the step. */
  format(units: number): string {
    const scaled = BigInt(units) * BigInt(this.#stepUnits);
    const sign = scaled < 0n ? '-' : '';
    const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(this.decimals + 1, '0');
    if (this.decimals === 0) return sign + digits;
    return `${sign}${digits.slice(0, -this.decimals)}.${digits.slice(-this.decimals)}`;
  }

  /** Digit by digit: an integer scaled by 10^decimals, then divided by the step. `NaN` when refused. */
  #read(text: string): number {
    if (typeof text !== 'string') return Number.NaN;
    const length = text.length;
    let index = 0;
    let negative = false;
    if (length > 0 && text.charCodeAt(0) === 45) {
      negative = true;
      index = 1;
    }
    let value = 0;
    let digits = 0;
    let code = 0;
    for (; index < length; index++) {
      code = text.charCodeAt(index) - 48;
      if (code < 0 || code > 9) break;
      value = value * 10 + code;
      digits++;
    }
    if (digits === 0) return Number.NaN;
    let missing = this.decimals;
    if (index < length) {
      if (text.charCodeAt(index) !== 46) return Number.NaN;
      index++;
      if (index === length) return Number.NaN;
      for (; index < length; index++) {
        code = text.charCodeAt(index) - 48;
        if (code < 0 || code > 9) return Number.NaN;
        if (missing > 0) {
          value = value * 10 + code;
          missing--;
        } else if (code !== 0) return Number.NaN;
      }
    }
    for (; missing > 0; missing--) value *= 10;
    if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
    const units = this.#stepUnits === 1 ? value : value / this.#stepUnits;
    if (!Number.isInteger(units)) return Number.NaN;
    return negative && units !== 0 ? -units : units;
  }

  #refuse(text: unknown, name: string): never {
    throw new InputError(`${name} must be a decimal on the grid of ${this.step}, not ${show(text)}`);
  }
}

/** The unit that a value lies on but for a hair: of a thousand-millionth of a unit, or of the rounding of floats. */
function onUnit(units: number): number | undefined {
  const nearest = Math.round(units);
  const hair = Math.max(1e-9, Math.abs(units) * 4 * Number.EPSILON);
  return Math.abs(units - nearest) <= hair ? nearest : undefined;
}
