import { type Instrument, instrument } from '../../../src/domain/instrument.js';
import { type BinanceOptions, binance } from '../../../src/venues/binance/index.js';
import { BinanceDouble, type RequestFault as DoubleFault } from '../../doubles/binance/binance-double.js';
import type { DoubleKind } from '../../doubles/binance/spelling.js';
import { MatchingMarket } from '../../doubles/market/matching-market.js';
import type { OrderAtDouble, RequestFault, VenueUnderTest } from '../conformance/venue-under-test.js';

export const BTC: Instrument = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.00000001',
  orderStep: '0.00001',
  minNotional: '5',
  fees: { maker: 0.001, taker: 0.001 },
});

export const BTC_PERPETUAL: Instrument = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.1',
  lot: '0.001',
  minNotional: '5',
  fees: { maker: 0.0002, taker: 0.0005 },
});

const KEEP_ALIVE = 400;

const FAULTS: Readonly<Record<RequestFault, DoubleFault>> = {
  acceptThenDrop: { kind: 'acceptThenDrop' },
  acceptThenHang: { kind: 'acceptThenHang' },
  noReply: { kind: 'noReply' },
  http500: {
    kind: 'answer',
    status: 500,
    code: -1001,
    msg: 'Internal error; unable to process.',
    done: true,
  },
  http504: {
    kind: 'answer',
    status: 504,
    code: -1007,
    msg: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
    done: true,
  },
  reject: { kind: 'answer', status: 400, code: -2010, msg: 'Account has insufficient balance.' },
  throttle: { kind: 'answer', status: 429, code: -1003, msg: 'Too many requests.' },
  clockSkew: { kind: 'answer', status: 400, code: -1021, msg: 'outside of the recvWindow.' },
  deadKey: {
    kind: 'answer',
    status: 401,
    code: -2015,
    msg: 'Invalid API-key, IP, or permissions for action.',
  },
};

/** A double with a market of one instrument, a book around 40,000 and an account that can pay. */
export async function startDouble(kind: Exclude<DoubleKind, 'coinm'> = 'spot'): Promise<BinanceDouble> {
  const listed = kind === 'spot' ? BTC : BTC_PERPETUAL;
  const market = new MatchingMarket({ instruments: [listed] });
  const double = new BinanceDouble({ market, kind });
  market.wallets.put(double.owner, 'USDT', '10000000');
  market.wallets.put(double.owner, 'BTC', '1000');
  const one = 10 ** (kind === 'spot' ? 8 : 3);
  const tick = kind === 'spot' ? 100 : 10;
  for (let level = 1; level <= 5; level++) {
    market.setLevel('BTCUSDT', 'bid', 40_000 * tick - level * 10, level * one);
    market.setLevel('BTCUSDT', 'ask', 40_000 * tick + level * 10, level * one);
  }
  double.flush();
  await double.start();
  return double;
}

/** Options of a driver that is to be done with a double's faults soon. */
export const quick = (double: BinanceDouble, more: Partial<BinanceOptions> = {}): BinanceOptions => ({
  market: double.kind,
  environment: double.endpoints,
  credentials: () => double.key,
  timeout: 700,
  keepAlive: KEEP_ALIVE,
  backOff: { first: 30, longest: 200 },
  ...more,
});

/** Binance and its double, for the conformance suite. */
export async function binanceUnderTest(
  kind: Exclude<DoubleKind, 'coinm'>,
  more: Partial<BinanceOptions> = {},
): Promise<VenueUnderTest> {
  const double = await startDouble(kind);
  const { market } = double;
  const listed = market.listed('BTCUSDT');
  const one = 10 ** (kind === 'spot' ? 8 : 3);
  const tick = kind === 'spot' ? 100 : 10;
  const named = (id: string) => {
    const found = market.ordersOf(double.owner).find(({ clientOrderId }) => clientOrderId === id);
    if (found === undefined) throw new Error(`the double has no order ${id}`);
    return found;
  };
  const flat = (side: 'bid' | 'ask'): number[] =>
    market
      .book('BTCUSDT')
      .depth(side)
      .flatMap((each) => [...each]);
  return {
    instrument: listed.definition,
    keepAlive: KEEP_ALIVE,
    restingPrice: 39_000 * tick,
    lots: one / 10,
    driver: () => binance(quick(double, more)),
    double: {
      orders: () =>
        market.ordersOf(double.owner).map(
          ({ clientOrderId, status, filled }): OrderAtDouble => ({
            clientOrderId,
            status,
            filled,
            requests: double.placed.filter((id) => id === clientOrderId).length,
          }),
        ),
      fill: (id, ...lots) =>
        double.together(() => lots.forEach((part) => void market.fill(named(id).id, part))),
      fillNextInBurst: (...lots) => double.fillNext(...lots),
      failNext: (fault) => double.fail('place', FAULTS[fault]),
      disconnect: () => double.disconnect(),
      freeze: () => double.freeze(),
      thaw: () => {},
      trade: (lots) => market.take('BTCUSDT', 'sell', market.book('BTCUSDT').best('bid') ?? 1, lots),
      level: (side, price, lots) => market.setLevel('BTCUSDT', side, price, lots),
      gap: () => {
        double.flush();
        double.mangle = () => [];
        market.setLevel('BTCUSDT', 'bid', 100, one);
        double.flush();
        double.mangle = (frame) => [frame];
      },
      book: () => ({ bids: flat('bid'), asks: flat('ask') }),
      stop: () => double.stop(),
    },
  };
}
