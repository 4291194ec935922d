import type { Observable } from 'rxjs';
import type { StageContext } from './context.js';
import type { Frame } from './frame.js';
import type { Link } from './linked-pass.js';
import { asPart, type FrameStream, linkedStream, type Part } from './stage.js';

/**
 * A part without state: one new field of the frame, computed from the fields before it.
 *
 * ```
 * frames in   --a(bid 99, ask 101)--|
 *             pure('gap', (frame) => frame.ask - frame.bid)
 * frames out  --a(gap 2)------------|
 * ```
 *
 * Written inline and without an annotation, its parameter has the type of the frame so far. With an annotation, the frame
 * behind it has the annotated fields and no others: for a part to be reused, write a `stage`, which keeps them all.
 *
 * The function must depend on the frame alone; what it remembers would be missing from snapshots.
 *
 * @param initial what the field holds before its turn; give `NaN` for numbers, so that the field stays a number
 *
 * @example
 * compose({ instruments: [btc] }, books(), pure('gap', (frame) => frame.ask - frame.bid));
 */
export function pure<const K extends string, In extends Frame, V>(
  field: K,
  compute: (frame: In) => V,
  initial?: V,
): Part<In, In & Readonly<Record<K, V>>> {
  const link = (_context: StageContext, index: number): Link => ({ kind: 'pure', index, field, compute });
  const operator = (source: Observable<In>): FrameStream<In & Readonly<Record<K, V>>> =>
    linkedStream(source, link);
  return asPart(operator, {
    name: field,
    version: 1,
    fingerprint: '',
    adds: { [field]: initial },
    stateful: false,
    link,
  });
}
