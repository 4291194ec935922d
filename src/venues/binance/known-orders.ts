import type { ClientOrderId } from '../../domain/brand.js';

/** The venue's lists of trades name orders by its own ids alone: remembers which of ours each is, the latest ones. */
export class KnownOrders {
  readonly #most: number;
  readonly #ids = new Map<string, ClientOrderId>();
  /** Kept, since to look for the first key each time walks over the places of all that went before. */
  readonly #oldest: Iterator<string> = this.#ids.keys();

  constructor(most: number = 20_000) {
    this.#most = most;
  }

  add(venueId: unknown, id: ClientOrderId): void {
    this.#ids.set(String(venueId), id);
    if (this.#ids.size <= this.#most) return;
    this.#ids.delete(this.#oldest.next().value as string);
  }

  find(venueId: unknown): ClientOrderId | undefined {
    return this.#ids.get(String(venueId));
  }
}
