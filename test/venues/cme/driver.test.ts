import { Subject } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import type { OutsideEvent } from '../../../src/domain/event.js';
import { instrument } from '../../../src/domain/instrument.js';
import { MemoryDisk } from '../../../src/journal/index.js';
import {
  type CmeOptions,
  cmeVenue,
  cqgGateway,
  standardGateway,
  ttGateway,
} from '../../../src/venues/cme/index.js';
import { TAG, tcp } from '../../../src/venues/fix/index.js';
import { FixDouble, type FixDoubleOptions } from '../../doubles/fix/fix-double.js';
import { Wire } from '../conformance/wire.js';
import { ES, nodeOptions, startGateway } from './under-test.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

type Version = FixDoubleOptions['version'];

async function start(
  version: Version,
  more: Partial<CmeOptions> = {},
  double: Partial<FixDoubleOptions> = {},
): Promise<{ readonly double: FixDouble; readonly wire: Wire; readonly options: CmeOptions }> {
  const broker = await FixDouble.start({ version, instrument: ES, ...double });
  cleanUps.push(() => broker.stop());
  const { dropCopy: _copy, market: _market, ...rest } = nodeOptions('1', broker.port, version);
  const options = { ...rest, ...more };
  const wire = new Wire(cmeVenue(options), ES);
  cleanUps.push(() => wire.close());
  await wire.connected();
  return { double: broker, wire, options };
}

const faultsOf = (events: readonly OutsideEvent[]): readonly string[] =>
  events.flatMap((event) =>
    event.kind === 'fault' ? [`${event.code} ${event.severity}: ${event.message}`] : [],
  );

/** The application message of a type that the double got last, by tag. */
function lastOf(double: FixDouble, type: string): ReadonlyMap<number, string> {
  const message = double.received.findLast((each) => each.type === type);
  return new Map(message?.fields());
}

