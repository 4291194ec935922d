import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../../src/domain/instrument-table.js';
import { generateKeys } from '../../../src/services/zeromq/keys.js';
import { MessageReader } from '../../../src/venues/gateway/decode-message.js';
import { type GatewayOptions, gateway } from '../../../src/venues/gateway/index.js';
import type { GatewayDouble, GatewayDoubleOptions } from '../../doubles/gateway/gateway-double.js';
import { Wire } from '../conformance/wire.js';
import { BTC, gatewayUnderTest, quick } from './gateway-under-test.js';

const open: { readonly double: GatewayDouble; readonly wires: Wire[] }[] = [];

afterEach(async () => {
  for (const { double, wires } of open.splice(0)) {
    await Promise.all(wires.map((wire) => wire.close()));
    await double.stop();
  }
});

async function start(engine: GatewayDoubleOptions = {}, more: Partial<GatewayOptions> = {}) {
  const { double } = await gatewayUnderTest(engine, more);
  const wire = new Wire(gateway(quick(double.address, more)), BTC);
  open.push({ double, wires: [wire] });
  return { double, wire };
}

const faultsOf = ({ events }: Wire) =>
  events.flatMap((event) => (event.kind === 'fault' ? [`${event.code}: ${event.message}`] : []));

const ordersUp = ({ events }: Wire): number =>
  events.filter((event) => event.kind === 'link' && event.channel === 'orders' && event.state === 'up')
    .length;

