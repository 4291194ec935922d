import type { ClientOrderId } from '../../domain/brand.js';

/** The venue's lists of trades name orders by its own ids alone: remembers which of ours each is, the latest ones. */
export class KnownOrders {
  readonly #most: number;
  readonly #ids = new Map<string, ClientOrderId>();

  constructor(most: number = 20_000) {
    this.#most = most;
  }

  add(venueId: unknown, id: ClientOrderId): void {
    this.#ids.set(String(venueId), id);
    if (this.#ids.size <= this.#most) return;
    const [oldest] = this.#ids.keys();
    this.#ids.delete(oldest as string);
  }

  find(venueId: unknown): ClientOrderId | undefined {
    return this.#ids.get(String(venueId));
  }
}
