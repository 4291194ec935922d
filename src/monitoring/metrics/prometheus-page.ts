import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import type { MetricsPage } from '../endpoints/options.js';
import { FamilyText } from './family-text.js';
import type { AnyFamily, Metrics } from './metrics.js';
import { HistogramSeries, type Series } from './series.js';

type Values = MetricObjectWithValues<MetricValue<string>>;

/** As much of a metric of prom-client as a registry asks for. */
interface Registrable {
  readonly name: string;
  get(): Promise<Values>;
  reset(): void;
}

/**
 * Puts metrics into a registry of prom-client, beside whatever a process measures itself: those that it does not have
 * yet. Numbers are read at each scrape; a level that is unknown (`NaN`) is left out.
 *
 * @example
 * import { register } from 'prom-client';
 * registerMetrics(metrics, register);
 */
export function registerMetrics(metrics: Metrics, registry: Registry): void {
  for (const family of metrics.families) {
    if (registry.getSingleMetric(family.name) !== undefined) continue;
    const registrable: Registrable = {
      name: family.name,
      get: () => Promise.resolve(valuesOf(family)),
      reset: () => family.clear(),
    };
    registry.registerMetric(registrable as never);
  }
}

/** Lines that are written before the event loop has its turn again. */
const LINES_AT_ONCE = 250;

/**
 * The page that a scrape gets: what a registry of prom-client, which is loaded at the first call, would make of these metrics.
 *
 * Some hundred lines are written at a time, with a turn of the event loop between: a page of thousands must not hold a tick up. The text is
 * that of prom-client to the letter; what never changes of a line is kept from one scrape to the next.
 *
 * @throws Error when the optional package prom-client is not installed
 *
 * @example
 * const page = prometheusPage(metrics);
 * console.log((await page()).body);
 */
export function prometheusPage(metrics: Metrics): () => Promise<MetricsPage> {
  let loading: Promise<Registry> | undefined;
  const texts = new Map<string, FamilyText>();
  return async () => {
    loading ??= import('prom-client').then(({ Registry: Made }) => new Made());
    const { contentType } = await loading;
    const parts: string[] = [];
    let written = 0;
    for (const family of metrics.families) {
      let text = texts.get(family.name);
      if (text === undefined) {
        text = new FamilyText(family);
        texts.set(family.name, text);
      }
      family.collect?.();
      const lines = [text.head];
      for (const some of text.lines()) {
        lines.push(...some);
        written += some.length;
        if (written < LINES_AT_ONCE) continue;
        written = 0;
        await nextTurn();
      }
      parts.push(lines.join('\n'));
    }
    return { contentType, body: `${parts.join('\n\n')}\n` };
  };
}

function valuesOf(family: AnyFamily): Values {
  family.collect?.();
  const values: (MetricValue<string> & { metricName?: string })[] = [];
  for (const series of family.series) {
    if (series instanceof HistogramSeries) values.push(...histogramValues(family.name, series));
    else if (!Number.isNaN(series.value)) values.push(levelOf(series));
  }
  return { name: family.name, help: family.help, type: family.type, aggregator: 'sum', values } as never;
}

const levelOf = ({ labels, value }: Series): MetricValue<string> => ({ labels, value });

function histogramValues(
  name: string,
  { labels, bounds, counts, sum }: HistogramSeries,
): (MetricValue<string> & { metricName: string })[] {
  let count = 0;
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, nth) => {
    count += counts[nth] as number;
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
