import { afterEach, describe, expect, test } from 'vitest';
import type { FaultEvent, OutsideEvent, StateReport } from '../../../src/domain/event.js';
import { coinbase, coinbaseInstruments } from '../../../src/venues/coinbase/index.js';
import { coinbaseKey } from '../../doubles/coinbase/keys.js';
import { Wire } from '../conformance/wire.js';
import { BTC_USD, type StartedDouble, startDouble } from './coinbase-under-test.js';

const REST = { price: 3_950_000, quantity: 10_000 };
const open: { readonly started: StartedDouble; readonly wires: Wire[] }[] = [];

afterEach(async () => {
  for (const { started, wires } of open.splice(0)) {
    await Promise.all(wires.map((wire) => wire.close()));
    await started.double.stop();
  }
});

async function start(
  options: Parameters<StartedDouble['driver']>[0] = {},
): Promise<StartedDouble & { readonly wire: Wire }> {
  const started = await startDouble();
  const wire = new Wire(started.driver(options), BTC_USD);
  open.push({ started, wires: [wire] });
  return { ...started, wire };
}

async function connected(): Promise<StartedDouble & { readonly wire: Wire }> {
  const started = await start();
  await started.wire.connected();
  return started;
}

const faults = (wire: Wire): readonly FaultEvent[] =>
  wire.events.filter((event): event is FaultEvent => event.kind === 'fault');
const numberOf = ({ market, double }: StartedDouble, id: string): number =>
  market.ordersOf(double.owner).find(({ clientOrderId }) => clientOrderId === id)?.id ?? 0;
const isLink = (event: OutsideEvent, channel: string, state: string): boolean =>
  event.kind === 'link' && event.channel === channel && event.state === state;

test('cancel-all takes a hundred orders at a time, those of others on the account too, and of other products none', async () => {
  const started = await connected();
  const { double, market, wire } = started;
  wire.submit('a1', REST);
  await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
  const terms = {
    symbol: 'BTC-USD',
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    postOnly: false,
  } as const;
  for (let index = 0; index < 120; index++)
    market.place(
      { ...terms, clientOrderId: `other-${index}`, price: 3_900_000, quantity: 100 },
      double.owner,
    );
  const before = double.requests.length;
  const [one, ...others] = (await wire.driver.cancelAll?.()) ?? [];
  expect([one?.outcome.kind, others]).toEqual(['acknowledged', []]);
  expect(market.ordersOf(double.owner).every(({ status }) => status === 'canceled')).toBe(true);
  expect(wire.said('a1')).toEqual(['accepted', 'canceled']);
  expect(double.requests.slice(before).filter((each) => each === 'cancel')).toHaveLength(2);
});

test('cancel-all of which the venue refuses a part ends the rest one by one, and says what is left', async () => {
  const started = await connected();
  const { double, wire } = started;
  for (const id of ['a1', 'a2']) wire.submit(id, REST);
  await wire.until('both', () => ['a1', 'a2'].every((id) => wire.said(id).includes('accepted')));
  double.fail('cancel', { kind: 'status', status: 500, body: { error: 'INTERNAL' } });
  expect(await wire.driver.cancelAll?.()).toMatchObject([{ outcome: { kind: 'acknowledged' } }]);
  for (const id of ['a1', 'a2']) expect(wire.said(id)).toEqual(['accepted', 'canceled']);
  expect(faults(wire).map(({ code }) => code)).toEqual(['cancel-all']);
});

