import { debounceTime, delay, interval, map, merge, type Observable, takeUntil, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { expectPipeline, MarbleAssertionError, matching } from '../../src/testing/index.js';
import { drawing, messageOf } from './message-of.js';

const same = (source: Observable<number>): Observable<number> => source;
const later = delay<number>(2_000);
const ordered = map((quantity: number) => ({ side: 'buy', quantity, route: { venue: 'X', note: 'n' } }));

describe('a failure draws its rows', () => {
  test('a value that is late', () => {
    const run = (): void =>
      expectPipeline(later, { step: '1s' }).given('----a---', { a: 1 }).emits('----a---', { a: 1 });
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1s)

          given     ----a---
          expected  ----a---
          received  ------a-
                        ^ ^

          a came at 6s, late by 2s
      `),
    );
  });

  test('a value that is early, and one of another value', () => {
    const run = (): void =>
      expectPipeline(same, { step: '1s' }).given('a-b-|', { a: 1, b: 2 }).emits('-ab-|', { a: 1, b: 3 });
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1s)

          given     a-b-|
          expected  -ab-|
          received  a-Z-|
                    ^^^

          a came at 0s, early by 1s
          2s: expected 3, received 2
      `),
    );
  });

  test('the paths at which deep values differ', () => {
    const run = (): void =>
      expectPipeline(ordered, { step: '1s' })
        .given('---a-b', { a: 1, b: 2 })
        .emits('---x-y', {
          x: { side: 'buy', quantity: 3, route: { venue: 'X', note: 'n' } },
          y: { side: 'buy', quantity: 2, route: { venue: 'Y', note: 'm' } },
        });
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1s)

          given     ---a-b
          expected  ---x-y
          received  ---Z-Y
                       ^ ^

          3s: quantity: expected 3, received 1
          5s: route.venue: expected 'Y', received 'X'
          5s: route.note: expected 'm', received 'n'
      `),
    );
  });

  test('only the fields that matching() asks for', () => {
    const run = (): void =>
      expectPipeline(ordered)
        .given('a', { a: 1 })
        .emits('x', { x: matching({ quantity: 2, route: { venue: 'X' } }) });
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1ms)

          given     a
          expected  x
          received  Z
                    ^

          0s: quantity: expected 2, received 1
      `),
    );
  });

  test('gaps of more than 12 columns fold, and the rows can be pasted back', () => {
    const run = (): void =>
      expectPipeline((source: Observable<number>) => source.pipe(debounceTime(60_000)), { step: '1s' })
        .given('a-b @1h c', { a: 1, b: 2, c: 3 })
        .emits('@1m y @1h (z|)', { y: 2, z: 3 });
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1s)

          given     a-b @1m --- @1h c---
          expected  --- @1m y-- @1h (z|)
          received  --- @1m --y @1h ----
                            ^ ^     ^

          y came at 62s, late by 2s
          1h: missing z = 3
          1h: missing the completion
      `),
    );
  });

  test('twelve columns stay, thirteen fold', () => {
    const run = (diagram: string) => (): void => expectPipeline(same).given(diagram, { a: 1 }).emits('', {});
    expect(messageOf(run('a------------a'))).toContain('given     a------------a\n');
    expect(messageOf(run('a-------------a'))).toContain('given     a @14ms a\n');
  });

  test('an instant between columns is written as a time', () => {
    const run = (): void =>
      expectPipeline(delay<number>(2_500), { step: '1s' })
        .given('a-----', { a: 1 })
        .emits('--a---', { a: 1 });
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1s)

          given     a-- @2500ms - @6s
          expected  --a @2500ms - @6s
          received  --- @2500ms a @6s
                      ^         ^

          a came at 2500ms, late by 500ms
      `),
    );
  });

  test('the order inside a group', () => {
    const run = (): void =>
      expectPipeline(same).given('(ab)-', { a: 1, b: 2 }).emits('(ba)-', { a: 1, b: 2 });
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1ms)

          given     (ab)-
          expected  (ba)-
          received  (ab)-
                    ^

          0s: expected in the order ba, received ab
      `),
    );
  });

  test('an error in place of a value, and one that does not match its pattern', () => {
    const failing = (): void =>
      expectPipeline(same).given('a-#', { a: 1 }, new TypeError('boom')).emits('a-b', { a: 1, b: 2 });
    expect(messageOf(failing)).toBe(
      drawing(`
        the marbles differ (a column is 1ms)

          given     a-#
          expected  a-b
          received  a-#
                      ^

          2ms: expected b = 2, received the error TypeError: boom
      `),
    );
    const mismatched = (): void =>
      expectPipeline(same).given('#', {}, new TypeError('boom')).emits('#', {}, /bang/);
    expect(messageOf(mismatched)).toContain(
      '0s: expected the error /bang/, received the error TypeError: boom',
    );
  });

  test('unexpected values get capital letters from Z, and equal ones the same', () => {
    const run = (): void =>
      expectPipeline(same).given('abac-|', { a: 7, b: 8, c: 1 }).emits('---Z-|', { Z: 1 });
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1ms)

          given     abac-|
          expected  ---Z-|
          received  YXYZ-|
                    ^^^

          0s: unexpected Y = 7
          1ms: unexpected X = 8
          2ms: unexpected Y = 7
      `),
    );
  });

  test('a value borrows the letter expected at its instant', () => {
    const run = (): void =>
      expectPipeline(same).given('a-b-c', { a: 1, b: 1, c: 2 }).emits('a-b-d', { a: 1, b: 1, d: 3 });
    expect(messageOf(run)).toContain('received  a-b-Z\n');
  });

  test('several rows, with carets under those that differ', () => {
    const desk = (sources: { ticks: Observable<number>; reports: Observable<string> }) => ({
      orders: sources.ticks,
      alerts: sources.reports,
      all: merge(sources.ticks, sources.reports),
    });
    const run = (): void =>
      expectPipeline(desk)
        .given({ ticks: 'a-b', reports: '-c-' }, { ticks: { a: 1, b: 2 }, reports: { c: 'q' } })
        .emits(
          { orders: 'a-b', alerts: '---', all: 'acd' },
          { orders: { a: 1, b: 2 }, alerts: {}, all: { a: 1, c: 'q', d: 7 } },
        );
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1ms)

          given ticks      a-b
          given reports    -c-
          expected orders  a-b
          received orders  a-b
          expected alerts  ---
          received alerts  -Z-
                            ^
          expected all     acd
          received all     acZ
                             ^

          alerts: 1ms: unexpected Z = 'q'
          all: 2ms: expected 7, received 2
      `),
    );
  });

  test('subscriptions', () => {
    const run = (): void =>
      expectPipeline((source: Observable<number>) => source.pipe(takeUntil(timer(2))))
        .given('a----b', { a: 1, b: 2 })
        .subscribes(['^---!', '-----^'])
        .emits('a-|', { a: 1 });
    expect(messageOf(run)).toBe(
      drawing(`
        the marbles differ (a column is 1ms)

          given       a----b
          expected    a-|
          received    a-|
          subscribes  ^---!
          subscribed  ^-!
                        ^ ^
          subscribes  -----^
          subscribed  ------
                           ^

          the unsubscription came at 2ms, early by 2ms
          5ms: missing the subscription
      `),
    );
  });

  test('ten sentences, and a count of the others', () => {
    const run = (): void =>
      expectPipeline(() => interval(1))
        .given('-------------', {})
        .emits('', {});
    expect(messageOf(run)).toMatch(/ {2}10ms: unexpected Q = 9\n {2}and 2 more\n$/);
  });
});

describe('a failure shows the line of the test', () => {
  const here = /failure-drawing\.test\.ts/;
  const firstFrame = (error: unknown): string | undefined =>
    (error as Error).stack?.split('\n').find((line) => /^ {4}at /.test(line));

  test('in virtual time', () => {
    const given = expectPipeline(same).given('a', { a: 1 });
    try {
      given.emits('-', {});
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(MarbleAssertionError);
      expect(firstFrame(error)).toMatch(here);
    }
  });

  test('after promises', async () => {
    const failure: unknown = await expectPipeline(same)
      .given('a', { a: 1 })
      .settles('-', {})
      .catch((error) => error);
    expect(failure).toBeInstanceOf(MarbleAssertionError);
    expect(firstFrame(failure)).toMatch(here);
  });

  test('for a diagram that cannot be read', () => {
    try {
      expectPipeline(same).given('((a))', { a: 1 });
      expect.unreachable();
    } catch (error) {
      expect(firstFrame(error)).toMatch(here);
    }
  });
});
