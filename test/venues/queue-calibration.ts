import type { OrdersView } from '../../src/books/orders-view.js';
import { clientOrderId, instrumentId } from '../../src/domain/brand.js';
import type { BookOrderEvent } from '../../src/domain/market-event.js';
import { ownOf } from '../../src/venues/simulated/available-levels.js';
import { servedBy } from '../../src/venues/simulated/queue.js';
import type { QueueModel } from '../../src/venues/simulated/queue-model.js';
import { QueuePlace } from '../../src/venues/simulated/queue-place.js';
import { RecordedBook } from '../../src/venues/simulated/recorded-book.js';
import { type VenueOrder, venueOrder } from '../../src/venues/simulated/venue-order.js';

/** A row of an order-by-order recording with its time in nanoseconds. */
export interface Row {
  readonly ns: bigint;
  readonly event: BookOrderEvent;
}

/** How one model did with orders placed right behind real ones. Shares are of the real orders that were filled whole. */
export interface Calibration {
  readonly model: string;
  /** Real orders that were filled whole. */
  readonly filled: number;
  /** Share of ours that were filled whole in the same group of changes, within a second of it, and ever. */
  readonly atOnce: number;
  readonly withinSecond: number;
  readonly ever: number;
  /** Ours that were filled whole before the real order that stood in front, which was not passed over: it cannot be. */
  readonly tooEarly: number;
  /** Ours that were filled whole where the real order in front was passed over ({@link Pair.passedOver}). */
  readonly passedOver: number;
  /** Ours whose filled lots, when the real order had ended, were those that the very orders before it say. */
  readonly right: number;
  /** Mean error in lots of what stood before ours when the real order was filled, and its size without sign. */
  readonly bias: number;
  readonly error: number;
}

const SECOND = 1_000_000_000n;

/** One of our orders under one model, as a market holds it. */
class Shadow {
  readonly order: VenueOrder;
  readonly place: QueuePlace;
  filledAt: bigint | undefined;

  constructor(model: QueueModel, side: 'buy' | 'sell', price: number, quantity: number, book: RecordedBook) {
    this.order = venueOrder({
      clientOrderId: clientOrderId('shadow'),
      instrument: instrumentId('ES'),
      side,
      type: 'limit',
      timeInForce: 'GTC',
      price,
      quantity,
      postOnly: false,
      requestTime: 0,
      replaces: null,
    });
    const shown = book.displayed(ownOf(side), price);
    this.order.ahead = shown;
    this.place = new QueuePlace(model, shown);
    if (model === 'orderByOrder') this.place.standBehind(this.order, book.orders as OrdersView);
  }

  get ahead(): number {
    return this.place.lineLots ?? this.order.ahead;
  }

  print({ price, quantity, side }: BookOrderEvent, ns: bigint): void {
    const aggressor = side === 'bid' ? 'buy' : side === 'ask' ? 'sell' : 'none';
    for (const fill of servedBy({ price, quantity, aggressor }, [this.order])) this.#fill(fill.quantity, ns);
    if (price === this.order.price && aggressor !== this.order.side) this.place.printed(quantity);
  }

  filled({ orderId, quantity }: BookOrderEvent, ns: bigint): void {
    if (this.place.lineLots === undefined) return;
    if (this.place.follows(orderId)) this.place.filled(orderId, quantity);
    else this.#fill(Math.min(quantity, this.order.remaining), ns);
  }

  #fill(lots: number, ns: bigint): void {
    this.order.remaining -= lots;
    if (this.order.remaining === 0) this.filledAt ??= ns;
  }
}

/** A real order and ours behind it, one a model. */
interface Pair {
  readonly real: { readonly id: string; left: number };
  readonly shadows: readonly Shadow[];
  filledAt: bigint | undefined;
  /**
   * The venue canceled the real order in the very group of a trade that reached it, and filled others: as self-match prevention
   * does with an order of the taker's own. Ours is nobody's own, so the venue would have filled it.
   */
  passedOver: boolean;
  readonly errors: number[];
  /** Lots that each of ours had when the real order ended. */
  atEnd: readonly number[] | undefined;
}

/**
 * Replays an order-by-order recording and puts an order of the same side, price and size right behind every real one that joins
 * one of the best prices, once for each model; a real order that is canceled takes ours with it.
 *
 * @param from nanoseconds from which orders are followed: continuous trading
 * @param levels how many price levels from the best an order may join
 */