for (const version of ['FIX.4.2', 'FIX.4.4'] as const)
  describe(`CME through a gateway of ${version}`, () => {
    test('an order says who is responsible, whose it is, and what it must not meet', async () => {
      const { double, wire } = await start(version, { selfMatchPreventionId: 'SMP9' });
      const order = wire.submit('a1', { price: 20_001, quantity: 3, type: 'stopLimit', stopPrice: 19_999 });
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      const fields = lastOf(double, 'D');
      expect(Object.fromEntries(fields)).toMatchObject({
        [TAG.SenderSubID]: 'OP7',
        [TAG.Account]: 'A1',
        [TAG.Symbol]: 'ESZ6',
        [TAG.OrdType]: '4',
        [TAG.Price]: '5000.25',
        [TAG.StopPx]: '4999.75',
        [TAG.OrderQty]: '3',
        [TAG.SelfMatchPreventionID]: 'SMP9',
      });
      expect(order.requestTime).toBeGreaterThan(0);
    });

    test('replacements in a row: the venue’s count goes on, ours begins anew with each', async () => {
      const { double, wire } = await start(version);
      wire.submit('a1', { price: 20_000, quantity: 5 });
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      double.fill('a1', 2);
      await wire.until('a fill', () => wire.said('a1').length === 2);
      wire.submit('a2', { price: 20_001, quantity: 4, replaces: 'a1' as never });
      await wire.until('the first', () => wire.said('a2').includes('replaced'));
      expect(lastOf(double, 'G').get(TAG.OrderQty)).toBe('6');
      double.fill('a2', 1);
      await wire.until('a fill', () => wire.said('a2').length === 2);
      wire.submit('a3', { price: 20_002, quantity: 2, replaces: 'a2' as never });
      await wire.until('the second', () => wire.said('a3').includes('replaced'));
      expect(lastOf(double, 'G').get(TAG.OrderQty)).toBe('5');
      double.fill('a3', 2);
      await wire.until('the last fill', () => wire.said('a3').includes('fill 2@20002'));
      expect(wire.said('a1')).toEqual(['accepted', 'fill 2@20000', 'canceled']);
      expect(wire.said('a2')).toEqual(['replaced', 'fill 1@20001', 'canceled']);
      expect(double.orders().find(({ clientOrderId }) => clientOrderId === 'a3')?.status).toBe('filled');
      wire.submit('a4', { price: 20_003, quantity: 1, replaces: 'never' as never });
      await wire.until('the refusal', () => wire.said('a4').length > 0);
      expect(wire.said('a4')).toEqual(['replaceRejected']);
    });

    test('an execution that is taken back, and one that is changed', async () => {
      const { double, wire } = await start(version);
      wire.submit('a1', { price: 20_000, quantity: 5 });
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      double.fill('a1', 1, 1);
      await wire.until('two fills', () => wire.said('a1').length === 3);
      const [first, second] = wire.reports.flatMap((report) =>
        report.type === 'fill' ? [report.executionId] : [],
      );
      double.amend('a1', first as string);
      double.amend('a1', second as string, 20_004);
      await wire.until('both', () => wire.said('a1').length === 5);
      expect(wire.reports.slice(-2)).toMatchObject([
        { type: 'bust', executionId: first },
        { type: 'correction', executionId: second, price: 20_004, quantity: 1, side: 'buy' },
      ]);
    });

    test('an execution off the grid is no fill, and its lots are told as missing', async () => {
      const { double, wire } = await start(version);
      wire.submit('a1', { price: 20_000, quantity: 5 });
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      const peer = double.counterparty.peer('DESK1');
      const fields = [
        [TAG.MsgType, '8'],
        [TAG.OrderID, 'O'],
        [TAG.ExecID, 'E99'],
        ...(version === 'FIX.4.2' ? [[TAG.ExecTransType, '0'] as const] : []),
        [TAG.ExecType, version === 'FIX.4.2' ? '1' : 'F'],
        [TAG.OrdStatus, '1'],
        [TAG.ClOrdID, 'a1'],
        [TAG.Side, '1'],
        [TAG.CumQty, 2],
        [TAG.LastPx, '5000.1'],
        [TAG.LastQty, 2],
      ] as const;
      double.counterparty.send(peer, fields);
      await wire.until('the fault', () => faultsOf(wire.events).length > 0);
      expect(faultsOf(wire.events)[0]).toMatch(
        /^unreadable-fill notice: execution E99 of order a1: price 5000.1 is not on the grid/,
      );
      // A word of the language is no kind of amendment: this is the same execution again.
      double.counterparty.send(
        peer,
        fields.map(([tag, value]) => [tag, tag === TAG.ExecTransType ? 'toString' : value] as const),
      );
      await wire.until('the fault again', () => faultsOf(wire.events).length > 1);
      expect(wire.said('a1').filter((word) => word.startsWith('fill'))).toEqual([]);
    });

    test('an end that the drop copy repeats does not answer a cancel that was sent since', async () => {
      const { double, driver } = await startGateway(version);
      const wire = new Wire(driver(), ES);
      cleanUps.push(
        () => double.stop(),
        () => wire.close(),
      );
      await wire.connected();
      const copy = double.counterparty.peer('COPY1');
      await wire.until('the drop copy', () => copy.connection !== undefined);
      wire.submit('a1', { price: 20_000, quantity: 5 });
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      wire.cancel('a1');
      await wire.until('the cancel', () => wire.said('a1').includes('canceled'));
      const ended = double.counterparty.latest(copy);
      wire.cancel('a1');
      // Both come before the venue's word about the second: by the order of their sending, the end first.
      double.counterparty.send(copy, ended);
      await wire.until('an answer to the second', () => wire.said('a1').includes('cancelRejected'));
      expect(wire.said('a1')).toEqual(['accepted', 'canceled', 'cancelRejected']);
    });

    test('cancel on disconnect is told as it happens', async () => {
      const { double, wire } = await start(
        version,
        { cancelOnDisconnect: true },
        { cancelOnDisconnect: true },
      );
      wire.submit('a1', { price: 20_000, quantity: 5 });
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      double.disconnect();
      await wire.until('the cancel', () => wire.said('a1').includes('canceled'));
      expect(wire.driver.venue?.capabilities.cancelOnDisconnect).toBe(true);
    });

    test('noise, damage and 10 MB from the broker are nothing, and the session goes on', async () => {
      const { double, wire } = await start(version);
      wire.submit('a1', { price: 20_000, quantity: 5 });
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      const peer = double.counterparty.peer('DESK1');
      const socket = peer.connection?.socket;
      const damaged = double.counterparty.spell(peer, peer.outgoing, [
        [TAG.MsgType, '8'],
        [TAG.ExecID, 'damaged'],
      ]);
      damaged[damaged.length - 15] = 88;
      socket?.write(Buffer.from('\x00\xff noise 8=FIX 8=FIX.4.4\x019=x\x01', 'latin1'));
      socket?.write(damaged);
      socket?.write(
        double.counterparty.spell(peer, peer.outgoing, [
          [TAG.MsgType, '8'],
          [TAG.Text, 'x'.repeat(10 << 20)],
        ]),
      );
      double.fill('a1', 2);
      await wire.until('the fill', () => wire.said('a1').includes('fill 2@20000'));
      expect(wire.said('a1')).toEqual(['accepted', 'fill 2@20000']);
      expect(faultsOf(wire.events)).toEqual([]);
    });
  });

