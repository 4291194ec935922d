import type { Monitor } from '../../monitoring/index.js';
import { HistogramSeries } from '../../monitoring/index.js';
import type { LatencyPart } from '../view.js';

/** What of a monitor is read. */
export type ReadMonitor = Pick<Monitor, 'metrics'>;

const SHOWN: readonly (readonly [string, string])[] = [
  ['tick_to_order_seconds', 'tick to order'],
  ['order_ack_latency_seconds', 'order to answer'],
  ['order_fill_latency_seconds', 'order to first fill'],
];

/** The latency histograms of a monitor; labels are added up. */
export function latenciesOf(monitor: ReadMonitor | undefined): LatencyPart[] {
  const parts: LatencyPart[] = [];
  for (const [metric, name] of monitor === undefined ? [] : SHOWN) {
    const family = monitor?.metrics.families.find(
      (each) => each.name.endsWith(`_${metric}`) || each.name === metric,
    );
    const series = [...(family?.series ?? [])].filter((each) => each instanceof HistogramSeries);
    const [first] = series;
    if (first === undefined) continue;
    const counts = first.bounds.map((_, bucket) =>
      series.reduce((sum, each) => sum + (each.counts[bucket] ?? 0), 0),
    );
    counts.push(series.reduce((sum, each) => sum + (each.counts[first.bounds.length] ?? 0), 0));
    const count = counts.reduce((sum, each) => sum + each, 0);
    if (count > 0)
      parts.push({
        name,
        bounds: first.bounds,
        counts,
        count,
        p50: quantile(first.bounds, counts, count, 0.5),
        p99: quantile(first.bounds, counts, count, 0.99),
      });
  }
  return parts;
}

/** The upper bound of the bucket that holds the quantile; `null`: it lies above them all. */
function quantile(
  bounds: readonly number[],
  counts: readonly number[],
  count: number,
  share: number,
): number | null {
  let seen = 0;
  for (const [bucket, each] of counts.entries()) {
    seen += each;
    if (seen >= share * count) return bounds[bucket] ?? null;
  }
  return null;
}
