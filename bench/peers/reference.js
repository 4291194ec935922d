import { mixLevels } from './seeded.js';

/**
 * The least that a book can be: prices and quantities in two sorted typed arrays a side. No ids, no checks, no views.
 */
export class ReferenceSide {
  #sign;
  #keys = new Float64Array(8_192);
  #quantities = new Float64Array(8_192);
  length = 0;

  constructor(sign) {
    this.#sign = sign;
  }

  set(price, quantity) {
    const keys = this.#keys;
    const quantities = this.#quantities;
    const key = this.#sign * price;
    const { length } = this;
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    const present = low < length && keys[low] === key;
    if (quantity > 0) {
      if (!present) {
        for (let at = length; at > low; at--) {
          keys[at] = keys[at - 1];
          quantities[at] = quantities[at - 1];
        }
        keys[low] = key;
        this.length = length + 1;
      }
      quantities[low] = quantity;
    } else if (present) {
      for (let at = low + 1; at < length; at++) {
        keys[at - 1] = keys[at];
        quantities[at - 1] = quantities[at];
      }
      this.length = length - 1;
    }
  }

  price(level) {
    return this.#sign * this.#keys[this.length - 1 - level];
  }

  quantity(level) {
    return this.#quantities[this.length - 1 - level];
  }
}

/** Two of them as a book that is given levels as flat lists of price and quantity, the best price first in a snapshot. */
export class ReferenceBook {
  bids = new ReferenceSide(1);
  asks = new ReferenceSide(-1);

  constructor({ bids, asks }) {
    for (let at = bids.length - 2; at >= 0; at -= 2) this.bids.set(bids[at], bids[at + 1]);
    for (let at = asks.length - 2; at >= 0; at -= 2) this.asks.set(asks[at], asks[at + 1]);
  }

  apply({ bids, asks }) {
    for (let at = 0; at < bids.length; at += 2) this.bids.set(bids[at], bids[at + 1]);
    for (let at = 0; at < asks.length; at += 2) this.asks.set(asks[at], asks[at + 1]);
  }

  mixBest(digest) {
    for (const side of [this.bids, this.asks]) {
      digest.add(side.price(0));
      digest.add(side.quantity(0));
    }
  }

  mixAll(digest) {
    for (const side of [this.bids, this.asks])
      mixLevels(digest, side.length, (level) => [side.price(level), side.quantity(level)]);
  }
}
