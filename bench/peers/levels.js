import { from } from 'rxjs';
import { scan } from 'rxjs/operators';
import { L2Book } from '../../dist/books/index.js';
import { peer, peerFile } from '../harness/peer.js';
import { ReferenceBook } from './reference.js';
import { mixBest, mixBook, mixLevels, pairs, seeded } from './seeded.js';

const DEPTH = 1_000;
/** The best prices are read after so many updates. */
const READ_EVERY = 8;
/** A snapshot and updates of one to six levels, near the top more often than far from it. */
export function levelUpdates(count) {
  const random = seeded(7);
  const snapshot = { bids: [], asks: [] };
  for (let level = 0; level < DEPTH; level++) {
    snapshot.bids.push(50_000 - level, 1 + random.below(900));
    snapshot.asks.push(50_001 + level, 1 + random.below(900));
  }
  let middle = 50_000;
  const updates = [];
  for (let index = 0; index < count; index++) {
    const bids = [];
    const asks = [];
    const moves = random.unit();
    if (moves < 0.02) {
      // The market moves by a tick: what it moves through goes.
      if (moves < 0.01) asks.push(++middle, 0);
      else bids.push(middle--, 0);
    }
    for (let change = random.below(6); change >= 0; change--) {
      const quantity = random.unit() < 0.35 ? 0 : 1 + random.below(900);
      if (random.unit() < 0.5) bids.push(middle - random.distance(DEPTH), quantity);
      else asks.push(middle + 1 + random.distance(DEPTH), quantity);
    }
    updates.push({ bids, asks });
  }
  return { snapshot, updates };
}

/** Who takes part; a peer only where it is installed. */
export const LEVELS = {
  'minimal RxJS': { make: rxjs },
  'millrace L2Book': { make: ours },
  'sorted typed arrays': { make: reference },
  'ccxt OrderBook': { make: ccxt, peer: 'ccxt' },
  'tardis-dev OrderBook': { make: tardis, peer: 'tardis-dev' },
};

function ours({ snapshot, updates }) {
  const event = (action, { bids, asks }, first, last) => ({
    kind: 'book',
    instrument: 'BTC-USDT.SPOT@binance',
    venueTime: 0,
    action,
    first,
    last,
    previous: -1,
    bids,
    asks,
  });
  const whole = event('snapshot', snapshot, -1, 0);
  const deltas = updates.map((update, index) => event('delta', update, index + 1, index + 1));
  return {
    play(digest) {
      const book = new L2Book();
      book.apply(whole);
      for (let index = 0; index < deltas.length; index++) {
        book.apply(deltas[index]);
        if (index % READ_EVERY === 0) mixBest(digest, book);
      }
      mixBook(digest, book);
    },
  };
}

function reference({ snapshot, updates }) {
  return {
    play(digest) {
      const book = new ReferenceBook(snapshot);
      for (let index = 0; index < updates.length; index++) {
        book.apply(updates[index]);
        if (index % READ_EVERY === 0) book.mixBest(digest);
      }
      book.mixAll(digest);
    },
  };
}

/** The least that the same takes in RxJS: a `scan` over the reference's book. */
function rxjs({ snapshot, updates }) {
  return {
    play(digest) {
      const book = new ReferenceBook(snapshot);
      from(updates)
        .pipe(
          scan((index, update) => {
            book.apply(update);
            return index + 1;
          }, -1),
        )
        .subscribe((index) => {
          if (index % READ_EVERY === 0) book.mixBest(digest);
        });
      book.mixAll(digest);
    },
  };
}

async function ccxt({ snapshot, updates }) {
  const { OrderBook } = await peerFile('ccxt', 'js/src/base/ws/OrderBook.js');
  const whole = { bids: pairs(snapshot.bids), asks: pairs(snapshot.asks) };
  const deltas = updates.map(({ bids, asks }) => ({ bids: pairs(bids), asks: pairs(asks) }));
  return {
    play(digest) {
      const book = new OrderBook();
      // It keeps the arrays that it is given.
      book.reset({ bids: whole.bids.map((pair) => [...pair]), asks: whole.asks.map((pair) => [...pair]) });
      for (let index = 0; index < deltas.length; index++) {
        const { bids, asks } = deltas[index];
        for (let at = 0; at < bids.length; at++) book.bids.store(bids[at][0], bids[at][1]);
        for (let at = 0; at < asks.length; at++) book.asks.store(asks[at][0], asks[at][1]);
        if (index % READ_EVERY === 0) {
          digest.add(book.bids[0][0]);
          digest.add(book.bids[0][1]);
          digest.add(book.asks[0][0]);
          digest.add(book.asks[0][1]);
        }
      }
      for (const side of [book.bids, book.asks]) mixLevels(digest, side.length, (level) => side[level]);
    },
  };
}

async function tardis({ snapshot, updates }) {
  const { OrderBook } = await peer('tardis-dev');
  const levels = (flat) => pairs(flat).map(([price, amount]) => ({ price, amount }));
  const change = (isSnapshot, { bids, asks }) => ({ isSnapshot, bids: levels(bids), asks: levels(asks) });
  const whole = change(true, snapshot);
  const deltas = updates.map((update) => change(false, update));
  return {
    play(digest) {
      const book = new OrderBook();
      book.update(whole);
      for (let index = 0; index < deltas.length; index++) {
        book.update(deltas[index]);
        if (index % READ_EVERY === 0) {
          const bid = book.bestBid();
          const ask = book.bestAsk();
          digest.add(bid.price);
          digest.add(bid.amount);
          digest.add(ask.price);
          digest.add(ask.amount);
        }
      }
      for (const side of [[...book.bids()], [...book.asks()]])
        mixLevels(digest, side.length, (level) => [side[level].price, side[level].amount]);
    },
  };
}
