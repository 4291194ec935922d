import { type Decimal, decimal } from '../../../src/domain/decimal.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import { InstrumentTable, type ListedInstrument } from '../../../src/domain/instrument-table.js';
import {
  type DoubleFill,
  type DoubleOrder,
  isLimited,
  type MarketNews,
  type OrderTerms,
} from './double-order.js';
import { PriceTimeBook } from './price-time-book.js';
import { Wallets } from './wallets.js';

/** Why a market refused an order, by what is wrong with it; a double spells it in its venue's words. */
export type Refusal =
  | 'balance'
  | 'price'
  | 'quantity'
  | 'notional'
  | 'postOnly'
  | 'noLiquidity'
  | 'symbol'
  | 'wouldTrigger';

/** What came of a request: the order, or why there is none. */
export type Placed = { readonly order: DoubleOrder } | { readonly refusal: Refusal };

interface Listing {
  readonly listed: ListedInstrument;
  readonly book: PriceTimeBook;
  /** Stops that sleep. */
  readonly asleep: Set<DoubleOrder>;
  /** Price of the last trade in ticks; 0: there was none. */
  last: number;
}

export interface MatchingMarketOptions {
  readonly instruments: readonly Instrument[];
  /** Unix milliseconds. @default the wall clock */
  readonly now?: () => number;
}

/**
 * A venue's matching, shared by the protocol doubles: price-time priority, fees, balances, and liquidity of nobody that a
 * script or a {@link MovingMarket} puts there. It speaks in ticks and lots and knows no protocol.
 *
 * What it does is told to {@link listen}ers within the call, in order: `accepted`, then `fill` (the resting order
 * first), `trade` and `level`, then `ended`. An order never meets another of its owner: what is left of it is canceled.
 */
export class MatchingMarket {
  readonly wallets: Wallets = new Wallets();
  readonly now: () => number;
  readonly #listings = new Map<string, Listing>();
  readonly #orders = new Map<number, DoubleOrder>();
  readonly #listeners: ((news: MarketNews) => void)[] = [];
  #orderId = 0;
  #tradeId = 0;

