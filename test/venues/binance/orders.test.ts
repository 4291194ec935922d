import { afterEach, describe, expect, test } from 'vitest';
import { compose } from '../../../src/core/compose.js';
import type { Frame } from '../../../src/core/frame.js';
import { pure } from '../../../src/core/pure.js';
import { run } from '../../../src/core/run.js';
import { clientOrderId } from '../../../src/domain/brand.js';
import type { Event, InterestEvent } from '../../../src/domain/event.js';
import { books, type LedgerFields, ledger, reconciliation } from '../../../src/operators/index.js';
import { liveClock } from '../../../src/streams/index.js';
import { type BinanceOptions, binance, binanceCapabilities } from '../../../src/venues/binance/index.js';
import type { BinanceDouble, RequestFault } from '../../doubles/binance/binance-double.js';
import { Wire } from '../conformance/wire.js';
import { quick, startDouble } from './binance-under-test.js';

const REST = { price: 3_900_000, quantity: 1_000_000 };
const open: { readonly double: BinanceDouble; readonly wire: Wire }[] = [];

afterEach(async () => {
  for (const { double, wire } of open.splice(0)) {
    await wire.close();
    await double.stop();
  }
});

async function start(
  kind: 'spot' | 'usdm' = 'spot',
  options: Partial<BinanceOptions> = {},
): Promise<{ readonly double: BinanceDouble; readonly wire: Wire }> {
  const double = await startDouble(kind);
  const wire = new Wire(binance(quick(double, options)), double.market.listed('BTCUSDT').definition);
  open.push({ double, wire });
  return { double, wire };
}

async function connected(...of: Parameters<typeof start>): ReturnType<typeof start> {
  const started = await start(...of);
  await started.wire.connected();
  return started;
}

const statusOf = ({ market, owner }: BinanceDouble, id: string) =>
  market.ordersOf(owner).find((order) => order.clientOrderId === id)?.status;

const DOUBTS: readonly (readonly [string, RequestFault])[] = [
  ['drops', { kind: 'acceptThenDrop' }],
  ['hangs', { kind: 'acceptThenHang' }],
  ['says 504', { kind: 'answer', status: 504, code: -1007, msg: 'Timeout', done: true }],
];

describe.each(['websocket', 'rest'] as const)('a replacement on spot by %s', (orderEntry) => {
  const replacing = async (fault?: RequestFault) => {
    const started = await connected('spot', { orderEntry });
    const { double, wire } = started;
    wire.submit('a1', REST);
    await wire.until('the first', () => wire.said('a1').includes('accepted'));
    if (fault !== undefined) double.fail('replace', fault);
    return started;
  };
  const next = { ...REST, price: 3_910_000, replaces: clientOrderId('a1') };

  test('is one request: the one is canceled, the other stands in its place', async () => {
    const { double, wire } = await replacing();
    wire.submit('a2', next);
    await wire.until(
      'both words',
      () => wire.said('a2').includes('replaced') && wire.said('a1').length === 2,
    );
    expect(wire.said('a1')).toEqual(['accepted', 'canceled']);
    expect(new Set(wire.said('a2'))).toEqual(new Set(['accepted', 'replaced']));
    expect([statusOf(double, 'a1'), statusOf(double, 'a2')]).toEqual(['canceled', 'open']);
    expect(double.requests.filter((each) => each === 'cancel' || each === 'place')).toEqual(['place']);
  });

  test('of an order that is over changes nothing', async () => {
    const { double, wire } = await replacing();
    double.market.fill(double.market.ordersOf(double.owner)[0]?.id ?? 0, REST.quantity);
    wire.submit('a2', next);
    await wire.until('the refusal', () => wire.said('a2').length > 0);
    expect(wire.said('a2')).toEqual(['replaceRejected']);
    expect([statusOf(double, 'a1'), statusOf(double, 'a2')]).toEqual(['filled', undefined]);
  });

  test('that is refused by itself leaves nothing: both ends are told', async () => {
    const { double, wire } = await replacing();
    wire.submit('a2', { ...next, quantity: 900_000_000_000 });
    await wire.until('both words', () => wire.said('a2').length > 0 && wire.said('a1').length > 1);
    expect([wire.said('a1'), wire.said('a2')]).toEqual([['accepted', 'canceled'], ['replaceRejected']]);
    expect(statusOf(double, 'a1')).toBe('canceled');
  });

  // One of them is enough by the other way: what makes it a doubt is the same.
  test.each(orderEntry === 'rest' ? DOUBTS.slice(0, 1) : DOUBTS)(
    'that the venue takes and then %s is unknown, and found by its id',
    async (_, fault) => {
      const { double, wire } = await replacing(fault);
      wire.submit('a2', next);
      await wire.until('the doubt', () => wire.said('a2').includes('unknown'));
      await wire.until('the link again', () => {
        const last = wire.events.findLast((event) => event.kind === 'link' && event.channel === 'orders');
        return last?.kind === 'link' && last.state === 'up';
      });
      wire.ask('a2');
      await wire.until('what became of it', () => wire.said('a2').includes('accepted'));
      expect(double.placed.filter((id) => id === 'a2')).toHaveLength(1);
      expect(statusOf(double, 'a2')).toBe('open');
    },
  );
});

