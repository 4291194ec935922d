import { MarbleSyntaxError } from './marble-syntax-error.js';
import type { Notice, Timeline } from './notice.js';
import { scanDiagram } from './scan-diagram.js';

/** What the letters and the `#` of a diagram stand for. */
export interface MarbleMeaning {
  readonly values: Readonly<Record<string, unknown>>;
  readonly error: unknown;
}

/**
 * Reads a diagram of values.
 *
 * ```
 * a--(bc)--|     a, then b and c at one instant, then the completion
 * a--#           a, then the error
 * ```
 *
 * @param step milliseconds a column
 * @throws MarbleSyntaxError for a letter without a value, and for a sign after the end of the stream: it could never
 * come, and a test that expects it would pass for the wrong reason.
 */
export function parseMarbles(diagram: string, step: number, meaning: MarbleMeaning): Timeline {
  const { marks, span } = scanDiagram(diagram, step);
  let ended = false;
  const notices = marks.map(({ sign, at, column }): Notice => {
    if (ended) throw new MarbleSyntaxError(diagram, column, 'the stream has already ended');
    if (sign === '^' || sign === '!') {
      throw new MarbleSyntaxError(diagram, column, `"${sign}" belongs in a diagram of subscriptions`);
    }
    ended = sign === '|' || sign === '#';
    if (sign === '|') return { kind: 'complete', at };
    if (sign === '#') return { kind: 'error', at, error: meaning.error };
    if (!Object.hasOwn(meaning.values, sign)) {
      throw new MarbleSyntaxError(diagram, column, `no value is given for "${sign}"`);
    }
    return { kind: 'next', at, value: meaning.values[sign], letter: sign };
  });
  return { notices, span };
}
