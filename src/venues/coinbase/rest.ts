import { VenueAnswerError } from '../ccxt/tapped-exchange.js';
import { type Failure, NotSentError, type RequestKind, type VenuePort } from '../driver/index.js';
import type { CcxtCoinbase } from './ccxt-coinbase.js';

/** An answer of the venue, or how a request failed. */
export type RestResult =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly sent: boolean;
      /** Milliseconds that the venue's clock was taken to be ahead when its token was signed. */
      readonly clockOffset: number;
    };

/** A request by its method in ccxt: `v3Private...` are limited apart from `v3Public...`. */
type Method = Extract<keyof CcxtCoinbase, `v3P${string}`>;

/** What the operating system says when nobody listens: nothing was sent. */
const UNREACHABLE = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)\b/;

/** REST requests of one account, in the order and at the rate that the venue allows. No method of it throws. */
export class CoinbaseRest {
  readonly #port: VenuePort;
  readonly #exchange: CcxtCoinbase;
  readonly #patience: number;
  readonly #clockOffset: () => number;
  readonly #reached: (reachable: boolean, reason: string) => void;

  /** @param reached is told whether the venue can be reached, after each request that says so */
  constructor(
    port: VenuePort,
    exchange: CcxtCoinbase,
    patience: number,
    clockOffset: () => number,
    reached: (reachable: boolean, reason: string) => void,
  ) {
    this.#port = port;
    this.#exchange = exchange;
    this.#patience = patience;
    this.#clockOffset = clockOffset;
    this.#reached = reached;
  }

  async call(
    kind: RequestKind,
    method: Method,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<RestResult> {
    const cost = method.startsWith('v3Public') ? { public: 1 } : { private: 1 };
    const patience = kind === 'submit' ? this.#patience : undefined;
    let clockOffset = this.#clockOffset();
    try {
      const body = await this.#port.requests.run(
        kind,
        cost,
        () => {
          clockOffset = this.#clockOffset();
          return this.#exchange[method](parameters as never);
        },
        patience,
      );
      this.#reached(true, '');
      if (typeof body === 'object' && body !== null)
        return { ok: true, body: body as Record<string, unknown> };
      return {
        ok: false,
        sent: true,
        clockOffset,
        failure: { text: `an answer that is no object: ${String(body).slice(0, 100)}` },
      };
    } catch (error) {
      return { ok: false, clockOffset, ...this.#failed(error) };
    }
  }

  #failed(error: unknown): { readonly failure: Failure; readonly sent: boolean } {
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof NotSentError) return { sent: false, failure: { text, type: 'NotSentError' } };
    if (error instanceof VenueAnswerError) {
      const { status, code, retryAfter } = error;
      this.#reached(true, '');
      const failure: Failure = {
        text,
        status,
        ...(code === undefined ? {} : { code }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      };
      return { sent: true, failure };
    }
    const type = error instanceof Error ? error.constructor.name : 'Error';
    const unreachable = UNREACHABLE.test(text);
    if (unreachable) this.#reached(false, text);
    return { sent: !unreachable, failure: { text, type } };
  }
}
