import {
  flagOf,
  integerAtLeast,
  knownKeys,
  nonEmptyName,
  numberAtLeast,
  oneOf,
  refuse,
} from '../../domain/check.js';
import type { VenueCapabilities } from '../../domain/venue-capabilities.js';
import type { BackOffOptions } from '../driver/back-off.js';
import type { RateLimit, ReservedShares } from '../driver/rate-budget.js';
import type { CredentialSource } from '../driver/secrets.js';

/** Spot, and futures margined in stablecoins or in coins. */
export type BinanceMarket = 'spot' | 'usdm' | 'coinm';

/** Where the venue is. Each without a slash at its end. */
export interface BinanceEndpoints {
  /** REST, such as `https://api.binance.com`. */
  readonly rest: string;
  /** Streams of market data, such as `wss://stream.binance.com:9443/ws`. */
  readonly stream: string;
  /** Requests by WebSocket, such as `wss://ws-api.binance.com:443/ws-api/v3`. */
  readonly api: string;
  /** Private streams of USD-M, to which the listen key is added as a query, such as `wss://fstream.binance.com/private/ws`. */
  readonly account?: string;
}

/** How Binance is traded. */
export interface BinanceOptions {
  /** Whose instruments are traded here. Two markets in one desk need two names. @default "binance" */
  readonly venue?: string;
  /** @default "spot" */
  readonly market?: BinanceMarket;
  /** `testnet` is the venue's own; or endpoints, such as those of a double. @default "live" */
  readonly environment?: 'live' | 'testnet' | BinanceEndpoints;
  /** Gives the keys. @default none: market data only */
  readonly credentials?: CredentialSource;
  /** How orders and cancels go: by WebSocket, or by REST. @default "websocket" */
  readonly orderEntry?: 'websocket' | 'rest';
  /** Milliseconds after its request time from which the venue refuses a request (`recvWindow`). @default 5,000 */
  readonly recvWindow?: number;
  /** Milliseconds without an answer after which a submit or cancel is unknown. @default 5,000 */
  readonly timeout?: number;
  /** Milliseconds from ping to ping; a connection silent for two is given up. @default 15,000 */
  readonly keepAlive?: number;
  /** Waits between two connections. @default from 250 ms to 30 s */
  readonly backOff?: BackOffOptions;
  /** Levels of a book's snapshot: 5 to 5,000 on spot, 5 to 1,000 on futures. @default 1,000 */
  readonly depth?: number;
  /** Milliseconds between two changes of a book: 100 or 1,000 on spot, 100, 250 or 500 on futures. @default 100 */
  readonly depthEvery?: number;
  /** The venue's limits. @default those of an ordinary account */
  readonly limits?: readonly RateLimit[];
  /** Shares of the limits that are left to what matters more. */
  readonly reserved?: ReservedShares;
  /**
   * Whether a kill of the desk or of this venue cancels all orders of the account on its symbols, by one request each, those of
   * others too. @default false
   */
  readonly cancelAllOnKill?: boolean;
  /** Of futures: the venue cancels what rests when it hears nothing of us for so many milliseconds. @default off */
  readonly deadMansSwitch?: number;
}

/** {@link BinanceOptions}, checked and complete. */
export interface BinanceSettings {
  readonly venue: string;
  readonly market: BinanceMarket;
  readonly endpoints: Required<BinanceEndpoints>;
  readonly credentials: CredentialSource | undefined;
  readonly orderEntry: 'websocket' | 'rest';
  readonly recvWindow: number;
  readonly timeout: number;
  readonly keepAlive: number;
  readonly backOff: BackOffOptions;
  readonly depth: number;
  readonly depthEvery: number;
  readonly limits: readonly RateLimit[];
  readonly reserved: ReservedShares;
  readonly cancelAllOnKill: boolean;
  readonly deadMansSwitch: number;
}

const LIVE: Readonly<Record<BinanceMarket, Required<BinanceEndpoints>>> = {
  spot: {
    rest: 'https://api.binance.com',
    stream: 'wss://stream.binance.com:9443/ws',
    api: 'wss://ws-api.binance.com:443/ws-api/v3',
    account: '',
  },
  usdm: {
    rest: 'https://fapi.binance.com',
    stream: 'wss://fstream.binance.com/public/ws',
    api: 'wss://ws-fapi.binance.com/ws-fapi/v1',
    account: 'wss://fstream.binance.com/private/ws',
  },
  coinm: {
    rest: 'https://dapi.binance.com',
    stream: 'wss://dstream.binance.com/ws',
    api: 'wss://ws-dapi.binance.com/ws-dapi/v1',
    account: '',
  },
};

const TESTNET: Readonly<Record<BinanceMarket, Required<BinanceEndpoints>>> = {
  spot: {
    rest: 'https://testnet.binance.vision',
    stream: 'wss://stream.testnet.binance.vision/ws',
    api: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
    account: '',
  },
  usdm: {
    rest: 'https://testnet.binancefuture.com',
    stream: 'wss://fstream.binancefuture.com/public/ws',
    api: 'wss://testnet.binancefuture.com/ws-fapi/v1',
    account: 'wss://fstream.binancefuture.com/private/ws',
  },
  coinm: {
    rest: 'https://testnet.binancefuture.com',
    stream: 'wss://dstream.binancefuture.com/ws',
    api: 'wss://testnet.binancefuture.com/ws-dapi/v1',
    account: '',
  },
};

