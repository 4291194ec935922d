// @ts-check
import { collectGarbage } from '../harness/measure.js';
import { columns } from '../reference/columns.js';
import { underRun } from '../reference/composed.js';

/** @param {{ events: number, points: number }} task */
export function work({ events, points }) {
  const rows = Math.min(500_000, events);
  const { play, digest } = underRun(columns(rows));
  const interval = Math.floor(events / points);
  const heap = [];
  let played = 0;
  for (let point = 0; point < points; point++) {
    for (let left = interval; left > 0; ) {
      const from = played % rows;
      const to = Math.min(rows, from + left);
      play(from, to);
      left -= to - from;
      played += to - from;
    }
    collectGarbage();
    heap.push({ x: played, y: process.memoryUsage().heapUsed });
  }
  return { heap, digest: digest() };
}