describe('executions', () => {
  test('come from the history, though it lags behind the channel; the end waits for them', async () => {
    const started = await connected();
    const { double, market, wire } = started;
    double.api.fillsLag = 250;
    wire.submit('a1', REST);
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    market.fill(numberOf(started, 'a1'), 4_000);
    wire.cancel('a1');
    await wire.until('the end', () => wire.said('a1').includes('canceled'));
    expect(wire.said('a1')).toEqual(['accepted', 'fill 4000@3950000', 'canceled']);
    const end = wire.reports.find((report): report is StateReport => report.type === 'canceled');
    expect(end).toMatchObject({ filled: 4_000, averagePrice: '39500' });
  });

  test('that never show are counted at the end, and a fault says so', async () => {
    const started = await connected();
    const { double, market, wire } = started;
    double.api.fillsLag = 3_600_000;
    wire.submit('a1', REST);
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    market.fill(numberOf(started, 'a1'), 4_000);
    market.cancel(numberOf(started, 'a1'));
    await wire.until('the end', () => wire.said('a1').includes('canceled'));
    expect(wire.said('a1')).toEqual(['accepted', 'canceled']);
    expect(wire.reports.at(-1)).toMatchObject({ type: 'canceled', filled: 4_000 });
    expect(faults(wire).map(({ code }) => code)).toEqual(['missing-fills']);
    // Once the history has them they are told all the same.
    double.api.fillsLag = 0;
    await wire.until('the execution', () => wire.said('a1').includes('fill 4000@3950000'));
  });

  test('are told once, page by page, with exact decimals', async () => {
    const started = await connected();
    const { double, market, wire } = started;
    double.api.pageSize = 2;
    wire.submit('a1', REST);
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    double.burst(() => {
      for (const lots of [1, 20, 300, 4_000, 5_679]) market.fill(numberOf(started, 'a1'), lots);
    });
    await wire.until('all of them', () => wire.said('a1').length >= 6);
    wire.reconcile();
    const truths = wire.events.filter(({ kind }) => kind === 'truth').length;
    await wire.until('a truth', () => wire.events.filter(({ kind }) => kind === 'truth').length > truths);
    const fills = wire.reports.filter((report) => report.type === 'fill');
    expect(fills.map(({ quantity }) => quantity)).toEqual([1, 20, 300, 4_000, 5_679]);
    // 0.00000001 coins at 39,500 dollars, 0.4 % of it.
    expect(fills[0]).toMatchObject({ fee: '0.00000158', feeCurrency: 'USD', liquidity: 'maker' });
    expect(fills[4]).toMatchObject({ fee: '0.00897282' });
  });

  test('of messages that were lost are asked for: a jump of sequence_num does not pass', async () => {
    const started = await connected();
    const { double, market, wire } = started;
    wire.submit('a1', REST);
    wire.submit('a2', REST);
    await wire.until('both', () => wire.said('a1').length + wire.said('a2').length === 2);
    double.mangle = (frame, channel) => (channel === 'user' ? [] : [frame]);
    market.fill(numberOf(started, 'a1'), 5_000);
    market.cancel(numberOf(started, 'a2'));
    double.mangle = (frame) => [frame];
    // The next heartbeat shows the gap.
    await wire.until('what was lost', () => wire.said('a1').length + wire.said('a2').length === 4);
    expect(wire.said('a1')).toEqual(['accepted', 'fill 5000@3950000']);
    expect(wire.said('a2')).toEqual(['accepted', 'canceled']);
    expect(wire.events.some((event) => isLink(event, 'account', 'down'))).toBe(true);
  });

  test('of a market order and of one that may not rest are whole, and the rest is canceled', async () => {
    const { wire } = await connected();
    wire.submit('m1', { type: 'market', timeInForce: 'IOC', price: 0, quantity: 100_000_000 });
    await wire.until('the market order', () => wire.said('m1').length === 2);
    expect(wire.said('m1')).toEqual(['accepted', 'fill 100000000@4001000']);
    wire.submit('i1', { timeInForce: 'IOC', price: 4_001_000, quantity: 150_000_000 });
    await wire.until('the rest', () => wire.said('i1').includes('canceled'));
    expect(wire.said('i1')).toEqual(['accepted', 'fill 100000000@4001000', 'canceled']);
    wire.submit('f1', { timeInForce: 'FOK', price: 4_001_000, quantity: 150_000_000 });
    await wire.until('the fill-or-kill', () => wire.said('f1').includes('expired'));
    expect(wire.said('f1')).not.toContain('canceled');
  });
});

