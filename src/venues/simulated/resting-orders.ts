import type { ClientOrderId } from '../../domain/brand.js';
import { type Side, sign } from '../../domain/order.js';
import { copyOf, type VenueOrder } from './venue-order.js';

export type RestingState = { readonly buy: readonly VenueOrder[]; readonly sell: readonly VenueOrder[] };

/** Our orders that rest in one instrument's book: each side by price, best first, then by arrival. */
export class RestingOrders {
  readonly #sides: Readonly<Record<Side, VenueOrder[]>> = { buy: [], sell: [] };

  get size(): number {
    return this.#sides.buy.length + this.#sides.sell.length;
  }

  /** Live, in the order in which they are served. */
  of(side: Side): readonly VenueOrder[] {
    return this.#sides[side];
  }

  /** A copy of all: buys, then sells. */
  all(): VenueOrder[] {
    return [...this.#sides.buy, ...this.#sides.sell];
  }

  add(order: VenueOrder): void {
    const side = this.#sides[order.side];
    const direction = sign(order.side);
    // Behind every order of its price or a better one.
    let index = side.length;
    while (index > 0 && ((side[index - 1] as VenueOrder).price - order.price) * direction < 0) index--;
    side.splice(index, 0, order);
  }

  /** Takes an order out; `undefined` when none rests under that id. */
  remove(id: ClientOrderId): VenueOrder | undefined {
    for (const side of [this.#sides.buy, this.#sides.sell]) {
      const index = side.findIndex(({ clientOrderId }) => clientOrderId === id);
      if (index >= 0) return side.splice(index, 1)[0];
    }
    return undefined;
  }

  find(id: ClientOrderId): VenueOrder | undefined {
    return this.all().find(({ clientOrderId }) => clientOrderId === id);
  }

  save(): RestingState {
    return { buy: this.#sides.buy.map(copyOf), sell: this.#sides.sell.map(copyOf) };
  }

  restore(state: RestingState): void {
    this.#sides.buy.push(...state.buy.map(copyOf));
    this.#sides.sell.push(...state.sell.map(copyOf));
  }
}
