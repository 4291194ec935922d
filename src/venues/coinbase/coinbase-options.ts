import { knownKeys, numberAtLeast, refuse } from '../../domain/check.js';
import type { VenueCapabilities } from '../../domain/venue-capabilities.js';
import type { BackOffOptions, CredentialSource, RateLimit } from '../driver/index.js';

/** How Coinbase Advanced is connected to. Milliseconds. */
export interface CoinbaseOptions {
  /** The name of the venue in instruments. @default "coinbase" */
  readonly venue?: string;
  /** The key of the account, such as `keysFromEnvironment('COINBASE_API_KEY', 'COINBASE_SECRET')`. Not for paper trading. */
  readonly credentials?: CredentialSource;
  /**
   * Market data only, under the name `market:coinbase`: a simulated venue beside it executes. No key is asked for and no
   * order leaves. @default false
   */
  readonly paper?: boolean;
  /** @default "live" */
  readonly environment?: 'live' | 'sandbox';
  /** Addresses in the place of the environment's: of a double, a proxy. */
  readonly urls?: CoinbaseUrls;
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
  /** Requests in a time: `private` and `public` ones. @default 30 and 10 a second, the venue's own */
  readonly limits?: readonly RateLimit[];
  /** Chance, for back-off. @default Math.random */
  readonly random?: () => number;
}

export interface CoinbaseUrls {
  readonly rest?: string;
  /** WebSocket of market data. */
  readonly feed?: string;
  /** WebSocket of our own orders. @default the same as `feed`, or the environment's */
  readonly userFeed?: string;
}

/** {@link CoinbaseOptions}, checked and complete. */
export interface CoinbaseSettings {
  readonly venue: string;
  readonly credentials: CredentialSource | undefined;
  readonly paper: boolean;
  readonly restUrl: string;
  readonly feedUrl: string;
  readonly userFeedUrl: string;
  readonly timeout: number;
  readonly patience: number;
  readonly keepAlive: number;
  readonly history: number;
  readonly backOff: BackOffOptions;
  readonly limits: readonly RateLimit[];
}

const KEYS: readonly (keyof CoinbaseOptions)[] = [
  'venue',
  'credentials',
  'paper',
  'environment',
  'urls',
  'timeout',
  'patience',
  'keepAlive',
  'history',
  'backOff',
  'limits',
  'random',
];

const ENVIRONMENTS = {
  live: {
    rest: 'https://api.coinbase.com',
    feed: 'wss://advanced-trade-ws.coinbase.com',
    userFeed: 'wss://advanced-trade-ws-user.coinbase.com',
  },
  // Its answers are fixed, and its feed is that of the live market.
  sandbox: {
    rest: 'https://api-sandbox.coinbase.com',
    feed: 'wss://advanced-trade-ws.coinbase.com',
    userFeed: 'wss://advanced-trade-ws-user.coinbase.com',
  },
} as const;

/**
 * What Coinbase Advanced can do. Requests do not expire there, but an id is taken once: the same request again gives the
 * order that has it.
 */
export const COINBASE_CAPABILITIES: VenueCapabilities = {
  requestExpiry: 0,
  idempotent: true,
  nativeReplace: false,
  lookUpByClientOrderId: true,
  cancelOnDisconnect: false,
  deadMansSwitch: false,
  orderTypes: ['limit', 'market'],
  timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'],
};

const LIMITS: readonly RateLimit[] = [
  { name: 'private', limit: 30, per: 1_000 },
  { name: 'public', limit: 10, per: 1_000 },
];

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function coinbaseSettings(options: CoinbaseOptions): CoinbaseSettings {
  if (typeof options !== 'object' || options === null) refuse('coinbase', 'an object', options);
  knownKeys('coinbase', options, KEYS);
  const { venue = 'coinbase', paper = false, environment = 'live', urls = {}, credentials } = options;
  if (typeof paper !== 'boolean') refuse('coinbase.paper', 'true or false', paper);
  if (environment !== 'live' && environment !== 'sandbox')
    refuse('coinbase.environment', 'live or sandbox', environment);
  if (paper ? credentials !== undefined : typeof credentials !== 'function')
    refuse(
      'coinbase.credentials',
      paper ? 'absent for paper trading' : 'a function that gives the keys',
      typeof credentials,
    );
  knownKeys('coinbase.urls', urls, ['rest', 'feed', 'userFeed']);
  const usual = ENVIRONMENTS[environment];
  return {
    venue,
    credentials,
    paper,
    restUrl: url('rest', urls.rest ?? usual.rest, 'http'),
    feedUrl: url('feed', urls.feed ?? usual.feed, 'ws'),
    userFeedUrl: url('userFeed', urls.userFeed ?? urls.feed ?? usual.userFeed, 'ws'),
    timeout: numberAtLeast('coinbase.timeout', options.timeout ?? 5_000, 1),
    patience: numberAtLeast('coinbase.patience', options.patience ?? 1_000, 0),
    keepAlive: numberAtLeast('coinbase.keepAlive', options.keepAlive ?? 5_000, 10),
    history: numberAtLeast('coinbase.history', options.history ?? 86_400_000, 0),
    backOff: options.backOff ?? {},
    limits: options.limits ?? LIMITS,
  };
}

/** Addresses without a slash at their end: paths are put behind them. */
function url(name: string, value: unknown, protocol: 'http' | 'ws'): string {
  const at = `coinbase.urls.${name}`;
  const right = `an address that begins with ${protocol}:// or ${protocol}s://`;
  if (typeof value !== 'string' || !new RegExp(`^${protocol}s?://[^/]`).test(value)) refuse(at, right, value);
  return (value as string).replace(/\/+$/, '');
}
