import { filter, merge, type Observable } from 'rxjs';
import type { Core } from '../../core/core.js';
import type { Frame } from '../../core/frame.js';
import { run } from '../../core/run.js';
import type { RunOptions } from '../../core/run-options.js';
import type { OutsideEvent } from '../../domain/event.js';
import { liveClock } from '../../streams/clocks/live-clock.js';
import { events } from '../../streams/replay/source-driver.js';
import type { Pipeline } from '../pipeline-rows.js';

/** How a core is run under marbles: as `run` takes it, but for the clock, which is the test's. */
export type PipelineOptions = Omit<RunOptions, 'clock'>;

/**
 * Turns a composed core into a pipeline for `expectPipeline`: events in, frames out, time by the test's scheduler.
 *
 * The events are a driver named `market`, which leads: when they complete, so does the run. The frames of barriers are
 * left out, the last one too.
 *
 * @example
 * expectPipeline(pipelineOf(core, { drivers: [fakeVenue('binance')] }))
 *   .given('q--|', { q: quote(BTC, 100) })
 *   .emits('f--|', { f: matching({ seq: 1 }) });
 */
export function pipelineOf<F extends Frame>(
  core: Core<F>,
  options: PipelineOptions = {},
): Pipeline<Observable<OutsideEvent>, Observable<F>> {
  const { drivers = [], ...rest } = options;
  return (source, { scheduler }) =>
    run(core, {
      ...rest,
      clock: liveClock(scheduler),
      drivers: [...drivers, events('market', source)],
    }).pipe(filter(({ event }) => event.kind !== 'barrier'));
}

/**
 * Lets a pipeline of events be drawn with a row for each source, merged at their times.
 *
 * @example
 * expectPipeline(fromRows(['market', 'operator'], commandsOf(core)))
 *   .given({ market: 'q--q', operator: '-k' }, { market: { q }, operator: { k: control('kill') } })
 */
export function fromRows<const Row extends string, Result>(
  rows: readonly Row[],
  pipeline: Pipeline<Observable<OutsideEvent>, Result>,
): Pipeline<Readonly<Record<Row, Observable<OutsideEvent>>>, Result> {
  return (sources, context) => pipeline(merge(...rows.map((row) => sources[row])), context);
}
