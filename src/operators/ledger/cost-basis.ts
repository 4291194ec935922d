import { type Decimal, decimal, formatDecimal, ZERO } from '../../domain/decimal.js';
import { OpenLots, type SavedOpenLots, shareOf } from './open-lots.js';

/** Which lots a close takes its cost from: all alike, at their mean, or the oldest first. */
export type Costing = 'average' | 'fifo';

export type SavedBasis = {
  readonly lots: number;
  readonly cost: string;
  readonly realised: string;
  /** First in, first out only. */
  readonly open?: SavedOpenLots;
};

/**
 * Lots held, what they cost and what closed lots gained: exact money over integer lots.
 *
 * At weighted average cost (IAS 2.27) the total is kept, not the average, so that what is closed and what stays always
 * add up: `realised - cost = -(sum of the values traded)`, to the last decimal, and first in, first out alike. A
 * close takes its share of the cost, rounded half-even to 20 decimals; the residual stays with what is left and
 * leaves with the last lot. A fill that passes zero closes the old position and opens the new one at its own price.
 */
export class CostBasis {
  readonly #open: OpenLots | undefined;
  #lots = 0;
  #cost: Decimal = ZERO;
  #realised: Decimal = ZERO;

  constructor(costing: Costing) {
    this.#open = costing === 'fifo' ? new OpenLots() : undefined;
  }

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

  /**
   * Books lots traded.
   *
   * @param lots signed, positive to buy
   * @param value what they are worth at the price traded, see `ContractValue.exact`
   * @example
   * basis.book(2, decimal('200')); basis.book(-1, decimal('-150')); // realised 50, cost 100
   */
  book(lots: number, value: Decimal): void {
    const held = this.#lots;
    this.#lots = held + lots;
    if (held === 0 || held > 0 === lots > 0) {
      this.#add(Math.abs(lots), value);
      return;
    }
    const closing = Math.min(Math.abs(held), Math.abs(lots));
    const closedValue = shareOf(value, closing, Math.abs(lots));
    const closedCost = this.#open?.close(closing) ?? shareOf(this.#cost, closing, Math.abs(held));
    this.#realised = this.#realised.minus(closedValue).minus(closedCost);
    // All of it closed: nothing is left, without reckoning.
    this.#cost = closedCost === this.#cost ? ZERO : this.#cost.minus(closedCost);
    if (Math.abs(lots) > closing) this.#add(Math.abs(lots) - closing, value.minus(closedValue));
  }

  save(): SavedBasis {
    return {
      lots: this.#lots,
      cost: formatDecimal(this.#cost),
      realised: formatDecimal(this.#realised),
      ...(this.#open === undefined ? {} : { open: this.#open.save() }),
    };
  }

  restore(saved: SavedBasis): void {
    this.#lots = saved.lots;
    this.#cost = decimal(saved.cost);
    this.#realised = decimal(saved.realised);
    this.#open?.restore(saved.open ?? []);
  }

  #add(lots: number, value: Decimal): void {
    this.#cost = this.#lots === lots || -this.#lots === lots ? value : this.#cost.plus(value);
    this.#open?.open(lots, value);
  }
}
