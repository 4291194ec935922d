/** A small seeded generator: the same input in every run. */
export function seeded(seed) {
  let state = seed >>> 0;
  const unit = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    unit,
    /** An integer below `limit`. */
    below: (limit) => Math.floor(unit() * limit),
    /** How far from the best price: mostly near, at times far. */
    distance: (limit) => Math.min(limit - 1, Math.floor(-Math.log(1 - unit()) * (limit / 16))),
  };
}

/** Mixes numbers into 32 bits. */
export class Digest {
  value = 2_166_136_261;

  add(number) {
    this.value = Math.imul(this.value ^ (number | 0), 16_777_619) >>> 0;
  }
}

/** A flat list of price and quantity as pairs. */
export const pairs = (flat) =>
  Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at], flat[2 * at + 1]]);

/** Mixes a side's levels, given by a function of their place. */
export function mixLevels(digest, count, at) {
  for (let level = 0; level < count; level++) {
    const [price, quantity] = at(level);
    digest.add(price);
    digest.add(quantity);
  }
}

/** Mixes the best prices of an L2 book of ours. */
export function mixBest(digest, book) {
  digest.add(book.bestBid);
  digest.add(book.bestBidQuantity);
  digest.add(book.bestAsk);
  digest.add(book.bestAskQuantity);
}

/** Mixes all levels of an L2 book of ours. */
export function mixBook(digest, book) {
  for (const side of ['bid', 'ask'])
    mixLevels(digest, book.depth(side), (level) => [book.priceAt(side, level), book.quantityAt(side, level)]);
}
