import { createHmac } from 'node:crypto';
import type { CcxtBinance, CcxtBinanceClass, CcxtClient } from './ccxt-class.js';

/** What happens on the connections of one exchange object. */
export interface ExchangeTap {
  connected(client: CcxtClient): void;
  message(client: CcxtClient, message: unknown): void;
  /** Told once or more of a connection. */
  gone(client: CcxtClient, reason: string): void;
  /** Units of the weight limit in use, by the venue's count. */
  weight(used: number): void;
}

/** An answer of the venue that is no success: its status and its code, as they came. */
export class BinanceAnswerError extends Error {
  override readonly name: string = 'BinanceAnswerError';
  readonly status: number;
  readonly code: number | undefined;
  /** Milliseconds, from `Retry-After` or the end of a ban. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: number | undefined, message: string, retryAfter: number | undefined) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** How an exchange object is set up. */
export interface ExchangeSetup {
  /** URLs by ccxt's names of its interfaces, such as `private`. */
  readonly api: Readonly<Record<string, string>>;
  readonly apiKey?: string;
  readonly secret?: string;
  /** Milliseconds without an answer after which a request of REST is given up. */
  readonly timeout: number;
  readonly recvWindow: number;
  readonly tap: ExchangeTap;
}

/**
 * An object of ccxt's class whose frames, connections and refusals are ours: raw frames go to the tap and not through
 * its caches, and an answer that is no success is an error with status and code, not one of its classes.
 */
export function tappedExchange(Base: CcxtBinanceClass, setup: ExchangeSetup): CcxtBinance {
  const { api, apiKey, secret, timeout, recvWindow, tap } = setup;
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

    override handleErrors(...parts: Parameters<CcxtBinance['handleErrors']>): unknown {
      const [status, , , , headers, body, response] = parts;
      const used = Number(header(headers, 'x-mbx-used-weight-1m'));
      if (Number.isFinite(used)) tap.weight(used);
      const { code, msg } = (response ?? {}) as { readonly code?: unknown; readonly msg?: unknown };
      const failed = typeof code === 'number' && code < 0;
      if (status >= 200 && status < 300 && !failed) return true;
      const text = typeof msg === 'string' ? msg : typeof body === 'string' ? body.slice(0, 300) : '';
      throw new BinanceAnswerError(
        status,
        failed ? code : undefined,
        `HTTP ${status}${failed ? ` ${code}` : ''} ${text}`.trim(),
        retryAfter(headers, text),
      );
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
    options: { recvWindow, adjustForTimeDifference: false },
    urls: { api },
  });
  // As ccxt's, by the platform's own code: signing is most of what an order costs on its way.
  exchange.hmac = (request, key) => createHmac('sha256', key).update(request).digest('hex');
  return exchange;
}

function header(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  for (const [each, value] of Object.entries(headers ?? {})) if (each.toLowerCase() === name) return value;
  return undefined;
}

/** From a header in seconds, or from the time at which a ban ends. */
function retryAfter(headers: Readonly<Record<string, unknown>>, text: string): number | undefined {
  const seconds = Number(header(headers, 'retry-after') ?? Number.NaN);
  if (Number.isFinite(seconds) && seconds > 0) return 1_000 * seconds;
  const [, until] = /banned until (\d{13})/.exec(text) ?? [];
  return until === undefined ? undefined : Math.max(1, Number(until) - Date.now());
}
