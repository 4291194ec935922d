import { writeDuration } from './duration.js';
import { signOf, type Timeline } from './notice.js';

/** Where the instants of a run stand in a drawing. */
export interface Layout {
  /** The column of an instant that has a notice on some row. */
  columnOf(at: number): number;
  /** Where time was folded, and the text that says how far it jumps. */
  readonly folds: readonly { readonly column: number; readonly label: string }[];
  readonly width: number;
}

/** Longer gaps, in columns, are folded, so that an hour fits on a line. */
const longestGap = 12;

/**
 * Gives every instant of a run a column that all rows share.
 *
 * ```
 * a-b @1h c     a gap of more than 12 columns is folded into the time at which it ends
 * ```
 *
 * The folds are what a diagram would say, and so are gaps that are no whole number of columns: a drawing can be pasted
 * back into a test. (After a group only if time leaves it room: `(ab)` is drawn in four columns.)
 */
export function layOutTime(timelines: readonly Timeline[], step: number, horizon: number): Layout {
  const notices = timelines.flatMap((timeline) => timeline.notices);
  const instants = [...new Set([...notices.map((notice) => notice.at), horizon])].sort(
    (one, other) => one - other,
  );
  const columns = new Map<number, number>();
  const folds: { column: number; label: string }[] = [];
  let column = 0;
  let now = 0;
  for (const at of instants) {
    const gap = (at - now) / step;
    if (Number.isInteger(gap) && gap >= 0 && gap <= longestGap) {
      column += gap;
    } else {
      const label = `${column === 0 ? '' : ' '}@${writeDuration(at)} `;
      folds.push({ column, label });
      column += label.length;
    }
    columns.set(at, column);
    const width = Math.max(...timelines.map((timeline) => textAt(timeline, at).length));
    column += width;
    now = at + width * step;
  }
  return { columnOf: (at) => columns.get(at) ?? 0, folds, width: column };
}

/** What a row shows at an instant: one sign, or several as a group, or nothing. */
export function textAt({ notices }: Timeline, at: number): string {
  const signs = notices.filter((notice) => notice.at === at).map(signOf);
  return signs.length > 1 ? `(${signs.join('')})` : signs.join('');
}
