import { type Instrument, instrument } from '../../../src/domain/instrument.js';
import { type GatewayOptions, gateway } from '../../../src/venues/gateway/index.js';
import { GatewayDouble, type GatewayDoubleOptions } from '../../doubles/gateway/gateway-double.js';
import type { VenueUnderTest } from '../conformance/venue-under-test.js';

const KEEP_ALIVE = 300;

export const BTC: Instrument = instrument({
  venue: 'engine',
  symbol: 'BTCUSDT',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.1',
  lot: '0.001',
});

/** Options of a driver that is to be done with a double's faults soon. */
export const quick = (connect: string, more: Partial<GatewayOptions> = {}): GatewayOptions => ({
  venue: 'engine',
  connect,
  timeout: 600,
  keepAlive: KEEP_ALIVE,
  backOff: { first: 20, longest: 200 },
  ...more,
});

/** An engine and the gateway to it, for the conformance suite. */
export async function gatewayUnderTest(
  engine: GatewayDoubleOptions = {},
  more: Partial<GatewayOptions> = {},
): Promise<VenueUnderTest & { readonly double: GatewayDouble }> {
  const double = new GatewayDouble(BTC, engine);
  await double.start();
  // An engine that only executes.
  if (more.marketData !== true)
    Object.assign(double, { level: undefined, book: undefined, trade: undefined });
  return {
    instrument: BTC,
    double,
    driver: () => gateway(quick(double.address, more)),
    keepAlive: KEEP_ALIVE,
    restingPrice: 400_000,
    lots: 100,
  };
}
