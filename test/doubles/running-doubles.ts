import { instrument } from '../../src/domain/instrument.js';
import { BinanceDouble } from './binance/binance-double.js';
import { CoinbaseDouble } from './coinbase/coinbase-double.js';
import { MatchingMarket } from './market/matching-market.js';
import { MovingMarket, PriceWalk } from './market/moving-market.js';

/** Venues that have a double with a market that moves. */
export const DOUBLES = ['binance', 'coinbase'] as const;
export type DoubleName = (typeof DOUBLES)[number];

/** How one is connected to. Every value is a text of its own making; the keys are of no use elsewhere. */
export type Connection = Readonly<Record<string, string>>;

export interface RunningDoubles {
  readonly connections: Readonly<Partial<Record<DoubleName, Connection>>>;
  stop(): Promise<void>;
}

const PRICE = 65_000;
const EVERY = 40;

/** Starts doubles on the loopback whose markets follow one price, until they are stopped. */
export async function startDoubles(names: readonly DoubleName[], seed: number): Promise<RunningDoubles> {
  const walk = new PriceWalk(PRICE, 6, seed);
  const movers: MovingMarket[] = [];
  const stops: (() => Promise<void>)[] = [];
  const connections: Partial<Record<DoubleName, Connection>> = {};
  if (names.includes('coinbase')) {
    const market = new MatchingMarket({
      instruments: [
        instrument({
          venue: 'coinbase',
          symbol: 'BTC-USD',
          kind: 'spot',
          base: 'BTC',
          quote: 'USD',
          tick: '0.01',
          lot: '0.00000001',
          minQuantity: '0.00001',
          minNotional: '1',
          fees: { maker: 0.001, taker: 0.001 },
        }),
      ],
    });
    const double = new CoinbaseDouble({ market });
    market.wallets.put(double.owner, 'USD', '1000000');
    market.wallets.put(double.owner, 'BTC', '20');
    movers.push(
      new MovingMarket({ market, symbol: 'BTC-USD', price: PRICE, seed: seed + 1, halfSpread: 35 }),
    );
    await double.start();
    stops.push(() => double.stop());
    connections.coinbase = {
      COINBASE_REST_URL: double.url,
      COINBASE_FEED_URL: double.feedUrl,
      COINBASE_API_KEY: double.key.apiKey,
      COINBASE_SECRET: double.key.secret,
    };
  }
  if (names.includes('binance')) {
    const market = new MatchingMarket({
      instruments: [
        instrument({
          venue: 'binance',
          symbol: 'BTCUSDT',
          kind: 'spot',
          base: 'BTC',
          quote: 'USDT',
          tick: '0.01',
          lot: '0.00000001',
          orderStep: '0.00001',
          minNotional: '5',
          // What the desk takes for an ordinary account's.
          fees: { maker: 0.001, taker: 0.001 },
        }),
      ],
    });
    const double = new BinanceDouble({ market });
    market.wallets.put(double.owner, 'USDT', '1000000');
    market.wallets.put(double.owner, 'BTC', '20');
    movers.push(new MovingMarket({ market, symbol: 'BTCUSDT', price: PRICE, seed: seed + 2, size: 1.2 }));
    await double.start();
    stops.push(() => double.stop());
    connections.binance = {
      BINANCE_REST_URL: double.endpoints.rest,
      BINANCE_STREAM_URL: double.endpoints.stream,
      BINANCE_API_URL: double.endpoints.api,
      BINANCE_API_KEY: double.key.apiKey,
      BINANCE_SECRET: double.key.secret,
    };
  }
  const timer = setInterval(() => {
    const price = walk.next();
    for (const mover of movers) mover.step(price);
  }, EVERY);
  return {
    connections,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
