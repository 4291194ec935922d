import type { ClientOrderId } from '../../domain/brand.js';
import type { Event } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { BookOrderEvent, StatusEvent } from '../../domain/market-event.js';
import { availableTo, oppositeOf, ownOf } from './available-levels.js';
import { type Print, servedBy } from './queue.js';
import { RecordedBook, type RecordedBookState } from './recorded-book.js';
import { refusal } from './refusal.js';
import type { Registrar } from './registrar.js';
import { RestingOrders, type RestingState } from './resting-orders.js';
import { preventSelfTrade, type SelfTradePrevention } from './self-trade.js';
import { TakenLiquidity, type TakenState } from './taken-liquidity.js';
import { crosses, type OrderRequest, UNKNOWN_QUEUE, type VenueOrder, venueOrder } from './venue-order.js';

export type VenueMarketState = {
  readonly book: RecordedBookState;
  readonly prints: boolean;
  readonly resting: RestingState;
  readonly status: StatusEvent['state'];
  readonly taken: TakenState;
};

/**
 * One instrument at the simulated venue: the recorded book, what we took of it, and our orders that rest in it.
 *
 * Our own orders never trade with each other, and the recording never reacts to them.
 */
export class VenueMarket {
  readonly #listed: ListedInstrument;
  readonly #registrar: Registrar;
  readonly #prevention: SelfTradePrevention;
  readonly #book = new RecordedBook();
  readonly #taken = new TakenLiquidity(this.#book);
  readonly #resting = new RestingOrders();
  #status: StatusEvent['state'] = 'open';
  /** Whether the recording tells trades apart from its order-by-order book. */
  #prints = false;

  constructor(listed: ListedInstrument, registrar: Registrar, prevention: SelfTradePrevention) {
    this.#listed = listed;
    this.#prevention = prevention;
    this.#registrar = registrar;
  }

  /** An order arrives at the book as it is now. */
  submit(request: OrderRequest, now: number): void {
    const order = venueOrder(request);
    const reason = this.refuses(request, now);
    if (reason === '') this.#match(order);
    else this.#registrar.refuse(order, reason);
  }

