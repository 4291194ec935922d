import { drawCarets, drawRow } from './draw-row.js';
import { writeDuration } from './duration.js';
import { type Fault, findFaults } from './find-faults.js';
import { layOutTime } from './lay-out-time.js';
import { nameReceived } from './name-received.js';
import type { Notice, Rows, Timeline } from './notice.js';

/** Two rows that should be equal. `name` is the row's, and empty where there is only one. */
export interface Comparison {
  readonly name: string;
  /** What the rows are called: `expected` and `received`, or `subscribes` and `subscribed`. */
  readonly labels: readonly [expected: string, received: string];
  readonly expected: Timeline;
  readonly received: readonly Notice[];
}

/** Sentences after this many are counted and not shown: the first faults tell the cause, the rest follow from it. */
const mostSentences = 10;

/**
 * Draws what went wrong, or returns `undefined` where all rows agree.
 *
 * ```
 *   given     a-b-c-|
 *   expected  ----x-|
 *   received  ------(x|)
 *                 ^ ^
 *   x came at 6s, late by 2s
 * ```
 *
 * @param step milliseconds a column
 * @param horizon milliseconds the run lasted
 */
export function report(
  given: Rows,
  comparisons: readonly Comparison[],
  step: number,
  horizon: number,
): string | undefined {
  const rows = comparisons.map((comparison) => {
    const named = nameReceived(comparison.received, comparison.expected.notices);
    const received: Timeline = { notices: named, span: horizon };
    return { ...comparison, received, faults: findFaults(comparison.expected.notices, named) };
  });
  if (rows.every(({ faults }) => faults.length === 0)) return undefined;

  const layout = layOutTime(
    [...given.values(), ...rows.flatMap((row) => [row.expected, row.received])],
    step,
    horizon,
  );
  const lines: (readonly [label: string, drawing: string])[] = [];
  for (const [name, timeline] of given) lines.push([label('given', name), drawRow(timeline, layout)]);
  for (const { name, labels, expected, received, faults } of rows) {
    lines.push([label(labels[0], name), drawRow(expected, layout)]);
    lines.push([label(labels[1], name), drawRow(received, layout)]);
    const instants = faults.flatMap((fault) => fault.at);
    if (instants.length > 0) lines.push(['', drawCarets(instants, layout)]);
  }
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    `the marbles differ (a column is ${writeDuration(step)})`,
    '',
    ...lines.map(([name, drawing]) => `  ${name.padEnd(width)}  ${drawing}`),
    '',
    ...sentences(rows),
    '',
  ].join('\n');
}

function label(role: string, name: string): string {
  return name === '' ? role : `${role} ${name}`;
}

function sentences(
  rows: readonly { readonly name: string; readonly faults: readonly Fault[] }[],
): readonly string[] {
  const all = rows.flatMap(({ name, faults }) =>
    faults.map(({ sentence }) => `  ${name === '' ? '' : `${name}: `}${sentence}`),
  );
  const hidden = all.length - mostSentences;
  return hidden > 0 ? [...all.slice(0, mostSentences), `  and ${hidden} more`] : all;
}
