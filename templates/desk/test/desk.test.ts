import { commandsOf, expectPipeline, fakeVenue, matching, quote, spot } from 'millrace/testing';
import { filter } from 'rxjs';
import { test } from 'vitest';
import { makeDesk } from '../src/desk.js';

const BTC = spot({ quote: 'USD' });
const desk = makeDesk([BTC], { fast: 2, slow: 4 });

/** What the desk orders; it also asks the venue for its truth, which these tests are not about. */
const orders: ReturnType<typeof commandsOf> = (events, context) =>
  commandsOf(desk, { drivers: [fakeVenue('venue')] })(events, context).pipe(
    filter(({ kind }) => kind === 'submit'),
  );

test('buys when the fast average rises above the slow one, and sells when it falls below', () => {
  expectPipeline(orders, { step: '1s' })
    .given('l-l-h-h-h-l-l-l-', { l: quote(BTC, 39_000), h: quote(BTC, 40_000) })
    .emits('------b-----s---', {
      b: matching({ kind: 'submit', order: { side: 'buy' } }),
      s: matching({ kind: 'submit', order: { side: 'sell' } }),
    });
});

test('listens to its first market only: averages of several in turn would cross with every tick', () => {
  const other = spot({ venue: 'other', quote: 'USD' });
  const both = makeDesk([BTC, other], { fast: 2, slow: 4 });
  const ordered: typeof orders = (events, context) =>
    commandsOf(both, { drivers: [fakeVenue('venue'), fakeVenue('other')] })(events, context).pipe(
      filter(({ kind }) => kind === 'submit'),
    );
  expectPipeline(ordered, { step: '1s' })
    .given('l-l-h-h-h-l-l-l-', { l: quote(other, 39_000), h: quote(other, 40_000) })
    .emits('----------------', {});
});

test('does nothing before the averages are warm', () => {
  expectPipeline(orders, { step: '1s' })
    .given('l-h-', { l: quote(BTC, 39_000), h: quote(BTC, 40_000) })
    .emits('----', {});
});