  /** Why an order would be refused now, or an empty string. */
  refuses(request: OrderRequest, now: number): string {
    return refusal(this.#listed, request, {
      status: this.#status,
      expired: this.#expired(now),
      book: this.#book,
      taken: this.#taken,
    });
  }

  /** Takes an order out of the book; `undefined` when it does not rest here. */
  withdraw(id: ClientOrderId): VenueOrder | undefined {
    return this.#resting.remove(id);
  }

  /** Our orders in the book: buys, then sells. */
  resting(): readonly VenueOrder[] {
    return this.#resting.all();
  }

  find(id: ClientOrderId): VenueOrder | undefined {
    return this.#resting.find(id);
  }

  /** The recording goes on: it may move queues, fill orders, or end the instrument. */
  take(event: Event, now: number): void {
    if (this.#expired(now)) this.#expireAll();
    switch (event.kind) {
      case 'quote':
      case 'book':
        if (this.#book.apply(event)) this.#settle();
        break;
      case 'bookOrder':
        if (event.action === 'trade' && !this.#prints) this.#print(printOf(event));
        if (this.#book.apply(event)) this.#settle();
        break;
      case 'trade':
        this.#prints = true;
        this.#print(event);
        break;
      case 'status':
        this.#status = event.state;
        this.#settle();
        break;
      case 'sync':
        if (event.state === 'unsynced') this.#book.lose(event.reason);
        break;
    }
  }

  save(): VenueMarketState {
    return {
      book: this.#book.save(),
      prints: this.#prints,
      resting: this.#resting.save(),
      status: this.#status,
      taken: this.#taken.save(),
    };
  }

  restore(state: VenueMarketState): void {
    this.#book.restore(state.book);
    this.#prints = state.prints;
    this.#resting.restore(state.resting);
    this.#status = state.status;
    this.#taken.restore(state.taken);
  }

  /** Takes what the book has for an order; what is left rests or ends. */
  #match(order: VenueOrder): void {
    const registrar = this.#registrar;
    const matching = this.#status === 'open';
    const found = matching ? availableTo(order, order.quantity, this.#book, this.#taken) : [];
    const opposite = this.#resting.of(order.side === 'buy' ? 'sell' : 'buy');
    const verdict = preventSelfTrade(matching ? this.#prevention : 'none', order, found, opposite);
    const { slices } = verdict;
    const offered = slices.reduce((sum, { quantity }) => sum + quantity, 0);
    registrar.accept(order);
    if (order.timeInForce === 'FOK' && offered < order.quantity) {
      registrar.finish(order, 'expired', `fill or kill: only ${offered} lots were there`);
      return;
    }
    for (const { price, quantity } of slices) this.#take(order, price, price, quantity, 'taker');
    for (const own of verdict.withdrawn) {
      this.#resting.remove(own.clientOrderId);
      registrar.finish(own, 'canceled', `self-trade prevention: ${order.clientOrderId} would meet it`);
    }
    if (order.remaining === 0) return;
    if (verdict.stopped !== undefined) {
      registrar.finish(order, 'canceled', `self-trade prevention: it would meet ${verdict.stopped}`);
      return;
    }
    if (order.type === 'market' || order.timeInForce === 'IOC') {
      registrar.finish(order, 'canceled', 'the rest found no liquidity');
      return;
    }
    order.ahead = this.#queueAt(order);
    this.#resting.add(order);
  }

  /** Lots that are served before a new order at its price. */
  #queueAt(order: VenueOrder): number {
    const side = ownOf(order.side);
    return this.#book.shows(side, order.price) ? this.#taken.available(side, order.price) : UNKNOWN_QUEUE;
  }

  /** After a change of the book: fewer lots shown than ahead of us means that some ahead have gone. */
  #settle(): void {
    this.#taken.refresh();
    if (this.#resting.size === 0 || this.#status !== 'open') return;
    for (const order of this.#resting.all()) {
      const side = ownOf(order.side);
      if (this.#book.shows(side, order.price)) {
        order.ahead = Math.min(order.ahead, this.#book.displayed(side, order.price));
      }
      if (!crosses(order, this.#book.price(oppositeOf(order.side), 0))) continue;
      // Whoever shows a price that crosses ours would have met our order first, at our price.
      const slices = availableTo(order, order.remaining, this.#book, this.#taken);
      for (const { price, quantity } of slices) this.#take(order, order.price, price, quantity, 'maker');
      if (order.remaining === 0) this.#resting.remove(order.clientOrderId);
    }
  }

  #print(print: Print): void {
    if (this.#resting.size === 0 || this.#status !== 'open') return;
    let { quantity: left } = print;
    for (const side of ['buy', 'sell'] as const) {
      for (const { order, quantity } of servedBy({ ...print, quantity: left }, this.#resting.of(side))) {
        left -= quantity;
        this.#registrar.fill(order, order.price, quantity, 'maker');
        if (order.remaining === 0) this.#resting.remove(order.clientOrderId);
      }
    }
  }

  /** Fills from a displayed level, whose lots are gone for us until the recording changes it. */
  #take(
    order: VenueOrder,
    price: number,
    level: number,
    quantity: number,
    liquidity: 'maker' | 'taker',
  ): void {
    this.#taken.take(oppositeOf(order.side), level, quantity);
    this.#registrar.fill(order, price, quantity, liquidity);
  }

  #expired(now: number): boolean {
    const { expiry } = this.#listed.definition;
    return expiry !== undefined && now >= expiry;
  }

  #expireAll(): void {
    for (const order of this.#resting.all()) {
      this.#resting.remove(order.clientOrderId);
      this.#registrar.finish(order, 'expired', 'the instrument has expired');
    }
  }
}

function printOf({ price, quantity, side }: BookOrderEvent): Print {
  const aggressor = side === 'bid' ? 'buy' : side === 'ask' ? 'sell' : 'none';
  return { price, quantity, aggressor };
}
