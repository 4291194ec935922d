import { encode } from '@msgpack/msgpack';
import { afterEach, describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../../src/domain/instrument-table.js';
import { MessageReader } from '../../../src/venues/gateway/decode-message.js';
import { type GatewayOptions, gateway } from '../../../src/venues/gateway/index.js';
import type { GatewayDouble } from '../../doubles/gateway/gateway-double.js';
import { Wire } from '../conformance/wire.js';
import { BTC, gatewayUnderTest, quick } from './gateway-under-test.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(
  more: Partial<GatewayOptions>,
): Promise<{ readonly double: GatewayDouble; readonly wire: Wire }> {
  const { double } = await gatewayUnderTest({}, more);
  const wire = new Wire(gateway(quick(double.address, more)), BTC);
  cleanUps.push(
    () => double.stop(),
    () => wire.close(),
  );
  await wire.connected();
  return { double, wire };
}

const common = { version: 1, instrument: BTC.id, time: 1_700_000_000_000 };
const book = { ...common, type: 'book', action: 'delta', update: 7, bids: [['40000.1', '0.005']], asks: [] };
const read = (message: Record<string, unknown>) =>
  new MessageReader('engine', new InstrumentTable([BTC])).read([encode(message)]);

describe('what an engine says of the market', () => {
  test('is read exactly', () => {
    expect(read(book)).toEqual({
      type: 'market',
      event: {
        ...{ kind: 'book', instrument: BTC.id, venueTime: common.time, action: 'delta' },
        ...{ first: 7, last: 7, previous: -1, bids: [400_001, 5], asks: [] },
      },
    });
    const quote = {
      ...common,
      type: 'quote',
      bidPrice: '1.1',
      bidQuantity: '0',
      askPrice: '1.2',
      askQuantity: '3',
    };
    expect(read(quote)).toMatchObject({
      event: { kind: 'quote', bidPrice: 11, bidQuantity: 0, askPrice: 12, askQuantity: 3_000 },
    });
    const trade = { ...common, type: 'trade', price: '1.1', quantity: '0.001' };
    expect(read(trade)).toMatchObject({
      event: { kind: 'trade', price: 11, quantity: 1, aggressor: 'none', tradeId: '' },
    });
    expect(read({ ...common, type: 'sync', state: 'unsynced' })).toMatchObject({
      event: { kind: 'sync', state: 'unsynced', reason: '' },
    });
  });

  test.each([
    [{ instrument: 'other' }, /instrument/],
    [{ update: 0 }, /update must be a whole number/],
    [{ update: 1.5 }, /update/],
    [{ action: 'clear' }, /action/],
    [{ bids: [['40000.15', '1']] }, /bids\[0\] price must be a multiple of the tick/],
    [{ bids: [['40000.1', '-1']] }, /bids\[0\] quantity/],
    [{ bids: [['40000.1', 'NaN']] }, /bids\[0\] quantity must be a decimal/],
    [{ bids: [['40000.1']] }, /bids\[0\] must be a price and a quantity/],
    [{ bids: [40_000.1, 1] }, /bids\[0\] must be a price and a quantity/],
    [{ asks: Array.from({ length: 10_001 }, () => ['1', '1']) }, /asks has 10001 levels/],
    [{ asks: undefined }, /asks must be an array/],
    [{ action: 'snapshot', bids: [['1', '0']] }, /bids\[0\] quantity/],
    [{ type: 'trade', price: '1', quantity: '0' }, /quantity/],
    [{ type: 'trade', price: '1', quantity: '1', aggressor: 'me' }, /aggressor/],
    [{ type: 'sync', state: 'perhaps' }, /state/],
    [{ time: Number.NaN }, /time/],
  ])('%j is refused', (change, message) => {
    expect(() => read({ ...book, ...change })).toThrow(message);
  });

  test('is not passed on by a gateway that did not ask for it', async () => {
    const { double, wire } = await start({});
    double.say({ ...book, action: 'snapshot' });
    double.say({ ...common, type: 'trade', price: '1.1', quantity: '0.001' });
    wire.submit('a1', { price: 400_000, quantity: 1 });
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    expect(wire.events.filter(({ kind }) => kind === 'book' || kind === 'trade')).toEqual([]);
    expect(wire.events.filter((event) => event.kind === 'link' && event.channel === 'market')).toEqual([]);
  });
});

test('orders beyond the rate limit wait, cancels do not, and what waits in vain is refused as not sent', async () => {
  const { double, wire } = await start({ limits: [{ name: 'orders', limit: 4, per: 60_000 }] });
  // A tenth is kept for cancels.
  for (const id of ['a1', 'a2', 'a3', 'a4']) wire.submit(id, { price: 400_000, quantity: 1 });
  await wire.until('three', () => wire.said('a3').includes('accepted'));
  wire.cancel('a1');
  await wire.until('the cancel', () => wire.said('a1').includes('canceled'));
  expect(double.orders().map(({ clientOrderId }) => clientOrderId)).toEqual(['a1', 'a2', 'a3']);
  await wire.until('the refusal', () => wire.said('a4').length > 0);
  expect(wire.said('a4')).toEqual(['rejected']);
  expect(wire.reports.at(-1)).toMatchObject({
    reason: expect.stringMatching(/^not sent: the rate limit left no room/),
  });
  expect(double.orders()).toHaveLength(3);
});

test.each([
  [{ marketData: 'yes' }, /gateway.marketData/],
  [{ limits: [{ name: 'orders', limit: 0, per: 1 }] }, /limits\[0\].limit/],
  [{ reserved: { submit: 2 } }, /reserved.submit/],
])('%j is refused by name', (change, message) => {
  expect(() => gateway({ venue: 'engine', connect: 'tcp://127.0.0.1:5570', ...change } as never)).toThrow(
    message,
  );
});
