import type { ClientOrderId } from '../../domain/brand.js';
import type { Event } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { BookOrderEvent, StatusEvent } from '../../domain/market-event.js';
import { availableTo, oppositeOf, ownOf } from './available-levels.js';
import type { MarketRules } from './market-rules.js';
import { bandOf, type PriceBand } from './price-band.js';
import { type Print, servedBy } from './queue.js';
import { QueuePlace, type QueuePlaceState } from './queue-place.js';
import { RecordedBook, type RecordedBookState } from './recorded-book.js';
import { refusal } from './refusal.js';
import type { Registrar } from './registrar.js';
import { RestingOrders, type RestingState } from './resting-orders.js';
import { preventSelfTrade } from './self-trade.js';
import { TakenLiquidity, type TakenState } from './taken-liquidity.js';
import { uncrossed } from './uncross.js';
import { crosses, type OrderRequest, UNKNOWN_QUEUE, type VenueOrder, venueOrder } from './venue-order.js';

export type VenueMarketState = {
  readonly book: RecordedBookState;
  readonly prints: boolean;
  readonly resting: RestingState;
  readonly status: StatusEvent['state'];
  readonly taken: TakenState;
  /** Places in queues, by client order id; absent where no model reckons them. */
  readonly queues?: { readonly [order: string]: QueuePlaceState };
  /** The price from which bands are measured; absent without bands, or before there was one. */
  readonly reference?: number;
};

/**
 * One instrument at the simulated venue: the recorded book, what we took of it, and our orders that rest in it.
 *
 * Our own orders never trade with each other, and the recording never reacts to them.
 */
export class VenueMarket {
  readonly #listed: ListedInstrument;
  readonly #registrar: Registrar;
  readonly #rules: MarketRules;
  readonly #book = new RecordedBook();
  readonly #taken = new TakenLiquidity(this.#book);
  readonly #resting = new RestingOrders();
  #status: StatusEvent['state'] = 'open';
  /** Whether the recording tells trades apart from its order-by-order book. */
  #prints = false;
  /** Where a model reckons them: the plain rule needs no more than the order itself. */
  readonly #queues = new Map<ClientOrderId, QueuePlace>();
  /** What bands are measured from; `NaN`: nothing traded yet. */
  #reference = Number.NaN;
  /** Whether the orders before ours have to be looked at again, because the book was lost. */
  #lost = false;

