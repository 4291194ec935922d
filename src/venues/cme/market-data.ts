import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { BookEvent } from '../../domain/market-event.js';
import type { VenueWord } from '../driver/index.js';
import { type Field, type FixMessage, type Group, TAG } from '../fix/index.js';
import { timeOf } from './execution.js';
import type { InstrumentNames } from './gateway.js';

/** `TradeID`, and who took the liquidity (1 buyer, 2 seller), where a gateway tells them. */
const TRADE_ID = 1_003;
const AGGRESSOR_SIDE = 5_797;

const MEMBERS: readonly number[] = [
  TAG.MDUpdateAction,
  TAG.MDEntryType,
  TAG.MDEntryID,
  TAG.MDEntryPx,
  TAG.MDEntrySize,
  TAG.MDEntryTime,
  TAG.RptSeq,
  TRADE_ID,
  AGGRESSOR_SIDE,
  // What some gateways say beside these: date, place, currency, position, orders, condition, indicator, text.
  15,
  22,
  37,
  58,
  272,
  274,
  275,
  276,
  277,
  280,
  282,
  283,
  284,
  286,
  288,
  289,
  290,
  299,
  336,
  346,
  432,
  546,
  625,
  1_023,
];

interface Subscription {
  readonly listed: ListedInstrument;
  readonly id: string;
}

/**
 * Subscriptions to market data (message V), and what becomes of snapshots (W) and changes (X).
 *
 * Where entries carry a sequence (tag 83), each change names its predecessor, so that a gap shows; else the FIX session
 * vouches for the order.
 */
export class MarketData {
  readonly #names: InstrumentNames<ListedInstrument>;
  readonly #say: (word: VenueWord) => void;
  readonly #refused: (code: string, message: string) => void;
  readonly #members: ReadonlySet<number>;
  readonly #byId = new Map<string, Subscription>();
  readonly #current = new Map<ListedInstrument, Subscription>();
  /** Where an entry stands that has an id, so that its removal may name that alone. */
  readonly #entries = new Map<string, { readonly side: 'bid' | 'ask'; readonly price: number }>();
  #requests = 0;

  constructor(
    names: InstrumentNames<ListedInstrument>,
    say: (word: VenueWord) => void,
    refused: (code: string, message: string) => void,
  ) {
    this.#names = names;
    this.#say = say;
    this.#refused = refused;
    this.#members = new Set([...MEMBERS, ...names.tags]);
  }