describe('stops on spot', () => {
  test.each([
    ['stopLimit', 'buy', 4_100_000, 4_100_500, 'STOP_LOSS_LIMIT'],
    ['stop', 'sell', 3_950_000, 0, 'STOP_LOSS'],
  ] as const)('a %s to %s sleeps until the market is there', async (type, side, stopPrice, price, _name) => {
    const { double, wire } = await connected();
    const { market } = double;
    market.take('BTCUSDT', 'sell', 3_999_990, 1_000);
    wire.submit('a1', { ...REST, type, side, stopPrice, price });
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    market.take('BTCUSDT', 'sell', 3_999_990, 1_000);
    expect(wire.said('a1')).toEqual(['accepted']);
    // The market goes there, and has room for all of it.
    const book = market.book('BTCUSDT');
    const away = side === 'buy' ? 'ask' : 'bid';
    for (const [level] of book.depth(away)) market.setLevel('BTCUSDT', away, level, 0);
    market.setLevel('BTCUSDT', away, stopPrice, 5_000_000);
    market.take('BTCUSDT', side, stopPrice, 1_000);
    await wire.until('the fill', () => wire.said('a1').some((word) => word.startsWith('fill')));
    expect(wire.said('a1')).toEqual(['accepted', `fill ${REST.quantity}@${stopPrice}`]);
  });

  test('one that would trigger at once, one that is post-only and one of futures are refused', async () => {
    const { double, wire } = await connected();
    double.market.take('BTCUSDT', 'sell', 3_999_990, 1_000);
    const stop = { ...REST, type: 'stopLimit', side: 'buy', stopPrice: 3_950_000 } as const;
    wire.submit('a1', stop);
    wire.submit('a2', { ...stop, stopPrice: 4_100_000, postOnly: true });
    await wire.until('both words', () => wire.said('a1').length + wire.said('a2').length === 2);
    expect([wire.said('a1'), wire.said('a2')]).toEqual([['rejected'], ['rejected']]);
    expect(wire.reports.find(({ clientOrderId: id }) => id === 'a2')).toMatchObject({
      reason: expect.stringMatching(/^not sent: .*post-only/),
    });
    const futures = await connected('usdm');
    futures.wire.submit('a3', { type: 'stop', price: 0, stopPrice: 410_000, quantity: 100 });
    expect(futures.wire.said('a3')).toEqual(['rejected']);
    // An iceberg of futures would lie in the book with all of its lots.
    futures.wire.submit('a4', { price: 390_000, quantity: 100, display: 10 });
    await futures.wire.until('a word', () => futures.wire.said('a4').length > 0);
    expect(futures.wire.reports.at(-1)).toMatchObject({
      ...{ type: 'rejected', reason: 'not sent: Binance shows orders for futures in full' },
    });
    expect(futures.double.placed).toEqual([]);
    expect(binanceCapabilities(5_000, 'usdm')).toMatchObject({
      ...{ orderTypes: ['limit', 'market'], nativeReplace: false },
    });
    expect(binanceCapabilities()).toMatchObject({
      ...{ orderTypes: ['limit', 'market', 'stop', 'stopLimit'], nativeReplace: true },
    });
  });
});

describe('cancel-all', () => {
  test.each(['spot', 'usdm'] as const)('%s: one request for the orders of a symbol', async (kind) => {
    const { double, wire } = await connected(kind);
    const rests = kind === 'spot' ? REST : { price: 390_000, quantity: 100 };
    for (const id of ['a1', 'a2', 'a3']) wire.submit(id, rests);
    await wire.until('all', () => ['a1', 'a2', 'a3'].every((id) => wire.said(id).includes('accepted')));
    const asked = binanceAll(wire);
    expect((await asked).map(({ outcome }) => outcome.kind)).toEqual(['acknowledged']);
    await wire.until('the ends', () => ['a1', 'a2', 'a3'].every((id) => wire.said(id).includes('canceled')));
    for (const id of ['a1', 'a2', 'a3']) expect(wire.said(id)).toEqual(['accepted', 'canceled']);
    expect(double.requests.filter((each) => each.startsWith('cancel'))).toEqual(['cancelAll']);
    // With nothing left there is nothing to refuse.
    expect((await binanceAll(wire)).map(({ outcome }) => outcome.kind)).toEqual(['acknowledged']);
  });

  test('that the venue refuses cancels order by order', async () => {
    const { double, wire } = await connected();
    for (const id of ['a1', 'a2']) wire.submit(id, REST);
    await wire.until('both', () => ['a1', 'a2'].every((id) => wire.said(id).includes('accepted')));
    double.fail('cancelAll', { kind: 'answer', status: 503, code: -1000, msg: 'Unknown error' });
    expect((await binanceAll(wire)).map(({ outcome }) => outcome.kind)).toEqual(['acknowledged']);
    for (const id of ['a1', 'a2']) expect(statusOf(double, id)).toBe('canceled');
    expect(double.requests.filter((each) => each.startsWith('cancel'))).toEqual([
      'cancelAll',
      'cancel',
      'cancel',
    ]);
  });
});

