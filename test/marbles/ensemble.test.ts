import { map } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import {
  agents,
  books,
  confidenceWeights,
  type EnsembleOptions,
  ensemble,
  equalWeights,
  exponentialWeights,
  inverseVariance,
  type MarketFields,
  majorityVote,
  quorumVote,
  regimeGate,
  riskParity,
  thompsonSampling,
} from '../../src/operators/index.js';
import { decision, expectPipeline, type Pipeline, quote, targetsOf } from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

type Options = EnsembleOptions<Frame & MarketFields>;
const show = (value: number): string => String(Number(value.toFixed(3)) + 0);

/** Targets as text: `0.25 = reversion -0.25 + trend 0.5`. */
const chain = (options: Options = {}) => {
  const core = compose({ instruments: [BTC] }, books(), agents([]), ensemble<Frame & MarketFields>(options));
  const pipeline = targetsOf(core);
  return ((source, context) =>
    pipeline(source, context).pipe(
      map(({ exposure, contributions }) => {
        const parts = contributions.map(({ agent, exposure: part }) => `${agent} ${show(part)}`);
        return `${show(exposure)} = ${parts.join(' + ')}`;
      }),
    )) satisfies Pipeline<Parameters<typeof pipeline>[0], unknown>;
};
const says = (agent: string, exposure: number, confidence: number = 1) =>
  decision({ agent, of: 'BTC', exposure, confidence });
const at = (price: number) => quote(BTC, price);
const q = at(100);

describe('joinings', () => {
  test('confidence weights, unless told otherwise; opposite parts are netted', () => {
    const given = { t: says('trend', 1, 0.5), r: says('reversion', -0.5, 0.5) };
    expectPipeline(chain())
      .given('t---r-', given)
      .emits('a---b-', { a: '1 = trend 1', b: '0.25 = reversion 0 + trend 0.25' });
    expectPipeline(chain({ netting: false, joining: confidenceWeights() }))
      .given('t---r-', given)
      .emits('a---b-', { a: '1 = trend 1', b: '0.25 = reversion -0.25 + trend 0.5' });
  });

  // Proportional shares w / Σw, as published with the tests of QuantConnect LEAN's insight weighting: weights of 1 and 1 are a half each, no
  // weight is no target, and a weight of nothing is flat.
  test('insight weighting: each shares in proportion', () => {
    const shared = chain({ joining: confidenceWeights(), hysteresis: 0 });
    expectPipeline(shared)
      .given('(ab)', { a: says('spy', 1, 1), b: says('ibm', 1, 1) })
      .emits('(xy)', { x: '1 = spy 1', y: '1 = ibm 0.5 + spy 0.5' });
    expectPipeline(shared)
      .given('n', { n: says('spy', -1, 0) })
      .emits('-', {});
    expectPipeline(shared)
      .given('z', { z: says('spy', 0, 1) })
      .emits('z', { z: '0 = spy 0' });
    // 0.2, 0.3 and 0.75 of 1.25.
    expectPipeline(shared)
      .given('(abc)', { a: says('a', 1, 0.2), b: says('b', 0.5, 0.3), c: says('c', 0.2, 0.75) })
      .emits('(xyz)', { x: '1 = a 1', y: '0.7 = a 0.4 + b 0.3', z: '0.4 = a 0.16 + b 0.12 + c 0.12' });
  });

  test('equal weights', () => {
    expectPipeline(chain({ joining: equalWeights() }))
      .given('t-r-n-', { t: says('trend', 1, 0.2), r: says('reversion', 0.5, 1), n: says('nobody', -1, 0) })
      .emits('a-b---', { a: '1 = trend 1', b: '0.75 = reversion 0.25 + trend 0.5' });
  });

  test('a majority carries its side, one against one none', () => {
    expectPipeline(chain({ joining: majorityVote() }))
      .given('a-b-c-d-', { a: says('a', 1), b: says('b', -1), c: says('c', 0.5), d: says('d', 0.01) })
      .emits('a-z-c-y-', {
        a: '1 = a 1',
        z: '0 = a 0 + b 0',
        c: '0.75 = a 0.5 + b 0 + c 0.25',
        // Of four voters two are no majority.
        y: '0 = a 0 + b 0 + c 0 + d 0',
      });
  });

  test('a quorum needs so many for a side, and fewer against it', () => {
    expectPipeline(chain({ joining: quorumVote({ atLeast: 2 }) }))
      .given('a-b-c-d-', { a: says('a', 1), b: says('b', 0.5), c: says('c', -1), d: says('d', -1) })
      .emits('z-b---y-', { z: '0 = a 0', b: '0.75 = a 0.5 + b 0.25', y: '0 = a 0 + b 0 + c 0 + d 0' });
  });

  test('inverse variance: the same until all are known, then the steady one weighs more', () => {
    // What is held ten times as much varies a hundred times as much.
    expectPipeline(chain({ joining: inverseVariance({ warmUp: 3 }), every: 2, hysteresis: 0.05 }))
      .given('(wsq)--u-q-u--', { w: says('wild', 1), s: says('steady', 0.1), q, u: at(110) })
      .emits('(ab)-------c--', {
        a: '1 = wild 1',
        b: '0.55 = steady 0.05 + wild 0.5',
        c: '0.109 = steady 0.099 + wild 0.01',
      });
  });

  test('risk parity: two that are one share the place of one', () => {
    expectPipeline(chain({ joining: riskParity({ warmUp: 3 }), every: 2, hysteresis: 0.02 }))
      .given('(wsq)--u-q-u--', { w: says('wild', 1), s: says('steady', 0.1), q, u: at(110) })
      .emits('(ab)-------c--', {
        a: '1 = wild 1',
        b: '0.55 = steady 0.05 + wild 0.5',
        // Both move alike, so each weighs by the inverse of its deviation: 10 to 1.
        c: '0.182 = steady 0.091 + wild 0.091',
      });
  });

  test('exponential weights follow what was earned, and forget nobody', () => {
    const joining = exponentialWeights({ rate: 20, share: 0.1 });
    expectPipeline(chain({ joining, every: 2, hysteresis: 0.001, netting: false }))
      .given('(rwq)--u-', { r: says('right', 1), w: says('wrong', -1), q, u: at(110) })
      // e^2 to e^-2 is 0.982 to 0.018; a tenth of the whole is dealt out equally.
      .emits('(ab)---c-', {
        a: '1 = right 1',
        b: '0 = right 0.5 + wrong -0.5',
        c: '0.868 = right 0.934 + wrong -0.066',
      });
  });

  test('Thompson sampling turns to who earns, with draws of its own seed', () => {
    const joining = (seed: number) => thompsonSampling({ seed, draws: 8 });
    const options = (seed: number) => ({
      joining: joining(seed),
      every: 1,
      hysteresis: 0.001,
      netting: false,
    });
    const given = {
      r: says('right', 1),
      w: says('wrong', -1),
      q,
      u: at(101),
      v: at(102),
      x: at(103),
      y: at(104),
    };
    const a = '1 = right 1';
    const b = '0 = right 0.5 + wrong -0.5';
    expectPipeline(chain(options(1)))
      .given('(rwq)-u-v-x-y-', given)
      .emits('(ab)--a-------', { a, b });
    // One return alone is as uncertain as it is large: with another seed a draw of eight goes wrong.
    expectPipeline(chain(options(2)))
      .given('(rwq)-u-v-x-y-', given)
      .emits('(ab)--c-a-----', { a, b, c: '0.75 = right 0.875 + wrong -0.125' });
  });
});

