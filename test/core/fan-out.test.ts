import fc from 'fast-check';
import { config, filter, firstValueFrom, map, Subject, Subscriber, type Subscription, take } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import { FanOut } from '../../src/core/fan-out.js';

afterEach(() => {
  config.onUnhandledError = null;
});

/** What the environment is told of in the next turn. */
async function reported(work: () => void): Promise<unknown[]> {
  const errors: unknown[] = [];
  config.onUnhandledError = (error) => {
    errors.push(error);
  };
  work();
  await new Promise((resolve) => setTimeout(resolve));
  return errors;
}

test('functions, plain observers, subscribers and pipes hear the same, in the order of subscription', () => {
  const fan = new FanOut<number>();
  const log: string[] = [];
  const observer = {
    seen: 'plain',
    next(value: number): void {
      log.push(`${this.seen} ${value}`);
    },
    complete: () => log.push('plain done'),
  };
  fan.subscribe((value) => log.push(`function ${value}`));
  fan.subscribe(observer);
  fan.subscribe(
    new Subscriber({
      next: (value) => log.push(`subscriber ${value}`),
      error() {},
      complete: () => log.push('subscriber done'),
    }),
  );
  fan
    .pipe(map((value) => value * 10))
    .subscribe({ next: (value) => log.push(`pipe ${value}`), complete: () => log.push('pipe done') });
  fan.subscribe();
  fan.subscribe({});
  fan.emit(1);
  fan.complete();
  fan.emit(2);
  expect(log).toEqual([
    'function 1',
    'plain 1',
    'subscriber 1',
    'pipe 10',
    'plain done',
    'subscriber done',
    'pipe done',
  ]);
  expect(fan.observed).toBe(false);
});

test('who comes after the end is told at once, and the subscription is closed', () => {
  const fan = new FanOut<number>();
  const early = fan.subscribe(() => {});
  fan.complete();
  let completed = 0;
  const late = fan.subscribe({ complete: () => completed++ });
  expect([early.closed, late.closed, completed]).toEqual([true, true, 1]);
});

test('an exception is reported, and neither the others nor the source notice', async () => {
  const fan = new FanOut<number>();
  const seen: number[] = [];
  const errors = await reported(() => {
    fan.subscribe(() => {
      throw new Error('function');
    });
    fan.subscribe({
      next: () => {
        throw new Error('next');
      },
      complete: () => {
        throw new Error('complete');
      },
    });
    fan
      .pipe(
        filter(() => {
          throw new Error('pipe');
        }),
      )
      .subscribe();
    fan.subscribe((value) => seen.push(value));
    fan.emit(1);
    fan.complete();
  });
  expect(errors.map((error) => (error as Error).message)).toEqual(['function', 'next', 'pipe', 'complete']);
  expect(seen).toEqual([1]);
});

test('operators that end early leave it', async () => {
  const fan = new FanOut<number>();
  const first = firstValueFrom(fan);
  const two: number[] = [];
  fan.pipe(take(2)).subscribe((value) => two.push(value));
  for (const value of [1, 2, 3]) fan.emit(value);
  expect([await first, two, fan.observed]).toEqual([1, [1, 2], false]);
});

/** What a listener does when it hears a value below 3, so that emissions nest, but not for ever. */
type Deed = 'nothing' | 'emit' | 'subscribe' | 'leave' | 'drop the next' | 'complete';
const deed = fc.constantFrom<Deed>('nothing', 'emit', 'subscribe', 'leave', 'drop the next', 'complete');

/** Plays listeners with their deeds over either, and tells who heard what. */
function play(
  deeds: readonly Deed[],
  values: readonly number[],
  source: Pick<FanOut<number>, 'subscribe' | 'emit' | 'complete'>,
): readonly string[] {
  const log: string[] = [];
  const subscriptions: (Subscription | undefined)[] = [];
  const join = (what: Deed): void => {
    const name = subscriptions.length;
    subscriptions.push(undefined);
    const next = (value: number): void => {
      log.push(`${name}: ${value}`);
      if (value >= 3) return;
      if (what === 'emit') source.emit(value + 1);
      else if (what === 'subscribe') join('nothing');
      else if (what === 'leave') subscriptions[name]?.unsubscribe();
      else if (what === 'drop the next') subscriptions[name + 1]?.unsubscribe();
      else if (what === 'complete') source.complete();
    };
    const complete = (): void => {
      log.push(`${name}: done`);
      subscriptions[name + 1]?.unsubscribe();
    };
    subscriptions[name] = name % 2 === 0 ? source.subscribe({ next, complete }) : source.subscribe(next);
  };
  for (const what of deeds) join(what);
  for (const value of values) source.emit(value);
  source.complete();
  join('nothing');
  log.push(subscriptions.map((subscription) => subscription?.closed).join(' '));
  return log;
}

test('whatever listeners do within an emission, it goes as with a Subject', () => {
  fc.assert(
    fc.property(
      fc.array(deed, { maxLength: 6 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
      (deeds, values) => {
        const subject = new Subject<number>();
        const asFanOut = {
          subscribe: subject.subscribe.bind(subject) as FanOut<number>['subscribe'],
          emit: (value: number) => subject.next(value),
          complete: () => subject.complete(),
        };
        expect(play(deeds, values, new FanOut())).toEqual(play(deeds, values, asFanOut));
      },
    ),
    { numRuns: 500 },
  );
});
