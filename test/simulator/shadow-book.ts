import type { BookEvent, MarketEvent, QuoteEvent, TradeEvent } from '../../src/domain/market-event.js';

type Level = [number, number];

/** A slow, plain book that checks every event of one instrument against what was said before. */
export class ShadowBook {
  readonly faults: string[] = [];
  trades = 0;
  #bids = new Map<number, number>();
  #asks = new Map<number, number>();
  #last = -1;

  take(event: MarketEvent): void {
    if (event.kind === 'book') this.#book(event);
    else if (event.kind === 'trade') this.#trade(event);
    else if (event.kind === 'quote') this.#quote(event);
  }

  #book(event: BookEvent): void {
    if (event.action === 'snapshot') {
      this.#bids.clear();
      this.#asks.clear();
    } else if (event.first !== this.#last + 1) this.#fault(`id ${event.first} follows ${this.#last}`);
    this.#last = event.last;
    apply(this.#bids, event.bids);
    apply(this.#asks, event.asks);
    const bid = this.#best('bid');
    const ask = this.#best('ask');
    if (!(bid[0] < ask[0])) this.#fault(`crossed: ${bid[0]} and ${ask[0]}`);
  }

  /** A print must lie on a displayed level, and take no more than is there. */
  #trade(event: TradeEvent): void {
    this.trades++;
    const side = event.aggressor === 'buy' ? this.#asks : this.#bids;
    const displayed = side.get(event.price) ?? 0;
    if (event.quantity > displayed)
      this.#fault(`printed ${event.quantity} of ${displayed} at ${event.price}`);
  }

  #quote(event: QuoteEvent): void {
    const said = [event.bidPrice, event.bidQuantity, event.askPrice, event.askQuantity];
    const own = [...this.#best('bid'), ...this.#best('ask')];
    if (said.join() !== own.join()) this.#fault(`quote ${said.join()} of a book ${own.join()}`);
  }

  #best(side: 'bid' | 'ask'): Level {
    const levels = [...(side === 'bid' ? this.#bids : this.#asks)];
    return levels.reduce((best, level) =>
      (side === 'bid' ? level[0] > best[0] : level[0] < best[0]) ? level : best,
    );
  }

  #fault(text: string): void {
    if (this.faults.length < 5) this.faults.push(text);
  }
}

function apply(side: Map<number, number>, flat: readonly number[]): void {
  for (let index = 0; index < flat.length; index += 2) {
    const quantity = flat[index + 1] as number;
    if (quantity === 0) side.delete(flat[index] as number);
    else side.set(flat[index] as number, quantity);
  }
}
