import {
  concatMap,
  defer,
  delay,
  interval,
  map,
  type Observable,
  scan,
  switchMap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { describe, expect, test, vi } from 'vitest';
import { expectPipeline } from '../../src/testing/index.js';
import { drawing, messageOf, rejectionOf } from './message-of.js';

const ask = (agent: (question: number) => Promise<string>) => (questions: Observable<number>) =>
  questions.pipe(
    switchMap((question) => defer(() => agent(question))),
    timeout({ each: 5_000, with: () => throwError(() => new Error('agent timed out')) }),
  );

const sleep = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds));

describe('settles', () => {
  test('waits for promises in virtual time', async () => {
    const agent = async (question: number): Promise<string> => {
      await sleep(2_000);
      return `view ${question}`;
    };
    await expectPipeline(ask(agent), { step: '1s' })
      .given('a---b-----', { a: 1, b: 2 })
      .settles('--x---y---', { x: 'view 1', y: 'view 2' });
  });

  test('a promise that never settles', async () => {
    const agent = (): Promise<string> => new Promise(() => undefined);
    await expectPipeline(ask(agent), { step: '1s' })
      .given('a-----', { a: 1 })
      .settles('-----#', {}, /timed out/);
  });

  test('promises between two values of one instant', async () => {
    await expectPipeline((source: Observable<number>) => source.pipe(concatMap(async (x) => 2 * x)))
      .given('(ab)|', { a: 1, b: 2 })
      .settles('(ab)|', { a: 2, b: 4 });
  });

  test('virtual time has none of it, and says so', () => {
    const run = (): void =>
      expectPipeline(ask(async () => 'x'))
        .given('a--', { a: 1 })
        .emits('x--', { x: 'x' });
    expect(messageOf(run)).toContain("missing x = 'x'");
  });

  test('its failures are drawn as those of emits', async () => {
    const late = expectPipeline(delay<number>(2_000), { step: '1s' }).given('a---', { a: 1 });
    expect(await rejectionOf(late.settles('-a--', { a: 1 }))).toBe(
      drawing(`
        the marbles differ (a column is 1s)

          given     a---
          expected  -a--
          received  --a-
                     ^^

          a came at 2s, late by 1s
      `),
    );
    expect(await rejectionOf(late.settles('-a--', { a: 1 }))).toBe(
      messageOf(() => late.emits('-a--', { a: 1 })),
    );
  });

  test('a diagram that cannot be read rejects', async () => {
    const given = expectPipeline((source: Observable<number>) => source).given('a', { a: 1 });
    expect(await rejectionOf(given.settles('(b' as string, { b: 1 }))).toContain(
      'this group is never closed',
    );
  });

  test('startAt dates everything, Date included', async () => {
    const startAt = '2026-01-05T14:30:00Z';
    await expectPipeline(
      (source: Observable<number>, { scheduler }) =>
        source.pipe(map(() => [new Date().toISOString(), new Date(scheduler.now()).toISOString()])),
      { step: '1s', startAt },
    )
      .given('--a', { a: 1 })
      .settles('--x', { x: ['2026-01-05T14:30:02.000Z', '2026-01-05T14:30:02.000Z'] });
  });

  test('an endless interval needs no end', async () => {
    await expectPipeline(() => interval(1_000), { step: '1s' })
      .given('---', {})
      .settles('-01', { 0: 0, 1: 1 });
  });

  test('several rows and subscriptions', async () => {
    const split = (sources: { a: Observable<number>; b: Observable<number> }) => ({
      slow: sources.a.pipe(concatMap(async (x) => -x)),
      fast: sources.b,
    });
    await expectPipeline(split)
      .given({ a: 'x--', b: '-y|' }, { a: { x: 1 }, b: { y: 2 } })
      .subscribes({ a: '^--', b: '^-!' })
      .settles({ slow: 'x--', fast: '-y|' }, { slow: { x: -1 }, fast: { y: 2 } });
  });
});

describe('the clock', () => {
  test('is real again after a run, and after one that fails', async () => {
    const given = expectPipeline((source: Observable<number>) => source).given('a', { a: 1 });
    await given.settles('a', { a: 1 });
    expect(vi.isFakeTimers()).toBe(false);
    await rejectionOf(given.settles('-', {}));
    expect(vi.isFakeTimers()).toBe(false);
    const broken = expectPipeline((): Observable<number> => {
      throw new Error('not built');
    }).given('-', {});
    expect(await rejectionOf(broken.settles('-', {}))).toBe('not built');
    expect(vi.isFakeTimers()).toBe(false);
  });

  test('is refused where it is faked already', async () => {
    vi.useFakeTimers();
    try {
      const run = expectPipeline((source: Observable<number>) => source)
        .given('a', { a: 1 })
        .settles('a', { a: 1 });
      expect(await rejectionOf(run)).toContain('call vi.useRealTimers() before');
      expect(vi.isFakeTimers()).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  test('cannot run for longer than a timer holds', async () => {
    const run = expectPipeline((source: Observable<number>) => source)
      .given('@600h a', { a: 1 })
      .settles('', {});
    expect(await rejectionOf(run)).toContain('24 days');
  });

  describe.concurrent('is taken in turns', () => {
    test.each([1, 2, 3, 4])('run %i', async (number) => {
      await expectPipeline(delay<number>(number))
        .given('a---------', { a: number })
        .settles(`${'-'.repeat(number)}a` as string, { a: number });
    });
  });
});

test('both engines agree on a pipeline with timers of its own', async () => {
  const sums = (source: Observable<number>): Observable<number> =>
    source.pipe(
      concatMap((value) => timer(1_500).pipe(map(() => value))),
      scan((sum, value) => sum + value, 0),
    );
  const given = expectPipeline(sums, { step: '500ms' }).given('ab-c--|', { a: 1, b: 2, c: 3 });
  given.emits('---x--y--(z|)', { x: 1, y: 3, z: 6 });
  await given.settles('---x--y--(z|)', { x: 1, y: 3, z: 6 });
});
