import {
  combineLatest,
  delay,
  EMPTY,
  interval,
  map,
  NEVER,
  type Observable,
  of,
  repeat,
  scan,
  switchMap,
  takeUntil,
  throwError,
  timer,
  timestamp,
  withLatestFrom,
} from 'rxjs';
import { describe, expect, test } from 'vitest';
import { expectPipeline, matching } from '../../src/testing/index.js';
import { messageOf } from './message-of.js';

const same = <Value>(source: Observable<Value>): Observable<Value> => source;

describe('emits', () => {
  test('compares values, instants and the end', () => {
    const sums = scan((sum: number, next: number) => sum + next, 0);
    expectPipeline(sums).given('a-(bc)-|', { a: 1, b: 2, c: 3 }).emits('x-(yz)-|', { x: 1, y: 3, z: 6 });
  });

  test('an endless interval needs no end', () => {
    expectPipeline(() => interval(1_000).pipe(takeUntil(NEVER)), { step: '1s' })
      .given('a----', { a: 1 })
      .emits('-0123', { 0: 0, 1: 1, 2: 2, 3: 3 });
  });

  test('what is due when the longest diagram ends is not seen', () => {
    expectPipeline(() => timer(3))
      .given('---', {})
      .emits('-', {});
    expectPipeline(() => timer(3))
      .given('---', {})
      .emits('---(x|)', { x: 0 });
  });

  test('at one instant inputs come before timers', () => {
    const timed = (source: Observable<string>): Observable<string> => source.pipe(takeUntil(timer(2)));
    expectPipeline(timed).given('a-b-c', { a: 'a', b: 'b', c: 'c' }).emits('a-(b|)', { a: 'a', b: 'b' });
  });

  test('startAt dates the run, in the context and in RxJS', () => {
    const startAt = '2026-01-05T14:30:00Z';
    const dated = (source: Observable<string>, { scheduler }: { scheduler: { now(): number } }) =>
      source.pipe(
        timestamp(),
        map((stamped) => [stamped.timestamp - Date.parse(startAt), scheduler.now() - Date.parse(startAt)]),
      );
    expectPipeline(dated, { step: '1s', startAt })
      .given('--a', { a: 'a' })
      .emits('--x', { x: [2_000, 2_000] });
  });

  test('the scheduler of the context is the clock of the run', () => {
    expectPipeline((source: Observable<string>, { scheduler }) => source.pipe(delay(2, scheduler)))
      .given('a----', { a: 'a' })
      .emits('--a--', { a: 'a' });
  });

  test('NaN equals NaN, and -0 is not 0', () => {
    expectPipeline(same<{ x: number }>)
      .given('a', { a: { x: Number.NaN } })
      .emits('a', { a: { x: Number.NaN } });
    const signed = (): void =>
      expectPipeline(same<number>)
        .given('a', { a: -0 })
        .emits('a', { a: 0 });
    expect(messageOf(signed)).toContain('expected 0, received -0');
  });

  test('errors by pattern, by class and message, and by value', () => {
    const failing = (error: unknown) => () => throwError(() => error);
    const given = (error: unknown) => expectPipeline(failing(error)).given('-', {});
    given(new TypeError('agent timed out')).emits('#', {}, /timed out/);
    given(new TypeError('agent timed out')).emits('#', {}, new TypeError('agent timed out'));
    given({ code: 7 }).emits('#', {}, { code: 7 });
    given('code 7').emits('#', {}, /\d/g);
    expect(messageOf(() => given(new TypeError('x')).emits('#', {}, new RangeError('x')))).toContain(
      'expected the error RangeError: x, received the error TypeError: x',
    );
  });

  test('the error of a source passes unnamed, and another one does not', () => {
    expectPipeline(same).given('a-#', { a: 1 }).emits('a-#', { a: 1 });
    const failing = (): void =>
      expectPipeline(() => throwError(() => new Error('x')))
        .given('-', {})
        .emits('#', {});
    expect(messageOf(failing)).toContain(
      'expected the error Error: marble error, received the error Error: x',
    );
  });

  test('what a pipeline throws outside its streams reaches the test', () => {
    const broken = (source: Observable<number>): Observable<number> => {
      source.subscribe(() => {
        throw new Error('thrown by an observer');
      });
      return source;
    };
    expect(messageOf(() => expectPipeline(broken).given('a-', { a: 1 }).emits('a-', { a: 1 }))).toBe(
      'thrown by an observer',
    );
    expectPipeline(same).given('a', { a: 1 }).emits('a', { a: 1 });
  });

  test('an interval of no length is found out', () => {
    expect(
      messageOf(() =>
        expectPipeline(() => interval(0))
          .given('--', {})
          .emits('--', {}),
      ),
    ).toContain('time stands still at 0s');
  });
});