describe('orders', () => {
  test('go out exactly, each kind in its own configuration', async () => {
    const { double, wire } = await connected();
    const expireTime = Date.now() + 60_000;
    wire.submit('a1', { ...REST, quantity: 1, postOnly: true });
    wire.submit('a2', { ...REST, timeInForce: 'GTD', expireTime });
    wire.submit('a3', { ...REST, display: 1_000 });
    await wire.until('all words', () => ['a1', 'a2', 'a3'].every((id) => wire.said(id).length === 1));
    expect(double.submits).toEqual([
      {
        client_order_id: 'a1',
        product_id: 'BTC-USD',
        side: 'BUY',
        order_configuration: {
          limit_limit_gtc: { base_size: '0.00000001', limit_price: '39500', post_only: true },
        },
      },
      expect.objectContaining({
        order_configuration: {
          limit_limit_gtd: {
            base_size: '0.0001',
            limit_price: '39500',
            end_time: new Date(expireTime).toISOString(),
            post_only: false,
          },
        },
      }),
    ]);
    expect(wire.said('a3')).toEqual(['rejected']);
  });

  test('that were filled before the cancel came are not called canceled', async () => {
    const started = await connected();
    const { market, wire } = started;
    wire.submit('a1', REST);
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    market.fill(numberOf(started, 'a1'), REST.quantity);
    wire.cancel('a1');
    await wire.until('both words', () => wire.said('a1').length === 3);
    expect([...wire.said('a1')].sort()).toEqual(['accepted', 'cancelRejected', 'fill 10000@3950000']);
  });

  test('are canceled while their own answer is still under way', async () => {
    const { double, wire } = await connected();
    double.fail('submit', { kind: 'late', by: 200 });
    wire.submit('a1', REST);
    wire.cancel('a1');
    await wire.until('the cancel', () => wire.said('a1').includes('canceled'));
    expect(wire.said('a1')).toEqual(['accepted', 'canceled']);
    expect(double.requests.filter((operation) => operation === 'cancel')).toHaveLength(1);
  });

  test('that are sent again under one id are one order at the venue', async () => {
    const { double, market, wire } = await connected();
    wire.submit('a1', REST);
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    wire.submit('a1', REST);
    await wire.until('the second request', () => double.submits.length === 2);
    expect(market.ordersOf(double.owner)).toHaveLength(1);
  });

  test('are not sent while nobody listens, and are taken when the venue is back', async () => {
    const { double, wire } = await connected();
    await double.stop();
    wire.submit('a1', REST);
    await wire.until('the rejection', () => wire.said('a1').length > 0);
    expect(wire.said('a1')).toEqual(['rejected']);
    await wire.until('the loss', () => wire.events.some((event) => isLink(event, 'orders', 'down')));
    await double.start();
    await wire.until('the link again', () => {
      const last = wire.events.findLast((event) => event.kind === 'link' && event.channel === 'orders');
      return last !== undefined && isLink(last, 'orders', 'up');
    });
    wire.submit('a2', REST);
    await wire.until('the acceptance', () => wire.said('a2').includes('accepted'));
    expect(double.submits).toHaveLength(1);
  });
});

