import { expect, test } from 'vitest';
import { InputError } from '../../../src/domain/errors.js';
import { InstrumentTable } from '../../../src/domain/instrument-table.js';
import { checkEvent } from '../../../src/domain/wire.js';
import { fillOfRest, fillReport, orderOfChannel } from '../../../src/venues/coinbase/order-words.js';
import { BTC_USD } from './coinbase-under-test.js';

const table = new InstrumentTable([BTC_USD]);
const FILL: Readonly<Record<string, unknown>> = {
  entry_id: 'e1',
  trade_id: 't1',
  order_id: 'o1',
  trade_time: '2026-01-02T03:04:05Z',
  sequence_timestamp: '2026-01-02T03:04:05Z',
  trade_type: 'FILL',
  price: '40000.00',
  size: '0.01',
  commission: '0.4',
  product_id: BTC_USD.symbol,
  liquidity_indicator: 'TAKER',
  size_in_quote: false,
  side: 'SELL',
};
const ORDER: Readonly<Record<string, unknown>> = {
  order_id: 'o1',
  client_order_id: 'a1',
  product_id: BTC_USD.symbol,
  status: 'OPEN',
  cumulative_quantity: '0',
  avg_price: '',
  creation_time: '2026-01-02T03:04:05Z',
};

const read = (fields: Readonly<Record<string, unknown>>) => {
  const listed = table.list[0];
  if (listed === undefined) throw new Error('there is an instrument');
  return fillReport(fillOfRest(fields), 'a1', listed);
};

test('what is bent below is sound', () => {
  expect(checkEvent(read(FILL))).toMatchObject({ side: 'sell', executionId: 't1', fee: '0.4' });
  expect(orderOfChannel(ORDER)).toMatchObject({ status: 'accepted', filled: '0', averagePrice: '0' });
});

test.each([
  ['side', undefined],
  ['side', 'constructor'],
  ['trade_id', undefined],
  ['trade_id', 'x'.repeat(201)],
  ['size', '0'],
  ['size', '-0.01'],
  ['size', '1e400'],
  ['size', undefined],
  ['price', '-1'],
  ['price', Number.NaN],
  ['commission', undefined],
  ['commission', '1e999'],
  ['commission', 0.4],
  ['commission', 'NaN'],
  ['trade_time', '2026-13-45'],
  ['sequence_timestamp', null],
  ['size_in_quote', true],
])('an execution whose %s is %s is none', (name, value) => {
  expect(() => read({ ...FILL, [name]: value })).toThrow(InputError);
});

test.each([
  ['status', 'constructor'],
  ['status', undefined],
  ['order_id', ''],
  ['cumulative_quantity', '1e999'],
  ['cumulative_quantity', {}],
  ['avg_price', 'NaN'],
  ['creation_time', 5],
])('an order whose %s is %s is none', (name, value) => {
  expect(() => orderOfChannel({ ...ORDER, [name]: value })).toThrow(InputError);
});
