import type { VenuePort } from '../driver/index.js';
import { Cancels } from './cancels.js';
import type { CcxtCoinbase } from './ccxt-coinbase.js';
import type { CoinbaseSettings } from './coinbase-options.js';
import { Feed } from './feed.js';
import { History } from './history.js';
import { OrderTracker } from './order-tracker.js';
import { CoinbaseRest } from './rest.js';
import { UserWords } from './user-words.js';

/** What trading takes beside market data. */
export class Trading {
  readonly exchange: CcxtCoinbase;
  readonly rest: CoinbaseRest;
  readonly history: History;
  readonly tracker: OrderTracker;
  readonly words: UserWords;
  readonly feed: Feed;
  readonly cancels: Cancels;
  #opened = false;

  constructor(
    port: VenuePort,
    settings: CoinbaseSettings,
    url: string,
    make: (
      tap: Feed,
      rest: (
        exchange: CcxtCoinbase,
        clockOffset: () => number,
        reached: (reachable: boolean, reason: string) => void,
      ) => CoinbaseRest,
    ) => { readonly exchange: CcxtCoinbase; readonly rest: CoinbaseRest },
    venueNow: () => number,
  ) {
    const handler = { words: undefined as UserWords | undefined };
    this.feed = new Feed(
      port,
      { ...settings, url },
      {
        subscriptions: () => handler.words?.subscriptions() ?? [],
        message: (channel, message) => handler.words?.message(channel, message),
        gap: (reason) => handler.words?.gap(reason),
        refused: (message) => handler.words?.refused(message),
        down: (reason) => handler.words?.down(reason),
      },
    );
    const { exchange, rest } = make(
      this.feed,
      (made, clockOffset, reached) => new CoinbaseRest(port, made, settings.patience, clockOffset, reached),
    );
    this.exchange = exchange;
    this.rest = rest;
    this.history = new History(rest);
    this.tracker = new OrderTracker(port, this.history);
    this.words = handler.words = new UserWords(port, this.tracker);
    this.words.attach(this.feed, exchange);
    this.cancels = new Cancels(venueNow, rest, this.tracker, this.words);
  }

  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.feed.open(this.exchange);
  }
}
