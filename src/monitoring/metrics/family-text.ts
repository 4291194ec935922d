import type { AnyFamily } from './metrics.js';
import { HistogramSeries, type Labels, type Series } from './series.js';

/** What stands before the numbers of a series, which never changes. */
interface Known {
  readonly series: Series | HistogramSeries;
  readonly before: readonly string[];
}

/**
 * Writes a family in the format of Prometheus, the same text to the letter as prom-client's, which puts every label of every line together
 * anew at each scrape: what does not change is kept here, and a line is two texts and a number.
 */
export class FamilyText {
  /** The two lines before all series. */
  readonly head: string;
  readonly #family: AnyFamily;
  #known: Known[] = [];

  constructor(family: AnyFamily) {
    this.#family = family;
    this.head = `# HELP ${family.name} ${escapedHelp(family.help)}\n# TYPE ${family.name} ${family.type}`;
  }

  /** The lines of each series, one after the other; none for a level that is unknown. */
  *lines(): Generator<readonly string[], void> {
    let place = 0;
    for (const series of this.#family.series) {
      let known = this.#known[place];
      if (known?.series !== series) {
        known = { series, before: beforeNumbers(this.#family.name, series) };
        this.#known[place] = known;
      }
      place++;
      if (series instanceof HistogramSeries) yield histogramLines(known.before, series);
      else if (!Number.isNaN(series.value)) yield [`${known.before[0]} ${numberText(series.value)}`];
    }
    this.#known.length = place;
  }
}

function histogramLines(before: readonly string[], { counts, sum }: HistogramSeries): readonly string[] {
  let count = 0;
  const lines: string[] = [];
  for (let nth = 0; nth < counts.length; nth++) {
    count += counts[nth] as number;
    lines.push(`${before[nth]} ${count}`);
  }
  lines.push(`${before[counts.length]} ${numberText(sum)}`, `${before[counts.length + 1]} ${count}`);
  return lines;
}

function beforeNumbers(name: string, series: Series | HistogramSeries): readonly string[] {
  if (!(series instanceof HistogramSeries)) return [name + labelsText(series.labels)];
  const labels = labelsText(series.labels);
  return [
    ...[...series.bounds.map(String), '+Inf'].map(
      (le) => `${name}_bucket${labelsText({ ...series.labels, le })}`,
    ),
    `${name}_sum${labels}`,
    `${name}_count${labels}`,
  ];
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapedLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const numberText = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);

const escapedHelp = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');

const escapedLabel = (text: string): string => escapedHelp(text).replace(/"/g, '\\"');
