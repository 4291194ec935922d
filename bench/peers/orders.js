import { from } from 'rxjs';
import { scan } from 'rxjs/operators';
import { OrderByOrderBook } from '../../dist/books/index.js';
import { peer } from '../harness/peer.js';
import { ReferenceSide } from './reference.js';
import { mixBest, seeded } from './seeded.js';

const PRICES = 200;
const READ_EVERY = 8;

/**
 * Orders that come, change and go: `market` of them also take from the other side. Changes raise the quantity or move
 * the price, so that the order loses its place by everybody's rules.
 */
export function orderOperations(count, market) {
  const random = seeded(11);
  const live = [];
  const operations = [];
  let next = 0;
  const add = () => {
    const side = random.unit() < 0.5 ? 'bid' : 'ask';
    const distance = random.distance(PRICES);
    const price = side === 'bid' ? 10_000 - distance : 10_001 + distance;
    const order = { id: String(5_000_000_000 + next++), side, price, quantity: 1 + random.below(50) };
    live.push(order);
    operations.push({ kind: 'add', ...order });
  };
  for (let index = 0; index < 4_000; index++) add();
  while (operations.length < count) {
    const chance = random.unit();
    if (chance < market) {
      operations.push({
        kind: 'market',
        side: random.unit() < 0.5 ? 'bid' : 'ask',
        quantity: 1 + random.below(30),
      });
    } else if (chance < 0.5 || live.length < 1_000) add();
    else {
      const at = random.below(live.length);
      const order = live[at];
      if (chance < 0.88) {
        live[at] = live.at(-1);
        live.pop();
        operations.push({ kind: 'cancel', ...order });
      } else {
        order.quantity += 1 + random.below(5);
        operations.push({ kind: 'modify', ...order });
      }
    }
  }
  return operations;
}

/** Who takes part; a peer only where it is installed. */
export const ORDERS = {
  'minimal RxJS': { make: rxjs },
  'millrace OrderByOrderBook': { make: ours },
  'nodejs-order-book': { make: nodejsOrderBook, peer: 'nodejs-order-book' },
};

function ours(operations) {
  const event = (action, orderId, side, price, quantity) => ({
    kind: 'bookOrder',
    instrument: 'ESH4.FUT@cme',
    venueTime: 0,
    action,
    orderId,
    side,
    price,
    quantity,
    snapshot: false,
    last: true,
  });
  const events = operations.map(({ kind, id, side, price, quantity }) =>
    kind === 'market' ? { action: 'market', side, quantity } : event(kind, id, side, price, quantity),
  );
  const take = (book, side, lots) => {
    let left = lots;
    while (left > 0) {
      const first = book.firstOrderAt(side, 0);
      if (first === undefined) return;
      const taken = Math.min(left, first.quantity);
      left -= taken;
      book.apply(event('cancel', first.id, side, first.price, taken));
    }
  };
  return {
    play(digest) {
      const book = new OrderByOrderBook();
      book.apply(event('clear', '', 'none', 0, 0));
      for (let index = 0; index < events.length; index++) {
        const operation = events[index];
        const { action } = operation;
        if (action === 'market') take(book, operation.side, operation.quantity);
        else if (action === 'add') book.apply(operation);
        else {
          const order = book.order(operation.orderId);
          // An order may have been taken since: a venue would say so, and cancel no more than is left.
          if (action === 'cancel') operation.quantity = order?.quantity ?? 0;
          if (order !== undefined) book.apply(operation);
        }
        if (index % READ_EVERY === 0) mixBest(digest, book);
      }
      for (const side of ['bid', 'ask'])
        for (let level = 0; level < book.depth(side); level++)
          book.forEachOrderAt(side, level, ({ id, price, quantity }) => {
            digest.add(Number(id) % 1e9);
            digest.add(price);
            digest.add(quantity);
          });
    },
  };
}

/** A side of plain queues: its levels' totals are the reference's, its orders stand in maps in order of arrival. */
class QueuedSide {
  totals;
  queues = new Map();

  constructor(sign) {
    this.totals = new ReferenceSide(sign);
  }

