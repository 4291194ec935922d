import { createHmac } from 'node:crypto';
import type { CcxtClass, CcxtExchange, CcxtParameters } from '../ccxt/ccxt-class.js';
import {
  type ExchangeTap,
  headerOf,
  type RestAnswer,
  retryAfterOf,
  tappedExchange,
  VenueAnswerError,
} from '../ccxt/tapped-exchange.js';

/** What is used of ccxt's class for Binance beside what all of them have. */
export interface CcxtBinance extends CcxtExchange {
  signParams(parameters: CcxtParameters): CcxtParameters;
  /** Of Binance always SHA-256, in hexadecimal. */
  hmac: (request: Uint8Array, key: Uint8Array) => string;
  close(): Promise<unknown>;
  /** Calls an endpoint by its path, as ccxt's generated methods do. */
  request(path: string, api: string, method: string, parameters: CcxtParameters): Promise<unknown>;
}

/** How an exchange object is set up. */
export interface BinanceSetup {
  /** URLs by ccxt's names of its interfaces, such as `private`. */
  readonly api: Readonly<Record<string, string>>;
  readonly apiKey?: string;
  readonly secret?: string;
  /** Milliseconds without an answer after which a request of REST is given up. */
  readonly timeout: number;
  readonly recvWindow: number;
  readonly tap: ExchangeTap;
  /** Units of the weight limit in use, by the venue's count. */
  readonly weight: (used: number) => void;
}

/** Binance's object of ccxt, with our ways in and out. */
export function tappedBinance(Base: CcxtClass<CcxtBinance>, setup: BinanceSetup): CcxtBinance {
  const { recvWindow, weight, ...rest } = setup;
  const exchange = tappedExchange(Base, {
    ...rest,
    options: { recvWindow, adjustForTimeDifference: false },
    judge: (answer) => {
      const used = Number(headerOf(answer.headers, 'x-mbx-used-weight-1m'));
      if (Number.isFinite(used)) weight(used);
      return judged(answer);
    },
  });
  // As ccxt's, by the platform's own code: signing is most of what an order costs on its way.
  exchange.hmac = (request, key) => createHmac('sha256', key).update(request).digest('hex');
  return exchange;
}

function judged({ status, headers, text: body, response }: RestAnswer): VenueAnswerError | undefined {
  const { code, msg, data } = (response ?? {}) as {
    readonly code?: unknown;
    readonly msg?: unknown;
    readonly data?: unknown;
  };
  const failed = typeof code === 'number' && code < 0;
  if (status >= 200 && status < 300 && !failed) return undefined;
  const text = typeof msg === 'string' ? msg : body;
  return new VenueAnswerError(
    status,
    failed ? code : undefined,
    `HTTP ${status}${failed ? ` ${code}` : ''} ${text}`.trim(),
    retryAfterOf(headers) ?? banned(text),
    data,
  );
}

/** Milliseconds until the end of a ban, as the venue words it. */
function banned(text: string): number | undefined {
  const [, until] = /banned until (\d{13})/.exec(text) ?? [];
  return until === undefined ? undefined : Math.max(1, Number(until) - Date.now());
}
