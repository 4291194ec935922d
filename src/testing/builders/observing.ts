import { type Observable, ReplaySubject, share } from 'rxjs';
import type { Core } from '../../core/core.js';
import type { Frame } from '../../core/frame.js';
import type { OutsideEvent } from '../../domain/event.js';
import type { Pipeline } from '../pipeline-rows.js';
import { type PipelineOptions, pipelineOf } from './pipeline-of.js';
import type { Reading } from './readings.js';

type Rows<F> = Readonly<Record<string, Reading<F, unknown>>>;

/** The rows that readings draw. */
export type ReadRows<Readings> = {
  readonly [Row in keyof Readings]: Readings[Row] extends Reading<never, infer Value>
    ? Observable<Value>
    : never;
};

/**
 * Runs a core and reads its frames, into one row or several.
 *
 * What a reading takes of a frame must be a copied value: live views (`frame.ledger`, `frame.markets`, `frame.book`,
 * `frame.pool`) are over when a frame has left the chain. A `pure` part copies what is needed of them.
 *
 * @example
 * expectPipeline(observing(core, { position: changes(({ position }) => position) }))
 *   .given('q--|', { q: quote(BTC, 100) })
 *   .emits({ position: 'p--|' }, { position: { p: 0 } });
 */
export function observing<F extends Frame, const Readings extends Rows<F>>(
  core: Core<F>,
  readings: Readings,
  options?: PipelineOptions,
): Pipeline<Observable<OutsideEvent>, ReadRows<Readings>> {
  const pipeline = pipelineOf(core, options);
  return (source, context) => {
    // All rows look at one run, and none misses what is said while the others subscribe.
    const frames = pipeline(source, context).pipe(share({ connector: () => new ReplaySubject() }));
    const rows = Object.entries(readings).map(([row, reading]) => [row, reading(frames)]);
    return Object.fromEntries(rows) as ReadRows<Readings>;
  };
}
