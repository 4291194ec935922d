import type { Side } from '../domain/order.js';
import type { BookSide, BookView } from './book-view.js';
import { averagePrice, lotsWithin } from './depth.js';
import { PriceLevels } from './price-levels.js';

/** The reading half of every book: two sides of price levels seen as a {@link BookView}. */
export abstract class TwoSidedBook implements BookView {
  protected readonly bids: PriceLevels = new PriceLevels('bid');
  protected readonly asks: PriceLevels = new PriceLevels('ask');

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

  depth(side: BookSide): number {
    return this.#levels(side).length;
  }

  priceAt(side: BookSide, level: number): number {
    return this.#levels(side).priceAt(level);
  }

  quantityAt(side: BookSide, level: number): number {
    return this.#levels(side).quantityAt(level);
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

  quantityWithin(side: Side, limitTicks: number): number {
    return lotsWithin(this.#opposite(side), limitTicks);
  }

  protected empty(): void {
    this.bids.clear();
    this.asks.clear();
  }

  #levels(side: BookSide): PriceLevels {
    return side === 'bid' ? this.bids : this.asks;
  }

  /** What an order of this side trades against. */
  #opposite(side: Side): PriceLevels {
    return side === 'buy' ? this.asks : this.bids;
  }
}
