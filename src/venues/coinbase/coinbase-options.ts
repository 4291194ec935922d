import {
  flagOf,
  integerAtLeast,
  knownKeys,
  nonEmptyName,
  numberAtLeast,
  refuse,
} from '../../domain/check.js';
import type { VenueCapabilities } from '../../domain/venue-capabilities.js';
import type { BackOffOptions, CredentialSource, RateLimit } from '../driver/index.js';

/** How Coinbase Advanced is connected to. Milliseconds. */
export interface CoinbaseOptions {
  /** The name of the venue in instruments. @default "coinbase" */
  readonly venue?: string;
  /** Where the venue is: the real one, its sandbox, or endpoints such as those of a double. @default "live" */
  readonly environment?: 'live' | 'sandbox' | CoinbaseEndpoints;
  /** Gives the keys, such as `keysFromEnvironment('COINBASE_API_KEY', 'COINBASE_SECRET')`. @default none: market data only */
  readonly credentials?: CredentialSource;
  /** Without an answer for so long a request is given up, and an order `unknown`. @default 5,000 */
  readonly timeout?: number;
  /** How long a new order may wait for room in the rate limit; then it is refused as not sent. @default 1,000 */
  readonly patience?: number;
  /** From ping to ping; a connection that is silent for two of them is made anew. @default 5,000 */
  readonly keepAlive?: number;
  /** How far back executions, and orders of which only our id is known, are asked for. @default 24 hours */
  readonly history?: number;
  /** Waits between attempts to connect. */
  readonly backOff?: BackOffOptions;
  /**
   * Whether a kill of the desk or of this venue cancels all orders of the account on its products, those of others too, in as few
   * requests as that takes. @default false
   */
  readonly cancelAllOnKill?: boolean;
  /** Requests in a time: `private` and `public` ones. @default 30 and 10 a second, the venue's own */
  readonly limits?: readonly RateLimit[];
  /** Chance, for back-off. @default Math.random */
  readonly random?: () => number;
}

/** Where the venue is. Each without a slash at its end. */
export interface CoinbaseEndpoints {
  /** REST, such as `https://api.coinbase.com`. */
  readonly rest: string;
  /** WebSocket of market data, such as `wss://advanced-trade-ws.coinbase.com`. */
  readonly feed: string;
  /** WebSocket of our own orders. @default the same as `feed` */
  readonly userFeed?: string;
}

/** {@link CoinbaseOptions}, checked and complete. */
export interface CoinbaseSettings {
  readonly venue: string;
  readonly credentials: CredentialSource | undefined;
  readonly endpoints: Required<CoinbaseEndpoints>;
  readonly timeout: number;
  readonly patience: number;
  readonly keepAlive: number;
  readonly history: number;
  readonly backOff: BackOffOptions;
  readonly cancelAllOnKill: boolean;
  readonly limits: readonly RateLimit[];
}

const KEYS: readonly (keyof CoinbaseOptions)[] = [
  'venue',
  'environment',
  'credentials',
  'timeout',
  'patience',
  'keepAlive',
  'history',
  'backOff',
  'cancelAllOnKill',
  'limits',
  'random',
];

const LIVE: Required<CoinbaseEndpoints> = {
  rest: 'https://api.coinbase.com',
  feed: 'wss://advanced-trade-ws.coinbase.com',
  userFeed: 'wss://advanced-trade-ws-user.coinbase.com',
};
/** Its answers are fixed, and its feeds are those of the live market. */
const SANDBOX: Required<CoinbaseEndpoints> = { ...LIVE, rest: 'https://api-sandbox.coinbase.com' };

/**
 * What Coinbase Advanced can do. Requests do not expire there, but an id is taken once: the same request again gives the
 * order that has it.
 *
 * @example
 * const capabilities = coinbaseCapabilities();
 */
export function coinbaseCapabilities(): VenueCapabilities {
  return {
    requestExpiry: 0,
    idempotent: true,
    nativeReplace: false,
    lookUpByClientOrderId: true,
    cancelOnDisconnect: false,
    deadMansSwitch: false,
    orderTypes: ['limit', 'market'],
    timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'],
  };
}

const LIMITS: readonly RateLimit[] = [
  { name: 'private', limit: 30, per: 1_000 },
  { name: 'public', limit: 10, per: 1_000 },
];

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function coinbaseSettings(options: CoinbaseOptions): CoinbaseSettings {
  if (typeof options !== 'object' || options === null) refuse('coinbase', 'an object', options);
  knownKeys('coinbase', options, KEYS);
  const { credentials, environment = 'live' } = options;
  if (credentials !== undefined && typeof credentials !== 'function')
    refuse(
      'coinbase.credentials',
      'a function that gives the keys, such as keysFromEnvironment(...)',
      typeof credentials,
    );
  return {
    venue: nonEmptyName('coinbase.venue', options.venue ?? 'coinbase'),
    credentials,
    endpoints: endpointsOf(environment),
    timeout: integerAtLeast('coinbase.timeout', options.timeout ?? 5_000, 1),
    patience: numberAtLeast('coinbase.patience', options.patience ?? 1_000, 0),
    keepAlive: integerAtLeast('coinbase.keepAlive', options.keepAlive ?? 5_000, 10),
    history: numberAtLeast('coinbase.history', options.history ?? 86_400_000, 0),
    backOff: options.backOff ?? {},
    cancelAllOnKill: flagOf('coinbase.cancelAllOnKill', options.cancelAllOnKill, false),
    limits: options.limits ?? LIMITS,
  };
}

function endpointsOf(environment: 'live' | 'sandbox' | CoinbaseEndpoints): Required<CoinbaseEndpoints> {
  const at = 'coinbase.environment';
  if (environment === 'live') return LIVE;
  if (environment === 'sandbox') return SANDBOX;
  if (typeof environment !== 'object' || environment === null)
    refuse(at, '"live", "sandbox" or endpoints', environment);
  knownKeys(at, environment, ['rest', 'feed', 'userFeed']);
  const { rest, feed, userFeed = feed } = environment;
  for (const [name, value, pattern] of [
    ['rest', rest, /^https?:\/\/[^\s]+[^/\s]$/],
    ['feed', feed, /^wss?:\/\/[^\s]+[^/\s]$/],
    ['userFeed', userFeed, /^wss?:\/\/[^\s]+[^/\s]$/],
  ] as const)
    if (typeof value !== 'string' || !pattern.test(value))
      refuse(`${at}.${name}`, `a URL such as ${LIVE[name]}`, value);
  return { rest, feed, userFeed };
}
