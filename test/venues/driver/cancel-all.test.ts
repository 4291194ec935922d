import { afterEach, describe, expect, test } from 'vitest';
import { clientOrderId } from '../../../src/domain/brand.js';
import type { Event } from '../../../src/domain/event.js';
import {
  acknowledged,
  type CancelAllOutcome,
  refused,
  unknown,
  type VenueTruth,
} from '../../../src/venues/driver/index.js';
import { Bench, X } from './fake-adapter.js';

const benches: Bench[] = [];
afterEach(() => {
  for (const each of benches.splice(0)) each.close();
});

const truth = (open: readonly string[] = []): VenueTruth => ({
  ...{ venueTime: 2_000_000, coversClosed: false, fills: [], positions: [], balances: [] },
  orders: open.map((id) => ({
    ...({ clientOrderId: clientOrderId(id), instrument: X.id, status: 'accepted', filled: 0 } as const),
  })),
});

/** Connected, with orders `a` and `b` at the venue. */
async function working(...of: ConstructorParameters<typeof Bench>): Promise<Bench> {
  const it = new Bench(...of);
  benches.push(it);
  it.answers.truth.push(truth(), truth());
  it.answers.submit.push(acknowledged(1), acknowledged(1));
  it.up();
  await it.news();
  await it.news();
  it.submit('a').submit('b');
  await it.news();
  it.calls.length = 0;
  return it;
}

const all = (...canceled: readonly string[]): CancelAllOutcome => ({
  ...acknowledged(7),
  canceled: canceled.map((id) => ({ clientOrderId: clientOrderId(id), filled: 0 })),
});
const outcomes = async (asked: ReturnType<Bench['driver']['cancelAll']>) =>
  (await asked).map(({ instrument, outcome }) => `${instrument} ${outcome.kind}`);

describe('a venue with a request of its own', () => {
  test('is asked once; what it names is told, then everything is reconciled', async () => {
    const it = await working({}, true, true);
    it.answers.cancelAll.push(all('a', 'b'));
    it.answers.truth.push(truth());
    expect(await outcomes(it.driver.cancelAll())).toEqual([`${X.id} acknowledged`]);
    expect(await it.news()).toEqual(['a canceled: canceled by us', 'b canceled: canceled by us', 'truth']);
    expect(it.calls.map((call) => call.split(' ')[0])).toEqual(['cancelAll', 'reconcile']);
  });

  test.each<[string, CancelAllOutcome]>([
    ['a refusal', refused('rejected', 'not today')],
    ['a doubt', unknown('nobody knows')],
  ])('%s of it: each is canceled by itself, and those that only the venue knows', async (_, outcome) => {
    const it = await working({}, true, true);
    it.answers.cancelAll.push(outcome);
    it.answers.truth.push(truth(['a', 'b', 'lost']), truth());
    it.answers.cancel.push(acknowledged(8, 0), acknowledged(8, 0), acknowledged(8, 0));
    expect(await outcomes(it.driver.cancelAll())).toEqual([`${X.id} acknowledged`]);
    expect(it.calls.filter((call) => call.startsWith('cancel '))).toEqual([
      'cancel a',
      'cancel b',
      'cancel lost',
    ]);
    const news = await it.news();
    expect(news).toContain('fault cancel-all notice');
    expect(news).toContain('lost canceled: canceled by us');
  });

  test('that does not answer is given up in time', async () => {
    const it = await working({ timeout: 100 }, true, true);
    it.answers.truth.push(truth(), truth());
    it.answers.cancel.push(acknowledged(8, 0), refused('rejected', 'no'));
    const asked = it.driver.cancelAll();
    it.clock.goTo(it.clock.now() + 100);
    const outcome = (await asked)[0]?.outcome;
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'no' });
  });

  test('is asked once for two askings; single cancels wait, and are not sent for what has ended', async () => {
    const it = await working({}, true, true);
    let answer: (outcome: CancelAllOutcome) => void = () => {};
    it.answers.cancelAll.push(new Promise((resolve) => (answer = resolve)));
    const both = [it.driver.cancelAll(), it.driver.cancelAll([X.id])];
    it.cancel('a').cancel('b');
    expect(it.calls).toEqual([`cancelAll ${X.id}`]);
    it.answers.cancel.push(acknowledged(9, 0));
    it.answers.truth.push(truth(), truth());
    answer(all('a'));
    for (const asked of both) expect(await outcomes(asked)).toEqual([`${X.id} acknowledged`]);
    const news = await it.news();
    expect(it.calls.filter((call) => call.startsWith('cancel '))).toEqual(['cancel b']);
    expect(news.filter((word) => word.includes('canceled'))).toHaveLength(2);
  });
});

