import fc from 'fast-check';
import {
  auditTime,
  bufferTime,
  concatMap,
  debounceTime,
  delay,
  exhaustMap,
  interval,
  map,
  mergeAll,
  mergeMap,
  type Observable,
  of,
  type SchedulerLike,
  sampleTime,
  switchMap,
  takeUntil,
  throttleTime,
  timeout,
  timer,
  toArray,
  windowTime,
} from 'rxjs';
import { expect, test } from 'vitest';
import { expectPipeline } from '../../src/testing/index.js';
import { messageOf, rejectionOf } from './message-of.js';

type Timed = (span: number, scheduler: SchedulerLike) => (source: Observable<string>) => Observable<unknown>;

const after = (span: number, scheduler: SchedulerLike) => (value: string) =>
  timer(span, scheduler).pipe(map(() => value));

const operators: Readonly<Record<string, Timed>> = {
  auditTime,
  bufferTime: (span, scheduler) => bufferTime(span, scheduler),
  concatMap: (span, scheduler) => concatMap(after(span, scheduler)),
  debounceTime,
  delay,
  exhaustMap: (span, scheduler) => exhaustMap(after(span, scheduler)),
  mergeMap: (span, scheduler) => mergeMap(after(span, scheduler)),
  sampleTime,
  switchMap: (span, scheduler) => switchMap(after(span, scheduler)),
  'takeUntil(interval)': (span, scheduler) => takeUntil(interval(span, scheduler)),
  throttleTime: (span, scheduler) => throttleTime(span, scheduler, { leading: true, trailing: true }),
  timeout: (span, scheduler) => timeout({ each: span, with: () => of('late'), scheduler }),
  windowTime: (span, scheduler) => (source) =>
    source.pipe(
      windowTime(span, scheduler),
      map((window) => window.pipe(toArray())),
      mergeAll(),
    ),
};

const cells = fc.array(fc.constantFrom('a', 'b', '-', '-', '-', '(ab)'), { maxLength: 12 });
const ends = fc.constantFrom('|', '#', '-');

// The drawing of a failure holds all that a run received, so two runs agree where their drawings do.
const impossible = { x: 'a value that no pipeline emits' };

test.each(Object.entries(operators))('both engines agree on %s', async (_, operator) => {
  const scenario = fc.record({
    cells,
    end: ends,
    span: fc.integer({ min: 1, max: 6 }),
    injected: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ cells, end, span, injected }) => {
      const timed = (
        source: Observable<string>,
        { scheduler }: { scheduler: SchedulerLike },
      ): Observable<string> =>
        operator(
          span,
          injected ? scheduler : (undefined as never),
        )(source).pipe(map((value) => JSON.stringify(value)));
      const given = expectPipeline(timed).given(`${cells.join('')}-------${end}` as string, {
        a: 'a',
        b: 'b',
      });
      const drawn = await rejectionOf(given.settles('x', impossible));
      expect(drawn).toBe(messageOf(() => given.emits('x', impossible)));
    }),
    { numRuns: 50 },
  );
});
