import { type VenueDriver, venueDriver } from '../driver/index.js';
import { CoinbaseAdapter } from './coinbase-adapter.js';
import { type CoinbaseOptions, coinbaseCapabilities, coinbaseSettings } from './coinbase-options.js';

/**
 * Coinbase Advanced, for real: market data and our own orders by WebSocket, order entry and history by REST, on ccxt's
 * class for it (an optional package).
 *
 * ```
 * commands$  --s-----------c---        submit, cancel
 * channel    ---o---f----f-----c       open, and how much is filled
 * output     ---a----x----xx----c      accepted, each execution exactly once, canceled
 * ```
 *
 * - Executions come from the account's history, which is asked whenever the channel counts more than was told: exact
 *   decimals, fee and liquidity of each.
 * - `sequence_num` of each connection is checked: after a jump books are unsynced and asked for anew, and our own orders
 *   are asked for from the history.
 * - Orders are found by our id among those made since it was sent; an id is taken once.
 * - Every outcome, link, fault and hand-over is as {@link venueDriver} says.
 *
 * Without credentials it is market data alone, for `paper`.
 *
 * @example
 * const venue = coinbase({ credentials: keysFromEnvironment('COINBASE_API_KEY', 'COINBASE_SECRET') });
 * run(desk, { clock: liveClock(), drivers: [venue] });
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function coinbase(options: CoinbaseOptions = {}): VenueDriver {
  const settings = coinbaseSettings(options);
  const { venue, timeout, patience, history, limits, backOff, cancelAllOnKill } = settings;
  return venueDriver({
    venue,
    capabilities: coinbaseCapabilities(),
    adapter: (port) => new CoinbaseAdapter(port, settings),
    timeout,
    patience,
    history,
    limits,
    backOff,
    cancelAllOnKill,
    ...(options.random === undefined ? {} : { random: options.random }),
  });
}
