import { afterEach, expect, test } from 'vitest';
import type { TruthEvent } from '../../../src/domain/event.js';
import { type CmeOptions, cmeVenue, standardGateway } from '../../../src/venues/cme/index.js';
import { TAG } from '../../../src/venues/fix/index.js';
import { FixDouble } from '../../doubles/fix/fix-double.js';
import { Wire } from '../conformance/wire.js';
import { ES, nodeOptions } from './under-test.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function broker(version: 'FIX.4.2' | 'FIX.4.4' = 'FIX.4.4'): Promise<FixDouble> {
  const double = await FixDouble.start({ version, instrument: ES });
  cleanUps.push(() => double.stop());
  return double;
}

/** A node with a CompID of its own, and without drop copy and market data unless they are given. */
function node(
  name: string,
  double: FixDouble,
  more: Partial<CmeOptions> = {},
  leads = true,
  copies = false,
): Wire {
  const version = more.gateway?.session.version ?? 'FIX.4.4';
  const { dropCopy, market: _market, ...options } = nodeOptions(name, double.port, version, more);
  const wire = new Wire(
    cmeVenue({ ...options, ...(copies && dropCopy !== undefined ? { dropCopy } : {}) }),
    ES,
    leads,
  );
  cleanUps.push(() => wire.close());
  return wire;
}

const truths = (wire: Wire): readonly TruthEvent[] =>
  wire.events.filter((event): event is TruthEvent => event.kind === 'truth');
const typesOf = (double: FixDouble, from = 0): readonly string[] =>
  double.received.slice(from).map(({ type }) => type);
/** Ids of the orders that were asked for one by one. */
const askedFor = (double: FixDouble, from: number): ReadonlySet<string | undefined> =>
  new Set(
    double.received
      .slice(from)
      .filter(({ type }) => type === 'H')
      .map((message) => message.get(TAG.ClOrdID)),
  );

async function freshTruth(wire: Wire): Promise<TruthEvent> {
  const before = truths(wire).length;
  wire.reconcile();
  await wire.until('a truth', () => truths(wire).length > before);
  return truths(wire).at(-1) as TruthEvent;
}

const gateway = standardGateway('FIX.4.4', { massStatus: true, positions: 'TQ' });

test('positions are told where the gateway has them, flat ones as 0', async () => {
  const double = await broker();
  const wire = node('1', double, { gateway });
  await wire.until('both first truths', () => truths(wire).length === 2);
  const flat = { instrument: ES.id, quantity: 0, averagePrice: '0' };
  expect(truths(wire)[0]?.positions).toEqual([flat]);
  wire.submit('a1', { price: 20_000, quantity: 5 });
  await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
  double.fill('a1', 3);
  await wire.until('the fill', () => wire.said('a1').length === 2);
  expect((await freshTruth(wire)).positions).toEqual([{ ...flat, quantity: 3 }]);
  double.held = -7;
  expect((await freshTruth(wire)).positions).toEqual([{ ...flat, quantity: -4 }]);
});

test('positions that cannot be read are not told, and that is', async () => {
  const double = await broker();
  const wire = node('1', double, { gateway, timeout: 200 });
  await wire.until('both first truths', () => truths(wire).length === 2);
  const faults = (): readonly string[] =>
    wire.events.flatMap((event) => (event.kind === 'fault' ? [`${event.code}: ${event.message}`] : []));
  double.held = 1;
  double.garbledPosition = '0.5';
  expect((await freshTruth(wire)).positions).toEqual([]);
  expect(faults().at(-1)).toMatch(
    /^positions: positions are not told: a quantity of .* is no number of lots/,
  );
});

test('positions are not asked for by FIX 4.2, which is said at once', () => {
  const old = standardGateway('FIX.4.2', { positions: 'TQ' });
  expect(() => cmeVenue(nodeOptions('1', 1, 'FIX.4.2', { gateway: old }))).toThrow(
    /cmeVenue.gateway.positions must be left out with FIX.4.2/,
  );
});

