import { afterEach, describe, expect, test } from 'vitest';
import type { OutsideEvent } from '../../../src/domain/event.js';
import { type CmeOptions, cmeVenue, standardGateway } from '../../../src/venues/cme/index.js';
import { type Field, TAG } from '../../../src/venues/fix/index.js';
import { FixDouble } from '../../doubles/fix/fix-double.js';
import { Wire } from '../conformance/wire.js';
import { ES, nodeOptions } from './under-test.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const gateway = standardGateway('FIX.4.4', { trades: '1' });

function node(name: string, double: FixDouble, leads = true, more: Partial<CmeOptions> = {}): Wire {
  const {
    dropCopy: _copy,
    market: _market,
    ...options
  } = nodeOptions(name, double.port, 'FIX.4.4', {
    gateway,
    timeout: 300,
    ...more,
  });
  const wire = new Wire(cmeVenue(options), ES, leads);
  cleanUps.push(() => wire.close());
  return wire;
}

const truthsOf = (wire: Wire): number => wire.events.filter(({ kind }) => kind === 'truth').length;
const fillsOf = (wire: Wire): readonly string[] =>
  wire.events.flatMap((event) =>
    event.kind === 'report' && event.type === 'fill'
      ? [`${event.executionId} ${event.clientOrderId} ${event.side} ${event.quantity}@${event.price}`]
      : [],
  );
const faultsOf = (events: readonly OutsideEvent[]): readonly string[] =>
  events.flatMap((event) => (event.kind === 'fault' ? [`${event.code}: ${event.message}`] : []));

/** An order that a leader sent, filled in two pieces while nobody leads: only trade capture reports tell of it. */
async function takenOver(
  answer: FixDouble['tradeAnswer'] = (messages) => messages,
): Promise<{ readonly double: FixDouble; readonly follower: Wire }> {
  const double = await FixDouble.start({ version: 'FIX.4.4', instrument: ES });
  cleanUps.push(() => double.stop());
  const leader = node('1', double);
  await leader.connected();
  leader.submit('a1', { price: 20_000, quantity: 5 });
  await leader.until('the acceptance', () => leader.said('a1').includes('accepted'));
  const follower = node('2', double, false);
  const event = { kind: 'submitted', order: leader.order('a1', { price: 20_000, quantity: 5 }) } as const;
  follower.log.next({ seq: 1, sub: 0, ts: 0, event });
  await leader.close();
  double.fill('a1', 2, 1);
  double.tradeAnswer = answer;
  follower.leading.next(true);
  await follower.connected();
  await follower.until('a truth', () => truthsOf(follower) > 0);
  return { double, follower };
}

async function again(wire: Wire): Promise<void> {
  const before = truthsOf(wire);
  wire.reconcile();
  await wire.until('another truth', () => truthsOf(wire) > before);
}

/** A field of every trade put in the place of what it was; `undefined`: it is left out. */
const changed =
  (tag: number, value: string | undefined): FixDouble['tradeAnswer'] =>
  (messages) =>
    messages.map((fields) =>
      fields[0]?.[1] === 'AQ'
        ? fields
        : fields.flatMap((field): Field[] =>
            field[0] !== tag ? [field] : value === undefined ? [] : [[tag, value]],
          ),
    );

