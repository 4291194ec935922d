import type { Duration } from '../domain/duration.js';
import { wholeMilliseconds, writeDuration } from './duration.js';
import { MarbleSyntaxError } from './marble-syntax-error.js';

/** As in RxJS, and hours; a `d` would take a letter away. */
const JUMP = /^(@?)(\d+(?:\.\d+)?(?:ms|s|m|h))$/;

/** A sign that stands at a time: a letter, `|`, `#`, `^` or `!`. */
interface Mark {
  readonly sign: string;
  /** Milliseconds since the start. */
  readonly at: number;
  readonly column: number;
}

/** The marks of a diagram, and the time at which it ends. */
export interface Scan {
  readonly marks: readonly Mark[];
  readonly span: number;
}

/**
 * Reads the time of a diagram, and leaves the meaning of its marks to the caller.
 *
 * ```
 * a-(bc)-d 3s e @1h f     one column is one step
 *
 * a at 0, b and c at 2, d at 7 steps (a group takes its columns, as in RxJS),
 * e three seconds after d's column, f an hour after the start
 * ```
 *
 * Spaces align and take no time. A duration or an `@` time stands between spaces.
 *
 * @throws MarbleSyntaxError where time runs backwards, and for parentheses that nest, hold nothing or do not close.
 */
export function scanDiagram(diagram: string, step: number): Scan {
  const marks: Mark[] = [];
  let now = 0;
  let column = 0;
  let group: { readonly at: number; readonly column: number; readonly marks: number } | undefined;
  const fail = (reason: string, where: number = column): never => {
    throw new MarbleSyntaxError(diagram, where, reason);
  };

  while (column < diagram.length) {
    const sign = diagram.charAt(column);
    const jump = column === 0 || diagram[column - 1] === ' ' ? readJump(diagram, column, now) : undefined;
    if (jump !== undefined) {
      if (group !== undefined) fail('no time passes inside a group');
      now = jump.to;
      column += jump.length;
      continue;
    }
    if (sign === ' ') {
      column += 1;
      continue;
    }
    if (/\s/.test(sign)) fail('only spaces may align a diagram');
    if (sign === '@') fail('"@" starts an absolute time such as @1h, between spaces');
    if (sign === '(') {
      if (group !== undefined) fail('groups do not nest');
      group = { at: now, column, marks: marks.length };
    } else if (sign === ')') {
      if (group === undefined) fail('this group was never opened');
      if (group?.marks === marks.length) fail('a group holds at least one value');
      group = undefined;
    } else if (sign === '-') {
      if (group !== undefined) fail('no time passes inside a group');
    } else {
      marks.push({ sign, at: group?.at ?? now, column });
    }
    now += step;
    column += 1;
  }
  if (group !== undefined) fail('this group is never closed', group.column);
  return { marks, span: now };
}

function readJump(diagram: string, column: number, now: number): { to: number; length: number } | undefined {
  const token = diagram.slice(column).split(' ', 1)[0] ?? '';
  const [, at, text] = JUMP.exec(token) ?? [];
  if (text === undefined) return undefined;
  const duration = wholeMilliseconds(text as Duration);
  if (duration === undefined) throw new MarbleSyntaxError(diagram, column, 'times are whole milliseconds');
  const absolute = at === '@';
  if (absolute && duration < now) {
    const reason = `time runs backwards: this is ${writeDuration(duration)}, and the diagram is already at ${writeDuration(now)}`;
    throw new MarbleSyntaxError(diagram, column, reason);
  }
  return { to: absolute ? duration : now + duration, length: token.length };
}