describe('rows', () => {
  test('a record of sources to a record of results', () => {
    const desk = (sources: { ticks: Observable<number>; reports: Observable<string> }) => ({
      orders: sources.ticks.pipe(withLatestFrom(sources.reports)),
      alerts: EMPTY as Observable<string>,
    });
    expectPipeline(desk)
      .given({ ticks: 'a-b', reports: '-f-' }, { ticks: { a: 1, b: 2 }, reports: { f: 'f' } })
      .emits({ orders: '--x', alerts: '|' }, { orders: { x: [2, 'f'] }, alerts: {} });
  });

  test('a record to one, and one to a record', () => {
    const joined = (sources: { a: Observable<number>; b: Observable<number> }) =>
      combineLatest([sources.a, sources.b]);
    expectPipeline(joined)
      .given({ a: 'x-', b: '-y' }, { a: { x: 1 }, b: { y: 2 } })
      .emits('-z', { z: [1, 2] });
    const split = (source: Observable<number>) => ({ same: source, double: source.pipe(map((x) => 2 * x)) });
    expectPipeline(split)
      .given('a-|', { a: 1 })
      .emits({ same: 'a-|', double: 'b-|' }, { same: { a: 1 }, double: { b: 2 } });
  });

  test('sources of one instant emit in the order of the record', () => {
    const latest = (sources: { b: Observable<string>; a: Observable<string> }) =>
      combineLatest([sources.a, sources.b]);
    expectPipeline(latest)
      .given({ b: 'x-y', a: 'x-y' }, { b: { x: '1', y: '2' }, a: { x: '1', y: '2' } })
      .emits('p-(qr)', { p: ['1', '1'], q: ['1', '2'], r: ['2', '2'] });
  });

  test('a row that the pipeline does not return', () => {
    const run = (): void =>
      expectPipeline(() => ({}) as { orders: Observable<number> })
        .given('-', {})
        .emits({ orders: '-' }, { orders: {} });
    expect(messageOf(run)).toBe('the pipeline returned no row "orders"');
  });
});

describe('subscribes', () => {
  test('from the start until the pipeline leaves', () => {
    expectPipeline((source: Observable<string>) => source.pipe(takeUntil(timer(3))))
      .given('a--', { a: 'a' })
      .subscribes('^--!')
      .emits('a--|', { a: 'a' });
  });

  test('until the source completes', () => {
    expectPipeline(same).given('a-|', { a: 1 }).subscribes('^-!').emits('a-|', { a: 1 });
  });

  test('until the run ends, which is no act of the pipeline', () => {
    expectPipeline(same).given('a--', { a: 1 }).subscribes('^--').emits('a--', { a: 1 });
  });

  test('late, twice, and never', () => {
    const late = (source: Observable<number>) => timer(2).pipe(switchMap(() => source));
    expectPipeline(late).given('a--b', { a: 1, b: 2 }).subscribes('--^').emits('---b', { b: 2 });
    const twice = (source: Observable<number>) =>
      source.pipe(takeUntil(timer(2)), repeat({ count: 2, delay: 1 }));
    expectPipeline(twice).given('a-----', { a: 1 }).subscribes(['^-!', '---^-!']).emits('a----|', { a: 1 });
    expectPipeline(() => of(1))
      .given('a', { a: 1 })
      .subscribes('-')
      .emits('(x|)', { x: 1 });
  });

  test('by row', () => {
    const first = (sources: { a: Observable<number>; b: Observable<number> }) => sources.a;
    expectPipeline(first)
      .given({ a: 'x-|', b: 'y--' }, { a: { x: 1 }, b: { y: 2 } })
      .subscribes({ a: '^-!', b: '---' })
      .emits('x-|', { x: 1 });
  });
});

describe('matching', () => {
  const frames = (source: Observable<number>) =>
    source.pipe(
      map((price) => ({ kind: 'frame' as const, mark: { price, size: 1 }, levels: [{ price, size: 2 }] })),
    );

  test('compares the fields it names, at any depth', () => {
    expectPipeline(frames)
      .given('a-b', { a: 100, b: 101 })
      .emits('x-y', { x: matching({ mark: { price: 100 } }), y: matching({ levels: [{ price: 101 }] }) });
  });

  test('a list has its full length', () => {
    const run = (): void =>
      expectPipeline(frames)
        .given('a', { a: 100 })
        .emits('x', { x: matching({ levels: [] }) });
    expect(messageOf(run)).toContain('0s: levels[0]: expected nothing, received { price: 100, size: 2 }');
  });

  test('a field that is absent', () => {
    const sometimes = (source: Observable<number>) =>
      source.pipe(map((x): { x: number; y?: number } => ({ x })));
    const run = (): void =>
      expectPipeline(sometimes)
        .given('a', { a: 1 })
        .emits('x', { x: matching({ y: 2 }) });
    expect(messageOf(run)).toContain('0s: y: expected 2, received nothing');
  });

  test('matchers inside values, of both kinds', () => {
    expectPipeline(frames)
      .given('a', { a: 100 })
      .emits('x', { x: { kind: 'frame', mark: matching({ price: 100 }), levels: expect.any(Array) } });
    expect({ price: 1, size: 2 }).toEqual(matching({ price: 1 }));
  });

  test('cannot be emitted by a source', () => {
    expect(() => expectPipeline(same<{ x: number }>).given('a', { a: matching({ x: 1 }) })).toThrow(
      'whole values',
    );
  });
});

test('each call is a run of its own', () => {
  let runs = 0;
  const counted = expectPipeline(() => {
    runs += 1;
    return of(runs);
  }).given('-', {});
  counted.emits('(a|)', { a: 1 });
  counted.emits('(a|)', { a: 2 });
});
