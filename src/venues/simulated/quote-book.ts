import { TwoSidedBook } from '../../books/two-sided-book.js';
import type { QuoteEvent } from '../../domain/market-event.js';

export type QuoteBookState = readonly [bidPrice: number, bidLots: number, askPrice: number, askLots: number];

/** A book of one level a side, for recordings that have quotes and nothing finer. */
export class QuoteBook extends TwoSidedBook {
  #synced = false;

  get synced(): boolean {
    return this.#synced;
  }

  get whole(): boolean {
    return this.#synced;
  }

  apply({ bidPrice, bidQuantity, askPrice, askQuantity }: QuoteEvent): void {
    this.#show(bidPrice, bidQuantity, askPrice, askQuantity);
  }

  desync(): void {
    this.empty();
    this.#synced = false;
  }

  save(): QuoteBookState | null {
    if (!this.#synced) return null;
    const { bestBid, bestBidQuantity, bestAsk, bestAskQuantity } = this;
    // An empty side has no price; 0 is the spelling that events use.
    return [bestBid || 0, bestBidQuantity, bestAsk || 0, bestAskQuantity];
  }

  restore(state: QuoteBookState | null): void {
    if (state !== null) this.#show(...state);
  }

  #show(bidPrice: number, bidQuantity: number, askPrice: number, askQuantity: number): void {
    this.empty();
    this.bids.set(bidPrice, bidQuantity);
    this.asks.set(askPrice, askQuantity);
    this.#synced = true;
  }
}