describe('the gateway', () => {
  test('an order goes out with exact decimals and without what is none of the engine’s business', async () => {
    const { double, wire } = await start(
      {},
      { capabilities: { orderTypes: ['limit', 'market', 'stopLimit'], timesInForce: ['GTC', 'GTD'] } },
    );
    await wire.connected();
    wire.submit('a1', {
      type: 'stopLimit',
      timeInForce: 'GTD',
      price: 400_001,
      stopPrice: 399_999,
      expireTime: 2_000_000_000_000,
      display: 5,
      quantity: 12,
      postOnly: true,
      attribution: [{ agent: 'secret', quantity: 12 }],
      parent: { id: 'p', child: 0 },
    });
    await wire.until('the order', () => double.asked.some(({ type }) => type === 'submit'));
    const submitted = double.asked.find(({ type }) => type === 'submit') as unknown as {
      readonly order: Record<string, unknown>;
    };
    const { requestTime, ...order } = submitted.order;
    expect(requestTime).toBeGreaterThan(0);
    expect(order).toEqual({
      clientOrderId: 'a1',
      instrument: BTC.id,
      symbol: 'BTCUSDT',
      side: 'buy',
      type: 'stopLimit',
      timeInForce: 'GTD',
      price: '40000.1',
      quantity: '0.012',
      stopPrice: '39999.9',
      display: '0.005',
      expireTime: 2_000_000_000_000,
      postOnly: true,
      reduceOnly: false,
    });
    expect(double.asked[0]).toMatchObject({ version: 1, type: 'hello', venue: 'engine', leading: true });
  });

  test('a replacement is one request, where the engine can', async () => {
    const { double, wire } = await start({}, { capabilities: { nativeReplace: true } });
    await wire.connected();
    const order = wire.submit('a1', { price: 400_000, quantity: 100 });
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    wire.submit('a2', { price: 400_001, quantity: 100, replaces: order.clientOrderId });
    await wire.until('the request', () => double.asked.some(({ type }) => type === 'replace'));
    expect(double.asked.at(-1)?.['order']).toMatchObject({
      clientOrderId: 'a2',
      replaces: 'a1',
      price: '40000.1',
    });
  });

  test('an event that is missing is noticed by the number of the next: the truth tells what it said', async () => {
    const { double, wire } = await start();
    await wire.connected();
    wire.submit('a1', { price: 400_000, quantity: 100 });
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    double.skip();
    double.fill('a1', 3);
    await wire.until('the fill, by the truth', () => wire.said('a1').includes('fill 3@400000'));
    expect(wire.events.some((event) => event.kind === 'link' && event.reason.includes('some are lost'))).toBe(
      true,
    );
    double.fill('a1', 4);
    await wire.until('the next fill', () => wire.said('a1').includes('fill 4@400000'));
    expect(wire.said('a1')).toEqual(['accepted', 'fill 3@400000', 'fill 4@400000']);
  });

  test('a message that cannot be read is refused and counted, and what it hid is asked for', async () => {
    const { double, wire } = await start();
    await wire.connected();
    for (const frame of [new Uint8Array([0xc1]), new Uint8Array(0), encode('text'), encode([1, 2])]) {
      const up = ordersUp(wire);
      double.sayBytes(frame);
      await wire.until('a new connection', () => ordersUp(wire) > up);
    }
    const up = ordersUp(wire);
    double.sayBytes(encode({ version: 1, type: 'pong' }), encode(1));
    await wire.until('one more connection', () => ordersUp(wire) > up);
    expect(faultsOf(wire)).toEqual([
      expect.stringContaining(
        'bad-message: 1 messages of the engine were refused so far; the last: not msgpack',
      ),
      expect.stringContaining('bad-message: 2 messages'),
      expect.stringContaining(
        'bad-message: 4 messages of the engine were refused so far; the last: the message must be a map',
      ),
    ]);
    wire.submit('a1', { price: 400_000, quantity: 100 });
    await wire.until('an order goes through', () => wire.said('a1').includes('accepted'));
  });

  test('a message longer than allowed cuts the engine off', async () => {
    const { double, wire } = await start({}, { longestMessage: 4_096 });
    await wire.connected();
    double.sayBytes(new Uint8Array(100_000));
    await wire.until('a new connection', () => ordersUp(wire) === 2);
  });

  test('an engine of another version is not spoken to', async () => {
    const { double, wire } = await start({ version: 2 });
    await wire.until('the fault', () => faultsOf(wire).length > 0);
    expect(faultsOf(wire)).toEqual([
      expect.stringContaining('version must be 1, not 2: the engine speaks another format'),
    ]);
    wire.submit('a1', { price: 400_000, quantity: 100 });
    await wire.until('the refusal', () => wire.said('a1').includes('rejected'));
    expect(double.orders()).toEqual([]);
    expect(ordersUp(wire)).toBe(0);
  });

  test('with CURVE: the right keys are let in, a wrong key of the engine is told of', async () => {
    const [engine, desk, other] = [generateKeys(), generateKeys(), generateKeys()];
    const { wire } = await start(
      { secretKey: engine.secretKey },
      { curve: { keys: desk, engine: engine.publicKey } },
    );
    await wire.connected();
    const wrong = await start(
      { secretKey: engine.secretKey },
      { curve: { keys: desk, engine: other.publicKey } },
    );
    await wrong.wire.until('the fault', () => faultsOf(wrong.wire).length > 0);
    expect(faultsOf(wrong.wire)[0]).toContain('is curve.engine its public key?');
    expect(faultsOf(wrong.wire).join()).not.toContain(desk.secretKey);
    expect(ordersUp(wrong.wire)).toBe(0);
  });

  test('an engine that begins later is found', async () => {
    const { double } = await gatewayUnderTest();
    const { address } = double;
    await double.stop();
    const wire = new Wire(gateway(quick(address)), BTC);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { double: late } = await gatewayUnderTest({ address });
    open.push({ double: late, wires: [wire] });
    await wire.connected();
  });

  test.each([
    [{ connect: 'tcp://192.0.2.1:5570' }, 'gateway.curve must be given'],
    [{ connect: 'tcp://127.0.0.1:*' }, 'an address with the port of the engine'],
    [{ connect: 'http://127.0.0.1:1' }, 'gateway.connect must be tcp://HOST:PORT or ipc://PATH'],
    [{ venue: '' }, 'gateway.venue must be a name'],
    [{ keepAlive: 0 }, 'gateway.keepAlive must be an integer of at least 10'],
    [{ keepAlve: 5 }, 'unknown setting "keepAlve"'],
    [{ longestMessage: 10 }, 'gateway.longestMessage must be'],
    [
      { curve: { keys: { publicKey: 'x', secretKey: 'y' }, engine: 'z' } },
      'gateway.curve.keys.publicKey must be a key',
    ],
  ])('%j is refused', (options, why) => {
    expect(() =>
      gateway({ venue: 'engine', connect: 'tcp://127.0.0.1:5570', ...options } as GatewayOptions),
    ).toThrow(why);
  });
});