const binanceAll = (wire: Wire) => (wire.driver as ReturnType<typeof binance>).cancelAll();

describe('USD-M', () => {
  test('in hedge mode is refused by name, takes no order, and is traded once the mode is changed', async () => {
    const double = await startDouble('usdm');
    double.hedgeMode = true;
    const wire = new Wire(binance(quick(double)), double.market.listed('BTCUSDT').definition);
    open.push({ double, wire });
    await wire.until('the alarm', () => wire.events.some(({ kind }) => kind === 'fault'));
    await wire.until('a book all the same', () => wire.events.some(({ kind }) => kind === 'book'));
    const faults = wire.events.filter((event) => event.kind === 'fault');
    expect(faults).toMatchObject([
      { code: 'hedge-mode', severity: 'halt', message: expect.stringContaining('one-way mode') },
    ]);
    wire.submit('a1', { price: 390_000, quantity: 100 });
    expect(wire.said('a1')).toEqual(['rejected']);
    expect(double.placed).toEqual([]);
    double.hedgeMode = false;
    await wire.connected();
  });

  const payments = (events: readonly Event[]) =>
    events
      .filter((event): event is InterestEvent => event.kind === 'interest')
      .map(({ currency, amount }) => `${amount} ${currency}`);

  test('tells funding once, by its history: also late, alike and while the connection was down', async () => {
    const { double, wire } = await connected('usdm');
    double.payFunding('BTCUSDT', '-1.25000000');
    await wire.until('the payment', () => payments(wire.events).length === 1);
    double.payFunding('BTCUSDT', '-1.25000000', 100);
    await wire.until('the same amount again', () => payments(wire.events).length === 2);
    const truths = () => wire.events.filter(({ kind }) => kind === 'truth').length;
    const before = truths();
    double.disconnect();
    double.payFunding('BTCUSDT', '3');
    await wire.until('a truth', () => truths() > before);
    wire.reconcile();
    await wire.until('one more', () => truths() > before + 1);
    expect(payments(wire.events)).toEqual(['-1.25 USDT', '-1.25 USDT', '3 USDT']);
    const ids = wire.events.flatMap((event) => (event.kind === 'interest' ? [event.paymentId] : []));
    expect(new Set(ids).size).toBe(3);
  });

  test('whose history of funding does not come is reconciled all the same, and told of it later', async () => {
    const { double, wire } = await start('usdm');
    double.payFunding('BTCUSDT', '4');
    const broken = { kind: 'answer', status: 500, code: -1001, msg: 'Internal error' } as const;
    double.fail('income', broken, broken);
    await wire.connected();
    expect(payments(wire.events)).toEqual([]);
    await wire.until('the payment', () => payments(wire.events).length > 0);
    expect(payments(wire.events)).toEqual(['4 USDT']);
  });

  test('books funding in the ledger', async () => {
    const double = await startDouble('usdm');
    const { definition } = double.market.listed('BTCUSDT');
    const desk = compose(
      { instruments: [definition] },
      books(),
      ledger({ reportingCurrency: 'USDT' }),
      reconciliation(),
      pure('paid', ({ ledger: view }: Frame & LedgerFields) => view.interest()),
    );
    const pipeline = run(desk, { clock: liveClock(), drivers: [binance(quick(double))] });
    let paid = Number.NaN;
    await new Promise<void>((resolve) => {
      pipeline.subscribe({
        next: ({ event, paid: booked }) => {
          if (event.kind === 'link' && event.channel === 'account') double.payFunding('BTCUSDT', '-7.5');
          if (event.kind !== 'interest') return;
          paid = booked;
          pipeline.stop();
        },
        complete: resolve,
      });
    });
    await double.stop();
    expect(paid).toBe(-7.5);
  });
});
