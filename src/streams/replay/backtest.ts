import type { Core } from '../../core/core.js';
import type { Frame } from '../../core/frame.js';
import { type PipelineRun, run } from '../../core/run.js';
import type { RunOptions } from '../../core/run-options.js';
import { type ReplayClockOptions, replayClock } from '../clocks/replay-clock.js';
import type { RecordingSource } from '../recording/source.js';

/** How a backtest is run: as `run`, with a recording in place of a clock. */
export interface BacktestOptions extends Omit<RunOptions, 'clock'>, ReplayClockOptions {}

/**
 * Plays recorded market data through a pipeline with simulated drivers.
 *
 * ```
 * recording  q--q--t--q--|
 *            backtest(core, recording, { drivers: [simulatedVenue(...)] })
 * frames     f--f--f--f-r|     r: a report of the simulated venue, in event time
 * ```
 *
 * @throws ConfigurationError for a journal: see `reenact`
 *
 * @example
 * backtest(core, recording, { drivers: [simulatedVenue({ venue: 'binance' })] }).subscribe((frame) => log(frame.seq));
 */
export function backtest<F extends Frame>(
  core: Core<F>,
  recording: RecordingSource,
  options: BacktestOptions = {},
): PipelineRun<F> {
  const { speed, grace, progress, ...rest } = options;
  const replay: ReplayClockOptions = {
    ...(speed === undefined ? {} : { speed }),
    ...(grace === undefined ? {} : { grace }),
    ...(progress === undefined ? {} : { progress }),
  };
  return run(core, { ...rest, clock: replayClock(recording, replay) });
}
