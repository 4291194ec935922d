import { type Decimal, decimal, formatDecimal, quotient, ZERO } from '../../domain/decimal.js';
import { FeeTotals, type SavedFees } from './fee-totals.js';

export type SavedPosition = {
  readonly lots: number;
  readonly cost: string;
  readonly realised: string;
  readonly fees: SavedFees;
};

/**
 * A position in one instrument at weighted average cost (IAS 2.25), in integer lots with exact money.
 *
 * Kept is the total cost, not the average, so that what is closed and what stays always add up:
 * `realised - cost = -(sum of the values traded)`, to the last decimal. A close takes its share of the cost,
 * rounded half-even to 20 decimals; the residual stays with what is left and leaves with the last lot. A fill
 * that passes zero closes the old position and opens the new one at its own price. Fees are beside it.
 *
 * Money is in the settlement currency; {@link ContractValue} says what lots are worth there, linear or inverse.
 */
export class Position {
  readonly fees: FeeTotals = new FeeTotals();
  #lots = 0;
  #cost: Decimal = ZERO;
  #realised: Decimal = ZERO;

  /** Signed lots. */
  get lots(): number {
    return this.#lots;
  }

  /** Value at which the open lots were traded; its sign is that of the lots (linear) or the opposite (inverse). */
  get cost(): Decimal {
    return this.#cost;
  }

  /** Profit of closed lots since the beginning, before fees. */
  get realised(): Decimal {
    return this.#realised;
  }

  /** Never traded: nothing to report or keep. */
  get isBlank(): boolean {
    return this.#lots === 0 && this.#realised.eq(ZERO) && this.fees.isEmpty;
  }

  /**
   * Books lots traded.
   *
   * @param lots signed, positive to buy
   * @param value what they are worth at the price traded, see {@link ContractValue.exact}
   * @example
   * position.book(2, decimal('200')); position.book(-1, decimal('-150')); // realised 50, cost 100
   */
  book(lots: number, value: Decimal): void {
    const held = this.#lots;
    this.#lots = held + lots;
    if (held === 0 || held > 0 === lots > 0) {
      this.#cost = this.#cost.plus(value);
      return;
    }
    const closing = Math.min(Math.abs(held), Math.abs(lots));
    const closedValue = shareOf(value, closing, Math.abs(lots));
    const closedCost = shareOf(this.#cost, closing, Math.abs(held));
    this.#realised = this.#realised.minus(closedValue).minus(closedCost);
    this.#cost = this.#cost.minus(closedCost).plus(value.minus(closedValue));
  }

  save(): SavedPosition {
    return {
      lots: this.#lots,
      cost: formatDecimal(this.#cost),
      realised: formatDecimal(this.#realised),
      fees: this.fees.save(),
    };
  }

  static restore(saved: SavedPosition): Position {
    const position = new Position();
    position.#lots = saved.lots;
    position.#cost = decimal(saved.cost);
    position.#realised = decimal(saved.realised);
    position.fees.restore(saved.fees);
    return position;
  }
}

/** The whole is given away whole, without a division. */
function shareOf(total: Decimal, part: number, whole: number): Decimal {
  return part === whole ? total : quotient(total.times(part), decimal(whole));
}
