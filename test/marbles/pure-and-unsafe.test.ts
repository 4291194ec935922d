import { filter, scan, tap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { unsafe } from '../../src/core/unsafe.js';
import { books, type MarketFields } from '../../src/operators/index.js';
import { expectPipeline, quote, trade, valuesOf } from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const settings = { instruments: [BTC] };
const t = trade(BTC, { price: 100 });

describe('pure', () => {
  test('adds a field that is computed from the frame alone', () => {
    const gap = pure('gap', (frame: Frame & MarketFields) => frame.ask - frame.bid, Number.NaN);
    expectPipeline(
      valuesOf(compose(settings, books(), gap), ({ event, gap }) =>
        event.kind === 'quote' ? gap : undefined,
      ),
    )
      .given('a--b-', { a: quote(BTC, { bid: 99, ask: 101 }), b: quote(BTC, { bid: 99, ask: 99.5 }) })
      .emits('x--y-', { x: 2, y: 0.5 });
  });
});

describe('unsafe', () => {
  test('lets any RxJS operator in, as long as each frame leaves it once', () => {
    const heard: number[] = [];
    const core = compose(
      settings,
      unsafe(
        'listen',
        tap(({ seq }: Frame) => heard.push(seq)),
      ),
    );
    expectPipeline(valuesOf(core, ({ seq }) => seq))
      .given('t-t-', { t })
      .emits('a-b-', { a: 1, b: 2 });
    expect(heard).toEqual([1, 2]);
  });

  test('a frame that is swallowed halts the pipeline: no other leaves it', () => {
    const core = compose(
      settings,
      unsafe(
        'no trades',
        filter(({ event }: Frame) => event.kind !== 'trade'),
      ),
    );
    expectPipeline(valuesOf(core, ({ seq }) => seq))
      .given('q-t-q-', { q: quote(BTC, 100), t })
      .emits('a-----', { a: 1 });
    expect(() => core.start().pass(1, 0, 0, t)).toThrow(
      'no trades failed at (1, 0), a trade event: each frame must leave the chain once, synchronously',
    );
  });

  test('what it remembers is its own affair: every run has its own', () => {
    const last = unsafe<Frame>(
      'change nothing',
      scan((_last, frame) => frame),
    );
    const seqs = valuesOf(compose(settings, last), ({ seq }) => seq);
    for (let run = 0; run < 2; run++) expectPipeline(seqs).given('t-t-', { t }).emits('a-b-', { a: 1, b: 2 });
  });
});
