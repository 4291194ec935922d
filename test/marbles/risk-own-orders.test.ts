import { describe, expect, test } from 'vitest';
import type { OutsideEvent } from '../../src/domain/event.js';
import {
  concentration,
  freeBalance,
  grossExposure,
  leverage,
  maxClockSkew,
  maxDrawdown,
  maxOpenOrders,
  maxOrderSize,
  maxPosition,
  maxVenueExposure,
  netExposure,
  orderRate,
  priceCollar,
  type RiskRule,
  selfTradePrevention,
  staleMarket,
  venueLinkDown,
} from '../../src/operators/index.js';
import {
  acceptOrder,
  commandsOf,
  control,
  expectPipeline,
  fakeVenue,
  faultsOf,
  fill,
  link,
  matching,
  perpetual,
  quote,
  valuesOf,
  verdictsOf,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';
import { approved, buy, denied, riskDesk, sell } from './risk-desk.js';

const PERP = perpetual();
const q = quote(BTC, 100);
const filled = { drivers: [fakeVenue('venue')] };
const working = { drivers: [fakeVenue('venue', { answer: acceptOrder() })] };
const bought = (quantity: number): OutsideEvent =>
  fill(BTC, { order: 'elsewhere', side: 'buy', price: 100, quantity });

/** Each of them refuses whatever could be sent. */
const NOTHING_PASSES: readonly RiskRule[] = [
  freeBalance(),
  orderRate({ limit: 1, per: '1d' }),
  venueLinkDown(),
  maxClockSkew({ limit: '1ms' }),
  staleMarket({ olderThan: '1ms' }),
  maxOrderSize({ of: 'quantity', limit: 0.001 }),
  maxOrderSize({ of: 'notional', limit: 0.001 }),
  maxOpenOrders({ limit: 1 }),
  leverage({ limit: 0.001, action: 'deny' }),
  netExposure({ limit: 0.001 }),
  concentration({ limit: 0.001, from: 0.001 }),
  priceCollar({ limit: 0.000_001, reductions: 'judge' }),
  selfTradePrevention({ reductions: 'judge' }),
];

describe("the engine's own orders", () => {
  test('no rule stands in the way of a flattening, and it never exceeds the position', () => {
    const core = riskDesk({ rules: NOTHING_PASSES, options: { onKill: 'flatten' } });
    expectPipeline(commandsOf(core, filled))
      .given('qfd-k-', { q, f: bought(2.5), d: link('venue', 'down', 'orders'), k: control('kill') })
      .emits('----s-', { s: matching({ kind: 'submit', order: { side: 'sell', quantity: 2_500 } }) });
  });

  test.each<[string, RiskRule, number]>([
    ['maxPosition', maxPosition({ limit: 1 }), 2_000],
    ['grossExposure', grossExposure({ limit: 150 }), 1_500],
    ['maxVenueExposure', maxVenueExposure({ limit: 150 }), 1_500],
  ])('what %s brings back passes the other rules', (_, rule, quantity) => {
    expectPipeline(commandsOf(riskDesk({ rules: [rule, ...NOTHING_PASSES] }), filled))
      .given('q-f-', { q, f: bought(3) })
      .emits('--s-', { s: matching({ kind: 'submit', order: { side: 'sell', quantity } }) });
  });

  test('what a limit leaves of few lots stays: floats do not take one more', () => {
    expectPipeline(commandsOf(riskDesk({ rules: [grossExposure({ limit: 0.7 })] }), filled))
      .given('q-f-', { q, f: bought(0.01) })
      .emits('--s-', { s: matching({ kind: 'submit', order: { side: 'sell', quantity: 3 } }) });
  });

  test('leverage beyond its limit is brought back', () => {
    const gain = fill(BTC, { order: 'elsewhere', side: 'buy', price: 50, quantity: 3 });
    // 300 held, 150 earned.
    expectPipeline(commandsOf(riskDesk({ rules: [leverage({ limit: 1 })] }), filled))
      .given('q-fq-', { q, f: gain })
      .emits('--s--', { s: matching({ kind: 'submit', order: { side: 'sell', quantity: 1_500 } }) });
  });
});

describe('a kill', () => {
  test('cancels everything that works within the one frame that saw it come', () => {
    const core = riskDesk({ rules: [maxDrawdown({ limit: 10 })], instruments: [BTC, PERP] });
    const drivers = [fakeVenue('venue', { answer: acceptOrder() })];
    const events = {
      q,
      p: quote(PERP, 100),
      f: bought(1),
      a: buy(1),
      b: sell(1, 101),
      c: sell(1, 101, PERP),
      d: buy(1, 90, PERP),
      l: quote(BTC, 90),
    };
    expectPipeline(
      valuesOf(
        core,
        ({ tradingStatus, requests, event }) =>
          event.kind === 'quote' && requests.length > 0
            ? `${tradingStatus} ${requests.map(({ kind }) => kind).join()}`
            : undefined,
        { drivers },
      ),
    )
      .given('qpf-abcd-l-l-', events)
      .emits('---------k---', { k: 'halted cancel,cancel,cancel,cancel' });
  });

  test.each<[string, RiskRule, string]>([
    [
      'an instrument',
      grossExposure({ limit: 50, scope: { instrument: BTC.id }, action: 'kill' }),
      `instrument:${BTC.id}`,
    ],
    ['a venue', grossExposure({ limit: 50, scope: { venue: 'venue' }, action: 'kill' }), 'venue:venue'],
    [
      'an agent',
      grossExposure({ limit: 50, scope: { agent: 'unattributed' }, action: 'kill' }),
      'agent:unattributed',
    ],
    ['the desk', grossExposure({ limit: 50, action: 'kill' }), 'desk'],
  ])('stops %s where its rule has that scope', (_, rule, scope) => {
    expectPipeline(faultsOf(riskDesk({ rules: [rule] })))
      .given('q-f-q', { q, f: bought(1) })
      .emits('--(uk)', {
        u: matching({ code: 'unknown-order' }),
        k: matching({
          code: 'kill',
          message: expect.stringContaining(`${scope}: ${rule.name}: the gross exposure`),
        }),
      });
  });

  test('an agent beyond its limit is set to reducing: the engine cannot sell for one alone', () => {
    const rule = maxPosition({ limit: 1, scope: { agent: 'test' } });
    expectPipeline(verdictsOf(riskDesk({ rules: [rule], instruments: [BTC, PERP] }), filled))
      .given('qp-a-l-q-b-s-', {
        q,
        p: quote(PERP, 100),
        a: buy(1),
        l: control('limit', { scope: 'limit:maxPosition:agent=test', value: 0.5 }),
        b: buy(0.1, 100, PERP),
        s: sell(0.5),
      })
      .emits('---a-----n-s-', {
        a: approved(1_000),
        n: matching({ rule: 'tradingState', reason: expect.stringContaining('agent:test is reducing') }),
        s: approved(500),
      });
  });
});

test("a reduction of the desk's passes an agent's limit, and sets the agent beyond it to reducing", () => {
  const core = riskDesk({ rules: [maxPosition({ limit: 0.5, scope: { agent: 'test' } })] });
  // Nobody of ours owns what was bought; the agent that sells it is short of it.
  expectPipeline(verdictsOf(core, filled))
    .given('qf-s-b-', { q, f: bought(1.5), s: sell(1), b: sell(1) })
    .emits('---s-n-', {
      s: approved(1_000),
      n: matching({ rule: 'tradingState', reason: expect.stringContaining('agent:test is reducing') }),
    });
});

describe('an order that may only reduce', () => {
  const reduces = sell(2);

  test('is denied when it would turn the position round, or cut to what closes it', () => {
    const events = { q, f: bought(1), k: control('reduce'), s: reduces };
    expectPipeline(verdictsOf(riskDesk(), working))
      .given('qf-k-s-', events)
      .emits('-----n-', { n: denied('tradingState', 'desk is reducing (reduce by anna: a test)') });
    expectPipeline(verdictsOf(riskDesk({ options: { overReduction: 'clip' } }), working))
      .given('qf-k-s-s-', events)
      .emits('-----c-n-', { c: approved(1_000), n: matching({ rule: 'tradingState' }) });
  });

  test('while flat, nothing reduces', () => {
    expectPipeline(verdictsOf(riskDesk({ options: { overReduction: 'clip' } }), working))
      .given('q-k-s-', { q, k: control('reduce'), s: reduces })
      .emits('----n-', { n: matching({ rule: 'tradingState' }) });
  });
});