describe('the connection', () => {
  test('a key that the venue does not have halts the desk, and no order leaves', async () => {
    const stranger = coinbaseKey();
    const { double, wire } = await start({ credentials: () => stranger });
    await wire.until('the alarm', () => faults(wire).length > 0);
    expect(faults(wire)[0]).toMatchObject({ code: 'dead-key', severity: 'halt' });
    wire.submit('a1', REST);
    expect(wire.said('a1')).toEqual(['rejected']);
    expect(double.submits).toEqual([]);
    expect(double.refusedTokens).toContain('a wrong signature');
  });

  test('a clock that is off is found at the start', async () => {
    const started = await startDouble();
    started.clock.offset = -600_000;
    const wire = new Wire(started.driver(), BTC_USD);
    open.push({ started, wires: [wire] });
    await wire.connected();
    wire.submit('a1', REST);
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    expect(faults(wire)).toEqual([]);
  });

  test('without keys there is market data, and nothing else is asked for', async () => {
    const started = await startDouble();
    const { double } = started;
    const wire = new Wire(coinbase({ environment: { rest: double.url, feed: double.feedUrl } }), BTC_USD);
    open.push({ started, wires: [wire] });
    await wire.until('a book', () => wire.events.some(({ kind }) => kind === 'book'));
    wire.submit('a1', REST);
    expect(wire.said('a1')).toEqual(['rejected']);
    expect(double.requests).toEqual([]);
  });

  test('frames that cannot be read are faults; the book that they were about is whole again', async () => {
    const { double, market, wire } = await connected();
    const books = () =>
      wire.events.filter((event) => event.kind === 'book' && event.action === 'snapshot').length;
    const before = books();
    double.mangle = (frame, channel) =>
      channel === 'l2_data'
        ? [frame.replace(/"new_quantity":"[\d.]+"/, '"new_quantity":"0.123456789"')]
        : [frame];
    market.setLevel('BTC-USD', 'bid', 3_990_000, 5);
    await wire.until('the fault', () => faults(wire).length > 0);
    double.mangle = (frame) => [frame];
    await wire.until('a whole book', () => books() > before);
    expect(faults(wire)[0]).toMatchObject({ code: 'bad-input', severity: 'notice' });
    expect(wire.events.some((event) => event.kind === 'sync' && event.state === 'unsynced')).toBe(true);
    double.mangle = () => ['{"half a', '[]', '{"channel":"l2_data"}', '"text"'];
    market.setLevel('BTC-USD', 'bid', 3_990_000, 6);
    await wire.until('more faults', () => faults(wire).length > 2);
    double.mangle = (frame) => [frame];
    wire.submit('a1', REST);
    await wire.until('business as usual', () => wire.said('a1').includes('accepted'));
  });

  test('trades that were printed while it was down are told once it is up, and none twice', async () => {
    const { double, market, wire } = await connected();
    const trades = () => wire.events.flatMap((event) => (event.kind === 'trade' ? [event.quantity] : []));
    market.take('BTC-USD', 'sell', 1, 11);
    await wire.until('the first', () => trades().length === 1);
    double.disconnect();
    market.take('BTC-USD', 'sell', 1, 22);
    await wire.until('the second', () => trades().length === 2);
    market.take('BTC-USD', 'sell', 1, 33);
    await wire.until('the third', () => trades().length === 3);
    expect(trades()).toEqual([11, 22, 33]);
  });

  test('leaves no handle open when it is closed, however busy it was', async () => {
    const handles = () =>
      process.getActiveResourcesInfo().filter((kind) => /TCPSocket|TLS|Pipe|Timeout|GetAddr/.test(kind))
        .length;
    const started = await startDouble();
    const before = handles();
    for (const turn of [1, 2, 3]) {
      const wire = new Wire(started.driver({ timeout: 60_000 }), BTC_USD);
      await wire.connected();
      started.double.fail('submit', { kind: 'acceptThenHang' });
      wire.submit(`a${turn}`, REST);
      await wire.until('the order at the double', () => numberOf(started, `a${turn}`) > 0);
      await wire.close();
    }
    await started.double.stop();
    await expect.poll(handles, { timeout: 10_000 }).toBeLessThanOrEqual(before);
  });
});

describe('definitions', () => {
  test('are those of the venue, with the fees of the account', async () => {
    const { double } = await start();
    const environment = { rest: double.url, feed: double.feedUrl };
    const [plain] = await coinbaseInstruments({ symbols: ['BTC-USD'], environment });
    expect(plain).toMatchObject({ symbol: 'BTC-USD', tick: '0.01', lot: '0.00000001', venue: 'coinbase' });
    const [own] = await coinbaseInstruments({
      symbols: ['BTC-USD'],
      environment,
      venue: 'coinbase-2',
      credentials: () => double.key,
    });
    expect(own).toMatchObject({ id: 'BTC-USD.SPOT@coinbase-2', fees: BTC_USD.fees });
    await expect(coinbaseInstruments({ symbols: ['DOGE-USD'], environment })).rejects.toThrow('DOGE-USD');
    await expect(coinbaseInstruments({ symbols: [], environment })).rejects.toThrow('symbols');
  });
});

test.each([
  [{ environment: 'testnet' }, 'coinbase.environment'],
  [{ environment: { rest: 'ftp://x', feed: 'ws://x' } }, 'coinbase.environment.rest'],
  [{ environment: { rest: 'http://x/', feed: 'ws://x' } }, 'coinbase.environment.rest'],
  [{ credentials: { apiKey: 'a', secret: 'b' } }, 'coinbase.credentials'],
  [{ timeout: 0 }, 'coinbase.timeout'],
  [{ keepAlive: Number.NaN }, 'coinbase.keepAlive'],
  [{ history: -1 }, 'coinbase.history'],
  [{ venue: '' }, 'coinbase.venue'],
  [{ speed: 1 }, 'speed'],
  [{ backOff: { first: -1 } }, 'backOff.first'],
])('refuses %j', (options, named) => {
  expect(() => coinbase(options as never)).toThrow(named);
});