for (const mass of [false, true])
  test(`a node that takes over reconciles by ${mass ? 'AF, and by H what AF leaves out' : 'H of each order of the log'}`, async () => {
    const double = await broker();
    const shared = { gateway: standardGateway('FIX.4.4', { massStatus: mass }) };
    const leader = node('1', double, shared);
    await leader.connected();
    for (const id of ['rests', 'fills', 'ends']) leader.submit(id, { price: 20_000, quantity: 5 });
    await leader.until('three', () => leader.said('ends').includes('accepted'));
    double.fill('fills', 1);
    await leader.until('the fill', () => leader.said('fills').length === 2);
    const follower = node('2', double, shared, false);
    const events = [...leader.events];
    // The log as the follower has it: what was submitted, and what was said up to here.
    for (const id of ['rests', 'fills', 'ends']) {
      const order = leader.order(id, { price: 20_000, quantity: 5 });
      follower.log.next({ seq: 1, sub: 0, ts: 0, event: { kind: 'submitted', order } });
    }
    for (const [index, event] of events.entries())
      follower.log.next({ seq: index + 2, sub: 0, ts: 0, event });
    await leader.close();
    // Nobody leads; the first is filled on, the last is filled whole.
    double.fill('fills', 2);
    double.fill('ends', 5);
    const from = double.received.length;
    follower.leading.next(true);
    await follower.connected();
    await follower.until('a truth with all', () =>
      truths(follower).some(({ orders }) => orders.length === 3),
    );
    const told = truths(follower).find(({ orders }) => orders.length === 3)?.orders ?? [];
    expect(
      new Map(told.map(({ clientOrderId, status, filled }) => [clientOrderId, [status, filled]])),
    ).toEqual(
      new Map([
        ['rests', ['accepted', 0]],
        ['fills', ['partiallyFilled', 3]],
        ['ends', ['filled', 5]],
      ]),
    );
    expect(typesOf(double, from).filter((type) => type === 'AF').length > 0).toBe(mass);
    expect(askedFor(double, from)).toEqual(new Set(mass ? ['ends'] : ['rests', 'fills', 'ends']));
    // It is in charge of orders that another CompID sent.
    follower.cancel('rests');
    await follower.until('the cancel', () => follower.said('rests').includes('canceled'));
  });

test('with a drop copy of its own a node that takes over has the executions themselves, each once', async () => {
  const double = await broker();
  const leader = node('1', double);
  await leader.connected();
  const follower = node('2', double, {}, false, true);
  const copy = double.counterparty.peer('COPY2');
  await follower.until('the drop copy', () => copy.connection !== undefined);
  leader.submit('a1', { price: 20_000, quantity: 9 });
  await leader.until('the acceptance', () => leader.said('a1').includes('accepted'));
  double.fill('a1', 1);
  await leader.until('the fill', () => leader.said('a1').length === 2);
  for (const [index, event] of leader.events.entries())
    follower.log.next({ seq: index + 1, sub: 0, ts: 0, event });
  await leader.close();
  double.fill('a1', 2, 3);
  // The copy breaks as well, and what was missed by it is repeated.
  double.counterparty.disconnect(copy);
  double.fill('a1', 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(follower.events).toEqual([]);
  follower.leading.next(true);
  await follower.until(
    'the executions',
    () => follower.said('a1').filter((word) => word.startsWith('fill')).length >= 3,
  );
  await follower.connected();
  expect(follower.said('a1').filter((word) => word.startsWith('fill'))).toEqual([
    'fill 2@20000',
    'fill 3@20000',
    'fill 1@20000',
  ]);
  expect(
    copy.taken.filter((word) => /^[DFGH] /.test(word)),
    'the drop copy is only read',
  ).toEqual([]);
});

test('an operator looks at a session, and moves its numbers', async () => {
  const double = await broker();
  const { dropCopy: _copy, market: _market, ...options } = nodeOptions('1', double.port, 'FIX.4.4');
  const venue = cmeVenue(options);
  expect(venue.session('orders')).toBeUndefined();
  const wire = new Wire(venue, ES);
  cleanUps.push(() => wire.close());
  await wire.connected();
  expect(venue.session('dropCopy')).toBeUndefined();
  const orders = venue.session('orders');
  expect(orders).toMatchObject({ phase: 'up', outgoing: expect.any(Number), incoming: expect.any(Number) });
  orders?.resetTo(700);
  expect(() => orders?.resetTo(5)).toThrow(/fix.resetTo must be an integer of at least 701/);
  wire.submit('a1', { price: 20_000, quantity: 1 });
  await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
  expect(double.received.at(-1)?.sequence).toBe(700);
  orders?.reset();
  await wire.until(
    'the new session',
    () => (venue.session('orders')?.outgoing ?? 700) < 20 && venue.session('orders')?.phase === 'up',
  );
  wire.submit('a2', { price: 20_000, quantity: 1 });
  await wire.until('the acceptance', () => wire.said('a2').includes('accepted'));
  await wire.close();
  expect(venue.session('orders')).toBeUndefined();
});

test('a message that is not read here is answered by a business reject, and a possible resend is known by its execution', async () => {
  const double = await broker();
  const wire = node('1', double);
  await wire.connected();
  const peer = double.counterparty.peer('DESK1');
  double.counterparty.send(peer, [
    [TAG.MsgType, 'B'],
    [148, 'news'],
  ]);
  await wire.until('the business reject', () => typesOf(double).includes('j'));
  const answer = double.received.find(({ type }) => type === 'j');
  expect([answer?.get(TAG.RefMsgType), answer?.get(TAG.BusinessRejectReason)]).toEqual(['B', '3']);
  wire.submit('a1', { price: 20_000, quantity: 5 });
  await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
  double.fill('a1', 2);
  await wire.until('the fill', () => wire.said('a1').length === 2);
  const fill = double.counterparty.latest(peer);
  double.counterparty.send(peer, [...fill, [TAG.PossResend, 'Y']]);
  double.fill('a1', 1);
  await wire.until('the next fill', () => wire.said('a1').includes('fill 1@20000'));
  expect(wire.said('a1')).toEqual(['accepted', 'fill 2@20000', 'fill 1@20000']);
});
