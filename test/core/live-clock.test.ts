import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { liveClock } from '../../src/streams/clocks/live-clock.js';

describe('the live clock', () => {
  test('runs what is due at one time by rank, then by order of scheduling', () => {
    const scheduler = new VirtualTimeScheduler();
    const clock = liveClock(scheduler);
    const ran: string[] = [];
    clock.schedule(5, 3, () => ran.push('c'));
    clock.schedule(5, 2, () => ran.push('a'));
    clock.schedule(5, 2, () => ran.push('b'));
    clock.schedule(4, 9, () => ran.push('first'));
    scheduler.flush();
    expect(ran).toEqual(['first', 'a', 'b', 'c']);
    expect(clock.now()).toBe(5);
  });

  test('does not run early what is due a step later', () => {
    const scheduler = new VirtualTimeScheduler();
    const clock = liveClock(scheduler);
    const ran: number[] = [];
    for (const at of [1, 2, 3]) clock.schedule(at, 0, () => ran.push(scheduler.now()));
    scheduler.flush();
    expect(ran).toEqual([1, 2, 3]);
  });

  test('waits longer than a timer of the platform can', () => {
    const scheduler = new VirtualTimeScheduler();
    const waits: number[] = [];
    const clock = liveClock({
      now: () => scheduler.now(),
      schedule: (work, delay = 0) => {
        waits.push(delay);
        return scheduler.schedule(work as () => void, delay);
      },
    });
    const month = 30 * 86_400_000;
    let ran = 0;
    clock.schedule(month, 0, () => {
      ran = scheduler.now();
    });
    scheduler.flush();
    expect(ran).toBe(month);
    expect(Math.max(...waits)).toBeLessThan(2 ** 31);
    expect(waits).toHaveLength(2);
  });

  test('takes what an action schedules, and forgets what was canceled', () => {
    const scheduler = new VirtualTimeScheduler();
    const clock = liveClock(scheduler);
    const ran: string[] = [];
    const cancel = clock.schedule(3, 0, () => ran.push('canceled'));
    clock.schedule(1, 0, () => {
      ran.push('one');
      clock.schedule(2, 0, () => ran.push('two'));
      cancel();
    });
    scheduler.flush();
    expect(ran).toEqual(['one', 'two']);
  });

  test('never goes back, though the wall clock is set back', () => {
    let wall = 1_000;
    const clock = liveClock({ now: () => wall, schedule: () => ({ unsubscribe() {} }) as never });
    expect(clock.now()).toBe(1_000);
    wall = 400;
    expect(clock.now()).toBe(1_000);
    wall = 1_200;
    expect(clock.now()).toBe(1_200);
  });
});
