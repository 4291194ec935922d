import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { CostSummary } from '../../src/monitoring/index.js';
import {
  agents,
  bestNetPrice,
  books,
  type CostFields,
  confidenceWeighted,
  dispatch,
  ledger,
  risk,
  type SmartRoutingOptions,
  sizing,
  smartRouting,
  type TransactionCosts,
  transactionCosts,
} from '../../src/operators/index.js';
import {
  decision,
  expectPipeline,
  type FakeVenueOptions,
  fakeVenue,
  fillOrder,
  matching,
  quote,
  spot,
  valuesOf,
} from '../../src/testing/index.js';

const BTC = spot({ venue: 'one' });
const TWO = spot({ venue: 'two' });
const wants = (exposure: number) => decision({ agent: 'model', of: 'BTC', exposure });

function core(
  instruments: readonly Instrument[],
  routing: SmartRoutingOptions | undefined,
): Core<Frame & CostFields> {
  const front = [books(), ledger({ reportingCurrency: 'USD' }), agents([]), confidenceWeighted()] as const;
  const [a, b, c, d] = front;
  // Once it has spoken it is silent: what is wanted does not move with the price.
  const size = sizing({ budget: 100, minimumTrade: 0.01, retryAfter: '1h', recheckEvery: '1h' });
  return (routing === undefined
    ? compose({ instruments }, a, b, c, d, size, bestNetPrice(), risk([]), dispatch(), transactionCosts())
    : compose(
        { instruments },
        a,
        b,
        c,
        d,
        size,
        smartRouting(routing),
        risk([]),
        dispatch(),
        transactionCosts(),
      )) as unknown as Core<Frame & CostFields>;
}

const costs = (
  instruments: readonly Instrument[],
  routing: SmartRoutingOptions | undefined,
  venue: FakeVenueOptions = {},
  kept: (report: TransactionCosts) => void = () => {},
) =>
  valuesOf(
    core(instruments, routing),
    (frame) => {
      for (const report of frame.costs) kept(report);
      return frame.costs.at(-1);
    },
    { drivers: instruments.map((one) => fakeVenue(one.venue, venue)) },
  );

const at = (bid: number, ask: number, instrument = BTC) =>
  quote(instrument, { bid, ask, bidQuantity: 9, askQuantity: 9 });

describe('transactionCosts', () => {
  test('delay up to the sending, trading from there, fees: they add up to the shortfall', () => {
    const routing: SmartRoutingOptions = {
      schedule: { kind: 'twap', over: '2s', every: '1s' },
      staleAfter: '1h',
    };
    let seen: TransactionCosts | undefined;
    expectPipeline(
      costs([BTC], routing, { answer: fillOrder({ fee: '0.25' }) }, (report) => {
        seen = report;
      }),
      { step: '500ms' },
    )
      .given('a-wb----', { a: at(99, 101), w: wants(1), b: at(109, 113) })
      .emits('----c---', {
        // Half at 101 against 100; sent when the mid was 111, half at 113.
        c: matching({
          side: 'buy',
          filled: 1,
          opportunity: 0,
          delay: 5.5,
          trading: 1.5,
          fees: 0.5,
          shortfall: 7.5,
        }),
      });
    expect(seen?.basisPoints).toBeCloseTo(750, 9);
    expect(seen?.venues).toEqual([
      { venue: 'one', filled: 1, notional: 107, delay: 5.5, trading: 1.5, fees: 0.5 },
    ]);
  });

  test('what was never traded is an opportunity that was missed', () => {
    const routing: SmartRoutingOptions = {
      schedule: { kind: 'twap', over: '4s', every: '1s' },
      staleAfter: '1h',
    };
    expectPipeline(costs([BTC], routing), { step: '500ms' })
      .given('a-wb-s--', { a: at(99, 101), w: wants(1), b: at(109, 113), s: wants(0) })
      // A half is held by then; of the other half the desk wants nothing any more, at a mid of 111.
      .emits('-----c--', { c: matching({ filled: 0.5, opportunity: 5.5 }) });
  });

  test('an order without a parent is its own', () => {
    expectPipeline(costs([BTC], undefined, { answer: fillOrder({ share: 0.5, price: 102 }) }))
      .given('a-w', { a: at(99, 101), w: wants(1) })
      .emits('--c', {
        c: matching({ quantity: 1, filled: 0.5, delay: 0, trading: 1, opportunity: 0, shortfall: 1 }),
      });
  });

  test('the summary takes the last word of each parent, by venue', () => {
    const summary = new CostSummary();
    expect(summary.result()).toMatchObject({ parents: 0, basisPoints: null, shortfall: 0, venues: [] });
    const report = {
      id: 'p',
      filled: 1,
      notional: 100,
      delay: 1,
      trading: 2,
      fees: 3,
      opportunity: 4,
      shortfall: 10,
    };
    const venues = [{ venue: 'x', notional: 100, delay: 1, trading: 2, fees: 3 }];
    summary.observe({ costs: [{ ...report, venues }] });
    summary.observe({
      costs: [{ ...report, trading: 5, venues: [{ ...(venues[0] as (typeof venues)[0]), trading: 5 }] }],
    });
    summary.observe({ costs: [{ ...report, id: 'q', opportunity: Number.NaN, venues: [] }] });
    expect(summary.result()).toMatchObject({
      parents: 2,
      delay: 2,
      trading: 7,
      fees: 6,
      opportunity: 4,
      shortfall: 19,
      basisPoints: 750,
    });
    expect(summary.result().venues).toEqual([
      { venue: 'x', notional: 100, delay: 1, trading: 5, fees: 3, basisPoints: 900 },
    ]);
  });

  test('two venues, each its part', () => {
    const routing: SmartRoutingOptions = { staleAfter: '1h', collar: 0.05 };
    const thin = quote(BTC, { bid: 99, ask: 101, askQuantity: 0.4, bidQuantity: 9 });
    expectPipeline(costs([BTC, TWO], routing))
      .given('ab-w', { a: thin, b: at(100, 102, TWO), w: wants(1) })
      .emits('---c', {
        c: matching({
          filled: 1,
          venues: [matching({ venue: 'one', filled: 0.4 }), matching({ venue: 'two', filled: 0.6 })],
        }),
      });
  });
});