describe('a node', () => {
  test('with a store that is corrupt halts the desk and sends nothing', async () => {
    const disk = new MemoryDisk();
    const broker = await FixDouble.start({ version: 'FIX.4.4', instrument: ES });
    cleanUps.push(() => broker.stop());
    const { dropCopy: _copy, market: _market, ...options } = nodeOptions('1', broker.port, 'FIX.4.4');
    const make = (of: MemoryDisk): Wire => {
      const wire = new Wire(cmeVenue({ ...options, orders: { ...options.orders, store: { disk: of } } }), ES);
      cleanUps.push(() => wire.close());
      return wire;
    };
    const first = make(disk);
    await first.connected();
    await first.close();
    const damaged = disk.crashed();
    const bytes = damaged.bytesOf('session-00000001.fix');
    bytes[60] = (bytes[60] as number) ^ 1;
    const taken = broker.counterparty.peer('DESK1').taken.length;
    const second = make(damaged);
    await second.until('the halt', () => faultsOf(second.events).length > 0);
    expect(faultsOf(second.events)[0]).toMatch(
      /^fix-store halt: orders: FixStoreError: .* is corrupt at byte/,
    );
    second.submit('a1', { price: 20_000, quantity: 1 });
    await second.until('the rejection', () => second.said('a1').length > 0);
    expect(second.said('a1')).toEqual(['rejected']);
    expect(broker.counterparty.peer('DESK1').taken).toHaveLength(taken);
  });

  test('acknowledges a report once the log of the pipeline is on the disk, and hears it again otherwise', async () => {
    const broker = await FixDouble.start({ version: 'FIX.4.4', instrument: ES });
    cleanUps.push(() => broker.stop());
    const { dropCopy: _copy, market: _market, ...options } = nodeOptions('1', broker.port, 'FIX.4.4');
    const recorded$ = new Subject<number>();
    let disk = new MemoryDisk();
    const make = (): Wire => {
      disk = disk.crashed();
      const wire = new Wire(
        cmeVenue({ ...options, recorded$, orders: { ...options.orders, store: { disk } } }),
        ES,
      );
      cleanUps.push(() => wire.close());
      return wire;
    };
    const first = make();
    await first.connected();
    first.submit('a1', { price: 20_000, quantity: 5 });
    await first.until('the acceptance', () => first.said('a1').includes('accepted'));
    broker.fill('a1', 1);
    await first.until('the first fill', () => first.said('a1').length === 2);
    recorded$.next(first.events.length);
    broker.fill('a1', 2);
    await first.until('the second fill', () => first.said('a1').length === 3);
    await first.close();
    const second = make();
    await second.connected();
    await second.until('the fill again', () => second.said('a1').includes('fill 2@20000'));
    expect(second.said('a1').filter((word) => word.startsWith('fill'))).toEqual(['fill 2@20000']);
    const ids = (wire: Wire): readonly string[] =>
      wire.reports.flatMap((report) => (report.type === 'fill' ? [report.executionId] : []));
    expect(ids(second)).toEqual(ids(first).slice(1));
  });

  test('keeps the password of its logon to itself', async () => {
    const broker = await FixDouble.start({ version: 'FIX.4.4', instrument: ES });
    cleanUps.push(() => broker.stop());
    const disk = new MemoryDisk();
    const { dropCopy: _copy, market: _market, ...options } = nodeOptions('1', broker.port, 'FIX.4.4');
    const orders = { ...options.orders, store: { disk }, logon: () => [[554, 'hunter2-hunter2']] as const };
    const wire = new Wire(cmeVenue({ ...options, orders }), ES);
    cleanUps.push(() => wire.close());
    await wire.connected();
    wire.submit('a1', { price: 20_000, quantity: 1 });
    await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
    expect(Buffer.from(disk.bytesOf('session-00000001.fix')).includes('a1')).toBe(true);
    expect(Buffer.from(disk.bytesOf('session-00000001.fix')).includes('hunter2')).toBe(false);
    expect(JSON.stringify([wire.events, wire.driver.save?.()])).not.toContain('hunter2');
  });

  test('whose instrument is another at the venue halts the desk', async () => {
    const other = instrument({ ...ES, tick: '0.5', id: ES.id });
    const broker = await FixDouble.start({ version: 'FIX.4.4', instrument: other });
    cleanUps.push(() => broker.stop());
    const { dropCopy: _copy, market: _market, ...options } = nodeOptions('1', broker.port, 'FIX.4.4');
    const wire = new Wire(cmeVenue({ ...options, definitions: true }), ES);
    cleanUps.push(() => wire.close());
    await wire.until('the halt', () => faultsOf(wire.events).length > 0);
    expect(faultsOf(wire.events)).toEqual([
      'definition halt: instrument ES-USD.FUT@cme has the tick 0.25 here and 0.5 at the venue',
    ]);
  });

  test('asks for all open orders at once, where the gateway tells them', async () => {
    const gateway = standardGateway('FIX.4.4', { massStatus: true });
    const { double, wire } = await start('FIX.4.4', { gateway });
    const truths = (): readonly OutsideEvent[] => wire.events.filter(({ kind }) => kind === 'truth');
    // One for each link that came up: the second is still under way.
    await wire.until('both first truths', () => truths().length === 2);
    expect(truths()[0]).toMatchObject({ orders: [], coversClosed: false });
    for (const id of ['a1', 'a2', 'a3']) wire.submit(id, { price: 20_000, quantity: 5 });
    await wire.until('three', () => wire.said('a3').includes('accepted'));
    double.fill('a2', 2);
    double.fill('a3', 5);
    await wire.until('the fills', () => wire.said('a3').includes('fill 5@20000'));
    const before = truths().length;
    wire.reconcile();
    await wire.until('a truth', () => truths().length > before);
    expect(truths().at(-1)).toMatchObject({
      orders: [
        { clientOrderId: 'a1', status: 'accepted', filled: 0 },
        { clientOrderId: 'a2', status: 'partiallyFilled', filled: 2 },
      ],
    });
    expect(double.received.map(({ type }) => type)).not.toContain('H');
  });

  test('does not send what was decided too long ago, nor what the venue has not', async () => {
    const { double, wire } = await start('FIX.4.4', { requestExpiry: 1_000 });
    wire.submit('old', { price: 20_000, quantity: 1, requestTime: wire.now() - 1_500 });
    wire.submit('post', { price: 20_000, quantity: 1, postOnly: true });
    wire.submit('trail', { type: 'trailingStop', price: 0, trail: 4, quantity: 1 });
    wire.submit('nothing', { price: Number.NaN, quantity: 1 });
    wire.submit('half', { price: 20_000, quantity: 0.5 });
    await wire.until('five rejections', () => wire.reports.length === 5);
    expect(new Set(wire.reports.map(({ type }) => type))).toEqual(new Set(['rejected']));
    expect(double.orders()).toEqual([]);
  });
});

