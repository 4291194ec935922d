import { instrument } from 'millrace';
import { from } from 'rxjs';
import { map, scan } from 'rxjs/operators';
import { L2Book } from '../../dist/books/index.js';
import { BinanceDecoder } from '../../dist/streams/readers/binance-decoder.js';
import { InstrumentFinder } from '../../dist/streams/readers/find-instruments.js';
import { peer } from '../harness/peer.js';
import { levelUpdates } from './levels.js';
import { ReferenceBook } from './reference.js';
import { mixBest, mixBook, mixLevels, pairs } from './seeded.js';

/** The best prices are read after so many frames. */
const READ_EVERY = 8;
const TIME = Date.UTC(2026, 2, 2);
const BTC = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.00001',
});
const ticks = (price) => Math.round(price * 100);
const lots = (quantity) => Math.round(quantity * 100_000);

/** The same market as Binance sends it: text of JSON, prices and quantities in decimals, a snapshot first. */
export function frameTexts(count) {
  const { snapshot, updates } = levelUpdates(count);
  const spelled = (flat) =>
    pairs(flat).map(([price, quantity]) => [(price / 100).toFixed(2), (quantity / 100_000).toFixed(5)]);
  const text = (stream, data) => JSON.stringify({ stream: `btcusdt@${stream}`, data });
  return [
    text('depthSnapshot', {
      lastUpdateId: 1_000,
      bids: spelled(snapshot.bids),
      asks: spelled(snapshot.asks),
    }),
    ...updates.map(({ bids, asks }, index) => {
      const id = 1_001 + index;
      const words = { e: 'depthUpdate', E: TIME + index, s: 'BTCUSDT', U: id, u: id };
      return text('depth@100ms', { ...words, b: spelled(bids), a: spelled(asks) });
    }),
  ];
}

/** Who takes part: from the text of a frame to a book. A peer only where it is installed. */
export const FRAMES = {
  'minimal RxJS': { make: rxjs },
  'millrace BinanceDecoder and L2Book': { make: ours },
  'ccxt handleOrderBook': { make: ccxt, peer: 'ccxt' },
  'tardis-dev normalizeBookChanges and OrderBook': { make: tardis, peer: 'tardis-dev' },
};

function ours(frames) {
  return {
    play(digest) {
      const book = new L2Book();
      const decoder = new BinanceDecoder(new InstrumentFinder('binance', [BTC], TIME));
      const apply = (_ts, event) => book.apply(event);
      for (let index = 0; index < frames.length; index++) {
        decoder.decode(JSON.parse(frames[index]), TIME, apply, 'BTCUSDT');
        if (index % READ_EVERY === 0) mixBest(digest, book);
      }
      mixBook(digest, book);
    },
  };
}

function rxjs(frames) {
  const flat = (levels) =>
    levels.flatMap(([price, quantity]) => [ticks(Number(price)), lots(Number(quantity))]);
  return {
    play(digest) {
      let all;
      let index = 0;
      from(frames)
        .pipe(
          map((frame) => JSON.parse(frame).data),
          map(({ b, a, bids = b, asks = a }) => ({ bids: flat(bids), asks: flat(asks) })),
          scan((book, change) => {
            if (book === undefined) return new ReferenceBook(change);
            book.apply(change);
            return book;
          }, undefined),
        )
        .subscribe((book) => {
          all = book;
          if (index++ % READ_EVERY === 0) book.mixBest(digest);
        });
      all.mixAll(digest);
    },
  };
}

/** A level of a peer, in whole ticks and lots, so that the results can be compared. */
const mixLevel = (digest, price, quantity) => {
  digest.add(ticks(price));
  digest.add(lots(quantity));
};

async function ccxt(frames) {
  const { pro } = await peer('ccxt');
  const client = {
    url: 'wss://stream.binance.com:9443/ws',
    subscriptions: {},
    resolve: () => undefined,
    reject: (error) => {
      throw error;
    },
  };
  return {
    play(digest) {
      const exchange = new pro.binance();
      const { symbol } = exchange.safeMarket('BTCUSDT', undefined, undefined, 'spot');
      const { data } = JSON.parse(frames[0]);
      const numbers = (levels) => levels.map(([price, quantity]) => [Number(price), Number(quantity)]);
      const book = exchange.orderBook({
        bids: numbers(data.bids),
        asks: numbers(data.asks),
        nonce: data.lastUpdateId,
      });
      exchange.orderbooks[symbol] = book;
      for (let index = 0; index < frames.length; index++) {
        if (index > 0) exchange.handleOrderBook(client, JSON.parse(frames[index]).data);
        if (index % READ_EVERY === 0) {
          mixLevel(digest, ...book.bids[0]);
          mixLevel(digest, ...book.asks[0]);
        }
      }
      for (const side of [book.bids, book.asks])
        mixLevels(digest, side.length, (level) => [ticks(side[level][0]), lots(side[level][1])]);
    },
  };
}

async function tardis(frames) {
  const { normalizeBookChanges, OrderBook } = await peer('tardis-dev');
  return {
    play(digest) {
      const time = new Date(TIME);
      const mapper = normalizeBookChanges('binance', time);
      const book = new OrderBook();
      for (let index = 0; index < frames.length; index++) {
        const message = JSON.parse(frames[index]);
        if (mapper.canHandle(message)) for (const change of mapper.map(message, time)) book.update(change);
        if (index % READ_EVERY === 0) {
          for (const { price, amount } of [book.bestBid(), book.bestAsk()]) mixLevel(digest, price, amount);
        }
      }
      for (const side of [[...book.bids()], [...book.asks()]])
        mixLevels(digest, side.length, (level) => [ticks(side[level].price), lots(side[level].amount)]);
    },
  };
}
