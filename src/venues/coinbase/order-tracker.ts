import { type ClientOrderId, clientOrderId } from '../../domain/brand.js';
import { decimal, formatDecimal } from '../../domain/decimal.js';
import type { FillReport, StateReport, TrueOrder } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { objectField } from '../../streams/readers/fields.js';
import type { VenuePort } from '../driver/index.js';
import type { History } from './history.js';
import { fillReport, orderOfRest, type ToldFill, type ToldOrder } from './order-words.js';

/** What is known of an order at the venue. */
export interface TrackedOrder {
  readonly orderId: string;
  readonly clientOrderId: ClientOrderId;
  readonly listed: ListedInstrument;
  status: TrueOrder['status'];
  /** Lots by the venue's count. */
  filled: number;
  averagePrice: string;
  reason: string;
  /** Lots whose executions were told. */
  toldLots: number;
  readonly told: Set<string>;
  /** The end was told. */
  over: boolean;
  asking: boolean;
  attempts: number;
  readonly waiting: Set<() => void>;
}

/** Waits for executions that the venue counts and does not list yet, in milliseconds; the last one again and again. */
const WAITS: readonly number[] = [30, 60, 120, 250, 500, 1_000, 2_000, 5_000, 15_000];
/** From this attempt on the end of an order is told without them: the ledger knows what is missing. */
const PATIENCE = 6;
const MOST_ATTEMPTS = 20;
/** Orders that are remembered. */
const MOST_ORDERS = 20_000;

const OVER: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'rejected']);

/**
 * Makes lossless reports of what Coinbase tells: its channel says how much of an order is filled, and executions, with
 * price, fee and liquidity, are in its history alone.
 *
 * ```
 * channel   o---f----f-c        open, filled 1, filled 3, canceled
 * asks      ----?----?----
 * reports   a-----x----xxc      accepted; each execution once; the end behind them
 * ```
 *
 * The history may lag behind the channel: it is asked again until it holds what the channel counts.
 */
export class OrderTracker {
  readonly #port: VenuePort;
  readonly #history: History;
  readonly #products: ReadonlyMap<string, ListedInstrument>;
  readonly #orders = new Map<string, TrackedOrder>();
  readonly #ids = new Map<string, string>();
  readonly #amended = new Set<string>();

  constructor(port: VenuePort, history: History) {
    this.#port = port;
    this.#history = history;
    this.#products = new Map(port.listed.map((listed) => [listed.definition.symbol, listed]));
  }

  /** The venue's id of an order of ours. */
  orderIdOf(id: ClientOrderId): string | undefined {
    return this.#ids.get(id);
  }

