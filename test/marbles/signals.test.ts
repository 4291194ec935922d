import { describe, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { books, type MarketFields, type SignalFields, signal, signals } from '../../src/operators/index.js';
import {
  changes,
  each,
  expectPipeline,
  externalSignal,
  faultsOf,
  matching,
  observing,
  quote,
  signalsOf,
  spot,
  sync,
  trade,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const cheap = signal({
  name: 'cheap',
  horizon: '3ms',
  evaluate: ({ mid }: Frame & MarketFields) =>
    mid < 100 ? { direction: 1, strength: 1, confidence: 0.5 } : undefined,
});
const fragile = signal({
  name: 'fragile',
  horizon: '1m',
  evaluate: ({ mid }: Frame & MarketFields) => {
    if (mid > 200) throw new Error('too high');
    return { direction: 0, strength: mid / 100, confidence: 1 };
  },
});
const poolSize = pure('poolSize', (frame: Frame & SignalFields) => frame.pool.size, 0);
const chain = compose({ instruments: [BTC] }, books(), signals([cheap]), poolSize);
const rows = observing(chain, {
  signals: each(({ signals }) => signals),
  pool: changes(({ poolSize }) => poolSize),
});

const low = quote(BTC, 99);
const high = quote(BTC, 101);

describe('signals', () => {
  test('what one says stays in the pool until it expires', () => {
    expectPipeline(rows)
      .given('h-l-hhhh', { h: high, l: low })
      .emits(
        { signals: '--s-----', pool: 'z-o--z--' },
        { signals: { s: matching({ name: 'cheap', eventTime: 2, validUntil: 5 }) }, pool: { z: 0, o: 1 } },
      );
  });

  test('another word takes the place of the last one', () => {
    expectPipeline(rows)
      .given('l-lhhhhh', { h: high, l: low })
      .emits(
        { signals: 's-t-----', pool: 'o----z--' },
        {
          signals: { s: matching({ validUntil: 3 }), t: matching({ validUntil: 5 }) },
          pool: { z: 0, o: 1 },
        },
      );
  });

  test('a market that is lost silences what was said of it, and nothing is said until it is back', () => {
    expectPipeline(rows)
      .given('l-x-t-l-', { l: low, x: sync(BTC, 'unsynced'), t: trade(BTC, { price: 99 }) })
      .emits(
        { signals: 's-----t-', pool: 'o-z---o-' },
        {
          signals: { s: matching({ eventTime: 0 }), t: matching({ eventTime: 6 }) },
          pool: { z: 0, o: 1 },
        },
      );
  });

  test('a crossed market says nothing', () => {
    expectPipeline(signalsOf(chain))
      .given('x-', { x: quote(BTC, { bid: 99, ask: 98 }) })
      .emits('--', {});
  });

  test('a signal of another process joins the pool; one that is late or older than what is known does not', () => {
    expectPipeline(rows)
      .given('nol---h-', {
        n: externalSignal(BTC, { name: 'news', direction: 1, eventTime: 5, validUntil: 6 }),
        o: externalSignal(BTC, { name: 'news', direction: -1, eventTime: 4, validUntil: 60 }),
        l: externalSignal(BTC, { name: 'gone', direction: -1, validUntil: 2 }),
        h: high,
      })
      .emits(
        { signals: 'n-------', pool: 'o-----z-' },
        { signals: { n: matching({ name: 'news', direction: 1 }) }, pool: { z: 0, o: 1 } },
      );
  });

  test('nonsense of another process does not reach the pool', () => {
    const pipeline = observing(chain, {
      pool: changes(({ poolSize }) => poolSize),
      faults: each(({ event }) => (event.kind === 'fault' ? [event] : [])),
    });
    expectPipeline(pipeline)
      .given('n-w-', {
        n: externalSignal(BTC, { name: 'news', direction: 1, strength: Number.NaN }),
        w: externalSignal(spot({ base: 'LUNA' }), { name: 'news', direction: 1 }),
      })
      .emits(
        { pool: 'z---', faults: 'n-w-' },
        {
          pool: { z: 0 },
          faults: {
            n: matching({
              component: 'signal:news',
              code: 'bad-signal',
              message: 'strength must be from 0 to 1, not NaN',
            }),
            w: matching({ code: 'bad-signal', message: 'nobody knows LUNA-USD.SPOT@venue' }),
          },
        },
      );
  });

  test('a signal from the future does not keep those of the present out', () => {
    const pipeline = observing(chain, {
      said: each(({ signals }) => signals.map(({ direction }) => direction)),
      faults: each(({ event }) => (event.kind === 'fault' ? [event] : [])),
    });
    expectPipeline(pipeline)
      .given('f-n-', {
        f: externalSignal(BTC, { name: 'news', direction: 1, eventTime: 10_000 }),
        n: externalSignal(BTC, { name: 'news', direction: -1, eventTime: 5 }),
      })
      .emits(
        { said: '--n-', faults: 'f---' },
        {
          said: { n: -1 },
          faults: { f: matching({ code: 'bad-signal', message: 'it is of an event 10000 ms from now' }) },
        },
      );
  });

  test('one that throws or talks nonsense is left alone for 1 s, then 2 s; the others go on', () => {
    const both = compose({ instruments: [BTC] }, books(), signals([fragile, cheap]));
    const events = { a: quote(BTC, 50), b: quote(BTC, 250), c: quote(BTC, 150) };
    expectPipeline(observing(both, { words: each(({ signals }) => signals.map(({ name }) => name)) }), {
      step: '500ms',
    })
      .given('ba-ca---a', events)
      .emits({ words: '-c--c---(fc)' }, { words: { c: 'cheap', f: 'fragile' } });
    expectPipeline(faultsOf(both), { step: '500ms' })
      .given('ba-ca---a', events)
      .emits('f--g------', {
        f: matching({ component: 'signal:fragile', message: 'too high; left alone for 1 s' }),
        g: matching({ message: 'strength must be from 0 to 1, not 1.5; left alone for 2 s' }),
      });
  });

  test('a promise is no opinion, and nothing comes of its failure', () => {
    const late = signal({
      name: 'late',
      horizon: '1s',
      evaluate: (() => Promise.reject(new Error('oops'))) as never,
    });
    expectPipeline(faultsOf(compose({ instruments: [BTC] }, books(), signals([late]))))
      .given('l-', { l: low })
      .emits('f-', {
        f: matching({ message: 'it gave a promise: a signal speaks at once; left alone for 1 s' }),
      });
  });

  test.each([null, true, '0.5', [0.5]])(
    '%s is no strength and no confidence, though it compares like a number',
    (value) => {
      for (const wrong of [
        { direction: 1, strength: value, confidence: 1 },
        { direction: 1, strength: 1, confidence: value },
      ]) {
        const odd = signal({ name: 'odd', horizon: '1s', evaluate: () => wrong as never });
        expectPipeline(faultsOf(compose({ instruments: [BTC] }, books(), signals([odd]))))
          .given('l-', { l: low })
          .emits('f-', { f: matching({ component: 'signal:odd', code: 'threw' }) });
      }
    },
  );

  test('words fade by their half-life, and carry what is behind them', () => {
    const fading = signal({
      name: 'fading',
      horizon: '8ms',
      halfLife: '2ms',
      model: 'trees-3',
      features: 'f00',
      evaluate: ({ mid }: Frame & MarketFields) =>
        mid < 100 ? { direction: -1, strength: 0.8, confidence: 1 } : undefined,
    });
    const weight = pure('weight', (frame: Frame & SignalFields) => frame.pool.weight('fading', BTC.id), 0);
    const core = compose({ instruments: [BTC] }, books(), signals([fading]), weight);
    expectPipeline(
      observing(core, { signals: each(({ signals }) => signals), weight: changes(({ weight }) => weight) }),
    )
      .given('hl-h-h---h', { h: high, l: low })
      .emits(
        { signals: '-s--------', weight: 'za-b-c---z' },
        {
          signals: { s: matching({ model: 'trees-3', features: 'f00', halfLife: 2, knownTime: 1 }) },
          weight: { z: 0, a: -0.8, b: -0.4, c: -0.2 },
        },
      );
  });

  test('late, doubled and stale words of others are counted, and are no news', () => {
    const counts = pure(
      'counts',
      (frame: Frame & SignalFields) => Object.values(frame.pool.statistics).join(),
      '',
    );
    const core = compose({ instruments: [BTC] }, books(), signals([]), counts);
    const said = (eventTime: number, direction: 1 | -1, validUntil = 9) =>
      externalSignal(BTC, { direction, eventTime, validUntil });
    expectPipeline(
      observing(core, { signals: each(({ signals }) => signals), counts: changes(({ counts }) => counts) }),
    )
      .given('a-bcdefg--hx', {
        a: said(2, 1),
        b: said(1, -1), // late
        c: said(2, 1), // doubled
        d: said(2, -1), // told otherwise
        e: said(3, 1, 4), // stale
        f: low,
        g: said(4, 1),
        h: high,
        x: sync(BTC, 'unsynced'),
      })
      .emits(
        { signals: 's---t--u----', counts: 'a-bcde-f--g-' },
        {
          signals: {
            s: matching({ eventTime: 2, knownTime: 0 }),
            t: matching({ direction: -1, knownTime: 4 }),
            u: matching({ eventTime: 4, knownTime: 7 }),
          },
          counts: {
            a: '1,0,0,0,0,0',
            b: '1,1,0,0,0,0',
            c: '1,1,1,0,0,0',
            d: '2,1,1,0,0,0',
            e: '2,1,1,1,0,0',
            f: '3,1,1,1,0,0',
            g: '3,1,1,1,1,0',
          },
        },
      );
  });
});
