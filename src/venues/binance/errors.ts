import { VenueAnswerError } from '../ccxt/tapped-exchange.js';
import { type ErrorTable, type Failure, outcomeOf } from '../driver/classify.js';
import { type ErrorClass, type Outcome, refused, unknown } from '../driver/outcome.js';
import { NotSentError } from '../driver/request-queue.js';

const all = (from: number, to: number, meaning: ErrorClass): Record<string, ErrorClass> =>
  Object.fromEntries(Array.from({ length: from - to + 1 }, (_, index) => [String(from - index), meaning]));

/**
 * What Binance's failures mean, on spot and on futures: its codes first, then the HTTP status, ccxt's class last.
 *
 * Codes from -1100 to -1199 and from -4000 to -4999 are about parameters and filters; the exceptions among them are named.
 */
export const BINANCE_ERRORS: ErrorTable = {
  codes: {
    ...all(-1100, -1199, 'rejected'),
    ...all(-4000, -4999, 'rejected'),
    ...all(-5020, -5029, 'rejected'),
    // Nobody can say: an internal error, a connection lost inside, an answer that did not come in time.
    '-1000': 'unknown',
    '-1001': 'unknown',
    '-1004': 'unknown',
    '-1006': 'unknown',
    '-1007': 'unknown',
    '-1003': 'throttled',
    '-1008': 'throttled',
    '-1015': 'throttled',
    '-1034': 'throttled',
    '-1021': 'clock',
    '-1002': 'dead-key',
    '-1022': 'dead-key',
    '-2014': 'dead-key',
    '-2015': 'dead-key',
    '-1010': 'rejected',
    '-1013': 'rejected',
    '-1014': 'rejected',
    '-1016': 'rejected',
    '-1020': 'rejected',
    '-2010': ({ text }) => (/duplicate/i.test(text) ? 'duplicate-id' : 'rejected'),
    '-2011': ({ text }) => (/unknown order/i.test(text) ? 'not-found' : 'rejected'),
    '-2013': 'not-found',
    '-2016': 'rejected',
    '-2018': 'rejected',
    '-2019': 'rejected',
    '-2020': 'rejected',
    '-2021': 'rejected',
    '-2022': 'rejected',
    '-2024': 'rejected',
    '-2025': 'rejected',
    '-2026': 'not-found',
    '-2027': 'rejected',
    '-2028': 'rejected',
    '-4116': 'duplicate-id',
  },
  statuses: { 401: 'dead-key', 403: 'throttled', 418: 'throttled', 429: 'throttled' },
  types: {
    AuthenticationError: 'dead-key',
    PermissionDenied: 'dead-key',
    DDoSProtection: 'throttled',
    RateLimitExceeded: 'throttled',
    InvalidNonce: 'clock',
    InsufficientFunds: 'rejected',
    OrderNotFound: 'not-found',
    OrderImmediatelyFillable: 'rejected',
    BadSymbol: 'rejected',
  },
};

/** The failure behind an exception of REST. */
export function failureOf(error: unknown): Failure {
  if (error instanceof VenueAnswerError) {
    const { status, code, message: text, retryAfter } = error;
    return {
      status,
      text,
      ...(code === undefined ? {} : { code }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  }
  if (error instanceof Error) return { type: error.constructor.name, text: error.message };
  return { text: String(error) };
}

/** What an exception of a request comes to. */
export function outcomeOfError(error: unknown): Outcome {
  if (error instanceof NotSentError) return refused('rejected', error.message);
  if (error instanceof ConnectionLostError) return unknown(error.message);
  return outcomeOf(BINANCE_ERRORS, failureOf(error));
}

/**
 * What an exception of a replacement comes to. Two codes hold the answers to both halves, the cancel and the order: where the
 * cancel failed the order was not tried, so it is certainly not there; else the order's own answer counts.
 */
export function replaceOutcomeOfError(error: unknown): Outcome {
  if (!(error instanceof VenueAnswerError) || (error.code !== -2021 && error.code !== -2022))
    return outcomeOfError(error);
  const { cancelResult, cancelResponse, newOrderResponse } = (error.data ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const tried = cancelResult === 'SUCCESS';
  const { code, msg } = ((tried ? newOrderResponse : cancelResponse) ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const which = tried ? 'the other is canceled, this one refused' : 'the other was not canceled';
  const text = `${which}: ${String(code)} ${String(msg)}`;
  const failure: Failure = { status: error.status, text, ...(typeof code === 'number' ? { code } : {}) };
  const outcome = outcomeOf(BINANCE_ERRORS, failure);
  return outcome.kind === 'unknown' && !tried ? refused('rejected', text) : outcome;
}

/** The connection broke while an answer was awaited. */
export class ConnectionLostError extends Error {
  override readonly name: string = 'ConnectionLostError';
}
