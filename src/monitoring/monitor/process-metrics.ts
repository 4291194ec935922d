import { constants, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { Metrics } from '../metrics/metrics.js';
import { PROCESSING } from './bounds.js';

/** Milliseconds between two looks of the event loop at itself. */
const RESOLUTION = 10;

const COLLECTIONS: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weak',
};

/** What the process itself is like: how long its event loop is held up, its memory, its collections of garbage. */
export function processMetrics(metrics: Metrics): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  const delays = metrics.gauge({
    name: 'event_loop_delay_seconds',
    help: 'How late the event loop came round, since the last scrape.',
    labels: ['statistic'],
  });
  const [half, most, longest] = ['p50', 'p99', 'longest'].map((statistic) => delays.bind(statistic));
  delays.collect = () => {
    const late = (nanoseconds: number): number =>
      Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1_000) : Number.NaN;
    if (half !== undefined) half.value = late(delay.percentile(50));
    if (most !== undefined) most.value = late(delay.percentile(99));
    if (longest !== undefined) longest.value = late(delay.count === 0 ? Number.NaN : delay.max);
    delay.reset();
  };
  const memory = metrics.gauge({
    name: 'process_memory_bytes',
    help: 'Memory of the process: resident, and the part of the heap that is in use.',
    labels: ['part'],
  });
  const [resident, heap] = ['resident', 'heap_used'].map((part) => memory.bind(part));
  memory.collect = () => {
    const { rss, heapUsed } = process.memoryUsage();
    if (resident !== undefined) resident.value = rss;
    if (heap !== undefined) heap.value = heapUsed;
  };
  const collections = metrics.histogram({
    name: 'gc_duration_seconds',
    help: 'Collections of garbage, by kind.',
    labels: ['kind'],
    bounds: PROCESSING,
  });
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as readonly {
      duration: number;
      detail?: unknown;
    }[]) {
      const kind = COLLECTIONS[(detail as { kind?: number } | undefined)?.kind ?? -1] ?? 'other';
      collections.bind(kind).observe(duration / 1_000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    delay.disable();
    observer.disconnect();
  };
}
