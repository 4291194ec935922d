/**
 * A diagram that cannot be read. The message repeats it with a caret under the place.
 *
 * ```
 * time runs backwards: this is 1s, and the diagram is already at 2s
 *
 *   a-b @1s c
 *       ^
 * ```
 *
 * @example
 * if (error instanceof MarbleSyntaxError) console.error(error.diagram, error.column);
 */
export class MarbleSyntaxError extends Error {
  override readonly name = 'MarbleSyntaxError';
  readonly diagram: string;
  /** Counted from 0. */
  readonly column: number;

  constructor(diagram: string, column: number, reason: string) {
    super(`${reason}\n\n  ${diagram}\n  ${' '.repeat(column)}^\n`);
    this.diagram = diagram;
    this.column = column;
  }
}