describe('a venue without one', () => {
  test('cancels order by order; an order that is gone does no harm, one in doubt is told', async () => {
    const it = await working();
    it.answers.cancel.push(refused('not-found', 'gone'), acknowledged(8, 0));
    it.answers.truth.push(truth(['b']), truth());
    expect(await outcomes(it.driver.cancelAll())).toEqual([`${X.id} acknowledged`]);
    it.answers.cancel.push(unknown('who knows'));
    it.answers.truth.push(truth(['a']), truth());
    expect(await outcomes(it.driver.cancelAll())).toEqual([`${X.id} unknown`]);
  });

  test('that does not say what is open leaves a doubt', async () => {
    const it = await working();
    it.answers.cancel.push(acknowledged(8, 0), acknowledged(8, 0));
    const asked = it.driver.cancelAll();
    it.clock.goTo(it.clock.now() + 5_000);
    expect(await outcomes(asked)).toEqual([`${X.id} unknown`]);
  });

  test('that is closed meanwhile leaves a doubt too', async () => {
    const it = await working();
    const asked = it.driver.cancelAll();
    it.close();
    expect(await outcomes(asked)).toEqual([`${X.id} unknown`]);
    expect(it.clock.waiting).toBe(0);
  });
});

describe('who may not', () => {
  test('a follower, a venue that is closed, one whose channel is down, an instrument of others', async () => {
    const follower = await working({}, true, true);
    follower.leading.next(false);
    expect(await follower.driver.cancelAll()).toMatchObject([
      { outcome: { kind: 'refused', reason: 'not sent: another member leads' } },
    ]);
    const down = await working({}, true, true);
    down.port?.link('orders', 'down', '');
    down.answers.truth.push(truth());
    expect(await outcomes(down.driver.cancelAll())).toEqual([`${X.id} refused`]);
    expect(await down.driver.cancelAll(['other' as never])).toEqual([]);
    down.close();
    expect(await down.driver.cancelAll()).toMatchObject([
      { outcome: { reason: 'not sent: the venue is closed' } },
    ]);
    for (const it of [follower, down])
      expect(it.calls.filter((call) => call.startsWith('cancel'))).toEqual([]);
  });
});

describe('a kill', () => {
  const control = (scope: string): Event => ({
    ...{ kind: 'control', action: 'kill', scope, value: 0, by: 'me', reason: 'enough' },
  });
  const fault = (component: string, code: string, message: string, severity: 'halt' | 'notice'): Event => ({
    ...{ kind: 'fault', component, code, message, severity },
  });

  test.each<[string, Event, boolean]>([
    ['of the desk', control('desk'), true],
    ['of this venue', control('venue:x'), true],
    ['of another venue', control('venue:y'), false],
    ['of an agent', control('agent:a'), false],
    ['by a rule of risk', fault('risk', 'kill', 'desk: maxDailyLoss: too much', 'notice'), true],
    ['by a rule, of another venue', fault('risk', 'kill', 'venue:xy: too much', 'notice'), false],
    ['by a failure', fault('ledger', 'threw', 'x', 'halt'), true],
    ['that is none', fault('agent:a', 'threw', 'desk: x', 'notice'), false],
  ])('%s', async (_, event, kills) => {
    const it = await working({ cancelAllOnKill: true }, true, true);
    it.answers.cancelAll.push(all('a', 'b'));
    it.answers.truth.push(truth());
    it.log.next({ seq: 9, sub: 0, ts: 0, event });
    it.cancel('a').cancel('b');
    await it.news();
    expect(it.calls.filter((call) => call.startsWith('cancel'))).toEqual(
      kills ? [`cancelAll ${X.id}`] : ['cancel a', 'cancel b'],
    );
  });

  test('cancels order by order unless that was asked for, and never of a follower', async () => {
    const plain = await working({}, true, true);
    const follower = await working({ cancelAllOnKill: true }, true, true);
    follower.leading.next(false);
    for (const it of [plain, follower]) {
      it.log.next({ seq: 9, sub: 0, ts: 0, event: control('desk') });
      expect(it.calls.filter((call) => call.startsWith('cancel'))).toEqual([]);
    }
  });

  test('is a setting that is true or false', () => {
    expect(() => new Bench({ cancelAllOnKill: 'yes' as never })).toThrow('venueDriver x.cancelAllOnKill');
  });
});
