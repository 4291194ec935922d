import { expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import type { Signal } from '../../src/domain/signal.js';
import {
  books,
  type FeatureSet,
  features,
  type SignalDefinition,
  signals,
} from '../../src/operators/index.js';
import {
  bar,
  each,
  expectPipeline,
  matching,
  observing,
  quote,
  sync,
  trade,
} from '../../src/testing/index.js';
import { describeBuilt } from '../desk/built.js';
import { BTC } from './a-desk.js';

interface Alpha {
  readonly features: FeatureSet<string>;
  readonly signal: SignalDefinition<Frame>;
}
type Alphas = Readonly<
  Record<
    | 'bandReversion'
    | 'breakout'
    | 'engulfing'
    | 'flowPressure'
    | 'macdTrend'
    | 'micropriceLean'
    | 'rsiReversal',
    (options: object) => Alpha
  >
>;

describeBuilt('the example alphas', '.examples/alphas/index.js', ({ path }) => {
  const load = (): Promise<Alphas> => import(path) as Promise<Alphas>;
  const spoken = (alpha: Alpha) =>
    observing(
      compose({ instruments: [BTC] }, books(), features(alpha.features), signals<Frame>([alpha.signal])),
      { says: each(({ signals: said }) => said) },
    );
  const up = matching<Signal>({ direction: 1 });
  const down = matching<Signal>({ direction: -1 });

  it('breakout: the mid leaves the channel of closed bars, and how far in true ranges', async () => {
    const alpha = (await load()).breakout({ period: 2, horizon: '1m' });
    const wide = bar(BTC, { open: 100, high: 101, low: 99, close: 100 });
    expectPipeline(spoken(alpha))
      .given('b-bb-i-t-l-x-t', {
        b: wide,
        i: quote(BTC, 101),
        t: quote(BTC, 102),
        l: quote(BTC, 95),
        x: sync(BTC, 'unsynced'),
      })
      .emits(
        { says: '-------u-d---u' },
        {
          says: {
            // Two of range: one beyond the top is half of it.
            u: matching({ name: 'breakout', direction: 1, strength: 0.5 }),
            d: matching({ direction: -1, strength: 1 }),
          },
        },
      );
  });

  it('engulfing: once a pattern, on the bar that makes it', async () => {
    const alpha = (await load()).engulfing({ horizon: '1m' });
    const falling = bar(BTC, { open: 101, close: 100 });
    const rising = bar(BTC, { open: 99, close: 102 });
    const deep = bar(BTC, { open: 102, close: 98 });
    expectPipeline(spoken(alpha))
      .given('q-f-r-q-d-q-d', { q: quote(BTC, 100), f: falling, r: rising, d: deep })
      .emits({ says: '----u---d----' }, { says: { u: up, d: down } });
  });

  it('flowPressure: only where quotes and trades point the same way', async () => {
    const alpha = (await load()).flowPressure({ window: 1, horizon: '1s' });
    const q = (bidQuantity: number, askQuantity: number) =>
      quote(BTC, { bid: 99, ask: 101, bidQuantity, askQuantity });
    expectPipeline(spoken(alpha))
      .given('a-b-t-c-s-', {
        a: q(1, 1),
        b: q(5, 1),
        t: trade(BTC, { price: 101, quantity: 2, aggressor: 'buy' }),
        c: q(5, 9),
        s: trade(BTC, { price: 99, quantity: 3, aggressor: 'sell' }),
      })
      .emits({ says: '----u---d-' }, { says: { u: matching({ direction: 1, strength: 1 }), d: down } });
  });

  it('micropriceLean: the side that will be lifted; what it said fades', async () => {
    const alpha = (await load()).micropriceLean({ horizon: '1s', halfLife: '2ms' });
    const q = (bidQuantity: number, askQuantity: number) =>
      quote(BTC, { bid: 99, ask: 101, bidQuantity, askQuantity });
    expectPipeline(spoken(alpha))
      .given('a-b-c-', { a: q(5, 5), b: q(9, 1), c: q(1, 9) })
      .emits(
        { says: '--u-d-' },
        { says: { u: matching({ direction: 1, halfLife: 2 }), d: matching({ direction: -1 }) } },
      );
  });

  it('rsiReversal: back from the extreme; a market that stands still says nothing', async () => {
    const alpha = (await load()).rsiReversal({ period: 2, every: '1ms', horizon: '1s' });
    expectPipeline(spoken(alpha))
      .given('aaaabcda', { a: quote(BTC, 100), b: quote(BTC, 99), c: quote(BTC, 98), d: quote(BTC, 97) })
      // The sample of an interval is taken when it ends.
      .emits({ says: '-----uuu' }, { says: { u: up } });
  });

  it('macdTrend: the way of the histogram, or that there is none', async () => {
    const alpha = (await load()).macdTrend({ every: '1ms', fast: 1, slow: 2, signal: 2, horizon: '1s' });
    expectPipeline(spoken(alpha))
      .given('abcdefgh', {
        a: quote(BTC, 100),
        b: quote(BTC, 101),
        c: quote(BTC, 100),
        d: quote(BTC, 104),
        e: quote(BTC, 110),
        f: quote(BTC, 104),
        g: quote(BTC, 90),
        h: quote(BTC, 90),
      })
      .emits({ says: '---wuvwx' }, { says: { u: up, v: up, w: down, x: down } });
  });

  it('bandReversion: outside of the bands, back in', async () => {
    const alpha = (await load()).bandReversion({ period: 8, every: '1ms', horizon: '1s' });
    expectPipeline(spoken(alpha))
      .given('ababababca', { a: quote(BTC, 100), b: quote(BTC, 100.02), c: quote(BTC, 102) })
      .emits({ says: '---------d' }, { says: { d: down } });
  });

  it('their words carry the features they rest on', async () => {
    const all = await load();
    const { signal } = all.breakout({ period: 2, horizon: '1m', bars: 'minute' });
    expect(signal.carries.features).toBe(
      'top=donchian(bars=minute,line=upper,period=2);bottom=donchian(bars=minute,line=lower,period=2);range=atr(bars=minute,period=2,seed=taLib)',
    );
  });
});
