import type { Cancel } from '../../core/clock.js';
import { type ClientOrderId, clientOrderId } from '../../domain/brand.js';
import { decimal, formatDecimal } from '../../domain/decimal.js';
import type { AccountEvent, FillReport, TrueOrder } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import { type Fields, listField, objectField, textField } from '../../streams/readers/fields.js';
import { loadCcxtClass } from '../ccxt/ccxt-class.js';
import {
  acknowledged,
  BackOff,
  type CancelAllOutcome,
  checkCredentials,
  classify,
  type Finding,
  type OrderKey,
  type Outcome,
  outcomeOf,
  refused,
  unknown,
  type VenueAdapter,
  type VenuePort,
  type VenueTruth,
} from '../driver/index.js';
import { type CcxtCoinbase, tappedCoinbase } from './ccxt-coinbase.js';
import type { CoinbaseSettings } from './coinbase-options.js';
import { COINBASE_ERRORS } from './errors.js';
import { Feed } from './feed.js';
import { MarketWords } from './market-words.js';
import { orderRequest } from './order-request.js';
import { orderOfRest, type ToldFill, type ToldOrder } from './order-words.js';
import type { CoinbaseRest, RestResult } from './rest.js';
import { Trading } from './trading.js';

/** Unix milliseconds from 2001 to 2286. */
const EPOCH_MILLIS = /^\d{13}$/;
/** A clock that is off by more than this is why a token was refused, in milliseconds. */
const SKEW = 5_000;
/** Orders of executions that nobody knows any more, which are asked for one by one. */
const MOST_STRANGERS = 50;
/** How much earlier than our request an order may have been made by the venue's clock. */
const CLOCK_SLACK = 60_000;
const MOST_SENT = 20_000;

/** Coinbase Advanced, as a venue brings it: two feeds, REST for orders, history and balances. */
export class CoinbaseAdapter implements VenueAdapter {
  readonly #port: VenuePort;
  readonly #settings: CoinbaseSettings;
  readonly #market: MarketWords;
  readonly #marketFeed: Feed;
  readonly #probing: BackOff;
  /** When orders of ours were sent, for look-ups without the venue's id. */
  readonly #sent = new Map<string, number>();
  readonly #underWay = new Map<string, Promise<unknown>>();
  #trading: Trading | undefined;
  #clockOffset = 0;
  #ordersUp = false;
  #probe: Cancel | undefined;
  #closed = false;

  constructor(port: VenuePort, settings: CoinbaseSettings) {
    this.#port = port;
    this.#settings = settings;
    this.#market = new MarketWords(port);
    this.#marketFeed = new Feed(port, { ...settings, url: settings.endpoints.feed }, this.#market);
    this.#market.attach(this.#marketFeed);
    this.#probing = new BackOff(() => port.random(), settings.backOff);
  }

  open(): void {
    this.#begin().catch((error: unknown) => this.#port.fault('open', messageOf(error), 'halt'));
  }