  /** The venue's ids of the orders of a product that are not over. */
  openOn(product: string): readonly string[] {
    return [...this.#orders.values()]
      .filter(({ listed, status }) => listed.definition.symbol === product && !OVER.has(status))
      .map(({ orderId }) => orderId);
  }

  /** The venue answered an order request. */
  placed(id: ClientOrderId, orderId: string, listed: ListedInstrument): void {
    this.#track(orderId, id, listed);
  }

  /** What the venue says of an order now; older news changes nothing. */
  heard(told: ToldOrder): TrackedOrder | undefined {
    const listed = this.#products.get(told.product);
    if (listed === undefined || told.status === 'pending') return undefined;
    const order = this.#track(told.orderId, clientOrderId(told.clientOrderId || told.orderId), listed);
    const filled = listed.quantities.parse(told.filled, 'filled quantity');
    if (filled >= order.filled) {
      order.filled = filled;
      order.averagePrice = told.averagePrice;
    }
    if (!OVER.has(order.status)) {
      order.status = told.status;
      order.reason = told.reason;
    }
    if (told.status === 'accepted' || told.status === 'filled' || filled > 0)
      this.#say(order, 'accepted', '');
    if (order.filled > order.toldLots) {
      order.attempts = 0;
      void this.#ask(order);
    } else this.#conclude(order);
    return order;
  }

  /** The orders that are open, all of them: of the others something was missed. */
  openAre(orderIds: ReadonlySet<string>): void {
    for (const order of this.#orders.values())
      if (!OVER.has(order.status) && !orderIds.has(order.orderId)) void this.refresh(order.orderId);
  }

  /** Asks the venue where an order stands. */
  async refresh(orderId: string): Promise<TrackedOrder | undefined> {
    const answer = await this.#history.order(orderId);
    if (!answer.ok) return undefined;
    try {
      return this.heard(orderOfRest(objectField(answer.body['order'], 'order')));
    } catch (error) {
      this.#port.fault('bad-input', `order ${orderId}: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** The order once it is over and all of its reports are told, or `undefined` when that takes longer. */
  ended(orderId: string, within: number): Promise<TrackedOrder | undefined> {
    const order = this.#orders.get(orderId);
    if (order === undefined || order.over) return Promise.resolve(order);
    return new Promise((resolve) => {
      const done = (): void => {
        stop();
        order.waiting.delete(done);
        resolve(order.over ? order : undefined);
      };
      const stop = this.#port.after(within, done);
      order.waiting.add(done);
    });
  }

  /** The report of an execution; corrections and reversals are told at once, and are none. */
  reportOf(fill: ToldFill, id: string): FillReport | undefined {
    const listed = this.#products.get(fill.product);
    if (listed === undefined) return undefined;
    try {
      const report = fillReport(fill, id, listed);
      if (fill.tradeType === 'FILL') return report;
      this.#amend(fill, report);
    } catch (error) {
      this.#port.fault('bad-input', `an execution of ${fill.orderId}: ${messageOf(error)}`);
    }
    return undefined;
  }

  /** Client order ids of orders by the venue's id, as far as they are known. */
  clientIdOf(orderId: string): ClientOrderId | undefined {
    return this.#orders.get(orderId)?.clientOrderId;
  }

  async #ask(order: TrackedOrder): Promise<void> {
    if (order.asking) return;
    order.asking = true;
    const fills = await this.#fillsOf(order.orderId);
    order.asking = false;
    for (const fill of fills ?? []) {
      const report = this.reportOf(fill, order.clientOrderId);
      if (report === undefined || order.told.has(report.executionId)) continue;
      order.told.add(report.executionId);
      order.toldLots += report.quantity;
      this.#port.say(report);
    }
    if (order.toldLots >= order.filled) {
      this.#conclude(order);
      return;
    }
    const attempt = order.attempts++;
    if (attempt === PATIENCE) {
      const missing = order.listed.quantities.format(order.filled - order.toldLots);
      this.#port.fault('missing-fills', `order ${order.clientOrderId} lacks executions of ${missing}`);
      this.#conclude(order);
    }
    if (attempt < MOST_ATTEMPTS)
      this.#port.after(WAITS[Math.min(attempt, WAITS.length - 1)] as number, () => void this.#ask(order));
  }

  /** A page that cannot be read is as good as none. */
  async #fillsOf(orderId: string): Promise<readonly ToldFill[] | undefined> {
    try {
      return await this.#history.fills({ order_ids: [orderId] });
    } catch (error) {
      this.#port.fault('bad-input', `executions of ${orderId}: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Tells the end, once, when nothing is missing before it or nobody waits for that any longer. */
  #conclude(order: TrackedOrder): void {
    if (order.over || !OVER.has(order.status)) return;
    order.over = true;
    if (order.status !== 'filled') this.#say(order, order.status as StateReport['type'], order.reason);
    for (const done of [...order.waiting]) done();
  }

  #say(order: TrackedOrder, type: StateReport['type'], reason: string): void {
    const { listed, filled, averagePrice } = order;
    // What is filled so far is told by executions; at the end the count shows whether one is missing.
    const count =
      type === 'accepted'
        ? {}
        : { filled, ...(filled === 0 ? {} : { averagePrice: formatDecimal(decimal(averagePrice)) }) };
    this.#port.say({
      kind: 'report',
      type,
      venue: listed.definition.venue,
      instrument: listed.id,
      clientOrderId: order.clientOrderId,
      venueTime: this.#port.now(),
      reason,
      ...count,
    });
  }

  #amend(fill: ToldFill, report: FillReport): void {
    const entry = String(fill.fields['entry_id'] ?? `${fill.tradeType} ${report.executionId}`);
    if (this.#amended.has(entry)) return;
    this.#amended.add(entry);
    const { type: _type, ...rest } = report;
    const reason = `the venue told a ${fill.tradeType.toLowerCase()}`;
    if (fill.tradeType === 'CORRECTION') this.#port.say({ ...rest, type: 'correction', reason });
    else if (fill.tradeType === 'REVERSAL') {
      const { venue, instrument, clientOrderId: id, venueTime, executionId } = report;
      this.#port.say({
        kind: 'report',
        type: 'bust',
        venue,
        instrument,
        clientOrderId: id,
        venueTime,
        executionId,
        reason,
      });
    } else
      this.#port.fault(
        'bad-input',
        `execution ${report.executionId} is a ${fill.tradeType}: nobody knows what that is`,
      );
  }

  #track(orderId: string, id: ClientOrderId, listed: ListedInstrument): TrackedOrder {
    const known = this.#orders.get(orderId);
    if (known !== undefined) return known;
    const order: TrackedOrder = {
      orderId,
      clientOrderId: id,
      listed,
      status: 'accepted',
      filled: 0,
      averagePrice: '0',
      reason: '',
      toldLots: 0,
      told: new Set(),
      over: false,
      asking: false,
      attempts: 0,
      waiting: new Set(),
    };
    this.#orders.set(orderId, order);
    this.#ids.set(id, orderId);
    if (this.#orders.size > MOST_ORDERS) this.#forget();
    return order;
  }

  /** The eldest order that is over. */
  #forget(): void {
    for (const [orderId, { over, clientOrderId: id }] of this.#orders) {
      if (!over) continue;
      this.#orders.delete(orderId);
      if (this.#ids.get(id) === orderId) this.#ids.delete(id);
      return;
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
