import { type Decimal, decimal, quotient, ZERO } from '../../domain/decimal.js';
import { InputError } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';

/**
 * What signed lots of an instrument are worth at a price, in its settlement currency.
 *
 * Linear: `lots * lot * multiplier * price`. Inverse: `-lots * lot * multiplier / price`, since such a contract
 * is a debt in the base currency that shrinks as the price rises (BitMEX, "Inverse contracts":
 * profit = contracts * multiplier * (1 / entry - 1 / exit)). In both, profit = value at exit - value at entry,
 * and summing values gives the right mean entry: arithmetic for linear, harmonic for inverse.
 */
export class ContractValue {
  readonly #inverse: boolean;
  readonly #tick: Decimal;
  /** Base (linear) or quote (inverse) units in one lot. */
  readonly #unit: Decimal;
  readonly #plainUnit: number;

  constructor(listed: ListedInstrument) {
    this.#inverse = listed.definition.inverse;
    this.#tick = decimal(listed.definition.tick);
    this.#unit = listed.multiplier.times(decimal(listed.definition.lot));
    this.#plainUnit = listed.quantities.toNumber(1) * Number(listed.definition.multiplier);
  }

  /** The exact price that a number of ticks stands for. */
  price(ticks: number): Decimal {
    return this.#tick.times(ticks);
  }

  /**
   * Exact for a linear contract; rounded half-even to 20 decimals for an inverse one.
   *
   * @throws InputError when an inverse contract is priced at 0 or below
   */
  exact(lots: number, price: Decimal): Decimal {
    if (lots === 0) return ZERO;
    if (!this.#inverse) return this.#unit.times(lots).times(price);
    if (price.lte(ZERO))
      throw new InputError(`an inverse contract needs a price above 0, not ${price.toFixed()}`);
    return quotient(this.#unit.times(-lots), price);
  }

  /** The value with the sign of the lots, also of an inverse contract: what funding and margin go by. */
  notional(lots: number, price: Decimal): Decimal {
    const value = this.exact(lots, price);
    return this.#inverse ? value.neg() : value;
  }

  /** {@link exact} in floats; `NaN` where there is no such value. */
  plain(lots: number, price: number): number {
    if (!this.#inverse) return lots * this.#plainUnit * price;
    return price > 0 ? (-lots * this.#plainUnit) / price : Number.NaN;
  }

  /** The mean price of lots that were traded for `cost`; `NaN` when there are none. */
  averagePrice(lots: number, cost: number): number {
    if (lots === 0) return Number.NaN;
    return this.#inverse ? (-lots * this.#plainUnit) / cost : cost / (lots * this.#plainUnit);
  }
}
