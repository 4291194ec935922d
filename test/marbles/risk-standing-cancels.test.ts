import { describe, test } from 'vitest';
import type { Command } from '../../src/domain/command.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { cancelRate, type RiskRule } from '../../src/operators/index.js';
import {
  acceptOrder,
  commandsOf,
  control,
  eventsOf,
  expectPipeline,
  type FakeVenueOptions,
  fakeVenue,
  fill,
  link,
  matching,
  orderId,
  quote,
  report,
  spot,
  valuesOf,
  verdictsOf,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { buy, denied, riskDesk, sell } from './risk-desk.js';

const q = quote(BTC, 100);
const k = control('kill');
const deaf = (cancels: FakeVenueOptions['cancels'] = 'ignore') => ({
  drivers: [fakeVenue('venue', { answer: acceptOrder(), cancels })],
});
const submit = (quantity: number): Command =>
  matching({ kind: 'submit', order: { quantity } }) as unknown as Command;
const cancelOf = (place: number, reason: string): Command =>
  matching({ kind: 'cancel', clientOrderId: orderId(place), reason }) as unknown as Command;
const asked = cancelOf(2, 'kill by anna: a test');
const again = cancelOf(2, 'asked for again: kill by anna: a test');

describe('a cancel that nobody answers', () => {
  test('is asked for again after a second, then two, four, eight', () => {
    expectPipeline(commandsOf(riskDesk(), deaf()), { step: '1s' })
      .given('qbk-----------------', { q, b: buy(1), k })
      .emits('-bcr-r---r-------r--', { b: submit(1_000), c: asked, r: again });
  });

  test('and one that is refused, too', () => {
    expectPipeline(commandsOf(riskDesk(), deaf('reject')), { step: '1s' })
      .given('qbk-------', { q, b: buy(1), k })
      .emits('-bcr-r---r', { b: submit(1_000), c: asked, r: again });
  });

  test('waits half a minute at most', () => {
    expectPipeline(commandsOf(riskDesk(), deaf()), { step: '1s' })
      .given(`qbk${'-'.repeat(100)}`, { q, b: buy(1), k })
      .emits(`-bcr-r---r-------r${'-'.repeat(15)}r${'-'.repeat(29)}r${'-'.repeat(29)}r${'-'.repeat(9)}`, {
        b: submit(1_000),
        c: asked,
        r: again,
      });
  });

  test.each<[string, OutsideEvent]>([
    ['canceled', report(BTC, orderId(2), 'canceled')],
    ['expired', report(BTC, orderId(2), 'expired')],
    ['filled', fill(BTC, { order: orderId(2), side: 'buy', price: 100, quantity: 1 })],
  ])('is not asked for again once the order is %s', (_, e) => {
    expectPipeline(commandsOf(riskDesk(), deaf()), { step: '1s' })
      .given('qbk-e-----', { q, b: buy(1), k, e })
      .emits('-bcr------', { b: submit(1_000), c: asked, r: again });
  });

  test('is asked for again, though a part of the order was filled', () => {
    const e = fill(BTC, { order: orderId(2), side: 'buy', price: 100, quantity: 0.4 });
    expectPipeline(commandsOf(riskDesk(), deaf()), { step: '1s' })
      .given('qbk-e-----', { q, b: buy(1), k, e })
      .emits('-bcr-r---r', { b: submit(1_000), c: asked, r: again });
  });

  test('is in the log each time, and counts for the rate of cancels', () => {
    const rules: readonly RiskRule[] = [cancelRate({ limit: 1, per: '10s' })];
    expectPipeline(eventsOf(riskDesk({ rules }), 'cancelRequested', deaf()), { step: '1s' })
      .given('qbk----', { q, b: buy(1), k })
      .emits('--cr-r-', {
        c: matching({ reason: 'kill by anna: a test' }),
        r: matching({ reason: 'asked for again: kill by anna: a test' }),
      });
    expectPipeline(verdictsOf(riskDesk({ rules }), deaf()), { step: '1s' })
      .given('qbk-rn-', { q, b: buy(1), k, r: control('resume'), n: buy(2) })
      .emits('-b---n-', {
        b: matching({ kind: 'approved' }),
        n: denied('cancelRate', '1 cancels in 10000 ms are used up'),
      });
  });

  test('is repeated after somebody resumed: the order was to go', () => {
    expectPipeline(commandsOf(riskDesk(), deaf()), { step: '1s' })
      .given('qbkr----', { q, b: buy(1), k, r: control('resume') })
      .emits('-bcr-r--', { b: submit(1_000), c: asked, r: again });
  });

  test('of a group of orders is asked for again as well', () => {
    // The ledger asks for it: the other order of the pair has traded.
    const group = { id: 'pair', kind: 'oco' } as const;
    const f = fill(BTC, { order: orderId(2), side: 'buy', price: 100, quantity: 1 });
    expectPipeline(commandsOf(riskDesk({ terms: { group } }), deaf()), { step: '1s' })
      .given('qbsf----', { q, b: buy(1), s: sell(2, 110), f })
      .emits('-bscr-r-', {
        b: submit(1_000),
        s: submit(2_000),
        c: cancelOf(4, 'another order of its group traded or is over'),
        r: cancelOf(4, 'asked for again: another order of its group traded or is over'),
      });
  });
});

describe('when a link comes up again', () => {
  const up = link('venue', 'up', 'orders');

  test('the cancels of its venue are asked for at once, and the patience begins anew', () => {
    expectPipeline(commandsOf(riskDesk(), deaf()), { step: '500ms' })
      .given('qbk---------u----------', { q, b: buy(1), k, u: up })
      .emits('-bc-r---r---r-r---r----', { b: submit(1_000), c: asked, r: again });
  });

  test.each<[string, OutsideEvent]>([
    ['of another venue', link('abroad', 'up', 'orders')],
    ['of market data', link('venue', 'up', 'market')],
    ['that went down', link('venue', 'down', 'orders')],
  ])('nothing comes of one %s', (_, u) => {
    expectPipeline(commandsOf(riskDesk(), deaf()), { step: '500ms' })
      .given('qbk--u------', { q, b: buy(1), k, u })
      .emits('-bc-r---r---', { b: submit(1_000), c: asked, r: again });
  });

  test('a link that flaps makes no storm', () => {
    expectPipeline(commandsOf(riskDesk(), deaf()), { step: '50ms' })
      .given('qbkuuuuuuuu--', { q, b: buy(1), k, u: up })
      .emits('-bc-r-r-r-r--', { b: submit(1_000), c: asked, r: again });
  });
});

describe('many cancels', () => {
  const ETH = spot({ venue: 'abroad', base: 'ETH' });
  const counted = (cancels: readonly string[]) => (cancels.length > 0 ? cancels : undefined);

  test('leave at once at first, then ten a second and venue', () => {
    const drivers = ['venue', 'abroad'].map((name) =>
      fakeVenue(name, { answer: acceptOrder(), cancels: 'ignore' }),
    );
    const sent = valuesOf(
      riskDesk({ instruments: [BTC, ETH] }),
      ({ requests }) =>
        counted(requests.flatMap((each) => (each.kind === 'cancel' ? [each.venue] : [])))?.length,
      { drivers },
    );
    const b = (nth: number) => buy(1, 90 + nth / 10);
    expectPipeline(sent, { step: '1s' })
      .given('qwabcdefghijlXK-----', {
        q,
        w: quote(ETH, 100),
        a: b(1),
        b: b(2),
        c: b(3),
        d: b(4),
        e: b(5),
        f: b(6),
        g: b(7),
        h: b(8),
        i: b(9),
        j: b(10),
        l: b(11),
        X: buy(1, 100, ETH),
        K: k,
      })
      // Eleven of one venue and one of the other.
      .emits('--------------ARSRS-', { A: 12, R: 11, S: 1 });
  });
});

test('a stage that takes over asks for the timer again', () => {
  const timers = valuesOf(
    riskDesk(),
    ({ requests, event }) => {
      const [timer] = requests.filter((each) => each.kind === 'timer' && each.name === 'risk:cancels');
      return timer === undefined ? undefined : `${event.kind} ${timer.kind === 'timer' ? timer.due : ''}`;
    },
    deaf(),
  );
  expectPipeline(timers)
    .given('qbk-e-', { q, b: buy(1), k, e: { kind: 'epoch', epoch: 2, leader: 'other' } })
    .emits('--a-b-', { a: 'cancelRequested 1002', b: 'epoch 1002' });
});

test('an order that lives again while its scope is halted is canceled, one of later is not', () => {
  const bust: OutsideEvent = {
    kind: 'report',
    type: 'bust',
    venue: 'venue',
    instrument: BTC.id,
    clientOrderId: orderId(2),
    venueTime: 0,
    executionId: 'x',
    reason: '',
  };
  const f = fill(BTC, { order: orderId(2), side: 'buy', price: 100, quantity: 1, executionId: 'x' });
  const g = fill(BTC, { order: 'elsewhere', side: 'buy', price: 100, quantity: 1 });
  expectPipeline(commandsOf(riskDesk(), { drivers: [fakeVenue('venue', { answer: acceptOrder() })] }))
    .given('qbf-k-ugs-', { q, b: buy(1), f, k, u: bust, g, s: sell(0.5, 110) })
    .emits('-b----c-s-', {
      b: submit(1_000),
      c: cancelOf(2, 'it lives again while its scope is restricted'),
      s: submit(500),
    });
});
