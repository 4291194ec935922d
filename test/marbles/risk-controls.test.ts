import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/domain/command.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { maxDailyLoss, maxPosition, type RiskRule } from '../../src/operators/index.js';
import {
  acceptOrder,
  changesOf,
  commandsOf,
  control,
  eventsOf,
  expectPipeline,
  fakeVenue,
  faultsOf,
  fill,
  fillOrder,
  fromRows,
  inTurn,
  matching,
  orderId,
  perpetual,
  quote,
  report,
  spot,
  status,
  staySilent,
  sync,
  type VenueAnswer,
  verdictsOf,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { approved, buy, denied, riskDesk, sell } from './risk-desk.js';

const ABROAD = spot({ venue: 'abroad' });
const ETH = spot({ base: 'ETH' });
const q = quote(BTC, 100);
const answering = (answer: VenueAnswer) => ({ drivers: [fakeVenue('venue', { answer })] });
const filled = { drivers: [fakeVenue('venue'), fakeVenue('abroad')] };
const bought = (quantity: number): OutsideEvent =>
  fill(BTC, { order: 'elsewhere', side: 'buy', price: 100, quantity });
const submit = (side: 'buy' | 'sell', quantity: number): Command =>
  matching({ kind: 'submit', order: { side, quantity } });

describe('operators', () => {
  test('a kill cancels what works in the same frame, and nothing new passes until somebody resumes', () => {
    const pipeline = fromRows(['market', 'operator'], commandsOf(riskDesk(), answering(acceptOrder())));
    expectPipeline(pipeline)
      .given(
        { market: 'q-b---n---n-', operator: '----k---r---' },
        { market: { q, b: buy(1), n: buy(2) }, operator: { k: control('kill'), r: control('resume') } },
      )
      .emits('--b-c-----n-', {
        b: submit('buy', 1_000),
        c: {
          kind: 'cancel',
          venue: 'venue',
          instrument: BTC.id,
          clientOrderId: orderId(2),
          requestTime: 4,
          reason: 'kill by anna: a test',
        },
        n: submit('buy', 2_000),
      });
  });

  test('who did it and why is told, and said again to whoever is denied', () => {
    const events = { q, k: control('kill', { by: 'bert', reason: 'fat finger' }), b: buy(1) };
    expectPipeline(faultsOf(riskDesk()))
      .given('q-k-k-b-', events)
      .emits('--k-----', {
        k: matching({ component: 'risk', code: 'kill', message: 'desk: kill by bert: fat finger' }),
      });
    expectPipeline(verdictsOf(riskDesk()))
      .given('q-k-k-b-', events)
      .emits('------d-', { d: denied('tradingState', 'desk is halted (kill by bert: fat finger)') });
  });

  test('the status of the desk is on every frame', () => {
    expectPipeline(changesOf(riskDesk(), ({ tradingStatus }) => tradingStatus))
      .given('q-d-k-d-r-', { q, d: control('reduce'), k: control('kill'), r: control('resume') })
      .emits('a-d-k---a-', { a: 'active', d: 'reducing', k: 'halted' });
  });

  test('a venue, or an instrument, is stopped by itself', () => {
    const core = riskDesk({ instruments: [BTC, ETH, ABROAD] });
    const events = { q, e: quote(ETH, 100), a: quote(ABROAD, 100) };
    const orders = { x: buy(1), y: buy(1, 100, ETH), z: buy(1, 100, ABROAD) };
    expectPipeline(verdictsOf(core))
      .given('qeak-x-y-z-', { ...events, ...orders, k: control('kill', { scope: 'venue:venue' }) })
      .emits('-----d-d-a-', { d: matching({ rule: 'tradingState' }), a: approved(1_000) });
    expectPipeline(verdictsOf(core))
      .given('qeak-x-y-z-', { ...events, ...orders, k: control('kill', { scope: `instrument:${ETH.id}` }) })
      .emits('-----a-d-a-', { d: matching({ rule: 'tradingState' }), a: approved(1_000) });
  });

  test('a kill of one scope cancels there and nowhere else', () => {
    const core = riskDesk({ instruments: [BTC, ETH] });
    expectPipeline(commandsOf(core, answering(acceptOrder())))
      .given('qe-xy-k-', {
        q,
        e: quote(ETH, 100),
        x: buy(1),
        y: buy(2, 100, ETH),
        k: control('kill', { scope: `instrument:${ETH.id}` }),
      })
      .emits('---xy-c-', {
        x: submit('buy', 1_000),
        y: submit('buy', 2_000),
        c: matching({ kind: 'cancel', instrument: ETH.id }),
      });
  });

  test('the strictest word counts, and each scope is resumed by itself', () => {
    const venue = { scope: 'venue:venue' };
    expectPipeline(verdictsOf(riskDesk()))
      .given('qdk-b-r-b-s-b-', {
        q,
        d: control('reduce'),
        k: control('kill', venue),
        b: buy(1),
        r: control('resume'),
        s: control('resume', venue),
      })
      .emits('----h---h---a-', {
        h: denied('tradingState', 'venue:venue is halted (kill by anna: a test)'),
        a: approved(1_000),
      });
  });

  test('what is not understood is told and not obeyed', () => {
    const core = riskDesk({ rules: [maxPosition({ limit: 2 })] });
    const limit = (value: number, scope: string = 'limit:maxPosition') => control('limit', { scope, value });
    expectPipeline(faultsOf(core))
      .given('q-u-z-n-i-r-', {
        q,
        u: control('kill', { scope: 'venue:nowhere' }),
        z: limit(0),
        n: limit(Number.NaN),
        i: limit(Number.POSITIVE_INFINITY),
        r: limit(5, 'limit:maxProfit'),
      })
      .emits('--u-z-n-i-r-', {
        u: matching({
          component: 'risk',
          code: 'bad-control',
          message: 'kill by anna: a test, was not obeyed: nobody knows the scope "venue:nowhere"',
        }),
        z: matching({ message: expect.stringContaining('a limit must be above 0, not 0') }),
        n: matching({ message: expect.stringContaining('not NaN') }),
        i: matching({ message: expect.stringContaining('not Infinity') }),
        r: matching({ message: expect.stringContaining('no rule has the limit "limit:maxProfit"') }),
      });
    expectPipeline(verdictsOf(core))
      .given('qz-b-c-', { q, z: limit(0), b: buy(2), c: buy(2.001) })
      .emits('---b-c-', { b: approved(2_000), c: matching({ rule: 'maxPosition' }) });
  });

  test('a changed limit is told, and counts from then on: for proposals, and for what is held', () => {
    const core = riskDesk({ rules: [maxPosition({ limit: 2 })] });
    const events = {
      q,
      b: buy(3),
      u: control('limit', { scope: 'limit:maxPosition', value: 3 }),
      d: control('limit', { scope: 'limit:maxPosition', value: 1 }),
    };
    expectPipeline(commandsOf(core, filled))
      .given('q-b-u-b-d-q-', events)
      // The word itself shows the position to be beyond the limit: nobody waits for the next tick.
      .emits('------b-s---', { b: submit('buy', 3_000), s: submit('sell', 2_000) });
    expectPipeline(faultsOf(core))
      .given('q-u-', events)
      .emits('--f-', {
        f: matching({
          code: 'limit-changed',
          message: 'maxPosition was 2 and is 3 (limit by anna: a test)',
        }),
      });
  });

  test('a part of the pipeline that halts stops the desk', () => {
    const halt: OutsideEvent = {
      kind: 'fault',
      component: 'journal',
      code: 'disk-full',
      message: 'no space',
      severity: 'halt',
    };
    expectPipeline(commandsOf(riskDesk(), answering(acceptOrder())))
      .given('q-b-h-n-', { q, b: buy(1), h: halt, n: buy(1) })
      .emits('--b-c---', {
        b: submit('buy', 1_000),
        c: matching({ kind: 'cancel', reason: 'journal: no space' }),
      });
  });

  test('an order is canceled once, though two rules ask for it on one event', () => {
    const noCheapness: RiskRule = {
      name: 'noCheapness',
      limit: 60,
      fingerprint: 'noCheapness',
      watch: (least, { markets }, index) =>
        index >= 0 && markets.mid(index) < least
          ? { action: 'reduce', reason: 'too cheap', excess: [{ index, lots: 1 }] }
          : undefined,
    };
    const core = riskDesk({ rules: [maxDailyLoss({ limit: 50 }), noCheapness] });
    const drivers = [fakeVenue('venue', { answer: acceptOrder(), cancels: 'ignore' })];
    expectPipeline(eventsOf(core, 'cancelRequested', { drivers }))
      .given('qf-x-y---l-qq', { q, f: bought(3), x: buy(1), y: buy(1), l: quote(BTC, 50) })
      .emits('---------(xy)', {
        x: matching({ clientOrderId: orderId(3) }),
        y: matching({ clientOrderId: orderId(5) }),
      });
  });

  test('a cancel that is on its way is not sent again', () => {
    const drivers = [fakeVenue('venue', { answer: acceptOrder(), cancels: 'ignore' })];
    expectPipeline(commandsOf(riskDesk(), { drivers }))
      .given('qb-k-d-', { q, b: buy(1), k: control('kill', { scope: 'venue:venue' }), d: control('kill') })
      .emits('-b-c---', { b: submit('buy', 1_000), c: matching({ kind: 'cancel' }) });
  });

  test('an order whose cancel the venue rejected is canceled anew by the next kill', () => {
    const drivers = [fakeVenue('venue', { answer: acceptOrder(), cancels: 'reject' })];
    expectPipeline(commandsOf(riskDesk(), { drivers }))
      .given('qb-k-r-k-', { q, b: buy(1), k: control('kill'), r: control('resume') })
      .emits('-b-c---c-', {
        b: submit('buy', 1_000),
        c: matching({ kind: 'cancel', clientOrderId: orderId(2) }),
      });
  });
});

describe('reductions', () => {
  test.each([
    ['killed', control('kill')],
    ['reducing', control('reduce')],
    ['killed at this venue', control('kill', { scope: 'venue:venue' })],
    ['unsynced', sync(BTC, 'unsynced')],
    ['closed', status(BTC, 'closed')],
    ['crossed', quote(BTC, { bid: 101, ask: 99 })],
  ])('pass where nothing else does: %s', (_, event) => {
    expectPipeline(verdictsOf(riskDesk(), filled))
      .given('qf-x-b-s-', { q, f: bought(1), x: event, b: buy(0.1), s: sell(1) })
      .emits('-----d-s-', { d: matching({ kind: 'denied' }), s: approved(1_000) });
  });

  test('pass rules whose limit is broken', () => {
    const core = riskDesk({ rules: [maxPosition({ limit: 1, action: 'kill' })] });
    expectPipeline(verdictsOf(core, filled))
      .given('qf-s-', { q, f: bought(5), s: sell(1) })
      .emits('---s-', { s: approved(1_000) });
  });

  test('never turn the position round, whatever else fills', () => {
    expectPipeline(verdictsOf(riskDesk(), answering(acceptOrder())))
      .given('qfk-a-b-c-', { q, f: bought(1), k: control('kill'), a: sell(0.6), b: sell(0.6), c: sell(0.4) })
      .emits('----a-b-c-', {
        a: approved(600),
        b: denied('tradingState', 'desk is halted (kill by anna: a test)'),
        c: approved(400),
      });
    const PERP = perpetual();
    expectPipeline(verdictsOf(riskDesk({ instruments: [PERP] }), answering(staySilent())))
      .given('qfk-a-b-c-', {
        q: quote(PERP, 100),
        f: fill(PERP, { order: 'elsewhere', side: 'sell', price: 100 }),
        k: control('kill'),
        a: buy(0.6, 100, PERP),
        b: buy(0.6, 100, PERP),
        c: sell(0.001, 100, PERP),
      })
      .emits('----a-b-c-', {
        a: approved(600),
        b: matching({ rule: 'tradingState' }),
        c: matching({ rule: 'tradingState' }),
      });
  });
});

describe('what is unknown', () => {
  test('no price, no market, no order', () => {
    const unknown = `the market of ${BTC.id} is unknown: its book is unsynced, empty or crossed`;
    expectPipeline(verdictsOf(riskDesk()))
      .given('b-q-b-u-b-qc-b-', {
        q,
        b: buy(1),
        u: sync(BTC, 'unsynced'),
        c: status(BTC, 'halted'),
      })
      .emits('n---a---n----h-', {
        n: denied('market', unknown),
        a: approved(1_000),
        h: denied('market', `${BTC.id} is not open for trading`),
      });
  });

  test('an order that the venue could not take is denied, also a reduction', () => {
    const PICKY = spot({ minQuantity: '0.01', minNotional: '5', bands: { low: '50', high: '150' } });
    const held = fill(PICKY, { order: 'elsewhere', side: 'buy', price: 100, quantity: 1 });
    expectPipeline(verdictsOf(riskDesk({ instruments: [PICKY] })))
      .given('qf-a-b-c-d-e-', {
        q: quote(PICKY, 100),
        f: held,
        a: sell(0.009, 100, PICKY),
        b: buy(0.04, 100, PICKY),
        c: buy(1, 151, PICKY),
        d: buy(1, 0, PICKY),
        e: buy(0.05, 100, PICKY),
      })
      .emits('---a-b-c-d-e-', {
        a: denied('validity', "the quantity 0.009 is below the venue's least of 0.01"),
        b: denied('validity', "the notional 4.00 is below the venue's least of 5"),
        c: denied('validity', "the price 151.00 is outside the venue's bands of 50 to 150"),
        d: denied('validity', 'the limit price must be a whole number of ticks above 0, not 0'),
        e: approved(50),
      });
  });

  test('an instrument that nobody knows is denied', () => {
    expectPipeline(verdictsOf(riskDesk()))
      .given('q-b-', { q, b: buy(1, 100, ETH) })
      .emits('--d-', { d: denied('instrument', 'nobody knows this instrument') });
  });
});

describe('onKill: flatten', () => {
  const core = riskDesk({ options: { onKill: 'flatten' } });

  test('what is held is sold in the frame of the kill, and no more than that', () => {
    expectPipeline(commandsOf(core, filled), { step: '1s' })
      .given('qf-k-qqq', { q, f: bought(1), k: control('kill') })
      .emits('---s----', {
        s: matching({
          kind: 'submit',
          order: { side: 'sell', quantity: 1_000, timeInForce: 'IOC', price: 9_949 },
        }),
      });
  });

  test('while nobody answers nothing is sent twice', () => {
    expectPipeline(commandsOf(core, answering(staySilent())), { step: '1s' })
      .given('qf-k-qqqqqq', { q, f: bought(1), k: control('kill') })
      .emits('---s-------', { s: submit('sell', 1_000) });
  });

  test('what is left is tried again after a second', () => {
    const answer = inTurn(fillOrder({ share: 0.4 }), fillOrder());
    expectPipeline(commandsOf(core, answering(answer)), { step: '500ms' })
      .given('qf-k-qqqqqq', { q, f: bought(1), k: control('kill') })
      .emits('---s-r-----', { s: submit('sell', 1_000), r: submit('sell', 600) });
  });

  test('and needs no other event for that: the engine waits by a timer of its own', () => {
    const answer = inTurn(fillOrder({ share: 0.4 }), fillOrder({ share: 0.5 }), fillOrder());
    expectPipeline(commandsOf(core, answering(answer)), { step: '500ms' })
      .given('qf-k-------', { q, f: bought(1), k: control('kill') })
      .emits('---s-r-t---', { s: submit('sell', 1_000), r: submit('sell', 600), t: submit('sell', 300) });
  });

  test('a scope that is resumed while a wider one is halted is still sold', () => {
    expectPipeline(commandsOf(core, filled), { step: '1s' })
      .given('qk-v-r-f-', {
        q,
        k: control('kill'),
        v: control('kill', { scope: 'venue:venue' }),
        r: control('resume', { scope: 'venue:venue' }),
        f: bought(1),
      })
      .emits('-------s-', { s: submit('sell', 1_000) });
  });

  test('a sale that works already counts until its cancel is confirmed', () => {
    expectPipeline(commandsOf(core, answering(inTurn(acceptOrder(), fillOrder()))), { step: '250ms' })
      .given('qfw-k-----qqq', { q, f: bought(1), w: sell(0.4, 200), k: control('kill') })
      .emits('--w-(cs)t----', {
        w: submit('sell', 400),
        c: matching({ kind: 'cancel', clientOrderId: orderId(3) }),
        s: submit('sell', 600),
        t: submit('sell', 400),
      });
  });

  test('a late fill is sold too, until somebody resumes', () => {
    expectPipeline(commandsOf(core, filled), { step: '1s' })
      .given('qk-f-r-g-', { q, k: control('kill'), f: bought(1), r: control('resume'), g: bought(2) })
      .emits('---s-----', { s: submit('sell', 1_000) });
  });

  test('waits for a price, and for the market to open', () => {
    expectPipeline(verdictsOf(core, filled), { step: '1s' })
      .given('qfu-k-q-', { q, f: bought(1), u: sync(BTC, 'unsynced'), k: control('kill') })
      .emits('------s-', { s: approved(1_000) });
    expectPipeline(verdictsOf(core, filled), { step: '1s' })
      .given('qfx-k-q-', { q, f: bought(1), x: quote(BTC, { bid: 101, ask: 99 }), k: control('kill') })
      .emits('------s-', { s: approved(1_000) });
    expectPipeline(verdictsOf(core, filled), { step: '1s' })
      .given('qfh-k-q-o-', {
        q,
        f: bought(1),
        h: status(BTC, 'halted'),
        k: control('kill'),
        o: status(BTC, 'open'),
      })
      .emits('--------s-', { s: approved(1_000) });
  });

  test('other scopes keep what they hold', () => {
    const two = riskDesk({ options: { onKill: 'flatten' }, instruments: [BTC, ETH] });
    expectPipeline(commandsOf(two, filled))
      .given('qef-k---', {
        q,
        e: quote(ETH, 100),
        f: bought(1),
        k: control('kill', { scope: `instrument:${ETH.id}` }),
      })
      .emits('--------', {});
  });

  test('an order that the venue rejects is not the end', () => {
    expectPipeline(verdictsOf(core), { step: '1s' })
      .given('qf-k-r-q', {
        q,
        f: bought(1),
        k: control('kill'),
        r: report(BTC, orderId(3), 'rejected', 'busy'),
      })
      .emits('---s-t--', { s: approved(1_000), t: approved(1_000) });
  });
});