  async submit(order: Order, listed: ListedInstrument): Promise<Outcome> {
    const request = orderRequest(order, listed);
    if (typeof request === 'string') return refused('rejected', `not sent: ${request}`);
    const trading = this.#trading;
    if (trading === undefined) return refused('rejected', 'not sent: there is no connection for orders');
    const { clientOrderId: id } = order;
    this.#sent.set(id, this.#venueNow());
    if (this.#sent.size > MOST_SENT)
      for (const oldest of this.#sent.keys()) if (this.#sent.delete(oldest)) break;
    const sending = trading.rest.call('submit', 'v3PrivatePostBrokerageOrders', request as Fields);
    this.#underWay.set(id, sending);
    const result = await sending;
    this.#underWay.delete(id);
    if (!result.ok) return this.#outcomeOf(result);
    const { order_id: orderId } = (result.body['success_response'] ?? {}) as Fields;
    if (result.body['success'] !== true || typeof orderId !== 'string')
      return unknown('the venue answered neither with an order nor with a refusal');
    trading.tracker.placed(id, orderId, listed);
    return acknowledged(0);
  }

  async cancel(key: OrderKey, listed: ListedInstrument): Promise<Outcome> {
    const trading = this.#trading;
    if (trading === undefined) return refused('rejected', 'not sent: there is no connection for orders');
    // The venue cancels by its own id, which comes with the answer to the order.
    await this.#underWay.get(key.clientOrderId);
    let orderId = trading.tracker.orderIdOf(key.clientOrderId);
    if (orderId === undefined) {
      const found = await this.#find(key.clientOrderId, listed);
      if (found === undefined) return unknown('not canceled: the venue did not say which order that is');
      if (found === 'notFound') return refused('not-found', 'the venue knows no order of this id');
      orderId = found.orderId;
    }
    const answer = await trading.cancels.send([orderId]);
    return 'ok' in answer
      ? this.#outcomeOf(answer)
      : (answer.get(orderId) ?? unknown('the venue did not name it'));
  }

  async cancelAll({ definition: { symbol } }: ListedInstrument): Promise<CancelAllOutcome> {
    const trading = this.#trading;
    if (trading === undefined) return refused('rejected', 'not sent: there is no connection for orders');
    const listing = { product_ids: [symbol], order_status: ['OPEN'] };
    const open = await trading.history.orders(listing, 'cancel');
    if (open === undefined) return unknown('the venue did not say which orders are open');
    // Its list may lag behind what we know.
    const ids = new Set([...open.map(({ orderId }) => orderId), ...trading.tracker.openOn(symbol)]);
    const answer = await trading.cancels.send([...ids]);
    if ('ok' in answer) {
      const outcome = await this.#outcomeOf(answer);
      return outcome.kind === 'acknowledged' ? { ...outcome, canceled: [] } : outcome;
    }
    const bad = [...answer.values()].find(
      (each) => each.kind === 'unknown' || (each.kind === 'refused' && each.error !== 'not-found'),
    );
    if (bad !== undefined && bad.kind !== 'acknowledged') return bad;
    // The channel has told of each by now.
    return { ...acknowledged(this.#venueNow()), canceled: [] };
  }

  async lookUp(key: OrderKey, listed: ListedInstrument): Promise<Finding> {
    const trading = this.#trading;
    if (trading === undefined) return unknown('there is no connection for orders');
    const told = await this.#tell(trading, key.clientOrderId, listed);
    if (told === undefined) return unknown('no answer');
    const venueTime = this.#venueNow();
    if (told === 'notFound') return { kind: 'notFound', venueTime };
    if (told.status === 'pending') return unknown('the venue has not taken it to its book yet');
    trading.tracker.heard(told);
    const fills = told.filled === '0' ? [] : await trading.history.fills({ order_ids: [told.orderId] });
    if (fills === undefined) return unknown('no answer about its executions');
    const { status, averagePrice, reason } = told;
    return {
      kind: 'found',
      status: status === 'accepted' && told.filled !== '0' ? 'partiallyFilled' : status,
      filled: listed.quantities.parse(told.filled, 'filled quantity'),
      ...(told.filled === '0' ? {} : { averagePrice }),
      fills: fills.flatMap((fill) => trading.tracker.reportOf(fill, key.clientOrderId) ?? []),
      reason,
      venueTime,
    };
  }

  async reconcile(since: number): Promise<VenueTruth | undefined> {
    const trading = this.#trading;
    if (trading === undefined) return undefined;
    const venueTime = this.#venueNow();
    const from = new Date(since).toISOString();
    const [open, recent, fills, balances] = await Promise.all([
      trading.history.orders({ order_status: ['OPEN'] }),
      trading.history.orders({ start_date: from }),
      trading.history.fills({ start_sequence_timestamp: from }),
      this.#balances(trading),
    ]);
    if (open === undefined || recent === undefined || fills === undefined || balances === undefined)
      return undefined;
    const orders = new Map([...open, ...recent].map((told) => [told.orderId, told]));
    for (const told of orders.values()) trading.tracker.heard(told);
    const names = await this.#namesOf(trading, fills, orders);
    return {
      venueTime,
      // Its list of orders may lag behind: what it leaves out is looked up and not taken for over.
      coversClosed: false,
      orders: [...orders.values()].flatMap((told) => this.#trueOrder(told)),
      fills: fills.flatMap((fill): readonly FillReport[] => {
        const report = trading.tracker.reportOf(fill, names.get(fill.orderId) ?? fill.orderId);
        return report === undefined ? [] : [report];
      }),
      // Of spot markets there are balances, and no positions.
      positions: [],
      balances,
    };
  }

  requestBook(listed: ListedInstrument): void {
    this.#market.requestBook(listed);
  }

  async resynchroniseClock(): Promise<void> {
    const trading = this.#trading;
    if (trading !== undefined) await this.#setClock(trading.rest);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#probe?.();
    await Promise.all([this.#marketFeed.close(), this.#trading?.feed.close()]);
  }

  async #begin(): Promise<void> {
    const { credentials, endpoints, timeout } = this.#settings;
    const Base = await loadCcxtClass<CcxtCoinbase>('coinbase');
    const common = { endpoints, timeout, clockOffset: () => this.#clockOffset };
    const open = async (exchange: CcxtCoinbase): Promise<CcxtCoinbase> => {
      // Without it ccxt refuses addresses that are not encrypted, such as those of a double.
      await exchange.loadHttpProxyAgent();
      return exchange;
    };
    const market = await open(tappedCoinbase(Base, { ...common, tap: this.#marketFeed }));
    if (this.#closed) return;
    if (this.#port.listed.length > 0) this.#marketFeed.open(market);
    if (credentials === undefined) return;
    const keys = checkCredentials(`coinbase ${this.#port.venue}`, await credentials());
    this.#port.redaction.hide(keys.apiKey, keys.secret);
    if (this.#closed) return;
    const trading = new Trading(
      this.#port,
      this.#settings,
      endpoints.userFeed,
      (tap, rest) => {
        const exchange = tappedCoinbase(Base, { ...common, ...keys, tap });
        return {
          exchange,
          rest: rest(exchange, common.clockOffset, (reachable, reason) => this.#reached(reachable, reason)),
        };
      },
      () => this.#venueNow(),
    );
    await open(trading.exchange);
    if (this.#closed) return;
    this.#trading = trading;
    await this.#connectOrders(trading);
  }

  /** Orders go over REST, which has no connection: it is up when the venue takes our key. */
  async #connectOrders(trading: Trading): Promise<void> {
    this.#probe = undefined;
    await this.#setClock(trading.rest);
    const answer = await trading.rest.call('lookUp', 'v3PrivateGetBrokerageAccounts', { limit: 1 });
    if (this.#closed) return;
    if (answer.ok) {
      this.#probing.reset();
      this.#ordersUp = true;
      this.#port.link('orders', 'up', 'the venue takes our key');
      trading.open();
      return;
    }
    const { text } = answer.failure;
    this.#port.link('orders', 'down', text);
    if (classify(COINBASE_ERRORS, answer.failure) === 'dead-key') this.#port.learn(refused('dead-key', text));
    this.#probeLater(trading);
  }

  #probeLater(trading: Trading): void {
    if (this.#closed || this.#probe !== undefined) return;
    this.#probe = this.#port.after(this.#probing.next(), () => void this.#connectOrders(trading));
  }

  #reached(reachable: boolean, reason: string): void {
    if (reachable || !this.#ordersUp || this.#trading === undefined) return;
    this.#ordersUp = false;
    this.#port.link('orders', 'down', reason);
    this.#probeLater(this.#trading);
  }

  /** What became of a request that failed; a token that is refused may be one of a clock that is off. */
  async #outcomeOf({ failure, sent, clockOffset }: Extract<RestResult, { ok: false }>): Promise<Outcome> {
    if (!sent)
      return refused(
        'rejected',
        failure.text.startsWith('not sent') ? failure.text : `not sent: ${failure.text}`,
      );
    const trading = this.#trading;
    if (failure.status !== 401 || trading === undefined) return outcomeOf(COINBASE_ERRORS, failure);
    const off = await this.#measureClock(trading.rest);
    if (off === undefined || Math.abs(off - clockOffset) < SKEW) return outcomeOf(COINBASE_ERRORS, failure);
    this.#clockOffset = off;
    return refused(
      'clock',
      `${failure.text}; the venue's clock is ${Math.round(off - clockOffset)} ms from ours`,
    );
  }

  async #setClock(rest: CoinbaseRest): Promise<void> {
    const off = await this.#measureClock(rest);
    if (off !== undefined) this.#clockOffset = off;
  }

  /** Milliseconds that the venue's clock is ahead of ours; `undefined` where its answer is no time, which must not pass for a clock that is off. */
  async #measureClock(rest: CoinbaseRest): Promise<number | undefined> {
    const before = Date.now();
    const answer = await rest.call('lookUp', 'v3PublicGetBrokerageTime');
    const after = Date.now();
    const told = answer.ok ? answer.body['epochMillis'] : undefined;
    if ((typeof told !== 'string' && typeof told !== 'number') || !EPOCH_MILLIS.test(String(told)))
      return undefined;
    return Number(told) - (before + after) / 2;
  }

  #venueNow(): number {
    return Date.now() + this.#clockOffset;
  }

  async #tell(
    { tracker, history }: Trading,
    id: ClientOrderId,
    listed: ListedInstrument,
  ): Promise<ToldOrder | 'notFound' | undefined> {
    const orderId = tracker.orderIdOf(id);
    if (orderId === undefined) return this.#find(id, listed);
    const answer = await history.order(orderId);
    if (answer.ok) return orderOfRest(objectField(answer.body['order'], 'order'));
    return classify(COINBASE_ERRORS, answer.failure) === 'not-found' ? 'notFound' : undefined;
  }

  /** Coinbase finds orders by its own id alone: ours is looked for among those made since ours was sent. */
  async #find(id: ClientOrderId, listed: ListedInstrument): Promise<ToldOrder | 'notFound' | undefined> {
    const since = this.#sent.get(id) ?? this.#venueNow() - this.#settings.history;
    const orders = await this.#trading?.history.orders({
      product_ids: [listed.definition.symbol],
      start_date: new Date(Math.max(0, since - CLOCK_SLACK)).toISOString(),
    });
    if (orders === undefined) return undefined;
    const told = orders.find((order) => order.clientOrderId === id);
    if (told !== undefined && told.status !== 'pending')
      this.#trading?.tracker.placed(id, told.orderId, listed);
    return told ?? 'notFound';
  }

  /** Our ids of the orders of executions. */
  async #namesOf(
    { tracker, history }: Trading,
    fills: readonly ToldFill[],
    orders: ReadonlyMap<string, ToldOrder>,
  ): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    let strangers = 0;
    for (const { orderId } of fills) {
      if (names.has(orderId)) continue;
      const known = tracker.clientIdOf(orderId) ?? orders.get(orderId)?.clientOrderId;
      if (known !== undefined) names.set(orderId, known);
      else if (strangers++ < MOST_STRANGERS) {
        const answer = await history.order(orderId);
        if (answer.ok)
          names.set(orderId, orderOfRest(objectField(answer.body['order'], 'order')).clientOrderId);
      }
    }
    return names;
  }

  #trueOrder({ clientOrderId: id, orderId, product, status, filled }: ToldOrder): readonly TrueOrder[] {
    const listed = this.#port.listed.find(({ definition }) => definition.symbol === product);
    if (listed === undefined || status === 'pending') return [];
    const lots = listed.quantities.parse(filled, 'filled quantity');
    return [
      {
        clientOrderId: clientOrderId(id || orderId),
        instrument: listed.id,
        status: status === 'accepted' && lots > 0 ? 'partiallyFilled' : status,
        filled: lots,
      },
    ];
  }

  async #balances({ rest }: Trading): Promise<AccountEvent['balances'] | undefined> {
    const balances: AccountEvent['balances'][number][] = [];
    let cursor = '';
    do {
      const answer = await rest.call('lookUp', 'v3PrivateGetBrokerageAccounts', {
        limit: 250,
        ...(cursor === '' ? {} : { cursor }),
      });
      if (!answer.ok) return undefined;
      for (const item of listField(answer.body['accounts'], 'accounts')) {
        const account = objectField(item, 'accounts');
        balances.push({
          currency: textField(account['currency'], 'currency'),
          free: amountOf(account['available_balance']),
          locked: amountOf(account['hold']),
        });
      }
      const next = answer.body['has_next'] === true ? answer.body['cursor'] : '';
      cursor = typeof next === 'string' ? next : '';
    } while (cursor !== '');
    return balances;
  }
}

function amountOf(balance: unknown): string {
  const { value } = objectField(balance ?? { value: '0' }, 'balance');
  return formatDecimal(decimal(textField(value, 'value')));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