describe('what keeps a target back', () => {
  // The price tells the weather.
  const regime = ({ mid }: Frame & MarketFields) => (mid > 105 ? 'wild' : mid > 0 ? 'calm' : undefined);

  test('a regime gate hears each agent in its own weather', () => {
    const gate = regimeGate({ regime, agents: { reversion: ['calm'], trend: ['wild'] } });
    expectPipeline(chain({ gates: [gate] }))
      .given('rtc-w-c-', { c: at(100), r: says('reversion', -1), t: says('trend', 1), w: at(110) })
      .emits('--r-t-r-', { r: '-1 = reversion -1', t: '1 = trend 1' });
  });

  test('a gate that gives no number opens nothing', () => {
    const gate = { name: 'odd', allow: (_: Frame, agent: string) => (agent === 'odd' ? Number.NaN : 0.5) };
    expectPipeline(chain({ gates: [gate] }))
      .given('owq-', { o: says('odd', -1), w: says('well', 1), q })
      .emits('--w-', { w: '1 = well 1' });
  });

  test('a veto: flat while the guard says 0, one side while it wants one, nothing while it is silent', () => {
    expectPipeline(chain({ veto: ['guard'] }))
      .given('t-z-l-s-n-', {
        t: says('trend', 1),
        z: says('guard', 0),
        l: says('guard', 0.1),
        s: says('guard', -1),
        n: says('guard', -1, 0),
      })
      .emits('a-z-a-z-a-', { a: '1 = trend 1', z: '0 = trend 0' });
  });

  test('a part stays within the budget of its agent', () => {
    expectPipeline(chain({ budgets: { trend: 0.3 } }))
      .given('t-r-', { t: says('trend', 1), r: says('reversion', 0.5) })
      .emits('a-b-', { a: '0.3 = trend 0.3', b: '0.55 = reversion 0.25 + trend 0.3' });
  });

  test('nothing is added below its cost; to reduce always pays, and it is added when it does', () => {
    // What is expected is told by the price: 1 in 1,000 for each 1 above 100.
    const edge = { expected: ({ mid }: MarketFields) => (mid - 100) / 1_000, cost: 0.002 };
    expectPipeline(chain({ edge }))
      .given('q-l-u-hum-q-s-', {
        q,
        l: says('a', 0.5),
        u: at(103),
        h: says('a', 0.8),
        m: says('a', 0.9),
        s: says('a', -0.4),
      })
      .emits('--z-a--b----y-', { z: '0 = a 0', a: '0.5 = a 0.5', b: '0.8 = a 0.8', y: '0 = a 0' });
  });

  test('an edge that is unknown pays nothing', () => {
    const edge = { expected: () => Number.NaN, cost: 0 };
    expectPipeline(chain({ edge }))
      .given('q-l-', { q, l: says('a', 0.5) })
      .emits('--z-', { z: '0 = a 0' });
  });

  test('no more is added in a while than the turnover allows, and to reduce takes nothing of it', () => {
    expectPipeline(chain({ turnover: { exposure: 0.5, per: 10 }, hysteresis: 0 }))
      .given('(ql)-------q---------z-', { q, l: says('a', 0.8), z: says('a', 0) })
      // At 11 the half is there again: 0.3 are missing.
      .emits('a----------b---------z-', { a: '0.5 = a 0.5', b: '0.8 = a 0.8', z: '0 = a 0' });
  });

  test('hysteresis: a small change moves nothing, yet coming to flat always does', () => {
    expectPipeline(chain({ hysteresis: 0.2 }))
      .given('a-b-c-d-', { a: says('one', 0.5), b: says('one', 0.6), c: says('one', 0.1), d: says('one', 0) })
      .emits('a---c-d-', { a: '0.5 = one 0.5', c: '0.1 = one 0.1', d: '0 = one 0' });
  });

  test('a decision that expires takes its part along', () => {
    expectPipeline(chain())
      .given('lsqqqqqqq', {
        l: decision({ agent: 'l', of: 'BTC', exposure: 1, validUntil: 5 }),
        s: says('s', 0.5),
        q,
      })
      .emits('ab---c---', { a: '1 = l 1', b: '0.75 = l 0.5 + s 0.25', c: '0.5 = s 0.5' });
  });
});

