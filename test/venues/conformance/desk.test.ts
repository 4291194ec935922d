import { describe, test } from 'vitest';
import { binance, binanceCapabilities } from '../../../src/venues/binance/index.js';
import { coinbaseCapabilities } from '../../../src/venues/coinbase/index.js';
import type { RequestFault as BinanceFault } from '../../doubles/binance/binance-double.js';
import type { RequestFault as CoinbaseFault } from '../../doubles/coinbase/coinbase-double.js';
import { BTC, quick, startDouble as startBinance } from '../binance/binance-under-test.js';
import { BTC_USD, startDouble as startCoinbase } from '../coinbase/coinbase-under-test.js';
import { comesToItsPosition, type DeskVenue } from './desk-at-venue.js';

async function atBinance(...wrong: readonly BinanceFault[]): Promise<DeskVenue> {
  const double = await startBinance();
  const { market } = double;
  double.fail('place', ...wrong);
  return {
    instrument: BTC,
    capabilities: binanceCapabilities(),
    driver: binance(quick(double, { timeout: 200 })),
    move: (lots) => market.setLevel('BTCUSDT', 'bid', 3_990_000, lots),
    orders: () => market.ordersOf(double.owner),
    placed: () => double.placed.length,
    stop: () => double.stop(),
  };
}

async function atCoinbase(...wrong: readonly CoinbaseFault[]): Promise<DeskVenue> {
  const { double, market, driver } = await startCoinbase();
  double.fail('submit', ...wrong);
  // Nobody hears of the order but by the look-up.
  if (wrong.length > 0)
    double.mangle = (frame, channel) =>
      channel === 'user' && frame.includes('client_order_id') ? [] : [frame];
  return {
    instrument: BTC_USD,
    capabilities: coinbaseCapabilities(),
    driver: driver({ timeout: 200 }),
    move: (lots) => market.setLevel('BTC-USD', 'bid', 3_990_000, lots),
    orders: () => market.ordersOf(double.owner),
    placed: () => double.submits.length,
    stop: () => double.stop(),
  };
}

const NO_WORD = { kind: 'answer', status: 504, code: -1007, done: true } as const;
const INTERNAL = { kind: 'status', status: 500, body: { error: 'INTERNAL' }, done: true } as const;

describe.each<[string, readonly (readonly [string, () => Promise<DeskVenue>])[]]>([
  [
    'Binance',
    [
      ['nothing', () => atBinance()],
      ['an order that is filled while every word of it is lost', () => atBinance({ kind: 'acceptThenHang' })],
      ['a connection that breaks behind the order', () => atBinance({ kind: 'acceptThenDrop' })],
      ['an answer that says nothing', () => atBinance(NO_WORD)],
    ],
  ],
  [
    'Coinbase',
    [
      ['nothing', () => atCoinbase()],
      ['an order that is filled while its answer is lost', () => atCoinbase({ kind: 'acceptThenHang' })],
      ['a connection that breaks behind the order', () => atCoinbase({ kind: 'acceptThenDrop' })],
      ['an answer that says nothing', () => atCoinbase(INTERNAL)],
    ],
  ],
])('a desk at %s', (_venue, faults) => {
  test.each(faults)('comes to its position with one order, in spite of %s', async (_fault, start) => {
    await comesToItsPosition(await start());
  });
});
