import { MarbleSyntaxError } from './marble-syntax-error.js';
import type { Rows, Timeline } from './notice.js';
import { parseMarbles } from './parse-marbles.js';
import { parseSubscription } from './parse-subscription.js';

/** Diagrams and values as they come from a test: of one stream, or of a record of rows. */
export interface DrawnRows {
  readonly diagrams: unknown;
  readonly values: unknown;
  /** What `#` stands for, on every row. */
  readonly error: unknown;
}

/** The name of the row where a pipeline has only one. */
export const onlyRow = '';

/**
 * Reads the rows of a test.
 *
 * @throws MarbleSyntaxError for a diagram that cannot be read, and TypeError for an error that no row has a place for.
 */
export function readRows({ diagrams, values, error }: DrawnRows, step: number): Rows {
  const rows = entriesOf(diagrams).map(([row, diagram]): [string, Timeline] => {
    const own = row === onlyRow ? values : recordOf(values)[row];
    return [
      row,
      parseMarbles(diagramOf(diagram, row), step, { values: recordOf(own), error: error ?? marbleError }),
    ];
  });
  if (error !== undefined && !rows.some(([, { notices }]) => notices.some(({ kind }) => kind === 'error'))) {
    throw new TypeError('an error is given, but no row has a "#"');
  }
  return new Map(rows);
}

/** Reads the subscriptions of a test: for each row, the diagrams of its subscriptions in their order. */
export function readSubscriptions(diagrams: unknown, step: number): ReadonlyMap<string, readonly Timeline[]> {
  return new Map(
    entriesOf(Array.isArray(diagrams) ? { [onlyRow]: diagrams } : diagrams).map(([row, drawn]) => {
      const list: readonly unknown[] = Array.isArray(drawn) ? drawn : [drawn];
      return [row, list.map((diagram) => parseSubscription(diagramOf(diagram, row), step))];
    }),
  );
}

// Both sides of a test default to it, so that an error passes through a pipeline without being named.
const marbleError = new Error('marble error');

function entriesOf(diagrams: unknown): readonly (readonly [string, unknown])[] {
  return typeof diagrams === 'string' ? [[onlyRow, diagrams]] : Object.entries(recordOf(diagrams));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function diagramOf(diagram: unknown, row: string): string {
  if (typeof diagram === 'string') return diagram;
  throw new MarbleSyntaxError(
    String(diagram),
    0,
    `the diagram${row === onlyRow ? '' : ` of ${row}`} is not a text`,
  );
}