describe('the options of an ensemble', () => {
  test.each<[string, () => unknown]>([
    ['hysteresis', () => ensemble({ hysteresis: -1 })],
    ['budgets.a', () => ensemble({ budgets: { a: 2 } })],
    ['edge.cost', () => ensemble({ edge: { expected: () => 0, cost: Number.NaN } })],
    ['turnover.exposure', () => ensemble({ turnover: { exposure: 0, per: 1 } })],
    ['every', () => ensemble({ every: 0 })],
    ['unknown setting "budget"', () => ensemble({ budget: 1 } as never)],
    [
      'two gates',
      () =>
        ensemble({
          gates: [
            { name: 'a', allow: () => 1 },
            { name: 'a', allow: () => 1 },
          ],
        }),
    ],
    ['deadBand', () => majorityVote({ deadBand: 2 })],
    ['atLeast', () => quorumVote({ atLeast: 0 })],
    ['halfLife', () => riskParity({ halfLife: 0 })],
    ['warmUp', () => inverseVariance({ warmUp: 0 })],
    ['rate', () => exponentialWeights({ rate: Number.NaN })],
    ['share', () => exponentialWeights({ share: 2 })],
    ['seed', () => thompsonSampling({ seed: -1 })],
    ['regime', () => regimeGate({ regime: 'calm' as never, agents: {} })],
    ['regimeGate.agents.a', () => regimeGate({ regime: () => 'calm', agents: { a: 'calm' as never } })],
    ['ensemble.veto', () => ensemble({ veto: 'guard' as never })],
    ['ensemble.netting', () => ensemble({ netting: 'no' as never })],
    ['ensemble.gates', () => ensemble({ gates: [{ name: 'a' } as never] })],
    ['ensemble.joining', () => ensemble({ joining: equalWeights as never })],
  ])('are refused by name: %s', (name, make) => {
    expect(make).toThrow(name);
  });
});
