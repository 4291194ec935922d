import type { InstrumentId } from '../../domain/brand.js';
import type { OutsideEvent } from '../../domain/event.js';
import type { QuoteEvent } from '../../domain/market-event.js';
import type { SimulatedSide } from './simulated-side.js';

/** Tells a simulated book to the world as a venue does: prints, contiguous deltas, quotes where the best changed. */
export class Publisher {
  readonly #instrument: InstrumentId;
  readonly #bids: SimulatedSide;
  readonly #asks: SimulatedSide;
  readonly #prints: { side: SimulatedSide; price: number; quantity: number }[] = [];
  #updateId = 0;
  #trades = 0;
  #quote: QuoteEvent | undefined;

  constructor(instrument: InstrumentId, bids: SimulatedSide, asks: SimulatedSide) {
    this.#instrument = instrument;
    this.#bids = bids;
    this.#asks = asks;
  }

  /** Takes lots from the best level of a side, and remembers the print. */
  trade(side: SimulatedSide, quantity: number): void {
    const price = side.bestPrice;
    this.#prints.push({ side, price, quantity });
    side.set(price, side.bestQuantity - quantity);
  }

  snapshot(venueTime: number): OutsideEvent[] {
    this.#bids.takeChanges();
    this.#asks.takeChanges();
    const id = ++this.#updateId;
    return [
      {
        kind: 'book',
        instrument: this.#instrument,
        venueTime,
        action: 'snapshot',
        first: id,
        last: id,
        previous: -1,
        bids: this.#bids.flat(),
        asks: this.#asks.flat(),
      },
      this.#best(venueTime),
    ];
  }

  publish(venueTime: number): OutsideEvent[] {
    const events: OutsideEvent[] = [];
    const instrument = this.#instrument;
    for (const { side, price, quantity } of this.#prints) {
      const aggressor = side === this.#asks ? 'buy' : 'sell';
      const tradeId = String(++this.#trades);
      events.push({ kind: 'trade', instrument, venueTime, price, quantity, aggressor, tradeId });
    }
    this.#prints.length = 0;
    const bids = this.#bids.takeChanges();
    const asks = this.#asks.takeChanges();
    if (bids.length === 0 && asks.length === 0) return events;
    const first = this.#updateId + 1;
    this.#updateId += (bids.length + asks.length) / 2;
    const last = this.#updateId;
    events.push({
      kind: 'book',
      instrument,
      venueTime,
      action: 'delta',
      first,
      last,
      previous: -1,
      bids,
      asks,
    });
    if (this.#bestChanged()) events.push(this.#best(venueTime));
    return events;
  }

  #bestChanged(): boolean {
    const quote = this.#quote;
    return (
      quote === undefined ||
      quote.bidPrice !== this.#bids.bestPrice ||
      quote.askPrice !== this.#asks.bestPrice ||
      quote.bidQuantity !== this.#bids.bestQuantity ||
      quote.askQuantity !== this.#asks.bestQuantity
    );
  }

  #best(venueTime: number): QuoteEvent {
    this.#quote = {
      kind: 'quote',
      instrument: this.#instrument,
      venueTime,
      bidPrice: this.#bids.bestPrice,
      bidQuantity: this.#bids.bestQuantity,
      askPrice: this.#asks.bestPrice,
      askQuantity: this.#asks.bestQuantity,
      updateId: this.#updateId,
    };
    return this.#quote;
  }
}
