// @ts-check
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { median } from './statistics.js';

/** Many short calls rather than a long one, so that V8 optimises `play` itself and not merely its loop in flight. */
function warm(/** @type {(from: number, to: number) => void} */ play, /** @type {number} */ count) {
  for (let from = 0; from < count; from += 500) play(from, Math.min(from + 500, count));
}

/**
 * Nanoseconds of processor time for one of `count` items, played in slices after a warm-up. Processor time, because
 * neighbours take the processor away; the median over slices, because they also spoil its caches for a moment.
 * Collections of garbage are in nearly all slices, and count.
 *
 * @param {(from: number, to: number) => void} play
 * @param {{ warmUp: number, count: number, slices?: number }} size
 */
export function nanosecondsEach(play, { warmUp, count, slices = 20 }) {
  warm(play, warmUp);
  const times = [];
  for (let slice = 0; slice < slices; slice++) {
    const from = warmUp + Math.floor((count * slice) / slices);
    const to = warmUp + Math.floor((count * (slice + 1)) / slices);
    const start = process.cpuUsage();
    play(from, to);
    const { user, system } = process.cpuUsage(start);
    times.push(((user + system) * 1_000) / (to - from));
  }
  return median(times);
}

/**
 * Bytes allocated for one item. Run it with `NO_COLLECTION`: then whatever is allocated stays in sight.
 *
 * @param {(from: number, to: number) => void} play
 * @param {{ warmUp: number, count: number }} size
 */
export async function bytesEach(play, { warmUp, count }) {
  warm(play, warmUp);
  // Compilations in the background allocate as well; they have time to end.
  await turn();
  collectGarbage();
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  // The first pages after a collection are counted whole.
  const first = Math.floor(count / 10);
  play(warmUp, warmUp + first);
  const before = getHeapStatistics().used_heap_size;
  play(warmUp + first, warmUp + first + count);
  const after = getHeapStatistics().used_heap_size;
  await turn();
  collections += observer.takeRecords().length;
  observer.disconnect();
  if (collections > 0) throw new Error('garbage was collected while bytes were counted: count fewer items');
  return (after - before) / count;
}

export function collectGarbage() {
  if (globalThis.gc === undefined) throw new Error('start node with --expose-gc');
  globalThis.gc();
  globalThis.gc();
}
