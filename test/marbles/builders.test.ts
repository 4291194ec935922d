import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { checkEvent } from '../../src/domain/wire.js';
import { agents, books } from '../../src/operators/index.js';
import {
  acceptOrder,
  bar,
  bookDelta,
  bookSnapshot,
  changes,
  commandsOf,
  control,
  decision,
  decisionsOf,
  each,
  eventsOf,
  expectPipeline,
  externalSignal,
  fakeAgent,
  fakeVenue,
  faultsOf,
  fill,
  fillOrder,
  inTurn,
  link,
  loseOrder,
  lotsOf,
  matching,
  observing,
  orderId,
  perpetual,
  pipelineOf,
  quote,
  rate,
  rejectOrder,
  report,
  spot,
  status,
  sync,
  ticksOf,
  trade,
  value,
  wants,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { buy, riskDesk } from './risk-desk.js';

const q = quote(BTC, 100);

describe('events', () => {
  test.each([
    ['quote', quote(BTC, { bid: 99.5, ask: 100.5, bidQuantity: 1, askQuantity: 2 })],
    ['quote of one side', quote(BTC, { ask: 100.5 })],
    ['quote around a mid', q],
    ['trade', trade(BTC, { price: 100, quantity: 0.5, aggressor: 'sell' })],
    ['snapshot', bookSnapshot(BTC, { bids: [[99, 1]], asks: [[101, 2]], last: 3 })],
    ['delta', bookDelta(BTC, { first: 4, last: 5, bids: [[99, 0]] })],
    ['bar', bar(BTC, { open: 99, high: 102, low: 98, close: 101, volume: 12 })],
    ['bar of a close', bar(BTC, 101)],
    ['fill', fill(BTC, { order: orderId(1), side: 'buy', price: 100, fee: '0.05' })],
    ['report', report(BTC, orderId(1), 'rejected', 'no funds')],
    ['decision about an asset', decision({ of: 'BTC', exposure: 0.5 })],
    ['decision about an instrument', decision({ of: BTC, exposure: -0.5 })],
    ['signal', externalSignal(BTC, { direction: -1 })],
    ['control', control('limit', { scope: 'limit:maxPosition', value: 3 })],
    ['rate', rate('USDT', 'USD', 0.999)],
    ['status', status(BTC, 'auction')],
    ['link', link('venue', 'down', 'orders')],
    ['sync', sync(BTC, 'unsynced')],
  ])('a %s is what the wire carries', (_, event) => {
    expect(checkEvent(event)).toBe(event);
  });

  test('prices and quantities are plain, and become ticks and lots', () => {
    expect(quote(BTC, { bid: 99.5, ask: 100.5, bidQuantity: 1, askQuantity: 0.1 + 0.2 })).toMatchObject({
      bidPrice: 9_950,
      askPrice: 10_050,
      bidQuantity: 1_000,
      askQuantity: 300,
    });
    expect(bookDelta(BTC, { last: 5, asks: [[101, 0]] })).toMatchObject({
      action: 'delta',
      first: 5,
      last: 5,
      previous: -1,
      bids: [],
      asks: [10_100, 0],
    });
    expect(bar(BTC, { open: 102, close: 101 })).toMatchObject({ high: 10_200, low: 10_100, close: 10_100 });
  });

  test('what no venue could say is refused', () => {
    expect(() => quote(BTC, { bid: 99.999 })).toThrow('must be a multiple of 0.01, not 99.999');
    expect(() => trade(BTC, { price: 100, quantity: 0.0001 })).toThrow('must be a multiple of 0.001');
    expect(() => ticksOf(BTC, Number.NaN)).toThrow('not NaN');
    expect(lotsOf(spot({ lot: '5' }), 15)).toBe(3);
  });

  test('two fills are two executions, unless a test says that they are one', () => {
    const fixture = { order: 'mine', side: 'buy', price: 100 } as const;
    expect(fill(BTC, fixture).executionId).not.toBe(fill(BTC, fixture).executionId);
    expect(fill(BTC, { ...fixture, executionId: 'e' }).executionId).toBe('e');
  });

  test('instruments are plain, and say what is special', () => {
    expect(spot()).toMatchObject({ id: 'BTC-USD.SPOT@venue', kind: 'spot', tick: '0.01', lot: '0.001' });
    expect(perpetual({ base: 'ETH', quote: 'USDT', venue: 'x' })).toMatchObject({ id: 'ETH-USDT.PERP@x' });
  });
});

describe('fakeAgent', () => {
  const asked = (...script: Parameters<typeof fakeAgent>[1][]) =>
    compose(
      { instruments: [BTC] },
      books(),
      agents(script.map((one, index) => fakeAgent(`agent${index}`, one))),
    );

  test('answers in turn, and is silent after its script', () => {
    const core = asked([wants('BTC', 1), undefined, new Error('oops')]);
    expectPipeline(decisionsOf(core))
      .given('-q----q----q----q--', { q })
      .emits('-a-----------------', {
        a: matching({ agent: 'agent0', exposure: 1 }),
      });
    expectPipeline(faultsOf(core))
      .given('-q----q----q----q--', { q })
      .emits('-----------f-------', {
        f: matching({ component: 'agent:agent0' }),
      });
  });

  test('answers to a price', () => {
    expectPipeline(decisionsOf(asked({ 101: wants('BTC', -1) })))
      .given('q-u-q-u-', { q, u: quote(BTC, 101) })
      .emits('--a---a-', { a: matching({ exposure: -1 }) });
  });
});

describe('fakeVenue', () => {
  const core = riskDesk();
  const said = (options?: Parameters<typeof fakeVenue>[1]) =>
    observing(
      core,
      { reports: value(({ event }) => (event.kind === 'report' ? event : undefined)) },
      {
        drivers: [fakeVenue('venue', options)],
      },
    );
  const kinds = {
    a: matching<never>({ type: 'accepted' } as never),
    f: matching<never>({ type: 'fill', quantity: 1_000, price: 10_000 } as never),
    h: matching<never>({ type: 'fill', quantity: 500 } as never),
    c: matching<never>({ type: 'canceled' } as never),
    r: matching<never>({ type: 'rejected', reason: 'busy' } as never),
    u: matching<never>({ type: 'unknown' } as never),
  };
  const { a, f, h, c, r, u } = kinds;
  const b = buy(1);

  test('fills at the limit, at once', () => {
    expectPipeline(said()).given('q-b---', { q, b }).emits({ reports: '--(af)' }, { reports: { a, f } });
  });

  test('answers each order in turn, and takes its time', () => {
    const answer = inTurn(rejectOrder('busy'), fillOrder({ after: '3ms' }), loseOrder());
    expectPipeline(said({ answer }))
      .given('qb-b-------b-', { q, b })
      .emits({ reports: '-r----(af)-u-' }, { reports: { r, a, f, u } });
  });

  test('fills a part, and lets the rest work until it is canceled', () => {
    expectPipeline(said({ answer: fillOrder({ share: 0.5 }) }))
      .given('qb-----k-', { q, b, k: control('kill') })
      .emits({ reports: '-(ah)--c-' }, { reports: { a, h, c } });
    expectPipeline(said({ answer: acceptOrder(), cancels: 'ignore' }))
      .given('qb-----k-', { q, b, k: control('kill') })
      .emits({ reports: '-a-------' }, { reports: { a } });
  });

  test('an order that was canceled is not filled later', () => {
    expectPipeline(said({ answer: fillOrder({ after: '5ms' }) }))
      .given('qb-k------', { q, b, k: control('kill') })
      .emits({ reports: '---c------' }, { reports: { c } });
  });

  test('keeps the commands of its last run', () => {
    const venue = fakeVenue('venue', { answer: acceptOrder() });
    for (let run = 0; run < 2; run++) {
      expectPipeline(commandsOf(core, { drivers: [venue] }))
        .given('qbk-', { q, b, k: control('kill') })
        .emits('-sc-', { s: matching({ kind: 'submit' }), c: matching({ kind: 'cancel' }) });
    }
    expect(venue.commands.map(({ kind }) => kind)).toEqual(['submit', 'cancel']);
    expect(fakeVenue('venue').commands).toEqual([]);
  });
});

describe('pipelines of a core', () => {
  const core = compose({ instruments: [BTC] }, books());

  test('time is the test’s, and completion leaves no frame behind', () => {
    expectPipeline(pipelineOf(core), { step: '1s', startAt: '2026-01-05T14:30:00Z' })
      .given('--q---|', { q })
      .emits('--(fs)|', {
        f: matching({ seq: 1, mid: 100, ts: Date.parse('2026-01-05T14:30:02Z') }),
        s: matching({ sub: 1, event: { kind: 'sync' } as never }),
      });
  });

  test('several rows look at one run', () => {
    expectPipeline(
      observing(core, {
        mid: changes(({ mid }) => mid),
        seqs: each(({ seq, sub }) => (sub > 0 ? [] : [seq])),
      }),
    )
      .given('q-q-|', { q })
      .emits({ mid: 'm---|', seqs: 'a-b-|' }, { mid: { m: 100 }, seqs: { a: 1, b: 2 } });
  });

  test('events by their kind', () => {
    expectPipeline(eventsOf(core, 'trade'))
      .given('q-t-|', { q, t: trade(BTC, { price: 100 }) })
      .emits('--t-|', { t: trade(BTC, { price: 100 }) });
  });
});
