import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BINANCE_ERRORS } from '../../../src/venues/binance/errors.js';
import { binance } from '../../../src/venues/binance/index.js';
import { classify, type ErrorClass, type Failure } from '../../../src/venues/driver/index.js';
import type { BinanceDouble } from '../../doubles/binance/binance-double.js';
import { Wire } from '../conformance/wire.js';
import { BTC, quick, startDouble } from './binance-under-test.js';

/** Status, code, words, and what they mean. */
const ROWS: readonly (readonly [status: number, code: number | undefined, msg: string, means: ErrorClass])[] =
  [
    [504, -1007, 'Timeout waiting for response from backend server.', 'unknown'],
    [500, -1001, 'Internal error; unable to process your request.', 'unknown'],
    [503, -1000, 'Unknown error, please check your request or try again later.', 'unknown'],
    [500, -1006, 'An unexpected response was received from the message bus.', 'unknown'],
    [502, undefined, '<html>bad gateway</html>', 'unknown'],
    [500, undefined, '', 'unknown'],
    [400, -9_999, 'a code of tomorrow', 'unknown'],
    [400, -1013, 'Filter failure: PRICE_FILTER', 'rejected'],
    [400, -1111, 'Precision is over the maximum defined for this asset.', 'rejected'],
    [400, -2010, 'Account has insufficient balance for requested action.', 'rejected'],
    [400, -2010, 'Duplicate order sent.', 'duplicate-id'],
    [400, -4116, 'ClientOrderId is duplicated.', 'duplicate-id'],
    [400, -2011, 'Unknown order sent.', 'not-found'],
    [400, -2013, 'Order does not exist.', 'not-found'],
    [400, -1021, 'Timestamp for this request is outside of the recvWindow.', 'clock'],
    [429, -1003, 'Too many requests.', 'throttled'],
    [418, -1003, 'Way too many requests; IP banned.', 'throttled'],
    [503, -1008, 'Request throttled by system-level protection.', 'throttled'],
    [429, -1015, 'Too many new orders.', 'throttled'],
    [403, undefined, '<html>forbidden</html>', 'throttled'],
    [401, -2015, 'Invalid API-key, IP, or permissions for action.', 'dead-key'],
    [400, -1022, 'Signature for this request is not valid.', 'dead-key'],
    [401, -2014, 'API-key format invalid.', 'dead-key'],
  ];

test.each(ROWS)('%s %s %s means %s', (status, code, text, means) => {
  const failure: Failure = { status, text, ...(code === undefined ? {} : { code }) };
  expect(classify(BINANCE_ERRORS, failure)).toBe(means);
});

test.each<[string, ErrorClass]>([
  ['RequestTimeout', 'unknown'],
  ['NetworkError', 'unknown'],
  ['ExchangeError', 'unknown'],
  ['SomethingElse', 'unknown'],
  ['constructor', 'unknown'],
  ['RateLimitExceeded', 'throttled'],
  ['InvalidNonce', 'clock'],
  ['AuthenticationError', 'dead-key'],
  ['OrderNotFound', 'not-found'],
])('without an answer, the class %s means %s', (type, means) => {
  expect(classify(BINANCE_ERRORS, { type, text: '' })).toBe(means);
});

/** What the driver says to an order that goes wrong, and whether it halts the desk. */
const SAID: Readonly<Record<ErrorClass, string>> = {
  unknown: 'unknown',
  rejected: 'rejected',
  'duplicate-id': 'unknown',
  'not-found': 'unknown',
  clock: 'rejected',
  throttled: 'rejected',
  'dead-key': 'rejected',
};

/** What it says to a cancel that goes wrong. */
const CANCEL_SAID: Readonly<Record<ErrorClass, string>> = {
  unknown: 'unknown',
  rejected: 'cancelRejected',
  'duplicate-id': 'cancelRejected',
  'not-found': 'cancelRejected',
  clock: 'cancelRejected',
  throttled: 'cancelRejected',
  'dead-key': 'cancelRejected',
};

describe.each(['websocket', 'rest'] as const)('by %s', (orderEntry) => {
  let double: BinanceDouble;
  let wire: Wire;

  beforeAll(async () => {
    double = await startDouble();
    // Back-off of a throttled venue is short, so that the next row finds it open.
    wire = new Wire(binance(quick(double, { orderEntry, backOff: { first: 1, longest: 1 } })), BTC);
    await wire.connected();
  });

  afterAll(async () => {
    await wire.close();
    await double.stop();
  });

  test.each(
    ROWS.filter(([, , , means]) => means !== 'dead-key').map((row, index) => [index, ...row] as const),
  )(
    'row %s, as the answer to a cancel: HTTP %s, %s %s is told, and the order is where it was',
    async (index, status, code, msg, means) => {
      const id = `cancel-${orderEntry}-${index}`;
      wire.submit(id, { price: 3_900_000, quantity: 1_000_000 });
      await wire.until('the order', () => wire.said(id).length > 0);
      double.fail('cancel', { kind: 'answer', status, msg, ...(code === undefined ? {} : { code }) });
      wire.cancel(id);
      await wire.until('a word', () => wire.said(id).length > 1);
      expect(wire.said(id).slice(0, 2)).toEqual(['accepted', CANCEL_SAID[means]]);
    },
  );

  // A dead key stops all orders: its rows are last.
  test.each(ROWS.map((row, index) => [index, ...row] as const))(
    'row %s: HTTP %s, %s %s is told',
    async (index, status, code, msg, means) => {
      const id = `row-${orderEntry}-${index}`;
      double.fail('place', { kind: 'answer', status, msg, ...(code === undefined ? {} : { code }) });
      const placed = double.placed.length;
      wire.submit(id, { price: 3_900_000, quantity: 100_000_000 });
      await wire.until('a word', () => wire.said(id).length > 0);
      expect(wire.said(id)).toEqual([SAID[means]]);
      expect(double.placed).toHaveLength(placed);
      if (means === 'dead-key')
        expect(wire.events.some((event) => event.kind === 'fault' && event.code === 'dead-key')).toBe(true);
    },
  );
});