describe('reading messages', () => {
  const reader = new MessageReader('engine', new InstrumentTable([BTC]));
  const read = (message: unknown) => reader.read([encode(message)]);
  const fill = {
    type: 'fill',
    clientOrderId: 'a',
    instrument: BTC.id,
    time: 5,
    executionId: 'e',
    side: 'buy',
    price: '40000.1',
    quantity: '0.012',
    liquidity: 'maker',
    fee: '-0.01',
    feeCurrency: 'USDT',
  };
  const report = (changes: Record<string, unknown>, sequence: unknown = 1) =>
    read({ version: 1, type: 'report', sequence, report: { ...fill, ...changes } });

  test('a fill to the lot', () => {
    expect(report({})).toMatchObject({
      type: 'event',
      sequence: 1,
      event: { kind: 'report', type: 'fill', venue: 'engine', price: 400_001, quantity: 12, fee: '-0.01' },
    });
  });

  test.each<[Record<string, unknown>, string]>([
    [{ price: '40000.15' }, 'price must be a multiple of the tick 0.1'],
    [{ price: 40_000.1 }, 'price must be a decimal string'],
    [{ price: 'NaN' }, 'price must be a decimal string'],
    [{ price: '1e5' }, 'price must be a decimal string'],
    [{ quantity: '0' }, 'quantity must be a multiple of the lot'],
    [{ quantity: '-0.001' }, 'quantity must be a multiple of the lot'],
    [{ quantity: `${'9'.repeat(30)}` }, 'quantity must be a multiple of the lot'],
    [{ instrument: 'ETH@engine' }, 'instrument "ETH@engine" is none of engine'],
    [{ instrument: 7 }, 'instrument 7 is none'],
    [{ side: 'long' }, 'side'],
    [{ liquidity: 'none' }, 'liquidity'],
    [{ time: Number.NaN }, 'time must be a number'],
    [{ time: -1 }, 'time must be a number'],
    [{ time: 1e300 }, 'time must be a number'],
    [{ clientOrderId: '' }, 'clientOrderId'],
    [{ executionId: '' }, 'executionId'],
    [{ type: 'unknown' }, 'type must be one of'],
    [{ type: 'canceled', reason: 'x'.repeat(2_000) }, 'reason must be a text'],
    [{ type: 'canceled', filled: 5 }, 'filled must be a decimal string'],
  ])('a report with %j is refused', (changes, why) => {
    expect(() => report(changes)).toThrow(why);
  });

  test.each<[unknown, string]>([
    [{ version: 1, type: 'shout' }, 'type "shout" is none'],
    [{ version: '1', type: 'pong' }, 'version must be 1'],
    [{ type: 'pong' }, 'version must be 1'],
    [null, 'the message must be a map'],
    [{ version: 1, type: 'answer', request: 0, outcome: 'unknown' }, 'request must be a whole number'],
    [{ version: 1, type: 'answer', request: 1, outcome: 'maybe' }, 'outcome must be one of'],
    [
      { version: 1, type: 'answer', request: 1, time: 1, outcome: 'refused', error: 'bad luck' },
      'error must be one of',
    ],
    [
      {
        version: 1,
        type: 'truth',
        request: 1,
        time: 1,
        coversClosed: 1,
        orders: [],
        fills: [],
        positions: [],
        balances: [],
      },
      'coversClosed',
    ],
    [
      {
        version: 1,
        type: 'truth',
        request: 1,
        time: 1,
        coversClosed: true,
        orders: {},
        fills: [],
        positions: [],
        balances: [],
      },
      'orders must be an array',
    ],
    [
      {
        version: 1,
        type: 'account',
        sequence: 1,
        time: 1,
        balances: [{ currency: 'USDT', free: 1, locked: '0' }],
      },
      'free',
    ],
    [{ version: 1, type: 'report', sequence: 1.5, report: fill }, 'sequence must be a whole number'],
  ])('%j is refused', (message, why) => {
    expect(() => read(message)).toThrow(why);
  });

  test('whatever comes, it is read or refused: never anything else', () => {
    const valid = encode({ version: 1, type: 'report', sequence: 1, report: fill });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.tuple(fc.nat(valid.length - 1), fc.nat(255)).map(([at, byte]) => {
            const damaged = valid.slice();
            damaged[at] = byte;
            return damaged;
          }),
        ),
        (bytes) => {
          let message: unknown;
          try {
            message = reader.read([bytes]);
          } catch (error) {
            expect((error as Error).name).toMatch(/^(InputError|GatewayVersionError)$/);
            return;
          }
          // What was read says what was sent.
          expect(decode(bytes)).toMatchObject({ version: 1 });
          expect(message).toHaveProperty('type');
        },
      ),
      { numRuns: 500 },
    );
  });
});
