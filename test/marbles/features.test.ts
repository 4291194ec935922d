import { describe, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { books, ema, type Feature, features, momentum, spread } from '../../src/operators/index.js';
import {
  changes,
  changesOf,
  expectPipeline,
  faultsOf,
  link,
  matching,
  observing,
  quote,
  spot,
  value,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const ETH = spot({ base: 'ETH' });
const unknown = Number.NaN;

/** Says the mid, and throws above 200. */
const fragile: Feature<null> = {
  warmUp: 1,
  fingerprint: 'fragile()',
  init: () => null,
  update: (_state, { mid }) => {
    if (mid > 200) throw new Error('too high');
    return mid;
  },
  save: () => null,
  restore: () => null,
};

describe('features', () => {
  test.each<[string, string, () => unknown]>([
    [
      'a promise',
      'it gave a promise: a feature is computed at once',
      () => Promise.reject(new Error('oops')),
    ],
    ['a text', 'it gave "1", which is no number', () => '1'],
    ['nothing', 'it gave undefined, which is no number', () => undefined],
    [
      'what cannot be shown',
      'it gave an object with keys (none), which is no number',
      () => Object.create(null),
    ],
    [
      'an error that cannot be shown',
      'something that cannot be shown',
      () => {
        throw Object.create(null);
      },
    ],
  ])('one that gives %s is unknown, and the others do not notice', (_what, reason, update) => {
    const odd = { ...fragile, update: update as Feature<null>['update'] };
    const core = compose({ instruments: [BTC] }, books(), features({ odd, well: fragile }));
    expectPipeline(
      observing(core, {
        told: value(({ event, features: row }) =>
          event.kind === 'quote' ? `${row.odd} ${row.well}` : undefined,
        ),
      }),
    )
      .given('a-', { a: quote(BTC, 100) })
      .emits({ told: 'u-' }, { told: { u: 'NaN 100' } });
    expectPipeline(faultsOf(core))
      .given('a-', { a: quote(BTC, 100) })
      .emits('f-', { f: matching({ component: 'feature:odd', message: `${reason}; left alone for 1 s` }) });
  });

  test('are read by name, and are unknown until they are warm', () => {
    const core = compose({ instruments: [BTC] }, books(), features({ fast: ema({ period: 2 }) }));
    expectPipeline(changesOf(core, ({ features: { fast } }) => fast))
      .given('a-b-c-', { a: quote(BTC, 100), b: quote(BTC, 101), c: quote(BTC, 104) })
      .emits('u-x-y-', { u: unknown, x: 100.5, y: 100.5 + (2 / 3) * 3.5 });
  });

  test('belong to the instrument of the frame', () => {
    const core = compose({ instruments: [BTC, ETH] }, books(), features({ change: momentum() }));
    expectPipeline(
      observing(core, {
        change: value(({ event, features: { change } }) => (event.kind === 'quote' ? change : undefined)),
      }),
    )
      .given('a-b-c-d-', {
        a: quote(BTC, 100),
        b: quote(ETH, 10),
        c: quote(BTC, 150),
        d: quote(ETH, 5),
      })
      .emits({ change: 'u-u-c-d-' }, { change: { u: unknown, c: 0.5, d: -0.5 } });
  });

  test('are unknown while their market is, and go on when it is back', () => {
    const core = compose(
      { instruments: [BTC] },
      books(),
      features({ gap: spread(), change: momentum({ lookback: 1 }) }),
    );
    expectPipeline(
      observing(core, {
        gap: changes(({ instrument, features: { gap } }) => (instrument < 0 ? unknown : gap)),
        change: changes(({ instrument, features: { change } }) => (instrument < 0 ? unknown : change)),
      }),
    )
      .given('a-b-l-c-', {
        a: quote(BTC, { bid: 99, ask: 101 }),
        b: quote(BTC, { bid: 148, ask: 152 }),
        l: link('venue', 'down'),
        c: quote(BTC, { bid: 298, ask: 302 }),
      })
      .emits(
        { gap: 'a-b-u-b-', change: 'u-c-u-d-' },
        { gap: { a: 2, b: 4, u: unknown }, change: { u: unknown, c: 0.5, d: 1 } },
      );
  });

  test('one that throws is unknown, reported, left alone for a second, and tried again; others do not notice', () => {
    const core = compose({ instruments: [BTC] }, books(), features({ fragile, gap: spread() }));
    expectPipeline(
      observing(core, {
        fragile: changes(({ instrument, features }) => (instrument < 0 ? unknown : features.fragile)),
        gap: changes(({ instrument, features }) => (instrument < 0 ? 2 : features.gap)),
        faults: value(({ event }) => (event.kind === 'fault' ? event : undefined)),
      }),
      { step: '250ms' },
    )
      .given('a-b-c-c-', {
        a: quote(BTC, { bid: 99, ask: 101 }),
        b: quote(BTC, { bid: 299, ask: 301 }),
        c: quote(BTC, { bid: 109, ask: 111 }),
      })
      .emits(
        { fragile: 'a-u---c-', gap: 'g-------', faults: '--f-----' },
        {
          fragile: { a: 100, u: unknown, c: 110 },
          gap: { g: 2 },
          faults: {
            f: matching({
              component: 'feature:fragile',
              code: 'threw',
              message: 'too high; left alone for 1 s',
              severity: 'quarantine',
            }),
          },
        },
      );
  });
});