describe('executions that nobody heard', () => {
  test('are told in front of the truth, and known again by their ids', async () => {
    const { double, follower } = await takenOver();
    expect(new Set(fillsOf(follower))).toEqual(new Set(['E2 a1 buy 2@20000', 'E3 a1 buy 1@20000']));
    const first = follower.events.findIndex(({ kind }) => kind === 'truth');
    const fills = follower.events.filter((event) => event.kind === 'report' && event.type === 'fill');
    expect(follower.events.indexOf(fills[1] as OutsideEvent)).toBeLessThan(first);
    await again(follower);
    expect(new Set(fillsOf(follower)).size).toBe(2);
    expect(faultsOf(follower.events)).toEqual([]);
    const [request] = double.received.filter(({ type }) => type === 'AD');
    expect([request?.get(TAG.TradeRequestType), request?.get(TAG.NoDates)]).toEqual(['1', '2']);
  });

  test('are asked for again from where an answer was not whole', async () => {
    let cut = true;
    const { double, follower } = await takenOver((messages) => (cut ? messages.slice(0, 2) : messages));
    // What came of it is told nevertheless.
    expect(new Set(fillsOf(follower))).toEqual(new Set(['E2 a1 buy 2@20000']));
    expect(faultsOf(follower.events)[0]).toMatch(
      /^trades: executions since 20.*Z are not all told: no answer, or not the whole of it$/,
    );
    cut = false;
    await again(follower);
    expect(new Set(fillsOf(follower)).size).toBe(2);
    const asked = double.received
      .filter((message) => message.type === 'AD' && message.get(TAG.SenderCompID) === 'DESK2')
      .map((each) => each.get(TAG.TransactTime));
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.at(-1)).toBe(asked[0]);
  });

  test.each<[string, FixDouble['tradeAnswer'], RegExp]>([
    [
      'no execution id',
      changed(TAG.ExecID, undefined),
      /^unreadable-fill: trade TE2: it has no execution id/,
    ],
    [
      'an execution id that names nothing',
      changed(TAG.ExecID, '0'),
      /no execution id, without which order a1/,
    ],
    ['a price off the grid', changed(TAG.LastPx, '5000.1'), /price 5000\.1 is not on the grid/],
    ['a price that is none', changed(TAG.LastPx, 'NaN'), /price NaN is not on the grid/],
    ['a quantity of nothing', changed(TAG.LastQty, '0'), /quantity 0 is no number of lots/],
    ['a negative quantity', changed(TAG.LastQty, '-3'), /quantity -3 is no number of lots/],
    ['a huge quantity', changed(TAG.LastQty, '9'.repeat(40)), /is no number of lots/],
    ['the other side', changed(TAG.Side, '2'), /is a sell, and order a1 is a buy/],
    ['a count of sides that is none', changed(TAG.NoSides, 'x'), /^fix-message: .* cannot be read/],
    ['a count of sides of another number', changed(TAG.NoSides, '3'), /^fix-message: .* cannot be read/],
    [
      'a refusal',
      ([ack = []]) => [ack.map(([tag, value]): Field => [tag, tag === TAG.TradeRequestResult ? 9 : value])],
      /^trades: .* are not all told: result 9$/,
    ],
    [
      'a rejected status',
      ([ack = []]) => [
        [
          ...ack.map(([tag, value]): Field => [tag, tag === TAG.TradeRequestStatus ? 2 : value]),
          [58, 'not today'],
        ],
      ],
      /^trades: .* are not all told: not today$/,
    ],
    ['no answer', () => [], /^trades: .* no answer, or not the whole of it$/],
    [
      'a last report that comes too early',
      (messages) => [...messages.slice(0, 1), ...changed(TAG.LastRptRequested, 'Y')(messages.slice(1, 2))],
      /^trades: .* 1 reports of 2$/,
    ],
    [
      'one report twice in the place of two',
      ([ack = [], one = []]) => [ack, one, one],
      /^trades: .* no answer, or not the whole of it$/,
    ],
  ])('with %s: a fault names it, and the truth comes', async (_what, answer, fault) => {
    const { follower } = await takenOver(answer);
    expect(faultsOf(follower.events)[0]).toMatch(fault);
    expect(new Set(fillsOf(follower)).size).toBeLessThan(2);
  });

  test.each<[string, FixDouble['tradeAnswer']]>([
    ['of another account', changed(TAG.Account, 'B2')],
    [
      'of an instrument that is not traded here',
      (messages) => changed(TAG.ClOrdID, 'x')(changed(TAG.Symbol, 'NQZ6')(messages)),
    ],
    ['that nobody here ordered by an id', changed(TAG.ClOrdID, undefined)],
    ['that take another back', changed(TAG.TradeReportTransType, '1')],
    ['that are corrected', changed(TAG.ExecType, 'G')],
  ])('trades %s are passed over', async (_what, answer) => {
    const { follower } = await takenOver(answer);
    expect([fillsOf(follower), faultsOf(follower.events)]).toEqual([[], []]);
  });

  test('of a trade with both sides, ours is told', async () => {
    const { follower } = await takenOver((messages) =>
      messages.map((fields) => {
        const place = fields.findIndex(([tag]) => tag === TAG.NoSides);
        if (place < 0) return fields;
        const theirs: Field[] = [
          [TAG.Side, '2'],
          [TAG.OrderID, 'O-x'],
          [TAG.ClOrdID, 'x'],
          [TAG.Account, 'B2'],
        ];
        return [...fields.slice(0, place), [TAG.NoSides, 2], ...theirs, ...fields.slice(place + 1)];
      }),
    );
    expect(new Set(fillsOf(follower))).toEqual(new Set(['E2 a1 buy 2@20000', 'E3 a1 buy 1@20000']));
  });

  test('a trade by the drop copy, unasked, is told as well', async () => {
    const { double, follower } = await takenOver();
    const peer = double.counterparty.peer('COPY3');
    const options = nodeOptions('3', double.port, 'FIX.4.4', { gateway, timeout: 300 });
    const { market: _market, ...rest } = options;
    const wire = new Wire(cmeVenue(rest), ES);
    cleanUps.push(() => wire.close());
    await wire.connected();
    await wire.until('the drop copy', () => peer.connection !== undefined);
    double.counterparty.send(peer, [
      [TAG.MsgType, 'AE'],
      [TAG.TradeReportID, 'block-1'],
      [TAG.ExecID, 'B1'],
      [TAG.Symbol, 'ESZ6'],
      [TAG.LastQty, '7'],
      [TAG.LastPx, '5000.25'],
      [TAG.NoSides, 1],
      [TAG.Side, '2'],
      [TAG.ClOrdID, 'block'],
    ]);
    await wire.until('the fill', () => fillsOf(wire).includes('B1 block sell 7@20001'));
    expect(faultsOf(follower.events)).toEqual([]);
  });
});

test.each([
  [standardGateway('FIX.4.2', { trades: '1' }), /gateway.trades must be left out with FIX.4.2/],
  [
    standardGateway('FIX.4.4', { trades: '' }),
    /gateway.trades must be a type of request \(tag 569\) such as "1"/,
  ],
  [standardGateway('FIX.4.4', { trades: 'all' }), /gateway.trades must be a type of request/],
])('a request for trades that cannot be is refused at once', (given, message) => {
  const { version } = given.session;
  expect(() => cmeVenue(nodeOptions('1', 1, version, { gateway: given }))).toThrow(message);
});