describe('gateways', () => {
  test('name instruments in their own way', () => {
    expect(standardGateway('FIX.4.2').identify(ES)).toEqual([[55, 'ESZ6']]);
    expect(cqgGateway().identify(ES)).toEqual([[55, 'ESZ6']]);
    expect(ttGateway().identify(ES)).toEqual([
      [55, 'ES'],
      [167, 'FUT'],
      [200, '202612'],
      [207, 'CME'],
    ]);
    expect(cqgGateway().session).toMatchObject({ resetOnLogon: true, resends: false, leastHeartbeat: 10 });
  });

  const session = {
    senderCompID: 'A',
    targetCompID: 'B',
    transport: tcp({ host: 'x', port: 1 }),
    store: { folder: 'x' },
  };
  const right: CmeOptions = {
    gateway: standardGateway('FIX.4.4'),
    account: 'A1',
    operator: 'OP7',
    orders: session,
  };
  test.each([
    [{ gateway: undefined }, /cmeVenue.gateway/],
    [{ account: '' }, /cmeVenue.account/],
    [{ operator: undefined }, /cmeVenue.operator/],
    [{ orders: undefined }, /cmeVenue.orders/],
    [{ orders: { ...session, transport: {} } }, /cmeVenue.orders.transport/],
    [{ orders: { ...session, store: undefined } }, /cmeVenue.orders.store/],
    [{ orders: { ...session, heartbeats: 3 } }, /unknown setting "heartbeats"/],
    [{ dropCopy: { ...session, heartbeat: 0 } }, /cmeVenue.dropCopy.heartbeat/],
    [
      { gateway: cqgGateway(), orders: { ...session, heartbeat: 5 } },
      /cmeVenue.orders.heartbeat must be an integer of at least 10/,
    ],
    [{ commission: '1e3' }, /cmeVenue.commission/],
    [{ requestExpiry: Number.NaN }, /cmeVenue.requestExpiry/],
    [{ timeout: 0 }, /cmeVenue.timeout/],
    [{ cancelOnDisconnect: 'yes' }, /cmeVenue.cancelOnDisconnect/],
    [{ acount: 'x' }, /unknown setting "acount"/],
  ])('%j is refused by name', (change, message) => {
    expect(() => cmeVenue({ ...right, ...change } as never)).toThrow(message);
  });
});
