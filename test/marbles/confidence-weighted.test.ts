import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import {
  agents,
  books,
  type ConfidenceWeightedOptions,
  confidenceWeighted,
} from '../../src/operators/index.js';
import { decision, expectPipeline, matching, quote, targetsOf } from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const ensemble = (options: ConfidenceWeightedOptions = {}) =>
  targetsOf(compose({ instruments: [BTC] }, books(), agents([]), confidenceWeighted(options)));

const says = (agent: string, exposure: number, confidence: number, validUntil: number = 1_000) =>
  decision({ agent, of: 'BTC', exposure, confidence, validUntil });
const trend = says('trend', 1, 0.5);
const reversion = says('reversion', -0.5, 1);
const q = quote(BTC, 100);

describe('confidenceWeighted', () => {
  test('weighs each decision by its confidence, and keeps the parts', () => {
    expectPipeline(ensemble())
      .given('t---r-', { t: trend, r: reversion })
      .emits('a---b-', {
        a: { of: { asset: 'BTC' }, exposure: 1, contributions: [{ agent: 'trend', exposure: 1 }] },
        // (0.5·1 − 1·0.5) / 1.5
        b: {
          of: { asset: 'BTC' },
          exposure: 0,
          contributions: [
            { agent: 'reversion', exposure: -1 / 3 },
            { agent: 'trend', exposure: 1 / 3 },
          ],
        },
      });
  });

  test('who speaks first does not matter', () => {
    expectPipeline(ensemble({ hysteresis: 0 }))
      .given('r---t-', { t: trend, r: reversion })
      .emits('a---b-', {
        a: matching({ exposure: -0.5 }),
        b: matching({ exposure: 0, contributions: [{ agent: 'reversion' }, { agent: 'trend' }] }),
      });
  });

  test('a weight stands beside the confidence; an agent of weight 0 has no part', () => {
    expectPipeline(ensemble({ weights: { trend: 4, mute: 0 } }))
      .given('m-t---r-', { m: says('mute', -1, 1), t: trend, r: reversion })
      .emits('--a---b-', { a: matching({ exposure: 1 }), b: matching({ exposure: 0.5 }) });
  });

  test('no confidence is an abstention', () => {
    expectPipeline(ensemble())
      .given('n-t---x-', { n: says('shy', -1, 0), t: trend, x: says('trend', 1, 0) })
      .emits('--a---b-', {
        a: matching({ exposure: 1, contributions: [{ agent: 'trend', exposure: 1 }] }),
        b: matching({ exposure: 0, contributions: [] }),
      });
  });

  test('a decision that expires has no part any more, and nobody left is flat', () => {
    expectPipeline(ensemble())
      .given('s---l-qqqqqq', { s: says('short', 1, 1, 7), l: says('long', -1, 1, 10), q })
      .emits('a---b--c--d-', {
        a: matching({ exposure: 1 }),
        b: matching({ exposure: 0 }),
        c: matching({ exposure: -1, contributions: [{ agent: 'long', exposure: -1 }] }),
        d: matching({ exposure: 0, contributions: [] }),
      });
  });

  test('a small change moves nothing, yet coming to flat always does', () => {
    expectPipeline(ensemble({ hysteresis: 0.2 }))
      .given('a-b-c-d-e-f-', {
        a: says('one', 0.5, 1),
        b: says('one', 0.6, 1),
        c: says('one', 0.7, 1),
        d: says('one', 0.69, 1),
        e: says('one', 0.1, 1),
        f: says('one', 0, 1),
      })
      .emits('a-------e-f-', {
        a: matching({ exposure: 0.5 }),
        e: matching({ exposure: 0.1 }),
        f: matching({ exposure: 0 }),
      });
  });

  test('parts that are gone are told, even where they had made up for each other', () => {
    expectPipeline(ensemble())
      .given('l-s---q-', { l: says('long', 0.5, 1, 6), s: says('short', -0.5, 1, 6), q })
      .emits('a-b---c-', {
        a: matching({ exposure: 0.5 }),
        b: matching({ exposure: 0, contributions: [{ agent: 'long' }, { agent: 'short' }] }),
        c: matching({ exposure: 0, contributions: [] }),
      });
  });

  test('an asset and an instrument are different things', () => {
    expectPipeline(ensemble())
      .given('t-i-', { t: trend, i: decision({ agent: 'trend', of: BTC, exposure: -1 }) })
      .emits('a-b-', {
        a: matching({ of: { asset: 'BTC' }, exposure: 1 }),
        b: matching({ of: { instrument: BTC.id }, exposure: -1 }),
      });
  });

  test('refuses a weight below 0', () => {
    expect(() => confidenceWeighted({ weights: { trend: -1 } })).toThrow(
      'confidenceWeighted.weights.trend must be a number of at least 0, not -1',
    );
  });
});
