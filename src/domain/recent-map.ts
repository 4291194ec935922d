/**
 * A map that remembers at least so many of the newest entries, and never more than twice as many.
 *
 * A `Map` whose oldest key is taken out at every insertion walks, each time, over all the places that earlier ones left: thousands of them.
 * Here whole generations are forgotten instead.
 *
 * @example
 * const orders = new RecentMap<string, Order>(10_000);
 * orders.set(order.clientOrderId, order);
 */
export class RecentMap<K, V> {
  readonly #least: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  /** @param least entries that are remembered, from 1 */
  constructor(least: number) {
    this.#least = least;
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  has(key: K): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  set(key: K, value: V): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#least) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: K): void {
    this.#young.delete(key);
    if (this.#old.size > 0) this.#old.delete(key);
  }

  /** Every value, an older generation first; of a key that was set again the newest only. */
  *values(): IterableIterator<V> {
    for (const [key, value] of this.#old) if (!this.#young.has(key)) yield value;
    yield* this.#young.values();
  }
}
