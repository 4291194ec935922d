import { type ErrorClass, type Outcome, refused, unknown } from './outcome.js';

/** A failure of a request, by whatever way it came: REST, WebSocket, a library's exception. */
export interface Failure {
  /** HTTP status; absent: there was no answer. */
  readonly status?: number;
  /** The venue's own code, such as -1021 or `INSUFFICIENT_FUND`. */
  readonly code?: number | string;
  /** Class of the library's exception, such as `RequestTimeout`. */
  readonly type?: string;
  /** What the venue said, without secrets. */
  readonly text: string;
  /** Milliseconds, of a `Retry-After` header or the like. */
  readonly retryAfter?: number;
}

/** How a venue's failures are read; the first of the three tables that knows a failure decides. */
export interface ErrorTable {
  /** By the venue's code. */
  readonly codes: Readonly<Record<string, ErrorClass | ((failure: Failure) => ErrorClass)>>;
  /** By HTTP status. */
  readonly statuses: Readonly<Record<number, ErrorClass>>;
  /** By the library's class of exception: the last resort. */
  readonly types: Readonly<Record<string, ErrorClass>>;
}

/**
 * What a failure means: a pure function of status, code and class.
 *
 * The venue's code comes first, then the HTTP status, the library's class last. Whatever none of them knows is
 * `unknown`: a new error must not be taken for a rejection.
 *
 * @example
 * classify(BINANCE_ERRORS, { status: 504, code: -1007, type: 'RequestTimeout', text: '...' }); // 'unknown'
 */
export function classify(table: ErrorTable, failure: Failure): ErrorClass {
  const { code, status, type } = failure;
  if (code !== undefined && Object.hasOwn(table.codes, code)) {
    const found = table.codes[code];
    if (found !== undefined) return typeof found === 'function' ? found(failure) : found;
  }
  if (status !== undefined && Object.hasOwn(table.statuses, status))
    return table.statuses[status] ?? 'unknown';
  if (type !== undefined && Object.hasOwn(table.types, type)) return table.types[type] ?? 'unknown';
  return 'unknown';
}

/**
 * The outcome of a request that failed.
 *
 * @example
 * outcomeOf({ codes: {}, statuses: { 429: 'throttled' }, types: {} }, { status: 429, text: 'slow down' }).kind; // "refused"
 */
export function outcomeOf(table: ErrorTable, failure: Failure, venueTime: number = 0): Outcome {
  const error = classify(table, failure);
  if (error === 'unknown') return unknown(failure.text);
  return refused(error, failure.text, venueTime, failure.retryAfter);
}
