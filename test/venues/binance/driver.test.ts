import { describe, expect, test } from 'vitest';
import { instrument } from '../../../src/domain/instrument.js';
import { dispatch } from '../../../src/operators/index.js';
import { binance, binanceCapabilities, binanceInstruments } from '../../../src/venues/binance/index.js';
import { BinanceDouble } from '../../doubles/binance/binance-double.js';
import { MatchingMarket } from '../../doubles/market/matching-market.js';
import { Wire } from '../conformance/wire.js';
import { BTC, quick, startDouble } from './binance-under-test.js';

describe('the connection', () => {
  test('leaves no handle open when it is closed, however busy it was', async () => {
    const double = await startDouble();
    const kinds = () =>
      process.getActiveResourcesInfo().filter((kind) => /TCPSocket|TLS|Pipe|Timeout|GetAddr/.test(kind))
        .length;
    const before = kinds();
    for (let turn = 0; turn < 3; turn++) {
      const wire = new Wire(binance(quick(double, { timeout: 60_000 })), BTC);
      await wire.connected();
      double.fail('place', { kind: 'acceptThenHang' });
      double.fail('order', { kind: 'acceptThenHang' });
      wire.submit(`a${turn}`, { price: 3_900_000, quantity: 1_000_000 });
      wire.ask(`a${turn}`);
      await wire.until('the order at the double', () => double.placed.includes(`a${turn}`));
      await wire.close();
    }
    // What the double still holds of those connections goes with it.
    await double.stop();
    await expect.poll(kinds, { timeout: 10_000 }).toBeLessThanOrEqual(before);
  });

  test('a venue that is not there is tried again, and found when it comes', async () => {
    const double = await startDouble();
    const { port } = new URL(double.endpoints.rest);
    await double.stop();
    const wire = new Wire(binance(quick(double)), BTC);
    await wire.until('a fault', () =>
      wire.events.some((event) => event.kind === 'fault' && event.code === 'connect'),
    );
    wire.submit('a1', { price: 3_900_000, quantity: 1_000_000 });
    expect(wire.said('a1')).toEqual(['rejected']);
    await double.start(Number(port));
    await wire.connected();
    await wire.close();
    await double.stop();
  });

  test('a clock that is a minute off is set, and orders carry the time at which they were decided', async () => {
    const double = await startDouble();
    double.clockAhead = 60_000;
    const wire = new Wire(binance(quick(double)), BTC);
    await wire.connected();
    wire.submit('a1', { price: 3_900_000, quantity: 1_000_000 });
    wire.submit('a2', { price: 3_900_000, quantity: 1_000_000, requestTime: wire.now() - 5_001 });
    await wire.until('both words', () => wire.said('a1').length + wire.said('a2').length === 2);
    expect([wire.said('a1'), wire.said('a2')]).toEqual([['accepted'], ['rejected']]);
    expect(double.placed).toEqual(['a1']);
    // Now it goes back: the next order is refused, the clock set, and the one after it taken.
    double.clockAhead = 0;
    wire.submit('a3', { price: 3_900_000, quantity: 1_000_000 });
    await wire.until('the fault', () =>
      wire.events.some((event) => event.kind === 'fault' && event.code === 'clock'),
    );
    expect(wire.said('a3')).toEqual(['rejected']);
    await wire.until('an order that is taken', () => {
      const id = `b${wire.reports.length}`;
      if (!double.placed.includes(id)) wire.submit(id, { price: 3_900_000, quantity: 1_000_000 });
      return double.placed.length > 1;
    });
    await wire.close();
    await double.stop();
  });

  test('without keys there is market data, and no order leaves', async () => {
    const double = await startDouble();
    const { credentials: _none, ...open } = quick(double);
    const wire = new Wire(binance(open), BTC);
    await wire.until('a book', () => wire.events.some(({ kind }) => kind === 'book'));
    wire.submit('a1', { price: 3_900_000, quantity: 1_000_000 });
    expect(wire.said('a1')).toEqual(['rejected']);
    expect(double.requests).not.toContain('subscribe');
    await wire.close();
    await double.stop();
  });

  test('of COIN-M there are books and trades, and no order leaves', async () => {
    const listed = instrument({
      ...{
        venue: 'binance',
        symbol: 'BTCUSD_PERP',
        kind: 'perpetual',
        base: 'BTC',
        quote: 'USD',
        inverse: true,
      },
      ...{ multiplier: '100', tick: '0.1', lot: '1' },
    });
    const market = new MatchingMarket({ instruments: [listed] });
    const double = new BinanceDouble({ market, kind: 'coinm' });
    await double.start();
    market.setLevel('BTCUSD_PERP', 'bid', 399_990, 7);
    const { credentials: _none, ...open } = quick(double);
    const wire = new Wire(binance(open), listed);
    await wire.until('a book', () => wire.events.some(({ kind }) => kind === 'book'));
    expect(wire.events.find(({ kind }) => kind === 'book')).toMatchObject({
      action: 'snapshot',
      bids: [399_990, 7],
    });
    market.setLevel('BTCUSD_PERP', 'ask', 400_010, 9);
    market.take('BTCUSD_PERP', 'buy', 400_010, 4);
    await wire.until('a trade', () => wire.events.some(({ kind }) => kind === 'trade'));
    expect(wire.events.find(({ kind }) => kind === 'trade')).toMatchObject({ price: 400_010, quantity: 4 });
    await wire.until('a change', () =>
      wire.events.some((event) => event.kind === 'book' && event.action === 'delta'),
    );
    wire.submit('a1', { price: 399_000, quantity: 1 });
    expect(wire.said('a1')).toEqual(['rejected']);
    await wire.close();
    await double.stop();
  });

  test('the leader, and nobody else, tells USD-M that it lives', async () => {
    const double = await startDouble('usdm');
    const options = quick(double, { deadMansSwitch: 150 });
    const { definition } = double.market.listed('BTCUSDT');
    const told = () => double.requests.filter((operation) => operation === 'countdown').length;
    const follower = new Wire(binance(options), definition, false);
    await follower.until('its connections', () => double.connections >= 3);
    expect(told()).toBe(0);
    follower.leading.next(true);
    await follower.until('three words', () => told() >= 3);
    follower.leading.next(false);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const before = told();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(told()).toBe(before);
    await follower.close();
    await double.stop();
  });

  test('garbage on the stream is a fault and takes the book with it; the rest goes on', async () => {
    const double = await startDouble();
    const wire = new Wire(binance(quick(double)), BTC);
    await wire.until('a book', () => wire.events.some(({ kind }) => kind === 'book'));
    double.mangle = (frame) => [frame.replace(/"b":\[/, '"b":[["1.23456","x"],')];
    double.market.setLevel('BTCUSDT', 'bid', 3_950_000, 5);
    await wire.until('both', () => wire.events.some(({ kind }) => kind === 'sync'));
    expect(wire.events.find(({ kind }) => kind === 'fault')).toMatchObject({
      code: 'bad-input',
      severity: 'notice',
    });
    expect(wire.events.find(({ kind }) => kind === 'sync')).toMatchObject({
      state: 'unsynced',
      instrument: BTC.id,
    });
    double.mangle = (frame) => ['null', '[]', '7', '"x"', '{}', '{"e":"depthUpdate"}', 'no json', frame];
    const books = wire.events.filter(({ kind }) => kind === 'book').length;
    double.market.setLevel('BTCUSDT', 'bid', 3_950_000, 6);
    await wire.until(
      'the frame behind it',
      () => wire.events.filter(({ kind }) => kind === 'book').length > books,
    );
    await wire.close();
    await double.stop();
  });
});

describe('definitions of instruments', () => {
  test.each(['spot', 'usdm'] as const)('come from the venue: %s', async (kind) => {
    const double = await startDouble(kind);
    const options = { market: kind, environment: double.endpoints };
    const [btc] = await binanceInstruments({ ...options, symbols: ['BTCUSDT'] });
    const { multiplier: _one, fees: _two, ...listed } = double.market.listed('BTCUSDT').definition;
    expect(btc).toMatchObject({ ...listed, minNotional: '5' });
    await expect(binanceInstruments({ ...options, symbols: ['XYZUSDT'] })).rejects.toThrow('"XYZUSDT"');
    await expect(binanceInstruments({ ...options, symbols: [] })).rejects.toThrow(
      'binanceInstruments.symbols',
    );
    await double.stop();
  });
});

describe('settings', () => {
  test.each([
    [{ market: 'margin' as never }, 'binance.market'],
    [{ environment: 'paper' as never }, 'binance.environment'],
    [{ environment: { rest: 'http://x', stream: 'http://x', api: 'ws://x' } }, 'binance.environment.stream'],
    [{ environment: { rest: 'http://x/', stream: 'ws://x', api: 'ws://x' } }, 'binance.environment.rest'],
    [{ credentials: 'key' as never }, 'binance.credentials'],
    [{ market: 'coinm' as const, credentials: () => ({ apiKey: 'a', secret: 'b' }) }, 'binance.credentials'],
    [{ recvWindow: 60_001 }, 'binance.recvWindow'],
    [{ recvWindow: 0 }, 'binance.recvWindow'],
    [{ keepAlive: 0 }, 'binance.keepAlive'],
    [{ depth: 4 }, 'binance.depth'],
    [{ depth: 1_001, market: 'usdm' as const }, 'binance.depth'],
    [{ depthEvery: 250 }, 'binance.depthEvery'],
    [{ deadMansSwitch: 1_000 }, 'binance.deadMansSwitch'],
    [{ orderEntry: 'fix' as never }, 'binance.orderEntry'],
    [{ testnet: true } as never, 'testnet'],
  ])('refuses %o', (options, name) => {
    expect(() => binance(options)).toThrow(name);
  });

  test('no message holds a key', () => {
    expect(() => binance({ credentials: { apiKey: 'topsecret', secret: 'topsecret' } as never })).toThrow(
      /^(?!.*topsecret).*binance\.credentials/,
    );
  });

  test("the ids of a desk's orders are ones that it takes; a venue with another alphabet is refused by name", () => {
    dispatch({ desk: 'A1b2C3d4', venues: { binance: binanceCapabilities() } });
    const digits = { clientOrderIdAlphabet: '0-9' };
    expect(() => dispatch({ venues: { cme: digits } })).toThrow('dispatch.venues.cme.clientOrderIdAlphabet');
    const short = { clientOrderIdLength: 10 };
    expect(() => dispatch({ venues: { cme: short } })).toThrow('dispatch.venues.cme.clientOrderIdLength');
  });
});
