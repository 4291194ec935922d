import type { MatchingMarket } from './matching-market.js';

export interface MovingMarketOptions {
  readonly market: MatchingMarket;
  readonly symbol: string;
  /** Where it begins, as a plain price. */
  readonly price: number;
  readonly seed: number;
  /** Half of the spread, in ticks. @default 20 */
  readonly halfSpread?: number;
  /** Levels of each side. @default 15 */
  readonly levels?: number;
  /** Base units at a level, on the average. @default 0.5 */
  readonly size?: number;
}

/**
 * Moves a double's market: a seeded walk of its mid price with bursts of momentum, levels of nobody around it, and takers.
 *
 * Each {@link step} is one small move; nothing happens by itself.
 */
export class MovingMarket {
  readonly #options: Required<MovingMarketOptions>;
  readonly #chance: () => number;
  #mid: number;
  #drift = 0;
  readonly #shown = { bid: new Set<number>(), ask: new Set<number>() };

  constructor(options: MovingMarketOptions) {
    this.#options = { halfSpread: 20, levels: 15, size: 0.5, ...options };
    this.#chance = chance(options.seed);
    this.#mid = options.market.listed(options.symbol).prices.nearest(options.price);
    this.#quote('bid', 1);
    this.#quote('ask', 1);
  }

  /** Moves the price a little, renews some of the levels around it, and now and then lets somebody take. */
  step(): void {
    const { market, symbol, halfSpread } = this.#options;
    if (this.#chance() < 0.02) this.#drift = (this.#chance() - 0.5) * halfSpread;
    this.#drift *= 0.98;
    const move = (this.#chance() + this.#chance() - 1) * halfSpread + this.#drift;
    this.#mid = Math.max(10 * halfSpread, Math.round(this.#mid + move));
    // What moves away goes first: the other side then finds nobody's orders in its way.
    const sides = move > 0 ? (['ask', 'bid'] as const) : (['bid', 'ask'] as const);
    for (const side of sides) this.#quote(side, 0.3);
    if (this.#chance() >= 0.35) return;
    const buys = this.#chance() < 0.5 + Math.sign(this.#drift) * 0.1;
    const best = market.book(symbol).best(buys ? 'ask' : 'bid');
    if (best !== undefined) market.take(symbol, buys ? 'buy' : 'sell', best, this.#lots(0.2));
  }

  /** @param share of the levels whose quantity is drawn anew */
  #quote(side: 'bid' | 'ask', share: number): void {
    const { market, symbol, halfSpread, levels } = this.#options;
    const sign = side === 'bid' ? -1 : 1;
    // Prices lie on a grid of their own, so that a small move leaves most levels where they are.
    const gap = Math.max(1, Math.round(halfSpread / 2));
    const touch = Math.ceil((sign * this.#mid + halfSpread) / gap) * gap;
    const wanted = new Set(Array.from({ length: levels }, (_, level) => sign * (touch + level * gap)));
    const shown = this.#shown[side];
    for (const price of shown) {
      if (wanted.has(price)) continue;
      market.setLevel(symbol, side, price, 0);
      shown.delete(price);
    }
    for (const price of wanted) {
      const gone = market.book(symbol).backgroundAt(side, price).length === 0;
      if (!gone && this.#chance() >= share) continue;
      market.setLevel(symbol, side, price, this.#lots(1));
      shown.add(price);
    }
  }

  #lots(share: number): number {
    const { market, symbol, size } = this.#options;
    const { quantities, orderStep } = market.listed(symbol);
    const lots = quantities.nearest(size * share * (0.2 + 1.6 * this.#chance()));
    return Math.max(orderStep, Math.round(lots / orderStep) * orderStep);
  }
}

/** A seeded generator (mulberry32) of numbers from 0 to 1. */
function chance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
