import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { CcxtClass, CcxtExchange, CcxtParameters } from '../ccxt/ccxt-class.js';
import {
  type ExchangeTap,
  type RestAnswer,
  retryAfterOf,
  tappedExchange,
  VenueAnswerError,
} from '../ccxt/tapped-exchange.js';
import type { CoinbaseEndpoints } from './coinbase-options.js';

/** Seconds. */
const TOKEN_LASTS = 120;

type Answer = Promise<unknown>;

/** What is used of ccxt's class for Coinbase beside what all of them have. */
export interface CcxtCoinbase extends CcxtExchange {
  createAuthToken: (seconds: number, method?: string, url?: string) => string;
  seconds: () => number;
  log: (...words: readonly unknown[]) => void;
  v3PublicGetBrokerageTime(): Answer;
  v3PublicGetBrokerageMarketProducts(parameters?: CcxtParameters): Answer;
  v3PrivateGetBrokerageTransactionSummary(): Answer;
  v3PrivateGetBrokerageAccounts(parameters: CcxtParameters): Answer;
  v3PrivateGetBrokerageOrdersHistoricalBatch(parameters: CcxtParameters): Answer;
  v3PrivateGetBrokerageOrdersHistoricalFills(parameters: CcxtParameters): Answer;
  v3PrivateGetBrokerageOrdersHistoricalOrderId(parameters: CcxtParameters): Answer;
  v3PrivatePostBrokerageOrders(parameters: CcxtParameters): Answer;
  v3PrivatePostBrokerageOrdersBatchCancel(parameters: CcxtParameters): Answer;
}

/** How an exchange object is set up. */
export interface CoinbaseSetup {
  readonly endpoints: CoinbaseEndpoints;
  readonly apiKey?: string;
  readonly secret?: string;
  /** Milliseconds without an answer after which a request is given up. */
  readonly timeout: number;
  /** Milliseconds that the venue's clock is ahead of ours. */
  readonly clockOffset: () => number;
  readonly tap: ExchangeTap;
}

/** Coinbase's object of ccxt, with our ways in and out. */
export function tappedCoinbase(Base: CcxtClass<CcxtCoinbase>, setup: CoinbaseSetup): CcxtCoinbase {
  const { endpoints, clockOffset, apiKey, secret, timeout, tap } = setup;
  const api = { rest: endpoints.rest, ws: endpoints.feed };
  const exchange = tappedExchange(Base, { apiKey, secret, timeout, tap, api, judge: judged });
  // Its constructor makes it a property of the object, which would hide a method of a class.
  exchange.seconds = () => Math.floor((Date.now() + clockOffset()) / 1_000);
  if (apiKey !== undefined && secret?.trimStart().startsWith('-----BEGIN') === true)
    exchange.createAuthToken = tokenSigner(apiKey, secret);
  // What goes wrong is told by events and nowhere else.
  exchange.log = () => {};
  return exchange;
}

function judged({ status, headers, text, response }: RestAnswer): VenueAnswerError | undefined {
  const code = codeOf(response);
  if (status >= 200 && status < 300 && code === undefined) return undefined;
  return new VenueAnswerError(status, code, `HTTP ${status} ${text}`.trim(), retryAfterOf(headers));
}

/** As ccxt's, by the platform's own code: signing is most of what a request costs on its way. */
function tokenSigner(apiKey: string, secret: string): CcxtCoinbase['createAuthToken'] {
  let key: KeyObject | undefined;
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return (seconds, method, url) => {
    key ??= createPrivateKey(secret);
    const header = { alg: 'ES256', typ: 'JWT', kid: apiKey, nonce: randomBytes(16).toString('hex') };
    const uri =
      url === undefined ? {} : { uri: `${method} ${url.replace('https://', '').replace(/\?.*$/, '')}` };
    const times = { nbf: seconds, exp: seconds + TOKEN_LASTS, iat: seconds };
    const claims = { aud: ['retail_rest_api_proxy'], iss: 'coinbase-cloud', sub: apiKey, ...times, ...uri };
    const text = `${encoded(header)}.${encoded(claims)}`;
    const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };
}

/** What the venue says is wrong, or `undefined`. */
function codeOf(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null) return undefined;
  const { error, error_response, errors, success } = response as Readonly<Record<string, unknown>>;
  if (typeof error === 'string') return error;
  if (typeof error_response === 'object' && error_response !== null) {
    const { error: code, preview_failure_reason: preview } = error_response as Readonly<
      Record<string, unknown>
    >;
    if (typeof code === 'string' && code !== '' && code !== 'UNKNOWN_FAILURE_REASON') return code;
    return typeof preview === 'string' && preview !== '' ? preview : 'UNKNOWN_FAILURE_REASON';
  }
  if (success === false) return 'UNKNOWN_FAILURE_REASON';
  const [first] = Array.isArray(errors) ? (errors as readonly unknown[]) : [];
  const { id } = (first ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? id : undefined;
}
