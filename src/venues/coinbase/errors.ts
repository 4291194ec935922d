import type { ErrorTable } from '../driver/index.js';

/**
 * What Coinbase Advanced's failures mean.
 *
 * An order request is answered with status 200 also when it is refused; then the word in its body counts. A refusal that
 * gives no reason may hide anything and is `unknown`, like every status of 500 and above: orders were found behind them.
 */
export const COINBASE_ERRORS: ErrorTable = {
  codes: {
    UNKNOWN_FAILURE_REASON: 'unknown',
    PREVIEW_UNKNOWN_FAILURE_REASON: 'unknown',
    INTERNAL: 'unknown',
    UNAVAILABLE: 'unknown',
    DEADLINE_EXCEEDED: 'unknown',
    rate_limit_exceeded: 'throttled',
    RATE_LIMIT_EXCEEDED: 'throttled',
    RESOURCE_EXHAUSTED: 'throttled',
    UNAUTHENTICATED: 'dead-key',
    unauthorized: 'dead-key',
    authentication_error: 'dead-key',
    PERMISSION_DENIED: 'dead-key',
    NOT_FOUND: 'not-found',
    not_found: 'not-found',
    UNKNOWN_CANCEL_ORDER: 'not-found',
    DUPLICATE_CANCEL_REQUEST: 'unknown',
    DUPLICATE_CLIENT_ORDER_ID: 'duplicate-id',
  },
  statuses: {
    // A refusal with a word that is none of the above: it says why there is no order.
    200: 'rejected',
    400: 'rejected',
    401: 'dead-key',
    403: 'dead-key',
    404: 'not-found',
    422: 'rejected',
    429: 'throttled',
  },
  types: { RequestTimeout: 'unknown', NetworkError: 'unknown' },
};
