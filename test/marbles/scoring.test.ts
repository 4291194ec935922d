import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import {
  agents,
  books,
  byScore,
  drift,
  ensemble,
  type ScoringOptions,
  scoring,
} from '../../src/operators/index.js';
import { decision, each, expectPipeline, observing, quote, sync } from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const round = (value: number): number => Number(value.toFixed(4)) + 0;
const chain = (options: ScoringOptions) => {
  const core = compose(
    { instruments: [BTC] },
    books(),
    agents([]),
    scoring(options),
    ensemble({ gates: [byScore()], hysteresis: 0 }),
  );
  return observing(core, {
    scores: each(({ scores }) =>
      scores.map(({ horizon, outcome, probability }) => `${horizon}: ${round(outcome)} at ${probability}`),
    ),
    targets: each(({ targets }) => targets.map(({ exposure }) => exposure)),
    faults: each(({ event }) => (event.kind === 'fault' ? [event.code] : [])),
  });
};
const says = (exposure: number, confidence: number = 1, validUntil: number = 1e6) =>
  decision({ agent: 'a', of: 'BTC', exposure, confidence, validUntil });
const at = (price: number) => quote(BTC, price);

describe('scoring', () => {
  test('holds what was said against the price at its horizon, and begins again from what stands', () => {
    expectPipeline(chain({ horizons: [4] }))
      .given('qu--r---s---t-', { q: at(100), u: says(1, 0.6), r: at(101), s: at(103), t: at(102) })
      .emits(
        // The prediction begins at 1, so it is over at 5: the price of 8 is the first then.
        { scores: '--------a---b-', targets: '----x---------', faults: '--------------' },
        { scores: { a: '4: 0.03 at 0.8', b: '4: -0.0097 at 0.8' }, targets: { x: 1 }, faults: {} },
      );
  });

  test('each horizon by itself', () => {
    expectPipeline(chain({ horizons: [2, 4] }))
      .given('uq-r-s---', { q: at(100), u: says(-1), r: at(101), s: at(103) })
      .emits(
        { scores: '---a-(bc)', targets: '-x-------', faults: '---------' },
        {
          scores: { a: '2: 0.01 at 0', b: '2: 0.0198 at 0', c: '4: 0.03 at 0' },
          targets: { x: -1 },
          faults: {},
        },
      );
  });

  test('who says nothing, says flat, or is not sure of anything predicts nothing', () => {
    expectPipeline(chain({ horizons: [2] }))
      .given('qf--n-q-e--q-q', { q: at(100), f: says(0), n: says(1, 0), e: says(1, 1, 9) })
      .emits(
        { scores: '-----------a--', targets: '--------x--z--', faults: '--------------' },
        { scores: { a: '2: 0 at 1' }, targets: { x: 1, z: 0 }, faults: {} },
      );
  });

  test('a score waits while the price is unknown', () => {
    expectPipeline(chain({ horizons: [2] }))
      .given('qu-x--q-', { q: at(100), u: says(1), x: sync(BTC, 'unsynced') })
      .emits(
        { scores: '------a-', targets: '------x-', faults: '--------' },
        { scores: { a: '2: 0 at 1' }, targets: { x: 1 }, faults: {} },
      );
  });

  test('who is worse than the rule is benched, scored on, and comes back by the same rule', () => {
    const benchWhen = ({ hitRate }: { readonly hitRate: number }) => hitRate < 0.5;
    expectPipeline(chain({ horizons: [1], minimum: 2, benchWhen }))
      // It says up: the price falls twice, then rises twice.
      .given('uqabcdq', { q: at(100), u: says(1), a: at(99), b: at(98), c: at(99), d: at(100) })
      .emits(
        { scores: '--abcde', targets: '-x-z-y-', faults: '---b-u-' },
        {
          scores: {
            a: '1: -0.01 at 1',
            b: '1: -0.0101 at 1',
            c: '1: 0.0102 at 1',
            d: '1: 0.0101 at 1',
            e: '1: 0 at 1',
          },
          targets: { x: 1, z: 0, y: 1 },
          faults: { b: 'benched', u: 'unbenched' },
        },
      );
  });
});

describe('the options', () => {
  test.each<[string, () => unknown]>([
    ['horizons', () => scoring({ horizons: [] })],
    ['horizons', () => scoring({ horizons: [-1] })],
    ['minimum', () => scoring({ minimum: 10, window: 5 })],
    ['window', () => scoring({ window: Number.NaN })],
    ['unknown setting', () => scoring({ horizon: 1 } as never)],
    ['series.a', () => drift({ series: { a: 1 as never } })],
    ['reference', () => drift({ series: {}, reference: 3 })],
    ['delta', () => drift({ series: {}, delta: 0 })],
  ])('are refused by name: %s', (name, make) => {
    expect(make).toThrow(name);
  });
});