  add(order) {
    let queue = this.queues.get(order.price);
    if (queue === undefined) {
      queue = { total: 0, orders: new Map() };
      this.queues.set(order.price, queue);
    }
    queue.orders.set(order.id, order);
    this.#change(order.price, queue, order.quantity);
  }

  take(order, quantity) {
    const queue = this.queues.get(order.price);
    order.quantity -= quantity;
    if (order.quantity === 0) queue.orders.delete(order.id);
    this.#change(order.price, queue, -quantity);
  }

  first() {
    if (this.totals.length === 0) return undefined;
    return this.queues.get(this.totals.price(0)).orders.values().next().value;
  }

  #change(price, queue, quantity) {
    queue.total += quantity;
    this.totals.set(price, queue.total);
    if (queue.total === 0) this.queues.delete(price);
  }
}

/** The least that the same takes in RxJS: a `scan` over maps of orders. */
function rxjs(operations) {
  return {
    play(digest) {
      const sides = { bid: new QueuedSide(1), ask: new QueuedSide(-1) };
      const orders = new Map();
      const leave = (order, quantity) => {
        sides[order.side].take(order, quantity);
        if (order.quantity === 0) orders.delete(order.id);
      };
      const enter = ({ id, side, price, quantity }) => {
        const order = { id, side, price, quantity };
        orders.set(id, order);
        sides[side].add(order);
      };
      const match = ({ side, quantity }) => {
        for (let left = quantity; left > 0; ) {
          const order = sides[side].first();
          if (order === undefined) return;
          const taken = Math.min(left, order.quantity);
          left -= taken;
          leave(order, taken);
        }
      };
      from(operations)
        .pipe(
          scan((index, operation) => {
            const { kind, id } = operation;
            if (kind === 'market') match(operation);
            else if (kind === 'add') enter(operation);
            else {
              const order = orders.get(id);
              if (order !== undefined) {
                leave(order, order.quantity);
                if (kind === 'modify') enter(operation);
              }
            }
            return index + 1;
          }, -1),
        )
        .subscribe((index) => {
          if (index % READ_EVERY !== 0) return;
          for (const { totals } of [sides.bid, sides.ask]) {
            digest.add(totals.length > 0 ? totals.price(0) : Number.NaN);
            digest.add(totals.length > 0 ? totals.quantity(0) : 0);
          }
        });
      for (const { totals, queues } of [sides.bid, sides.ask])
        for (let level = 0; level < totals.length; level++)
          for (const { id, price, quantity } of queues.get(totals.price(level)).orders.values()) {
            digest.add(Number(id) % 1e9);
            digest.add(price);
            digest.add(quantity);
          }
    },
  };
}

async function nodejsOrderBook(operations) {
  const { OrderBook } = await peer('nodejs-order-book');
  const SIDES = { bid: 'buy', ask: 'sell' };
  const calls = operations.map(({ kind, id, side, price, quantity: size }) => {
    if (kind === 'add') return { kind, id, options: { id, side: SIDES[side], size, price, postOnly: false } };
    if (kind === 'market') return { kind, id, options: { side: side === 'bid' ? 'sell' : 'buy', size } };
    return { kind, id, options: { price, size } };
  });
  return {
    play(digest) {
      const book = new OrderBook();
      for (let index = 0; index < calls.length; index++) {
        const { kind, id, options } = calls[index];
        if (kind === 'add') book.limit(options);
        else if (kind === 'market') book.market(options);
        else if (kind === 'cancel') book.cancel(id);
        else if (book.orders[id] !== undefined) book.modify(id, options);
        if (index % READ_EVERY === 0) {
          const bid = book.bids.maxPriceQueue();
          const ask = book.asks.minPriceQueue();
          digest.add(bid?.price() ?? Number.NaN);
          digest.add(bid?.volume() ?? 0);
          digest.add(ask?.price() ?? Number.NaN);
          digest.add(ask?.volume() ?? 0);
        }
      }
      const { bids, asks } = book.snapshot();
      bids.sort((a, b) => b.price - a.price);
      asks.sort((a, b) => a.price - b.price);
      for (const { orders } of [...bids, ...asks])
        for (const { id, price, size } of orders) {
          digest.add(Number(id) % 1e9);
          digest.add(price);
          digest.add(size);
        }
    },
  };
}
