import type { StageContext } from '../../core/context.js';
import type { Frame } from '../../core/frame.js';
import type { MarketFields } from '../books/books.js';

/**
 * What bars are made of: `trade` events, the executions of an order-by-order feed (`bookTrade`), each change of the
 * mid, or shorter bars. A feed that prints its trades both ways is to be counted one way.
 */
export type BarSource = 'trade' | 'bookTrade' | 'mid' | 'bar';

/** One price, or one short bar, on its way into bars. One object, filled again for each event. */
export class Print {
  /** When it was known. */
  ts = 0;
  /** When it happened by the venue's clock, or where a short bar starts; 0: unknown. */
  venueTime = 0;
  /** Where a short bar ends; otherwise 0. */
  end = 0;
  open = 0;
  high = 0;
  low = 0;
  close = 0;
  quantity = 0;
  /** 1: a buyer took, -1: a seller did, 0: unknown. */
  sign = 0;
  /** -1: unknown. */
  trades = 0;

  /** Fills itself from a frame; false when the frame has nothing of this source. */
  read(source: BarSource, frame: Frame & MarketFields, context: StageContext): boolean {
    const { event } = frame;
    switch (event.kind) {
      case 'trade':
        if (source !== 'trade') return false;
        this.#one(frame.ts, event.venueTime, event.price, event.quantity);
        this.sign = event.aggressor === 'buy' ? 1 : event.aggressor === 'sell' ? -1 : 0;
        return true;
      case 'quote':
      case 'book':
        return source === 'mid' && this.#mid(frame, event.venueTime, context);
      case 'bookOrder':
        if (source === 'mid') return this.#mid(frame, event.venueTime, context);
        if (source !== 'bookTrade' || event.action !== 'trade' || event.quantity <= 0) return false;
        this.#one(frame.ts, event.venueTime, event.price, event.quantity);
        this.sign = event.side === 'bid' ? 1 : event.side === 'ask' ? -1 : 0;
        return true;
      case 'bar':
        if (source !== 'bar') return false;
        this.#one(frame.ts, event.start, event.open, event.volume);
        this.end = event.end;
        this.high = event.high;
        this.low = event.low;
        this.close = event.close;
        this.trades = event.trades;
        return true;
      default:
        return false;
    }
  }

  #mid(frame: Frame & MarketFields, venueTime: number, context: StageContext): boolean {
    if (!frame.synced) return false;
    const { prices } = context.instruments.at(frame.instrument);
    this.#one(frame.ts, venueTime, (prices.nearest(frame.bid) + prices.nearest(frame.ask)) / 2, 0);
    this.trades = 0;
    return true;
  }

  #one(ts: number, venueTime: number, price: number, quantity: number): void {
    this.ts = ts;
    this.venueTime = venueTime;
    this.end = 0;
    this.open = price;
    this.high = price;
    this.low = price;
    this.close = price;
    this.quantity = quantity;
    this.sign = 0;
    this.trades = 1;
  }
}
