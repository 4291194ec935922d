import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Decision } from '../../src/domain/decision.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { Instrument } from '../../src/domain/instrument.js';
import type { FeatureInput } from '../../src/operators/features/feature.js';
import {
  agents,
  books,
  type CrossVenueArbitrageOptions,
  crossVenueArbitrage,
  type Feature,
  features,
  ledger,
  type MeanReversionOptions,
  meanReversion,
  signals,
  trendFollowing,
} from '../../src/operators/index.js';
import {
  decisionsOf,
  expectPipeline,
  externalSignal,
  matching,
  perpetual,
  quote,
  rate,
  spot,
  sync,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const ETH = spot({ base: 'ETH' });

/** A feature that a test draws: what the quote says where the feature is asked to look. */
const drawn = (name: string, read: (input: FeatureInput) => number): Feature<null> => ({
  warmUp: 1,
  fingerprint: name,
  init: () => null,
  update: (_state, input) => read(input),
  save: () => null,
  restore: () => null,
});
/** An exposure, of an asset's only decision on a frame. */
const wanting = (exposure: number, of: Instrument | string = 'BTC'): Decision =>
  matching({ of: typeof of === 'string' ? { asset: of } : { instrument: of.id }, exposure });

describe('trendFollowing', () => {
  // The bid quantity draws the volatility; 0 is none yet.
  const volatility = drawn('volatility', ({ bidQuantity }) => bidQuantity || Number.NaN);
  const core = compose(
    { instruments: [BTC, ETH] },
    books(),
    features({ volatility }),
    signals([]),
    agents([trendFollowing({ asset: 'BTC', signal: 'trend', targetVolatility: 2 })]),
  );
  const market = (volatility: number, instrument = BTC) =>
    quote(instrument, { bid: 99, ask: 101, bidQuantity: volatility });
  const trend = (direction: 1 | 0 | -1, strength: number, eventTime: number, instrument = BTC) =>
    externalSignal(instrument, { name: 'trend', direction, strength, confidence: 0.6, eventTime });

  test('follows the words of its signal, and says nothing between them', () => {
    expectPipeline(decisionsOf(core))
      .given('q-uq--dq--zq-', { q: market(1), u: trend(1, 0.8, 1), d: trend(-1, 0.5, 2), z: trend(0, 0, 3) })
      .emits('--u---d---z--', {
        u: matching({ agent: 'trend', exposure: 0.8, confidence: 0.6 }),
        d: matching({ exposure: -0.5 }),
        z: matching({ exposure: 0 }),
      });
  });

  test('wants less where the market is wilder than planned, and never more', () => {
    expectPipeline(decisionsOf(core))
      .given('c-u-w-v-', { c: market(0.5), u: trend(1, 1, 1), w: market(8), v: trend(1, 1, 2) })
      .emits('--u---v-', { u: wanting(1), v: wanting(0.25) });
  });

  test('waits until the volatility is known', () => {
    expectPipeline(decisionsOf(core))
      .given('q-u-', { q: quote(BTC, { ask: 101 }), u: trend(1, 1, 1) })
      .emits('----', {});
  });

  test('does not act on a market that is not known, however calm', () => {
    const calm = compose(
      { instruments: [BTC] },
      books(),
      features({ volatility: drawn('volatility', () => 1) }),
      signals([]),
      agents([trendFollowing({ asset: 'BTC', signal: 'trend', targetVolatility: 2 })]),
    );
    expectPipeline(decisionsOf(calm))
      .given('qu-x-v-', { q: market(1), u: trend(1, 1, 1), x: sync(BTC, 'unsynced'), v: trend(-1, 1, 2) })
      .emits('-u-----', { u: wanting(1) });
  });

  test('other signals, and other assets, are not its business', () => {
    expectPipeline(decisionsOf(core))
      .given('qe-o-x-u-', {
        q: market(1),
        e: market(1, ETH),
        o: externalSignal(BTC, { name: 'other', direction: -1 }),
        x: trend(-1, 1, 1, ETH),
        u: trend(1, 1, 2),
      })
      .emits('-------u-', { u: wanting(1) });
  });
});

describe('meanReversion', () => {
  // The bid quantity draws the volatility, and the mid the stretch: 100 is none, 102 is two deviations.
  const chain = (options: Partial<MeanReversionOptions> = {}) =>
    decisionsOf(
      compose(
        { instruments: [BTC, ETH] },
        books(),
        features({
          stretch: drawn('stretch', ({ mid }) => mid - 100),
          volatility: drawn('volatility', ({ bidQuantity }) => bidQuantity),
        }),
        agents([meanReversion({ asset: 'BTC', ...options })]),
      ),
    );
  const at = (stretch: number, instrument = BTC, volatility = 1) =>
    quote(instrument, { bid: 99 + stretch, ask: 101 + stretch, bidQuantity: volatility });

  test('sells what is stretched, keeps it, and lets go near the mean', () => {
    expectPipeline(chain())
      .given('a-b-c-d-', { a: at(0), b: at(2.5), c: at(1.25), d: at(0.3) })
      .emits('--s---z-', {
        s: matching({ agent: 'reversion', exposure: -0.625, confidence: 0.625 }),
        z: matching({ exposure: 0, confidence: 1 }),
      });
  });

  test('buys what is depressed, twice the stretch with the whole budget, and lets go beyond the mean', () => {
    expectPipeline(chain())
      .given('a-b-c-', { a: at(-5), b: at(-0.6), c: at(1) })
      .emits('b---z-', { b: wanting(1), z: wanting(0) });
  });

  test('a leap to the other side closes first, and enters at the next event', () => {
    expectPipeline(chain())
      .given('a-b-b-', { a: at(3), b: at(-3) })
      .emits('s-z-b-', { s: wanting(-0.75), z: wanting(0), b: wanting(0.75) });
  });

  test('stands aside where the market is not calm, yet closes what it holds', () => {
    expectPipeline(chain({ calmBelow: 2 }))
      .given('w-a-x-z-', { w: at(3, BTC, 2), a: at(3), x: at(2, BTC, 5), z: at(0, BTC, 5) })
      .emits('--s---z-', { s: wanting(-0.75), z: wanting(0) });
  });

  test('says nothing while its market is not known', () => {
    expectPipeline(chain())
      .given('u-x-', { u: sync(BTC, 'unsynced'), x: quote(BTC, { bid: 110, ask: 109 }) })
      .emits('----', {});
  });

  test('looks at its own asset only', () => {
    expectPipeline(chain())
      .given('e-b-e-f-z-', { e: at(3, ETH), b: at(3), f: at(0, ETH), z: at(0) })
      .emits('--s-----z-', { s: wanting(-0.75), z: wanting(0) });
  });
});

describe('crossVenueArbitrage', () => {
  const HERE = perpetual({ venue: 'here' });
  const THERE = perpetual({ venue: 'there' });
  const fees = { maker: 0, taker: 0.000_1 };

  const arbitrage = (
    legs: readonly [Instrument, Instrument],
    options: Partial<CrossVenueArbitrageOptions> = {},
  ) =>
    decisionsOf(
      compose(
        { instruments: [...legs] },
        books(),
        ledger({ reportingCurrency: 'USD' }),
        agents([crossVenueArbitrage({ legs, halfLife: '2s', lifetime: '1h', ...options })]),
      ),
    );
  const at = (instrument: Instrument, mid: number): OutsideEvent =>
    quote(instrument, { bid: mid - 0.01, ask: mid + 0.01 });
  const both = (first: Instrument, second: Instrument, held: number) => ({
    x: wanting(-held, first),
    y: wanting(held, second),
  });

  test('sells the dear venue and buys the cheap one when they part, and closes when they meet', () => {
    const { x, y } = both(HERE, THERE, 1);
    expectPipeline(arbitrage([HERE, THERE]), { step: '1s' })
      .given('(ab)a-bc---b---(ab)---', { a: at(HERE, 100), b: at(THERE, 100), c: at(HERE, 101) })
      .emits('-------(xy)----(zw)---', {
        x,
        y,
        z: wanting(0, HERE),
        w: wanting(0, THERE),
      });
  });

  test('the other way round too', () => {
    const { x, y } = both(HERE, THERE, -1);
    expectPipeline(arbitrage([HERE, THERE]), { step: '1s' })
      .given('(ab)a-bc---', { a: at(HERE, 100), b: at(THERE, 100), c: at(HERE, 99) })
      .emits('-------(xy)', { x, y });
  });

  test('what is usual between two venues is no reason', () => {
    expectPipeline(arbitrage([HERE, THERE]), { step: '1s' })
      .given('(ab)a-ba-b-a-b', { a: at(HERE, 101), b: at(THERE, 100) })
      .emits('--------------', {});
  });

  test('knows nothing before one half-life has passed', () => {
    expectPipeline(arbitrage([HERE, THERE], { halfLife: '1m' }), { step: '1s' })
      .given('(ab)a-bc---', { a: at(HERE, 100), b: at(THERE, 100), c: at(HERE, 150) })
      .emits('-----------', {});
  });

  test('fees of four fills and the least edge have to be earned', () => {
    const [A, B] = [perpetual({ venue: 'here', fees }), perpetual({ venue: 'there', fees })];
    const parted = (mid: number) => {
      const events = { a: at(A, 100), b: at(B, 100), c: at(A, mid) };
      return [events, both(A, B, 1)] as const;
    };
    const enough = parted(100.09);
    expectPipeline(arbitrage([A, B]), { step: '1s' })
      .given('(ab)a-(bc)', enough[0])
      .emits('------(xy)', enough[1]);
    expectPipeline(arbitrage([A, B]), { step: '1s' })
      .given('(ab)a-(bc)-', parted(100.08)[0])
      .emits('-----------', {});
  });

  test('a stale leg is not traded on', () => {
    expectPipeline(arbitrage([HERE, THERE]), { step: '1s' })
      .given('(ab)a-b---c---', { a: at(HERE, 100), b: at(THERE, 100), c: at(HERE, 101) })
      .emits('--------------', {});
  });

  test('a leg that is unsynced or crossed is not traded on', () => {
    expectPipeline(arbitrage([HERE, THERE]), { step: '1s' })
      .given('(ab)a-buc---', {
        a: at(HERE, 100),
        b: at(THERE, 100),
        u: sync(THERE, 'unsynced'),
        c: at(HERE, 101),
      })
      .emits('------------', {});
    expectPipeline(arbitrage([HERE, THERE]), { step: '1s' })
      .given('(ab)a-bxc---', {
        a: at(HERE, 100),
        b: at(THERE, 100),
        x: quote(THERE, { bid: 100.1, ask: 99.9 }),
        c: at(HERE, 101),
      })
      .emits('------------', {});
  });

  test('prices in other currencies are compared at the rate, and not at all without one', () => {
    const EURO = perpetual({ venue: 'there', quote: 'EUR' });
    const events = { a: at(HERE, 110), b: at(EURO, 100), c: at(HERE, 112) };
    const { x, y } = both(HERE, EURO, 1);
    expectPipeline(arbitrage([HERE, EURO]), { step: '1s' })
      .given('(rab)a-bc---', { ...events, r: rate('EUR', 'USD', '1.1') })
      .emits('--------(xy)', { x, y });
    expectPipeline(arbitrage([HERE, EURO]), { step: '1s' })
      .given('(ab)a-bc---', events)
      .emits('-----------', {});
  });

  test('a spot leg is bought, and never sold short', () => {
    const SPOT = spot({ venue: 'here' });
    const events = { a: at(SPOT, 100), b: at(THERE, 100), c: at(SPOT, 101), d: at(SPOT, 99) };
    expectPipeline(arbitrage([SPOT, THERE]), { step: '1s' })
      .given('(ab)a-bc---', events)
      .emits('-----------', {});
    expectPipeline(arbitrage([SPOT, THERE]), { step: '1s' })
      .given('(ab)a-bd---', events)
      .emits('-------(xy)', both(SPOT, THERE, -1));
  });

  test('mean reversion refuses a calm that is none', () => {
    for (const calmBelow of [Number.NaN, 0, -1, '1' as never])
      expect(() => meanReversion({ asset: 'BTC', calmBelow })).toThrow('meanReversion.calmBelow');
    expect(meanReversion({ asset: 'BTC', calmBelow: Number.POSITIVE_INFINITY }).name).toBe('reversion');
  });

  test('refuses legs that are not two of one asset', () => {
    expect(() => crossVenueArbitrage({ legs: [BTC, ETH] })).toThrow(
      'crossVenueArbitrage.legs must be two different linear instruments of one asset',
    );
    expect(() => crossVenueArbitrage({ legs: [BTC, BTC] })).toThrow('two different');
  });
});
