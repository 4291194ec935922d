import { type Instrument, instrument } from '../../../src/domain/instrument.js';
import { type CoinbaseOptions, coinbase } from '../../../src/venues/coinbase/index.js';
import type { VenueDriver } from '../../../src/venues/driver/index.js';
import { CoinbaseDouble, type RequestFault as Fault } from '../../doubles/coinbase/coinbase-double.js';
import type { DoubleOrder } from '../../doubles/market/double-order.js';
import { MatchingMarket } from '../../doubles/market/matching-market.js';
import type { RequestFault, VenueUnderTest } from '../conformance/venue-under-test.js';

export const BTC_USD: Instrument = instrument({
  venue: 'coinbase',
  symbol: 'BTC-USD',
  kind: 'spot',
  base: 'BTC',
  quote: 'USD',
  tick: '0.01',
  lot: '0.00000001',
  minQuantity: '0.00000001',
  minNotional: '0',
  fees: { maker: 0.004, taker: 0.006 },
});

const KEEP_ALIVE = 400;

const FAULTS: Readonly<Record<Exclude<RequestFault, 'clockSkew'>, Fault>> = {
  acceptThenDrop: { kind: 'acceptThenDrop' },
  acceptThenHang: { kind: 'acceptThenHang' },
  noReply: { kind: 'noReply' },
  http500: { kind: 'status', status: 500, body: { error: 'INTERNAL', message: 'internal' }, done: true },
  http504: { kind: 'status', status: 504, body: '<html>Gateway Time-out</html>', done: true },
  reject: {
    kind: 'status',
    status: 200,
    body: {
      success: false,
      error_response: { error: 'INSUFFICIENT_FUND', message: 'Insufficient balance in source account' },
    },
  },
  throttle: {
    kind: 'status',
    status: 429,
    body: { errors: [{ id: 'rate_limit_exceeded', message: 'Too many' }] },
  },
  deadKey: { kind: 'status', status: 401, body: 'Unauthorized\n' },
};

/** A double with a market whose clock can be moved. */
export interface StartedDouble {
  readonly double: CoinbaseDouble;
  readonly market: MatchingMarket;
  readonly clock: { offset: number };
  readonly driver: (options?: Partial<CoinbaseOptions>) => VenueDriver;
}

export async function startDouble(): Promise<StartedDouble> {
  const clock = { offset: 0 };
  const market = new MatchingMarket({ instruments: [BTC_USD], now: () => Date.now() + clock.offset });
  const double = new CoinbaseDouble({ market, heartbeatEvery: 100 });
  market.wallets.put(double.owner, 'USD', '1000000');
  market.wallets.put(double.owner, 'BTC', '10');
  market.setLevel('BTC-USD', 'bid', 3_999_000, 200_000_000);
  market.setLevel('BTC-USD', 'ask', 4_001_000, 200_000_000);
  await double.start();
  const driver = (options: Partial<CoinbaseOptions> = {}): VenueDriver =>
    coinbase({
      credentials: () => ({ apiKey: double.key.apiKey, secret: double.key.secret }),
      environment: { rest: double.url, feed: double.feedUrl },
      timeout: 700,
      keepAlive: KEEP_ALIVE,
      backOff: { first: 30, longest: 200 },
      limits: [],
      ...options,
    });
  return { double, market, clock, driver };
}

/** The double with both hands on it, as the conformance suite wants it. */
export async function coinbaseUnderTest(): Promise<VenueUnderTest> {
  const { double, market, clock, driver } = await startDouble();
  const mine = (): readonly DoubleOrder[] => market.ordersOf(double.owner);
  const numberOf = (id: string): number => {
    const order = mine().find(({ clientOrderId }) => clientOrderId === id);
    if (order === undefined) throw new Error(`the double has no order ${id}`);
    return order.id;
  };
  const flat = (side: 'bid' | 'ask'): number[] => market.book('BTC-USD').depth(side).flat();
  return {
    instrument: BTC_USD,
    keepAlive: KEEP_ALIVE,
    restingPrice: 3_950_000,
    lots: 10_000,
    driver: () => driver(),
    double: {
      orders: () =>
        mine().map(({ clientOrderId, status, filled }) => ({
          clientOrderId,
          status,
          filled,
          requests: double.submits.filter((body) => {
            return (body as { client_order_id?: unknown }).client_order_id === clientOrderId;
          }).length,
        })),
      fill: (id, ...lots) =>
        double.burst(() => {
          for (const part of lots) market.fill(numberOf(id), part);
        }),
      fillNextInBurst: (...lots) => {
        const stop = market.listen((news) => {
          if (news.kind !== 'accepted' || news.order.owner !== double.owner) return;
          stop();
          // The acceptance is told already, by a socket that holds everything back.
          for (const part of lots) market.fill(news.order.id, part);
        });
        double.burstNext();
      },
      failNext: (fault) => {
        if (fault === 'clockSkew') clock.offset += 300_000;
        else double.fail('submit', FAULTS[fault]);
        if (DOUBTS.includes(fault)) silenceOrders(double);
      },
      disconnect: () => double.disconnect(),
      freeze: () => double.freeze(),
      thaw: () => double.thaw(),
      trade: (lots) => market.take('BTC-USD', 'sell', market.book('BTC-USD').best('bid') ?? 1, lots),
      level: (side, price, lots) => market.setLevel('BTC-USD', side, price, lots),
      gap: () => double.jump(3),
      book: () => ({ bids: flat('bid'), asks: flat('ask') }),
      stop: () => double.stop(),
    },
  };
}

/** After these nobody shall hear of the order until it is asked for: the channel's word would settle the doubt. */
const DOUBTS: readonly RequestFault[] = ['acceptThenDrop', 'acceptThenHang', 'http500', 'http504'];

/** Leaves out of the channel what it tells of orders; its messages come and are numbered as ever. */
function silenceOrders(double: CoinbaseDouble): void {
  double.mangle = (frame, channel) =>
    channel === 'user' ? [frame.replace(/"orders":\[.*?\](?=[,}])/, '"orders":[]')] : [frame];
}