/** What an ordinary account may ask for. */
const LIMITS: Readonly<Record<BinanceMarket, readonly RateLimit[]>> = {
  spot: [
    { name: 'weight', limit: 6_000, per: 60_000 },
    { name: 'orders', limit: 100, per: 10_000 },
  ],
  usdm: [
    { name: 'weight', limit: 2_400, per: 60_000 },
    { name: 'orders', limit: 300, per: 10_000 },
  ],
  coinm: [
    { name: 'weight', limit: 2_400, per: 60_000 },
    { name: 'orders', limit: 300, per: 10_000 },
  ],
};

/**
 * The clocks of both sides agree to within a request's way: so much later than its window no request can arrive any more.
 */
const CLOCK_SLACK = 1_000;

/**
 * What Binance can do for the safety of orders, with this `recvWindow` in milliseconds.
 *
 * @example
 * binanceCapabilities(5_000, 'usdm');
 */
export function binanceCapabilities(
  recvWindow: number = 5_000,
  market: BinanceMarket = 'spot',
): VenueCapabilities {
  return {
    requestExpiry: recvWindow + CLOCK_SLACK,
    // An id may be used again once its order is over.
    idempotent: false,
    // A change of a futures order keeps its id and counts what it has filled; ours is an order of its own.
    nativeReplace: market === 'spot',
    lookUpByClientOrderId: true,
    cancelOnDisconnect: false,
    deadMansSwitch: market !== 'spot',
    clientOrderIdAlphabet: '.A-Z:/a-z0-9_-',
    clientOrderIdLength: 36,
    // Of futures, stops are orders of another kind, with ids and words of their own.
    orderTypes: market === 'spot' ? ['limit', 'market', 'stop', 'stopLimit'] : ['limit', 'market'],
    timesInForce: ['GTC', 'IOC', 'FOK'],
  };
}

const KEYS: readonly (keyof BinanceOptions)[] = [
  'venue',
  'market',
  'environment',
  'credentials',
  'orderEntry',
  'recvWindow',
  'timeout',
  'keepAlive',
  'backOff',
  'depth',
  'depthEvery',
  'limits',
  'reserved',
  'cancelAllOnKill',
  'deadMansSwitch',
];

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function binanceSettings(options: BinanceOptions): BinanceSettings {
  const at = 'binance';
  knownKeys(at, options, KEYS);
  const market = oneOf(`${at}.market`, options.market ?? 'spot', ['spot', 'usdm', 'coinm']);
  const { credentials } = options;
  if (credentials !== undefined && typeof credentials !== 'function')
    refuse(
      `${at}.credentials`,
      'a function that gives the keys, such as keysFromEnvironment(...)',
      typeof credentials,
    );
  if (credentials !== undefined && market === 'coinm')
    refuse(`${at}.credentials`, 'left out: of COIN-M there is market data only', typeof credentials);
  const deadMansSwitch = numberAtLeast(`${at}.deadMansSwitch`, options.deadMansSwitch ?? 0, 0);
  if (deadMansSwitch > 0 && market === 'spot')
    refuse(`${at}.deadMansSwitch`, '0 for spot, which has none', deadMansSwitch);
  const rates = market === 'spot' ? [100, 1_000] : [100, 250, 500];
  const depthEvery = options.depthEvery ?? 100;
  if (!rates.includes(depthEvery)) refuse(`${at}.depthEvery`, `one of ${rates.join(', ')}`, depthEvery);
  const deepest = market === 'spot' ? 5_000 : 1_000;
  const depth = options.depth ?? 1_000;
  if (!Number.isSafeInteger(depth) || depth < 5 || depth > deepest)
    refuse(`${at}.depth`, `an integer from 5 to ${deepest}`, depth);
  return {
    venue: nonEmptyName(`${at}.venue`, options.venue ?? 'binance'),
    market,
    endpoints: endpointsOf(`${at}.environment`, market, options.environment ?? 'live'),
    credentials,
    orderEntry: oneOf(`${at}.orderEntry`, options.orderEntry ?? 'websocket', ['websocket', 'rest']),
    recvWindow: numberAtLeast(`${at}.recvWindow`, options.recvWindow ?? 5_000, 1, 60_000),
    timeout: integerAtLeast(`${at}.timeout`, options.timeout ?? 5_000, 1),
    keepAlive: integerAtLeast(`${at}.keepAlive`, options.keepAlive ?? 15_000, 10),
    backOff: options.backOff ?? {},
    depth,
    depthEvery,
    limits: options.limits ?? LIMITS[market],
    reserved: options.reserved ?? {},
    cancelAllOnKill: flagOf(`${at}.cancelAllOnKill`, options.cancelAllOnKill, false),
    deadMansSwitch,
  };
}

function endpointsOf(
  at: string,
  market: BinanceMarket,
  environment: 'live' | 'testnet' | BinanceEndpoints,
): Required<BinanceEndpoints> {
  if (environment === 'live') return LIVE[market];
  if (environment === 'testnet') return TESTNET[market];
  if (typeof environment !== 'object' || environment === null)
    refuse(at, '"live", "testnet" or endpoints', environment);
  knownKeys(at, environment, ['rest', 'stream', 'api', 'account']);
  const { rest, stream, api, account = '' } = environment;
  for (const [name, value, pattern] of [
    ['rest', rest, /^https?:\/\/\S*[^/\s]$/],
    ['stream', stream, /^wss?:\/\/\S*[^/\s]$/],
    ['api', api, /^wss?:\/\/\S*[^/\s]$/],
  ] as const)
    if (typeof value !== 'string' || !pattern.test(value))
      refuse(`${at}.${name}`, `a URL such as ${LIVE[market][name]}`, value);
  return { rest, stream, api, account };
}
