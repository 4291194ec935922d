import { performance } from 'node:perf_hooks';
import type { MonotonicClock } from './ports.js';

/** The machine's monotonic clock: setting the wall clock does nothing to it. */
export const monotonicClock: MonotonicClock = {
  now: () => performance.now(),
  after(delay, action) {
    const timer = setTimeout(action, delay);
    return () => clearTimeout(timer);
  },
};
