import { Redaction } from '../driver/secrets.js';
import { type VenueDriver, venueDriver } from '../driver/venue-driver.js';
import { BinanceAdapter } from './binance-adapter.js';
import { type BinanceOptions, binanceCapabilities, binanceSettings } from './options.js';

/**
 * Trades on Binance: spot, or futures margined in stablecoins; of futures margined in coins, market data only.
 *
 * ```
 * stream      b-d-t-d---         books and trades of every instrument of this venue and market
 * submit      --s-------         by WebSocket, or by REST
 * private     ---n-f-f--         accepted, two fills: each frame a report
 * ```
 *
 * It needs the package `ccxt` in the version that its documentation names, which signs and connects; what comes in is
 * decoded here, frame by frame. Requests carry the order's own time and expire at the venue `recvWindow` later. What else
 * it does, and what it cannot: docs/venues.md.
 *
 * @example
 * const live = binance({
 *   environment: 'testnet',
 *   credentials: keysFromEnvironment('BINANCE_API_KEY', 'BINANCE_SECRET'),
 * });
 * run(desk, { clock: liveClock(), drivers: [live] });
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function binance(options: BinanceOptions = {}): VenueDriver {
  const settings = binanceSettings(options);
  const { venue, market, recvWindow, timeout, limits, reserved, backOff, cancelAllOnKill } = settings;
  return venueDriver({
    venue,
    capabilities: binanceCapabilities(recvWindow, market),
    timeout,
    limits,
    reserved,
    backOff,
    cancelAllOnKill,
    redaction: new Redaction(),
    adapter: (port) => new BinanceAdapter(settings, port),
  });
}
