import type { CcxtClass, CcxtClient, CcxtExchange, CcxtParameters } from './ccxt-class.js';

/** What happens on the connections of one exchange object. */
export interface ExchangeTap {
  connected(client: CcxtClient): void;
  message(client: CcxtClient, message: unknown): void;
  /** Told once or more of a connection. */
  gone(client: CcxtClient, reason: string): void;
}

/** An answer of REST as it came. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: CcxtParameters;
  readonly text: string;
  /** What the text says, where it is JSON. */
  readonly response: unknown;
}

/** An answer of a venue that is no success: its status and its code, as they came. */
export class VenueAnswerError extends Error {
  override readonly name: string = 'VenueAnswerError';
  readonly status: number;
  /** The venue's word or number for what is wrong. */
  readonly code: number | string | undefined;
  /** Milliseconds for which the venue wants to hear nothing. */
  readonly retryAfter: number | undefined;
  /** What else the venue says of it. */
  readonly data: unknown;

  constructor(
    status: number,
    code: number | string | undefined,
    message: string,
    retryAfter?: number,
    data?: unknown,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.data = data;
  }
}

/** How an exchange object is set up. */
export interface TapOptions {
  readonly apiKey?: string | undefined;
  readonly secret?: string | undefined;
  /** Milliseconds without an answer after which a request of REST is given up. */
  readonly timeout: number;
  /** URLs by ccxt's names of its interfaces. */
  readonly api: Readonly<Record<string, string>>;
  /** Settings of the venue's class. */
  readonly options?: CcxtParameters;
  readonly tap: ExchangeTap;
  /** What is wrong with an answer, or `undefined`. */
  readonly judge: (answer: RestAnswer) => VenueAnswerError | undefined;
}

/**
 * An object of ccxt's class whose frames, connections and refusals are ours: raw frames go to the tap and not through
 * its caches, and an answer that is no success is an error with status and code, not one of its classes.
 */
export function tappedExchange<E extends CcxtExchange>(Base: CcxtClass<E>, setup: TapOptions): E {
  const { apiKey, secret, timeout, api, options, tap, judge } = setup;
  class Tapped extends (Base as CcxtClass<CcxtExchange>) {
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

    override handleErrors(...parts: Parameters<CcxtExchange['handleErrors']>): unknown {
      const [status, , , , headers, body, response] = parts;
      const text = typeof body === 'string' ? body.slice(0, 500) : '';
      const wrong = judge({ status, headers: headers ?? {}, text, response });
      if (wrong !== undefined) throw wrong;
      return true;
    }
  }
  return new Tapped({
    ...(apiKey === undefined ? {} : { apiKey, secret }),
    timeout,
    // Limits are shared with the driver's other requests, and kept there.
    enableRateLimit: false,
    maxRetriesOnFailure: 0,
    // Silence is watched by us: ccxt notices it after a third period.
    streaming: { keepAlive: 0, connectionTimeout: timeout },
    ...(options === undefined ? {} : { options }),
    urls: { api },
  }) as E;
}

/** A header, whatever the case of its name. */
export function headerOf(headers: CcxtParameters, name: string): unknown {
  for (const [each, value] of Object.entries(headers)) if (each.toLowerCase() === name) return value;
  return undefined;
}

/** Milliseconds of a header `Retry-After`, which is in seconds. */
export function retryAfterOf(headers: CcxtParameters): number | undefined {
  const seconds = Number(headerOf(headers, 'retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? 1_000 * seconds : undefined;
}
