import { expect, test } from 'vitest';
import type { Cancel, Clock } from '../../src/core/clock.js';
import { compose } from '../../src/core/compose.js';
import { TimedHeap } from '../../src/core/timed-heap.js';
import { Timers } from '../../src/core/timers.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { act, collect, links, placeOf } from './support.js';

/** Time that a test moves by hand. */
class HandClock implements Clock {
  readonly #heap = new TimedHeap();
  #now = 0;

  now(): number {
    return this.#now;
  }

  schedule(at: number, rank: number, action: () => void): Cancel {
    return this.#heap.schedule(at, rank, action);
  }

  moveTo(ts: number): void {
    while (this.#heap.nextAt <= ts) {
      const due = this.#heap.take();
      this.#now = due?.at ?? ts;
      due?.action();
    }
    this.#now = ts;
  }
}

test('a timer asked for again under its name replaces the old one', () => {
  const clock = new HandClock();
  const fired: string[] = [];
  const timers = new Timers(clock, ({ name, due }) => fired.push(`${name} ${due} at ${clock.now()}`));
  timers.ask({ name: 'a', due: 10 });
  timers.ask({ name: 'b', due: 20 });
  timers.ask({ name: 'a', due: 20 });
  clock.moveTo(15);
  expect(fired).toEqual([]);
  clock.moveTo(25);
  expect(fired).toEqual(['b 20 at 20', 'a 20 at 20']);
});

test('what is waited for is saved in the order in which it falls due, and restored so', () => {
  const clock = new HandClock();
  const fired: string[] = [];
  const fire = ({ name }: { readonly name: string }): void => {
    fired.push(name);
  };
  const timers = new Timers(clock, fire);
  const settled = new Timers(clock, (event) => {
    fire(event);
    settled.settle(event);
  });
  for (const name of ['a', 'b', 'c', 'a']) timers.ask({ name, due: 5 });
  const saved = timers.save();
  timers.clear();
  clock.moveTo(4);
  const again = settled;
  again.restore(saved);
  expect(again.save()).toEqual(saved);
  clock.moveTo(6);
  expect(fired).toEqual(['b', 'c', 'a']);
  expect(again.save()).toEqual([]);
});

test('in replay a timer comes after recorded events of its instant, and before the next', async () => {
  const alarm = act('alarm', (frame, context) => {
    if (frame.event.kind === 'link' && frame.event.reason === 'a')
      context.request({ kind: 'timer', name: 'bell', due: 1_001 });
  });
  const frames = await collect(backtest(compose({ instruments: [] }, alarm), links('a', 'b', 'c')));
  expect(frames.map((frame) => `${placeOf(frame)} ${frame.ts}`)).toEqual([
    '1.0 a 1000',
    '2.0 b 1001',
    '3.0 timer 1001',
    '4.0 c 1002',
    '5.0 barrier 1002',
  ]);
});

test('a timer for a time that is none halts by name, and does not block the others', async () => {
  const alarm = act('alarm', (frame, context) => {
    if (frame.event.kind !== 'link') return;
    if (frame.event.reason === 'a') context.request({ kind: 'timer', name: 'good', due: 1_001 });
    if (frame.event.reason === 'b') context.request({ kind: 'timer', name: 'bad', due: Number.NaN });
  });
  const pipeline = backtest(compose({ instruments: [] }, alarm), links('a', 'b', 'c'));
  const kinds = (await collect(pipeline)).map(({ event }) => event.kind);
  expect(kinds).toContain('timer');
  expect(pipeline.halted?.message).toMatch(/timer "bad" .*NaN/);
});
