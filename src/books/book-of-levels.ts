import type { Side } from '../domain/order.js';
import type { BookSide, BookView } from './book-view.js';
import { averagePrice, lotsWithin, priceOfDepth, writeCumulative } from './depth.js';
import type { Levels } from './levels.js';

/** The reading half of every book: two sides of levels, whatever they are made of, seen as a {@link BookView}. */
export abstract class BookOfLevels implements BookView {
  protected abstract readonly bids: Levels;
  protected abstract readonly asks: Levels;

  abstract get synced(): boolean;
  abstract get whole(): boolean;

  get bestBid(): number {
    return this.bids.bestPrice;
  }

  get bestBidQuantity(): number {
    return this.bids.bestQuantity;
  }

  get bestAsk(): number {
    return this.asks.bestPrice;
  }

  get bestAskQuantity(): number {
    return this.asks.bestQuantity;
  }

  /** Whether the best bid is not below the best ask. */
  get crossed(): boolean {
    return this.bids.bestPrice >= this.asks.bestPrice;
  }

  depth(side: BookSide): number {
    return this.#levels(side).length;
  }

  priceAt(side: BookSide, level: number): number {
    return this.#levels(side).priceAt(level);
  }

  quantityAt(side: BookSide, level: number): number {
    return this.#levels(side).quantityAt(level);
  }

  cumulate(side: BookSide, into: Float64Array): number {
    return writeCumulative(this.#levels(side), into);
  }

  imbalance(levels: number): number {
    const bid = this.bids.total(levels);
    const ask = this.asks.total(levels);
    return (bid - ask) / (bid + ask);
  }

  microprice(): number {
    const bid = this.bids.bestQuantity;
    const ask = this.asks.bestQuantity;
    // The distance from the bid, rather than both products: nothing to round off at large prices.
    return this.bestBid + ((this.bestAsk - this.bestBid) * bid) / (bid + ask);
  }

  vwapToFill(side: Side, lots: number): number {
    return averagePrice(this.#opposite(side), lots);
  }

  priceToFill(side: Side, lots: number): number {
    return priceOfDepth(this.#opposite(side), lots);
  }

  quantityWithin(side: Side, limitTicks: number): number {
    return lotsWithin(this.#opposite(side), limitTicks);
  }

  protected empty(): void {
    this.bids.clear();
    this.asks.clear();
  }

  #levels(side: BookSide): Levels {
    return side === 'bid' ? this.bids : this.asks;
  }

  /** What an order of this side trades against. */
  #opposite(side: Side): Levels {
    return side === 'buy' ? this.asks : this.bids;
  }
}
