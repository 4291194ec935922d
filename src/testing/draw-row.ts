import { type Layout, textAt } from './lay-out-time.js';
import { isLast, type Timeline } from './notice.js';

/** A row as a diagram, on columns shared with other rows. Nothing is drawn after its end. */
export function drawRow(timeline: Timeline, layout: Layout): string {
  const cells = Array.from({ length: layout.width }, () => '-');
  const write = (column: number, text: string): void => {
    cells.splice(column, text.length, ...text);
  };
  for (const { column, label } of layout.folds) write(column, label);
  for (const { at } of timeline.notices) write(layout.columnOf(at), textAt(timeline, at));
  const last = timeline.notices.at(-1);
  if (last === undefined || !isLast(last)) return cells.join('').trimEnd();
  return cells.slice(0, layout.columnOf(last.at) + textAt(timeline, last.at).length).join('');
}

/** Carets under the columns of the given instants. */
export function drawCarets(instants: readonly number[], layout: Layout): string {
  const columns = new Set(instants.map((at) => layout.columnOf(at)));
  return Array.from({ length: Math.max(0, ...columns) + 1 }, (_, column) =>
    columns.has(column) ? '^' : ' ',
  ).join('');
}
