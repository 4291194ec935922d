import { flagOf, integerAtLeast, knownKeys, nonEmptyName, refuse } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { VenueCapabilities } from '../../domain/venue-capabilities.js';
import { checkAddress, isLocal } from '../../services/zeromq/address.js';
import { checkKeys, type KeyPair, keyBytes } from '../../services/zeromq/keys.js';
import type { BackOffOptions } from '../driver/back-off.js';
import type { RateLimit, ReservedShares } from '../driver/rate-budget.js';

/** Where an execution engine listens, and what it can do. */
export interface GatewayOptions {
  /** The venue whose orders the engine executes. */
  readonly venue: string;
  /** Where the engine listens: `tcp://HOST:PORT` or `ipc://PATH`. */
  readonly connect: string;
  /** Needed unless the address is of this machine only: our keys, and the public key of the engine. */
  readonly curve?: { readonly keys: KeyPair; readonly engine: string };
  /** What the engine can do for the safety of orders. @default it finds orders by our ids, and takes limit and market orders */
  readonly capabilities?: VenueCapabilities;
  /** The engine tells books and trades of its instruments as well. @default false: another driver brings them */
  readonly marketData?: boolean;
  /**
   * What the engine takes within a time: each request costs one of the limit `requests`; orders, replacements and cancels
   * one of `orders` too. @default no limits
   */
  readonly limits?: readonly RateLimit[];
  /** Shares of the limits that are kept for what matters more. @default those of the kit: cancels always find room */
  readonly reserved?: ReservedShares;
  /** Milliseconds without an answer after which a request is `unknown`. @default 5,000 */
  readonly timeout?: number;
  /** Milliseconds from ping to ping; an engine that is silent for two of them is given up. @default 1,000 */
  readonly keepAlive?: number;
  /** Pauses before a new connection. @default 100 ms, doubling to 10 s */
  readonly backOff?: BackOffOptions;
  /** Longest message of the engine in bytes; one that sends more is cut off. @default 1 MiB */
  readonly longestMessage?: number;
}

/** {@link GatewayOptions}, checked and complete. */
export interface GatewaySettings {
  readonly venue: string;
  readonly connect: string;
  readonly curve: GatewayOptions['curve'];
  readonly capabilities: VenueCapabilities;
  readonly marketData: boolean;
  readonly timeout: number;
  readonly keepAlive: number;
  readonly backOff: BackOffOptions;
  readonly longestMessage: number;
}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function gatewaySettings(options: GatewayOptions): GatewaySettings {
  const at = 'gateway';
  knownKeys(at, options, [
    'venue',
    'connect',
    'curve',
    'capabilities',
    'marketData',
    'limits',
    'reserved',
    'timeout',
    'keepAlive',
    'backOff',
    'longestMessage',
  ]);
  const { curve } = options;
  const connect = checkAddress(`${at}.connect`, options.connect);
  if (/:(\*|0)$/.test(connect)) refuse(`${at}.connect`, 'an address with the port of the engine', connect);
  if (curve === undefined && !isLocal(connect)) {
    throw new ConfigurationError(
      `${at}.curve must be given, since the engine is at ${connect}, beyond this machine's loopback: ` +
        'make keys for each side by `npx millrace keys NAME`',
    );
  }
  if (curve !== undefined) {
    knownKeys(`${at}.curve`, curve, ['keys', 'engine']);
    checkKeys(`${at}.curve.keys`, curve.keys);
    keyBytes(`${at}.curve.engine`, curve.engine);
  }
  return {
    venue: nonEmptyName(`${at}.venue`, options.venue),
    connect,
    curve,
    capabilities: { lookUpByClientOrderId: true, ...options.capabilities },
    marketData: flagOf(`${at}.marketData`, options.marketData, false),
    timeout: integerAtLeast(`${at}.timeout`, options.timeout ?? 5_000, 1),
    keepAlive: integerAtLeast(`${at}.keepAlive`, options.keepAlive ?? 1_000, 10),
    backOff: { first: 100, longest: 10_000, ...options.backOff },
    longestMessage: integerAtLeast(`${at}.longestMessage`, options.longestMessage ?? 1_048_576, 1_024),
  };
}