export function calibrate(
  rows: Iterable<Row>,
  models: Readonly<Record<string, QueueModel>>,
  from: bigint,
  levels: number,
): Calibration[] {
  const names = Object.keys(models);
  const truth = names.findIndex((name) => models[name] === 'orderByOrder');
  const book = new RecordedBook();
  const live = new Map<number, Set<Pair>>();
  const byReal = new Map<string, Pair>();
  const pairs: Pair[] = [];
  const touched = new Set<number>();
  /** Trades of the group of changes that goes on: one match of the venue. */
  let group: { readonly ns: bigint; readonly trades: BookOrderEvent[] } = { ns: -1n, trades: [] };
  const end = (pair: Pair): void => {
    byReal.delete(pair.real.id);
    pair.atEnd ??= pair.shadows.map(({ order }) => order.quantity - order.remaining);
  };
  for (const { ns, event } of rows) {
    const before = book.orders?.order(event.orderId)?.price;
    if (group.ns !== ns) group = { ns, trades: [] };
    if (event.action === 'trade') {
      group.trades.push(event);
      for (const set of live.values()) {
        for (const pair of set) {
          let left = 0;
          for (const shadow of pair.shadows) {
            if (shadow.order.remaining > 0) shadow.print(event, ns);
            left += shadow.order.remaining;
          }
          // The real one has ended, and ours are filled: nothing more is to be learnt.
          if (left === 0 && pair.atEnd !== undefined) set.delete(pair);
        }
      }
    } else if (event.action === 'fill') {
      const pair = byReal.get(event.orderId);
      if (pair !== undefined) {
        pair.real.left -= event.quantity;
        if (pair.real.left <= 0) pair.filledAt = ns;
      }
      for (const { shadows } of live.get(event.price) ?? []) {
        for (const shadow of shadows) if (ownOf(shadow.order.side) === event.side) shadow.filled(event, ns);
      }
    }
    const whole = book.apply(event);
    const { orders } = book;
    if (orders === undefined) continue;
    for (const price of new Set([event.price, before ?? event.price])) {
      touched.add(price);
      for (const { shadows } of live.get(price) ?? [])
        for (const { place, order } of shadows) place.changed(event, order, orders);
    }
    const pair = byReal.get(event.orderId);
    if (pair !== undefined && (event.action === 'cancel' || event.action === 'modify')) {
      const now = orders.order(event.orderId);
      const kept =
        now !== undefined && now.price === pair.shadows[0]?.order.price && now.quantity <= pair.real.left;
      if (pair.filledAt !== undefined) {
        for (const [nth, { ahead }] of pair.shadows.entries())
          pair.errors[nth] = ahead - (pair.shadows[truth] as Shadow).ahead;
        end(pair);
      } else if (!kept) {
        const [first] = pair.shadows;
        pair.passedOver = group.trades.some((trade) => reaches(trade, (first as Shadow).order));
        end(pair);
        live.get(pair.shadows[0]?.order.price as number)?.delete(pair);
      } else pair.real.left = now.quantity;
    }
    if (!whole) continue;
    for (const price of touched) {
      for (const { shadows } of live.get(price) ?? []) {
        for (const { place, order } of shadows) {
          const side = ownOf(order.side);
          if (book.shows(side, price)) place.shows(order, book.displayed(side, price));
        }
      }
    }
    touched.clear();
    if (event.action !== 'add' || event.snapshot || ns < from || event.side === 'none') continue;
    const best = book.price(event.side, 0);
    const crossed = book.price('bid', 0) >= book.price('ask', 0);
    if (crossed || Math.abs(event.price - best) >= levels) continue;
    const joined: Pair = {
      real: { id: event.orderId, left: event.quantity },
      shadows: names.map(
        (name) =>
          new Shadow(
            models[name] as QueueModel,
            event.side === 'bid' ? 'buy' : 'sell',
            event.price,
            event.quantity,
            book,
          ),
      ),
      filledAt: undefined,
      passedOver: false,
      errors: [],
      atEnd: undefined,
    };
    pairs.push(joined);
    byReal.set(event.orderId, joined);
    const set = live.get(event.price);
    if (set === undefined) live.set(event.price, new Set([joined]));
    else set.add(joined);
  }
  return names.map((model, nth) => summed(model, nth, truth, pairs));
}

/** Whether a trade has taken at an order's price, or beyond it. */
function reaches({ side, price }: BookOrderEvent, order: VenueOrder): boolean {
  return order.side === 'sell'
    ? side === 'bid' && price >= order.price
    : side === 'ask' && price <= order.price;
}

function summed(model: string, nth: number, truth: number, pairs: readonly Pair[]): Calibration {
  const done = pairs.filter(({ filledAt }) => filledAt !== undefined);
  const ours = (pair: Pair): Shadow => pair.shadows[nth] as Shadow;
  const share = (holds: (shadow: Shadow, at: bigint) => boolean): number =>
    done.filter((pair) => holds(ours(pair), pair.filledAt as bigint)).length / done.length;
  const ended = pairs.filter(({ atEnd }) => atEnd !== undefined);
  const first = pairs.filter((pair) => {
    const { filledAt } = ours(pair);
    return filledAt !== undefined && (pair.filledAt === undefined || filledAt < pair.filledAt);
  });
  const errors = done.flatMap(({ errors }) => (errors[nth] === undefined ? [] : [errors[nth]]));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    model,
    filled: done.length,
    atOnce: share(({ filledAt }, at) => filledAt !== undefined && filledAt <= at),
    withinSecond: share(({ filledAt }, at) => filledAt !== undefined && filledAt <= at + SECOND),
    ever: share(({ filledAt }) => filledAt !== undefined),
    tooEarly: first.filter(({ passedOver }) => !passedOver).length,
    passedOver: first.filter(({ passedOver }) => passedOver).length,
    right: ended.filter(({ atEnd }) => atEnd?.[nth] === atEnd?.[truth]).length / ended.length,
    bias: mean(errors),
    error: mean(errors.map(Math.abs)),
  };
}

/** The results as a table. */
export function tableOf(results: readonly Calibration[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  const head = [
    'model',
    'real filled',
    'at once',
    'within 1 s',
    'ever',
    'too early',
    'passed over',
    'right',
    'bias',
    'error',
  ];
  const lines = results.map((each) => [
    each.model,
    String(each.filled),
    percent(each.atOnce),
    percent(each.withinSecond),
    percent(each.ever),
    String(each.tooEarly),
    String(each.passedOver),
    percent(each.right),
    each.bias.toFixed(2),
    each.error.toFixed(2),
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
