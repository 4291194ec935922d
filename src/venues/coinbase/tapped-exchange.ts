import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { CcxtClient, CcxtCoinbase, CcxtCoinbaseClass } from './ccxt-class.js';
import type { CoinbaseEndpoints } from './coinbase-options.js';

/** Seconds. */
const TOKEN_LASTS = 120;

/** What happens on the connections of one exchange object. */
export interface ExchangeTap {
  connected(client: CcxtClient): void;
  message(client: CcxtClient, message: unknown): void;
  /** Told once or more of a connection. */
  gone(client: CcxtClient, reason: string): void;
}

/** An answer of the venue that is no success: its status and its body, as they came. */
export class CoinbaseAnswerError extends Error {
  override readonly name: string = 'CoinbaseAnswerError';
  readonly status: number;
  /** The venue's word for what is wrong, or an empty string. */
  readonly code: string;
  /** Milliseconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, message: string, retryAfter: number | undefined) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** How an exchange object is set up. */
export interface ExchangeSetup {
  readonly endpoints: CoinbaseEndpoints;
  readonly apiKey?: string;
  readonly secret?: string;
  /** Milliseconds without an answer after which a request is given up. */
  readonly timeout: number;
  /** Milliseconds that the venue's clock is ahead of ours. */
  readonly clockOffset: () => number;
  readonly tap: ExchangeTap;
}

/**
 * An object of ccxt's class whose frames, connections and refusals are ours: raw frames go to the tap and not through
 * its caches, and an answer that is no success is an error with status and body, not one of its classes.
 */
export function tappedExchange(Base: CcxtCoinbaseClass, setup: ExchangeSetup): CcxtCoinbase {
  const { endpoints, apiKey, secret, timeout, clockOffset, tap } = setup;
  class Tapped extends Base {
    override handleMessage(client: CcxtClient, message: unknown): void {
      tap.message(client, message);
    }

    override onConnected(client: CcxtClient, message?: unknown): void {
      super.onConnected(client, message);
      tap.connected(client);
    }

    override onError(client: CcxtClient, error: unknown): void {
      super.onError(client, error);
      tap.gone(client, error instanceof Error ? error.message : String(error));
    }

    override onClose(client: CcxtClient, event: unknown): void {
      super.onClose(client, event);
      const { code } = (event ?? {}) as { readonly code?: unknown };
      tap.gone(client, `the connection was closed${code === undefined ? '' : ` with code ${String(code)}`}`);
    }

    override handleErrors(...args: Parameters<CcxtCoinbase['handleErrors']>): unknown {
      const [status, , , , headers, body, response] = args;
      const code = codeOf(response);
      if (status >= 200 && status < 300 && code === undefined) return true;
      const after = Number(headers['Retry-After']);
      const wait = Number.isFinite(after) && after > 0 ? 1_000 * after : undefined;
      const text = typeof body === 'string' ? body.slice(0, 500) : '';
      throw new CoinbaseAnswerError(status, code ?? '', `HTTP ${status} ${text}`.trim(), wait);
    }
  }
  const exchange = new Tapped({
    ...(apiKey === undefined ? {} : { apiKey, secret }),
    timeout,
    // Limits are shared with the driver's other requests, and kept there.
    enableRateLimit: false,
    maxRetriesOnFailure: 0,
    // Silence is watched by us: ccxt notices it after a third period.
    streaming: { keepAlive: 0, connectionTimeout: timeout },
    urls: { api: { rest: endpoints.rest, ws: endpoints.feed } },
  });
  // Its constructor makes it a property of the object, which would hide a method of a class.
  exchange.seconds = () => Math.floor((Date.now() + clockOffset()) / 1_000);
  if (apiKey !== undefined && secret?.trimStart().startsWith('-----BEGIN') === true)
    exchange.createAuthToken = tokenSigner(apiKey, secret);
  // What goes wrong is told by events and nowhere else.
  exchange.log = () => {};
  return exchange;
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
