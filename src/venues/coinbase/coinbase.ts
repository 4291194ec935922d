import { filter } from 'rxjs';
import type { Command } from '../../domain/command.js';
import { type VenueDriver, venueDriver } from '../driver/index.js';
import { CoinbaseAdapter } from './coinbase-adapter.js';
import { COINBASE_CAPABILITIES, type CoinbaseOptions, coinbaseSettings } from './coinbase-options.js';

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
 * With `paper` it is market data alone: put a `simulatedVenue` of the same venue beside it.
 *
 * @example
 * const venue = coinbase({ credentials: keysFromEnvironment('COINBASE_API_KEY', 'COINBASE_SECRET') });
 * run(desk, { clock: liveClock(), drivers: [venue] });
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function coinbase(options: CoinbaseOptions): VenueDriver {
  const settings = coinbaseSettings(options);
  const { venue, paper, timeout, patience, history, limits } = settings;
  const driver = venueDriver({
    venue,
    capabilities: COINBASE_CAPABILITIES,
    adapter: (port) => new CoinbaseAdapter(port, settings),
    timeout,
    patience,
    history,
    limits,
    ...(options.random === undefined ? {} : { random: options.random }),
  });
  if (!paper) return driver;
  const { venue: _venue, ...rest } = driver;
  return {
    ...rest,
    name: `market:${venue}`,
    connect: (context) =>
      driver.connect({ ...context, commands$: context.commands$.pipe(filter(isAboutBooks)) }),
  };
}

/** Everything else is for the venue that executes. */
const isAboutBooks = (command: Command): boolean => command.kind === 'ask' && command.what === 'book';
