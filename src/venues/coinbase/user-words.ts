import { type Fields, listField, objectField } from '../../streams/readers/fields.js';
import { refused, type VenuePort } from '../driver/index.js';
import type { CcxtCoinbase } from './ccxt-coinbase.js';
import type { Feed, FeedHandler } from './feed.js';
import type { OrderTracker } from './order-tracker.js';
import { orderOfChannel } from './order-words.js';

/** Open orders come in batches of so many; a smaller one is the last. */
const BATCH = 50;

/** The channel of our own orders: it begins with those that are open, then tells of every change. */
export class UserWords implements FeedHandler {
  readonly #port: VenuePort;
  readonly #tracker: OrderTracker;
  #feed: Feed | undefined;
  #exchange: CcxtCoinbase | undefined;
  #open = new Set<string>();
  #up = false;

  constructor(port: VenuePort, tracker: OrderTracker) {
    this.#port = port;
    this.#tracker = tracker;
  }

  get up(): boolean {
    return this.#up;
  }

  attach(feed: Feed, exchange: CcxtCoinbase): void {
    this.#feed = feed;
    this.#exchange = exchange;
  }

  subscriptions(): readonly Fields[] {
    const exchange = this.#exchange;
    if (exchange === undefined) return [];
    // A token of its own for each: ccxt hands out one that is nearly over.
    const jwt = exchange.createAuthToken(exchange.seconds());
    this.#open = new Set();
    return [
      { type: 'subscribe', channel: 'heartbeats', product_ids: [] },
      { type: 'subscribe', channel: 'user', product_ids: [], jwt },
    ];
  }

  message(channel: string, message: Fields): void {
    if (channel !== 'user') return;
    for (const item of listField(message['events'], 'events')) {
      const event = objectField(item, 'events');
      const orders = listField(event['orders'], 'orders');
      for (const order of orders) this.#hear(objectField(order, 'orders'), event['type'] === 'snapshot');
      if (event['type'] !== 'snapshot') continue;
      if (orders.length < BATCH) this.#tracker.openAre(this.#open);
      if (this.#up) continue;
      this.#up = true;
      this.#feed?.steady();
      this.#port.link('account', 'up', 'subscribed');
    }
  }

  gap(reason: string): void {
    // What was lost is asked for, and the subscription begins anew with what is open.
    this.#feed?.reconnect(reason);
  }

  refused(message: string): void {
    const said = `our own orders: ${message}`;
    if (/auth/i.test(message)) this.#port.learn(refused('dead-key', said));
    else this.#port.fault('refused', said);
    this.#feed?.reconnect(message);
  }

  down(reason: string): void {
    this.#up = false;
    this.#port.link('account', 'down', reason);
  }

  #hear(order: Fields, open: boolean): void {
    try {
      const told = orderOfChannel(order);
      if (open) this.#open.add(told.orderId);
      this.#tracker.heard(told);
    } catch (error) {
      const { order_id: id } = order;
      const said = error instanceof Error ? error.message : String(error);
      this.#port.fault('bad-input', `channel user: ${said}`);
      // The history may say it in a way that can be read.
      if (typeof id === 'string') void this.#tracker.refresh(id);
    }
  }
}
