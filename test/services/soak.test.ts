import { expect, test } from 'vitest';
import { binance } from '../../src/venues/binance/index.js';
import { quick, startDouble as startBinance } from '../venues/binance/binance-under-test.js';
import { startDouble as startCoinbase } from '../venues/coinbase/coinbase-under-test.js';
import { type SoakedVenue, soak, summaryOf } from '../venues/soak.js';

async function soakedBinance(kind: 'spot' | 'usdm'): Promise<SoakedVenue> {
  const double = await startBinance(kind);
  const { market } = double;
  const spot = kind === 'spot';
  return {
    instrument: market.listed('BTCUSDT').definition,
    driver: binance(quick(double, { limits: [], keepAlive: 15_000, timeout: 5_000 })),
    order: { price: spot ? 3_900_000 : 390_000, quantity: spot ? 1_000_000 : 100 },
    message(index) {
      market.setLevel('BTCUSDT', 'bid', (spot ? 3_990_000 : 399_000) - (index % 500), 1 + (index % 1_000));
      double.flush();
    },
    forget() {
      double.requests.length = 0;
      double.placed.length = 0;
    },
    stop: () => double.stop(),
  };
}

async function soakedCoinbase(): Promise<SoakedVenue> {
  const { double, market, driver } = await startCoinbase();
  return {
    instrument: market.listed('BTC-USD').definition,
    driver: driver({ keepAlive: 15_000, timeout: 5_000 }),
    order: { price: 3_900_000, quantity: 10_000 },
    async message(index) {
      market.setLevel('BTC-USD', 'bid', 3_990_000 - (index % 50), 1 + (index % 1_000));
      // What changes in one turn is told in one message.
      await Promise.resolve();
    },
    forget() {
      double.requests.length = 0;
      double.submits.length = 0;
    },
    stop: () => double.stop(),
  };
}

const SECONDS = Number(process.env['MILLRACE_SOAK_SECONDS'] ?? 20);

test.each<[string, () => Promise<SoakedVenue>]>([
  ['Binance spot', () => soakedBinance('spot')],
  ['Binance USD-M', () => soakedBinance('usdm')],
  ['Coinbase', soakedCoinbase],
])(
  '%s at 500 messages a second leaves nothing behind (npm run soak: longer)',
  async (name, make) => {
    const result = await soak(make, SECONDS, 500);
    console.log(summaryOf(name, result));
    expect(result.messages).toBeGreaterThan(100 * SECONDS);
    expect(result.events).toBeGreaterThan(100 * SECONDS);
    expect(result.orders).toBeGreaterThan(SECONDS);
    // An event that was kept would be hundreds of bytes. The double keeps one order in a hundred messages, we the words about
    // the latest ones, and a megabyte is what a warm-up takes.
    expect(result.bytesPerEvent).toBeLessThan(64 + 2 ** 20 / result.events);
    expect(result.handles[1]).toEqual(result.handles[0]);
  },
  2 * 3_600_000,
);