  constructor({ instruments, now = Date.now }: MatchingMarketOptions) {
    this.now = now;
    for (const listed of new InstrumentTable(instruments).list)
      this.#listings.set(listed.definition.symbol, {
        ...{ listed, book: new PriceTimeBook(), asleep: new Set(), last: 0 },
      });
  }

  get symbols(): readonly string[] {
    return [...this.#listings.keys()];
  }

  listed(symbol: string): ListedInstrument {
    return this.#listing(symbol).listed;
  }

  book(symbol: string): PriceTimeBook {
    return this.#listing(symbol).book;
  }

  has(symbol: string): boolean {
    return this.#listings.has(symbol);
  }

  /** What stops listening is returned. */
  listen(listener: (news: MarketNews) => void): () => void {
    this.#listeners.push(listener);
    return () => void this.#listeners.splice(this.#listeners.indexOf(listener), 1);
  }

  /** Takes an order; `owner` empty: it is nobody's, and neither balances nor limits are looked at. */
  place(terms: OrderTerms, owner: string): Placed {
    if (!this.#listings.has(terms.symbol)) return { refusal: 'symbol' };
    const refusal = owner === '' ? undefined : this.#refuses(terms, owner);
    if (refusal !== undefined) return { refusal };
    const time = this.now();
    const order: DoubleOrder = {
      ...terms,
      id: ++this.#orderId,
      owner,
      created: time,
      updated: time,
      status: 'open',
      reason: '',
      filled: 0,
      fills: [],
    };
    if (owner !== '') this.#orders.set(order.id, order);
    this.#lock(order, order.quantity);
    this.#say({ kind: 'accepted', order });
    // Whoever listens may have ended it.
    if (order.status === 'open' && order.stopPrice !== undefined)
      this.#listing(order.symbol).asleep.add(order);
    else if (order.status === 'open') this.#match(order);
    this.#awaken(order.symbol);
    return { order };
  }

  /** Stops that the last trade has reached go to the market, the eldest first; what they trade may reach others. */
  #awaken(symbol: string): void {
    const { asleep, last } = this.#listing(symbol);
    if (last === 0) return;
    for (const order of asleep) {
      const { stopPrice = 0, side } = order;
      if (side === 'buy' ? last < stopPrice : last > stopPrice) continue;
      asleep.delete(order);
      this.#match(order);
      this.#awaken(symbol);
      return;
    }
  }

  /** Whether there was something to cancel. */
  cancel(id: number, reason = 'canceled by its owner'): boolean {
    const order = this.#orders.get(id);
    if (order === undefined || order.status !== 'open') return false;
    this.#withdraw(order, 'canceled', reason);
    return true;
  }

  /** Ends orders that are good till a date that has passed. */
  expire(): void {
    const now = this.now();
    for (const order of this.#orders.values())
      if (order.status === 'open' && order.expireTime !== undefined && order.expireTime <= now)
        this.#withdraw(order, 'expired', 'its time has come');
  }

  order(id: number): DoubleOrder | undefined {
    return this.#orders.get(id);
  }

  /** Every order that an owner ever sent, the eldest first. */
  ordersOf(owner: string): readonly DoubleOrder[] {
    return [...this.#orders.values()].filter((order) => order.owner === owner);
  }

  /** Puts so many lots of nobody at a price, in the place of those that were there; what crosses trades at once. */
  setLevel(symbol: string, side: 'bid' | 'ask', price: number, quantity: number): void {
    const { book } = this.#listing(symbol);
    for (const order of book.backgroundAt(side, price)) book.remove(order);
    if (quantity === 0) this.#sayLevel(symbol, side, price);
    else {
      const common = {
        symbol,
        clientOrderId: '',
        type: 'limit',
        timeInForce: 'GTC',
        postOnly: false,
      } as const;
      this.place({ ...common, side: side === 'bid' ? 'buy' : 'sell', price, quantity }, '');
    }
  }

  /** Somebody takes so many lots at this price or better. */
  take(symbol: string, side: 'buy' | 'sell', price: number, quantity: number): void {
    const common = { symbol, clientOrderId: '', type: 'limit', timeInForce: 'IOC', postOnly: false } as const;
    this.place({ ...common, side, price, quantity }, '');
  }

  /** Fills an open order in part or whole, whatever the book says: for scripts. */
  fill(id: number, quantity: number, liquidity: 'maker' | 'taker' = 'maker'): void {
    const order = this.#orders.get(id);
    if (order?.status !== 'open' || !(quantity > 0) || quantity > order.quantity - order.filled)
      throw new Error(`order ${id} has not ${quantity} lots to fill`);
    const taker = liquidity === 'taker' ? order.side : order.side === 'buy' ? 'sell' : 'buy';
    const tradeId = ++this.#tradeId;
    this.#book(order, { tradeId, price: order.price, quantity, liquidity });
    this.#sayTrade(order.symbol, tradeId, order.price, quantity, taker);
    this.#sayLevel(order.symbol, order.side === 'buy' ? 'bid' : 'ask', order.price);
    this.#endIfFilled(order);
    this.#awaken(order.symbol);
  }

  #match(order: DoubleOrder): void {
    const { book } = this.#listing(order.symbol);
    const limit = isLimited(order) ? order.price : 0;
    if (order.timeInForce === 'FOK' && !this.#fillable(order, limit)) {
      this.#withdraw(order, 'expired', 'it could not be filled whole');
      return;
    }
    for (let left = order.quantity; left > 0; left = order.quantity - order.filled) {
      const [other] = book.meeting(order.side, limit);
      if (other === undefined) break;
      if (order.owner !== '' && other.owner === order.owner) {
        this.#withdraw(order, 'canceled', 'it would have met an order of its owner');
        return;
      }
      const quantity = Math.min(left, other.quantity - other.filled);
      const tradeId = ++this.#tradeId;
      const common = { tradeId, price: other.price, quantity };
      this.#book(other, { ...common, liquidity: 'maker' });
      this.#book(order, { ...common, liquidity: 'taker' });
      this.#sayTrade(order.symbol, tradeId, other.price, quantity, order.side);
      this.#endIfFilled(other);
      this.#sayLevel(order.symbol, other.side === 'buy' ? 'bid' : 'ask', other.price);
    }
    if (order.filled === order.quantity) this.#endIfFilled(order);
    else if (!isLimited(order) || order.timeInForce === 'IOC')
      this.#withdraw(order, 'canceled', 'the rest found no liquidity');
    else {
      book.add(order);
      this.#sayLevel(order.symbol, order.side === 'buy' ? 'bid' : 'ask', order.price);
    }
  }

  #fillable(order: DoubleOrder, limit: number): boolean {
    let lots = 0;
    for (const other of this.#listing(order.symbol).book.meeting(order.side, limit)) {
      if (other.owner === order.owner && order.owner !== '') return false;
      lots += other.quantity - other.filled;
      if (lots >= order.quantity) return true;
    }
    return false;
  }

  #book(order: DoubleOrder, part: Pick<DoubleFill, 'tradeId' | 'price' | 'quantity' | 'liquidity'>): void {
    order.filled += part.quantity;
    order.updated = this.now();
    if (order.owner === '') return;
    const { definition } = this.listed(order.symbol);
    const value = this.valueOf(order.symbol, part.price, part.quantity);
    const fee = value.times(String(definition.fees[part.liquidity]));
    const fill: DoubleFill = { ...part, fee, feeCurrency: definition.settle, time: order.updated };
    this.#lock(order, -part.quantity);
    if (definition.kind === 'spot') {
      const size = decimal(this.listed(order.symbol).quantities.format(part.quantity));
      const buys = order.side === 'buy';
      this.wallets.pay(order.owner, definition.base, buys ? size : size.neg());
      this.wallets.pay(order.owner, definition.quote, (buys ? value.neg() : value).minus(fee));
    }
    order.fills.push(fill);
    this.#say({ kind: 'fill', order, fill });
  }

  /** Price times quantity times multiplier, exact. */
  valueOf(symbol: string, price: number, quantity: number): Decimal {
    const { prices, quantities, multiplier } = this.listed(symbol);
    return decimal(prices.format(price)).times(quantities.format(quantity)).times(multiplier);
  }

  #endIfFilled(order: DoubleOrder): void {
    if (order.filled < order.quantity) return;
    this.#listing(order.symbol).book.remove(order);
    order.status = 'filled';
    if (order.owner !== '') this.#say({ kind: 'ended', order });
  }

  #withdraw(order: DoubleOrder, status: 'canceled' | 'expired', reason: string): void {
    const { book, asleep } = this.#listing(order.symbol);
    asleep.delete(order);
    const rested = book.remove(order);
    this.#lock(order, order.filled - order.quantity);
    order.status = status;
    order.reason = reason;
    order.updated = this.now();
    if (order.owner !== '') this.#say({ kind: 'ended', order });
    if (rested) this.#sayLevel(order.symbol, order.side === 'buy' ? 'bid' : 'ask', order.price);
  }

  /** Behind an open limit order of a spot instrument lies what it may cost. */
  #lock({ symbol, owner, side, type, price }: DoubleOrder, lots: number): void {
    const { definition, quantities } = this.listed(symbol);
    if (owner === '' || definition.kind !== 'spot' || !isLimited({ type }) || lots === 0) return;
    const amount = decimal(quantities.format(Math.abs(lots)));
    const worth = side === 'buy' ? this.valueOf(symbol, price, Math.abs(lots)) : amount;
    this.wallets.lock(
      owner,
      side === 'buy' ? definition.quote : definition.base,
      lots < 0 ? worth.neg() : worth,
    );
  }

  #refuses(terms: OrderTerms, owner: string): Refusal | undefined {
    const { listed, book, last } = this.#listing(terms.symbol);
    const { definition, quantities, orderStep } = listed;
    const { side, price, quantity, type, stopPrice } = terms;
    const buys = side === 'buy';
    if (!(Number.isSafeInteger(quantity) && quantity > 0) || quantity % orderStep !== 0) return 'quantity';
    if (quantity < quantities.parse(definition.minQuantity)) return 'quantity';
    if (isLimited(terms) && !(Number.isSafeInteger(price) && price > 0)) return 'price';
    if (stopPrice !== undefined && !(Number.isSafeInteger(stopPrice) && stopPrice > 0)) return 'price';
    if (stopPrice !== undefined && last > 0 && (buys ? last >= stopPrice : last <= stopPrice))
      return 'wouldTrigger';
    const best = book.best(buys ? 'ask' : 'bid');
    if (type === 'market' && best === undefined) return 'noLiquidity';
    const crosses = best !== undefined && (buys ? best <= price : best >= price);
    if (terms.postOnly && crosses) return 'postOnly';
    const worth = isLimited(terms) ? price : (stopPrice ?? (best as number));
    const value = this.valueOf(terms.symbol, worth, quantity);
    if (value.lt(definition.minNotional)) return 'notional';
    if (definition.kind !== 'spot') return undefined;
    const needs = buys ? value : decimal(quantities.format(quantity));
    const has = this.wallets.of(owner, buys ? definition.quote : definition.base).free;
    return has.lt(needs) ? 'balance' : undefined;
  }

  #sayTrade(symbol: string, tradeId: number, price: number, quantity: number, taker: 'buy' | 'sell'): void {
    this.#listing(symbol).last = price;
    this.#say({ kind: 'trade', symbol, tradeId, price, quantity, taker, time: this.now() });
  }

  #sayLevel(symbol: string, side: 'bid' | 'ask', price: number): void {
    const quantity = this.#listing(symbol).book.quantityAt(side, price);
    this.#say({ kind: 'level', symbol, side, price, quantity, time: this.now() });
  }

  #say(news: MarketNews): void {
    if (news.kind === 'accepted' && news.order.owner === '') return;
    for (const listener of [...this.#listeners]) listener(news);
  }

  #listing(symbol: string): Listing {
    const listing = this.#listings.get(symbol);
    if (listing === undefined) throw new Error(`the double does not list ${symbol}`);
    return listing;
  }
}
