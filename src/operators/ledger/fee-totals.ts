import { type Decimal, decimal, formatDecimal } from '../../domain/decimal.js';

export type SavedFees = readonly (readonly [currency: string, amount: string])[];

/**
 * Fees paid, exact, one total a currency, in the order in which the currencies were first seen.
 *
 * Positive was paid, negative received (rebates).
 */
export class FeeTotals {
  readonly #totals = new Map<string, Decimal>();

  add(currency: string, amount: Decimal): void {
    const total = this.#totals.get(currency);
    this.#totals.set(currency, total === undefined ? amount : total.plus(amount));
  }

  entries(): Iterable<readonly [string, Decimal]> {
    return this.#totals;
  }

  save(): SavedFees {
    return Array.from(this.#totals, ([currency, amount]) => [currency, formatDecimal(amount)] as const);
  }

  restore(saved: SavedFees): void {
    for (const [currency, amount] of saved) this.#totals.set(currency, decimal(amount));
  }
}