  /** Messages that ask for a book anew, and for its changes and trades from there on. */
  subscribe(listed: ListedInstrument, prefix: string): (readonly Field[])[] {
    const before = this.#current.get(listed);
    const messages: (readonly Field[])[] = [];
    if (before !== undefined) {
      this.#byId.delete(before.id);
      messages.push(this.#request(before, '2'));
    }
    const subscription = { listed, id: `${prefix}${++this.#requests}` };
    this.#byId.set(subscription.id, subscription);
    this.#current.set(listed, subscription);
    messages.push(this.#request(subscription, '1'));
    return messages;
  }

  /** A connection ended: what it subscribed to is nothing. */
  clear(): void {
    this.#byId.clear();
    this.#current.clear();
    this.#entries.clear();
  }

  /** Whether a message was market data. @throws InputError when it cannot be read */
  take(message: FixMessage): boolean {
    if (message.type === 'W') this.#snapshot(message);
    else if (message.type === 'X') this.#changes(message);
    else if (message.type === 'Y') this.#refusal(message);
    else return false;
    return true;
  }

  #request({ listed, id }: Subscription, kind: '1' | '2'): readonly Field[] {
    return [
      [TAG.MsgType, 'V'],
      [TAG.MDReqID, id],
      [TAG.SubscriptionRequestType, kind],
      [TAG.MarketDepth, 0],
      [TAG.MDUpdateType, 1],
      [TAG.NoMDEntryTypes, 3],
      [TAG.MDEntryType, '0'],
      [TAG.MDEntryType, '1'],
      [TAG.MDEntryType, '2'],
      [TAG.NoRelatedSym, 1],
      ...this.#names.fieldsOf(listed),
    ];
  }

  #snapshot(message: FixMessage): void {
    const subscription = this.#byId.get(message.get(TAG.MDReqID) ?? '');
    const listed = subscription?.listed ?? this.#names.find((tag) => message.get(tag));
    // The answer to a request that was made anew meanwhile says nothing.
    if (listed === undefined || (subscription === undefined && message.get(TAG.MDReqID) !== undefined))
      return;
    const book = new Levels();
    let last = sequenceOf(message.get(TAG.RptSeq));
    for (const entry of message.groups(TAG.NoMDEntries, this.#members)) {
      last = Math.max(last, sequenceOf(entry.get(TAG.RptSeq)));
      this.#level(book, entry, listed, entry.get(TAG.MDEntryType) ?? '', '0');
    }
    this.#say(book.event(listed, timeOf(message), 'snapshot', last, last, -1));
  }

  #changes(message: FixMessage): void {
    const subscription = this.#byId.get(message.get(TAG.MDReqID) ?? '');
    if (subscription === undefined && message.get(TAG.MDReqID) !== undefined) return;
    const venueTime = timeOf(message);
    let book = new Levels();
    let at: ListedInstrument | undefined;
    let type = '';
    let first = -1;
    let last = -1;
    const flush = (): void => {
      if (at !== undefined && book.size > 0)
        this.#say(book.event(at, venueTime, 'delta', first, last, first < 0 ? -1 : first - 1));
      book = new Levels();
      first = -1;
    };
    for (const entry of message.groups(TAG.NoMDEntries, this.#members)) {
      // An entry that leaves its instrument or type out is of those before it.
      const named = this.#names.tags.some((tag) => entry.get(tag) !== undefined);
      const listed = named ? this.#names.find((tag) => entry.get(tag)) : (at ?? subscription?.listed);
      type = entry.get(TAG.MDEntryType) ?? type;
      const sequence = sequenceOf(entry.get(TAG.RptSeq));
      if (listed !== at || (type === '2' && book.size > 0)) flush();
      at = listed;
      if (listed === undefined) continue;
      if (type === '2') {
        this.#trade(entry, listed, venueTime, sequence);
        continue;
      }
      if (first < 0) first = sequence;
      last = sequence;
      this.#level(book, entry, listed, type, entry.get(TAG.MDUpdateAction) ?? '0');
    }
    flush();
  }

  #level(book: Levels, entry: Group, listed: ListedInstrument, type: string, action: string): void {
    if (type !== '0' && type !== '1') return;
    const side = type === '0' ? 'bid' : 'ask';
    const id = entry.get(TAG.MDEntryID);
    const key = `${listed.id} ${id}`;
    const told = entry.get(TAG.MDEntryPx);
    const known = id === undefined ? undefined : this.#entries.get(key);
    const price = told === undefined ? known?.price : listed.prices.parse(told, 'price');
    if (price === undefined) return;
    // An entry that moves leaves its old price.
    if (known !== undefined && known.price !== price) book.set(known.side, known.price, 0);
    if (action === '2') {
      if (id !== undefined) this.#entries.delete(key);
      book.set(side, price, 0);
      return;
    }
    if (id !== undefined) this.#entries.set(key, { side, price });
    book.set(side, price, listed.quantities.parse(entry.get(TAG.MDEntrySize) ?? '', 'size'));
  }

  #trade(entry: Group, listed: ListedInstrument, venueTime: number, sequence: number): void {
    const quantity = listed.quantities.parse(entry.get(TAG.MDEntrySize) ?? '', 'size');
    const aggressor = entry.get(AGGRESSOR_SIDE);
    this.#say({
      kind: 'trade',
      instrument: listed.id,
      venueTime,
      price: listed.prices.parse(entry.get(TAG.MDEntryPx) ?? '', 'price'),
      quantity,
      aggressor: aggressor === '1' ? 'buy' : aggressor === '2' ? 'sell' : 'none',
      tradeId: entry.get(TRADE_ID) ?? entry.get(TAG.MDEntryID) ?? `${venueTime}-${sequence}`,
    });
  }

  #refusal(message: FixMessage): void {
    const subscription = this.#byId.get(message.get(TAG.MDReqID) ?? '');
    const why = message.get(TAG.Text) ?? `reason ${message.get(TAG.MDReqRejReason) ?? 'not given'}`;
    this.#refused('market-data', `no market data of ${subscription?.listed.id ?? 'an instrument'}: ${why}`);
  }
}

const sequenceOf = (text: string | undefined): number => {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : -1;
};

/** Levels that a message changes. */
class Levels {
  readonly #bids: number[] = [];
  readonly #asks: number[] = [];

  get size(): number {
    return this.#bids.length + this.#asks.length;
  }

  set(side: 'bid' | 'ask', price: number, quantity: number): void {
    (side === 'bid' ? this.#bids : this.#asks).push(price, quantity);
  }

  event(
    { id }: ListedInstrument,
    venueTime: number,
    action: BookEvent['action'],
    first: number,
    last: number,
    previous: number,
  ): BookEvent {
    const [bids, asks] = [this.#bids, this.#asks];
    return { kind: 'book', instrument: id, venueTime, action, first, last, previous, bids, asks };
  }
}