  constructor(listed: ListedInstrument, registrar: Registrar, rules: MarketRules) {
    this.#listed = listed;
    this.#rules = rules;
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
      band: this.#band(),
    });
  }

  /** Takes an order out of the book; `undefined` when it does not rest here. */
  withdraw(id: ClientOrderId): VenueOrder | undefined {
    this.#queues.delete(id);
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
        if (event.action === 'fill') this.#fillBehind(event);
        if (this.#book.apply(event)) this.#settle(event);
        else this.#follow(event);
        break;
      case 'trade':
        this.#prints = true;
        this.#print(event);
        break;
      case 'status':
        this.#turn(event.state);
        break;
      case 'sync':
        if (event.state === 'unsynced') this.#book.lose(event.reason);
        this.#lost ||= event.state === 'unsynced';
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
      ...(this.#queues.size === 0
        ? {}
        : { queues: Object.fromEntries([...this.#queues].map(([id, place]) => [id, place.save()])) }),
      ...(Number.isNaN(this.#reference) ? {} : { reference: this.#reference }),
    };
  }

  restore(state: VenueMarketState): void {
    this.#book.restore(state.book);
    this.#prints = state.prints;
    this.#resting.restore(state.resting);
    this.#status = state.status;
    this.#taken.restore(state.taken);
    this.#reference = state.reference ?? Number.NaN;
    for (const [id, place] of Object.entries(state.queues ?? {}))
      this.#queues.set(id as ClientOrderId, QueuePlace.restore(this.#rules.queue, place));
    // To look at them once more changes nothing when the book was not lost.
    this.#lost = this.#queues.size > 0;
  }

  /** Takes what the book has for an order; what is left rests or ends. */
  #match(order: VenueOrder): void {
    const registrar = this.#registrar;
    const matching = this.#status === 'open';
    const found = matching ? availableTo(order, order.quantity, this.#book, this.#taken, this.#band()) : [];
    const opposite = this.#resting.of(order.side === 'buy' ? 'sell' : 'buy');
    const verdict = preventSelfTrade(
      matching ? this.#rules.selfTradePrevention : 'none',
      order,
      found,
      opposite,
    );
    const { slices } = verdict;
    const offered = slices.reduce((sum, { quantity }) => sum + quantity, 0);
    registrar.accept(order);
    if (order.timeInForce === 'FOK' && offered < order.quantity) {
      registrar.finish(order, 'expired', `fill or kill: only ${offered} lots were there`);
      return;
    }
    for (const { price, quantity } of slices) this.#take(order, price, price, quantity, 'taker');
    for (const { own, lots } of verdict.decrements) {
      registrar.decrement(own, lots);
      registrar.decrement(order, lots);
      if (own.remaining === 0) this.withdraw(own.clientOrderId);
    }
    for (const own of verdict.withdrawn) {
      this.withdraw(own.clientOrderId);
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
    this.#queue(order);
  }

  #queue(order: VenueOrder): void {
    const { queue } = this.#rules;
    if (queue === 'riskAverse') return;
    const side = ownOf(order.side);
    const shown = this.#book.shows(side, order.price) ? this.#book.displayed(side, order.price) : 0;
    const place = new QueuePlace(queue, shown);
    this.#queues.set(order.clientOrderId, place);
    const { orders } = this.#book;
    if (queue === 'orderByOrder' && orders !== undefined) place.standBehind(order, orders);
  }

  /** Lots that are served before a new order at its price. */
  #queueAt(order: VenueOrder): number {
    const side = ownOf(order.side);
    return this.#book.shows(side, order.price) ? this.#taken.available(side, order.price) : UNKNOWN_QUEUE;
  }

  /** After a change of the book: fewer lots shown than ahead of us means that some ahead have gone. */
  #settle(event?: BookOrderEvent): void {
    this.#taken.refresh();
    if (event !== undefined) this.#follow(event);
    if (this.#resting.size === 0 || this.#status !== 'open') return;
    const recheck = this.#lost ? this.#book.orders : undefined;
    this.#lost = false;
    for (const order of this.#resting.all()) {
      const side = ownOf(order.side);
      const place = this.#queues.get(order.clientOrderId);
      if (recheck !== undefined) place?.recheck(order, recheck);
      if (this.#book.shows(side, order.price)) {
        const displayed = this.#book.displayed(side, order.price);
        if (place === undefined) order.ahead = Math.min(order.ahead, displayed);
        else place.shows(order, displayed);
      }
      if (!crosses(order, this.#book.price(oppositeOf(order.side), 0))) continue;
      // Whoever shows a price that crosses ours would have met our order first, at our price.
      const slices = availableTo(order, order.remaining, this.#book, this.#taken);
      for (const { price, quantity } of slices) this.#take(order, order.price, price, quantity, 'maker');
      if (order.remaining === 0) this.withdraw(order.clientOrderId);
    }
  }

  #print(print: Print): void {
    if (this.#rules.priceBands !== undefined) this.#reference = print.price;
    if (this.#resting.size === 0) return;
    if (this.#status !== 'open') {
      if (this.#rules.auctions === 'uncross' && isAuction(this.#status)) this.#uncross(print);
      return;
    }
    let { quantity: left } = print;
    for (const side of ['buy', 'sell'] as const) {
      for (const { order, quantity } of servedBy({ ...print, quantity: left }, this.#resting.of(side))) {
        left -= quantity;
        this.#fillAt(order, order.price, quantity, 'maker');
      }
      if (this.#queues.size === 0) continue;
      for (const order of this.#resting.of(side)) {
        if (order.price === print.price && print.aggressor !== side)
          this.#queues.get(order.clientOrderId)?.printed(print.quantity);
      }
    }
  }

  /**
   * An order of the recording was filled. One that stands before ours leaves so many lots less there; one at our price
   * that does not would have come after us: those lots were ours.
   */
  #fillBehind({ orderId, side, price, quantity }: BookOrderEvent): void {
    if (this.#queues.size === 0 || side === 'none') return;
    let left = quantity;
    for (const order of [...this.#resting.of(side === 'bid' ? 'buy' : 'sell')]) {
      const place = this.#queues.get(order.clientOrderId);
      if (order.price !== price || place?.lineLots === undefined) continue;
      if (place.follows(orderId)) place.filled(orderId, quantity);
      else if (left > 0 && this.#status === 'open') {
        const lots = Math.min(left, order.remaining);
        left -= lots;
        this.#fillAt(order, order.price, lots, 'maker');
      }
    }
  }

  #follow(event: BookOrderEvent): void {
    const { orders } = this.#book;
    if (this.#queues.size === 0 || orders === undefined) return;
    for (const order of this.#resting.all())
      this.#queues.get(order.clientOrderId)?.changed(event, order, orders);
  }

  /** An auction ends: whoever bid the price that was printed, or better, trades at it. */
  #uncross(print: Print): void {
    for (const { order, quantity } of uncrossed(
      print,
      this.#resting,
      (order) => this.#queues.get(order.clientOrderId)?.lineLots,
    ))
      this.#fillAt(order, print.price, quantity, 'taker');
  }

  #fillAt(order: VenueOrder, price: number, quantity: number, liquidity: 'maker' | 'taker'): void {
    this.#registrar.fill(order, price, quantity, liquidity);
    if (order.remaining === 0) this.withdraw(order.clientOrderId);
  }

  #turn(state: StatusEvent['state']): void {
    this.#status = state;
    if (state === 'halted' && this.#rules.halts === 'cancel') {
      for (const order of this.#resting.all()) {
        this.withdraw(order.clientOrderId);
        this.#registrar.finish(order, 'canceled', 'the instrument is halted');
      }
    }
    this.#settle();
  }

  /** Prices that the venue takes now; `undefined`: all. */
  #band(): PriceBand | undefined {
    const { priceBands } = this.#rules;
    return priceBands === undefined ? undefined : bandOf(priceBands, this.#reference, this.#book);
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
      this.withdraw(order.clientOrderId);
      this.#registrar.finish(order, 'expired', 'the instrument has expired');
    }
  }
}

const isAuction = (status: StatusEvent['state']): boolean => status === 'auction' || status === 'preOpen';

function printOf({ price, quantity, side }: BookOrderEvent): Print {
  const aggressor = side === 'bid' ? 'buy' : side === 'ask' ? 'sell' : 'none';
  return { price, quantity, aggressor };
}
