import { venueMillis } from '../../streams/readers/times.js';
import type { Cost, RequestKind } from '../driver/rate-budget.js';
import type { VenuePort } from '../driver/venue-adapter.js';
import type { CcxtBinance } from './ccxt-binance.js';
import type { BinanceMarket } from './options.js';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Parameters = Readonly<Record<string, string | number | boolean>>;

/** What a request is for, and how it goes. */
export interface RestRequest {
  readonly kind: RequestKind;
  readonly cost: Cost;
  readonly method: Method;
  readonly path: string;
  readonly parameters?: Parameters;
  /** Signed, with a time of the venue's clock. */
  readonly signed?: boolean;
  /** Milliseconds that it may wait for room in the rate limit. @default for ever */
  readonly patience?: number;
}

/** ccxt's names for a market's interfaces: public, signed. */
const INTERFACES: Readonly<Record<BinanceMarket, readonly [open: string, signed: string]>> = {
  spot: ['public', 'private'],
  usdm: ['fapiPublic', 'fapiPrivate'],
  coinm: ['dapiPublic', 'dapiPrivate'],
};

/** ccxt's URLs of a market under a host. */
export function interfaceUrls(market: BinanceMarket, rest: string): Readonly<Record<string, string>> {
  const path = { spot: '/api/v3', usdm: '/fapi/v1', coinm: '/dapi/v1' }[market];
  const [open, signed] = INTERFACES[market];
  return {
    [open]: rest + path,
    [signed]: rest + path,
    ...(market === 'usdm' ? { fapiPrivateV2: `${rest}/fapi/v2`, fapiPrivateV3: `${rest}/fapi/v3` } : {}),
  };
}

/** REST: within the rate limit, signed with the venue's time. */
export class RestClient {
  readonly #port: VenuePort;
  readonly #exchange: CcxtBinance;
  readonly #market: BinanceMarket;
  /** Milliseconds that the venue's clock is ahead of ours. */
  #offset = 0;

  constructor(port: VenuePort, exchange: CcxtBinance, market: BinanceMarket) {
    this.#port = port;
    this.#exchange = exchange;
    this.#market = market;
  }

  /** A time of ours by the venue's clock, in whole milliseconds: never later than it is. */
  venueTime(ours: number = this.#port.now()): number {
    return Math.floor(ours + this.#offset);
  }

  ask(request: RestRequest): Promise<unknown> {
    const { kind, cost, method, path, parameters = {}, signed = false, patience } = request;
    const [open, closed] = INTERFACES[this.#market];
    const version = /^v[23]\//.exec(path)?.[0];
    const api = signed ? closed + (version === undefined ? '' : version.slice(0, 2).toUpperCase()) : open;
    const send = async (): Promise<unknown> =>
      this.#exchange.request(version === undefined ? path : path.slice(3), api, method, {
        ...parameters,
        ...(signed && parameters['timestamp'] === undefined ? { timestamp: this.venueTime() } : {}),
      });
    return this.#port.requests.run(kind, cost, send, patience);
  }

  /** Sets our idea of the venue's clock: the middle of a request's way there and back. */
  async setClock(): Promise<void> {
    const sent = this.#port.now();
    const answer = await this.ask({ kind: 'submit', cost: { weight: 1 }, method: 'GET', path: 'time' });
    const { serverTime } = answer as { readonly serverTime?: unknown };
    if (typeof serverTime !== 'number' || !(serverTime > 0))
      throw new Error('the venue did not tell its time');
    this.#offset = venueMillis(serverTime, 'serverTime') - (sent + this.#port.now()) / 2;
  }
}
