import { afterEach, describe, expect, test } from 'vitest';
import { COINBASE_ERRORS } from '../../../src/venues/coinbase/errors.js';
import { classify } from '../../../src/venues/driver/index.js';
import type { CoinbaseDouble, RequestFault } from '../../doubles/coinbase/coinbase-double.js';
import { Wire } from '../conformance/wire.js';
import { BTC_USD, startDouble } from './coinbase-under-test.js';

/** Status, body, what it is, and the words for a submit and for a cancel. */
const ROWS: readonly (readonly [number, unknown, string, submit: string, cancel: string])[] = [
  [500, { error: 'INTERNAL', message: 'internal' }, 'unknown', 'unknown', 'unknown'],
  [500, 'oops', 'unknown', 'unknown', 'unknown'],
  [502, '<html>bad gateway</html>', 'unknown', 'unknown', 'unknown'],
  [503, { error: 'UNAVAILABLE', message: 'try later' }, 'unknown', 'unknown', 'unknown'],
  [504, '', 'unknown', 'unknown', 'unknown'],
  [408, { error: 'DEADLINE_EXCEEDED' }, 'unknown', 'unknown', 'unknown'],
  [418, 'a teapot', 'unknown', 'unknown', 'unknown'],
  [200, 'no JSON at all', 'unknown', 'unknown', 'unknown'],
  [200, { success: false }, 'unknown', 'unknown', 'unknown'],
  [200, {}, 'unknown', 'unknown', 'cancelRejected'],
  [
    429,
    { errors: [{ id: 'rate_limit_exceeded', message: 'slow' }] },
    'throttled',
    'rejected',
    'cancelRejected',
  ],
  [429, 'Too many', 'throttled', 'rejected', 'cancelRejected'],
  [401, 'Unauthorized\n', 'dead-key', 'rejected', 'cancelRejected'],
  [403, { error: 'PERMISSION_DENIED', message: 'no' }, 'dead-key', 'rejected', 'cancelRejected'],
  [400, { error: 'INVALID_ARGUMENT', message: 'bad' }, 'rejected', 'rejected', 'cancelRejected'],
  [404, { error: 'NOT_FOUND', message: 'no' }, 'not-found', 'unknown', 'cancelRejected'],
  [
    200,
    { success: false, error_response: { error: 'INSUFFICIENT_FUND', message: 'no' } },
    'rejected',
    'rejected',
    'cancelRejected',
  ],
  [
    200,
    { success: false, error_response: { error: 'DUPLICATE_CLIENT_ORDER_ID', message: 'no' } },
    'duplicate-id',
    'unknown',
    'cancelRejected',
  ],
  [
    200,
    {
      success: false,
      error_response: { error: 'UNKNOWN_FAILURE_REASON', preview_failure_reason: 'PREVIEW_INVALID_PRICE' },
    },
    'rejected',
    'rejected',
    'cancelRejected',
  ],
];

const open: { readonly double: CoinbaseDouble; readonly wire: Wire }[] = [];
afterEach(async () => {
  for (const { double, wire } of open.splice(0)) {
    await wire.close();
    await double.stop();
  }
});

describe('what a failure means', () => {
  test.each(ROWS.filter(([status, , what]) => status !== 200 || what === 'rejected'))(
    'HTTP %i %j is %s',
    (status, body, what) => {
      const {
        error,
        errors,
        error_response: response,
      } = (typeof body === 'object' ? body : {}) as {
        readonly error?: string;
        readonly errors?: readonly { readonly id: string }[];
        readonly error_response?: { readonly error: string };
      };
      const code = error ?? errors?.[0]?.id ?? response?.error;
      const known = code === 'UNKNOWN_FAILURE_REASON' ? 'PREVIEW_INVALID_PRICE' : code;
      expect(
        classify(COINBASE_ERRORS, { status, text: '', ...(known === undefined ? {} : { code: known }) }),
      ).toBe(what);
    },
  );

  test('what no table knows is unknown', () => {
    expect(classify(COINBASE_ERRORS, { text: 'x' })).toBe('unknown');
    expect(classify(COINBASE_ERRORS, { text: 'x', type: 'ExchangeError' })).toBe('unknown');
    expect(classify(COINBASE_ERRORS, { text: 'x', type: 'toString', code: 'constructor' })).toBe('unknown');
  });

  test('every row, as the word for an order and for a cancel', async () => {
    let shared: { readonly double: CoinbaseDouble; readonly wire: Wire } | undefined;
    for (const [index, [status, body, means, submit, cancel]] of ROWS.entries()) {
      // A key that is refused and a pause last: what comes behind them would not be sent.
      const alone = means === 'dead-key' || means === 'throttled';
      const at = alone || shared === undefined ? await connected() : shared;
      if (!alone) shared = at;
      const { double, wire } = at;
      const [resting, refused] = [`c${index}`, `s${index}`];
      const what = `HTTP ${status} ${JSON.stringify(body)}`;
      const fault: RequestFault = { kind: 'status', status, body };
      wire.submit(resting, { price: 3_950_000, quantity: 10_000 });
      await wire.until('the acceptance', () => wire.said(resting).length === 1);
      double.fail('cancel', fault);
      wire.cancel(resting);
      await wire.until(`a word for a cancel: ${what}`, () => wire.said(resting).length === 2);
      expect(wire.said(resting)[1], what).toBe(cancel);
      double.fail('submit', fault);
      wire.submit(refused, { price: 3_950_000, quantity: 10_000 });
      await wire.until(`a word for an order: ${what}`, () => wire.said(refused).length === 1);
      expect(wire.said(refused)[0], what).toBe(submit);
      const taken = double.market.ordersOf(double.owner).map(({ clientOrderId }) => clientOrderId);
      expect(taken).not.toContain(refused);
    }
  });
});

async function connected(): Promise<{ readonly double: CoinbaseDouble; readonly wire: Wire }> {
  const { double, driver } = await startDouble();
  const wire = new Wire(driver(), BTC_USD);
  open.push({ double, wire });
  await wire.connected();
  return { double, wire };
}
