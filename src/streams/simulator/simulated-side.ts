/**
 * One side of a simulated book: levels from the best outwards, and what changed since the last delta.
 *
 * `direction` is +1 for asks (prices rise outwards) and -1 for bids. Prices in ticks, quantities in lots.
 */
export class SimulatedSide {
  readonly direction: 1 | -1;
  readonly prices: number[] = [];
  readonly quantities: number[] = [];
  #changes: number[] = [];

  constructor(direction: 1 | -1) {
    this.direction = direction;
  }

  get depth(): number {
    return this.prices.length;
  }

  get bestPrice(): number {
    return this.prices[0] as number;
  }

  get bestQuantity(): number {
    return this.quantities[0] as number;
  }

  get worstPrice(): number {
    return this.prices[this.prices.length - 1] as number;
  }

  /** Sets the quantity at a price; 0 removes the level. */
  set(price: number, quantity: number): void {
    const { prices, quantities, direction } = this;
    let index = 0;
    while (index < prices.length && ((prices[index] as number) - price) * direction < 0) index++;
    const exists = prices[index] === price;
    if (quantity === 0) {
      if (!exists) return;
      prices.splice(index, 1);
      quantities.splice(index, 1);
    } else if (exists) {
      if (quantities[index] === quantity) return;
      quantities[index] = quantity;
    } else {
      prices.splice(index, 0, price);
      quantities.splice(index, 0, quantity);
    }
    this.#note(price, quantity);
  }

  /** The changed levels since the last call: price, quantity, price, quantity, and so on. */
  takeChanges(): number[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  /** All levels, flat, best first. */
  flat(): number[] {
    return this.prices.flatMap((price, index) => [price, this.quantities[index] as number]);
  }

  /** A price that changes twice within one delta is told once, as it ended. */
  #note(price: number, quantity: number): void {
    for (let index = 0; index < this.#changes.length; index += 2) {
      if (this.#changes[index] !== price) continue;
      this.#changes[index + 1] = quantity;
      return;
    }
    this.#changes.push(price, quantity);
  }
}
