import type { Core } from '../../core/core.js';
import type { Driver } from '../../core/driver.js';
import type { Frame } from '../../core/frame.js';
import { knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { RecordingSource } from '../../streams/recording/source.js';
import { backtest } from '../../streams/replay/backtest.js';
import { usualVenues } from '../look-ahead.js';
import { Meter } from './meter.js';
import type { Performance } from './performance.js';
import { checkWindow, type TimeWindow, windowOf } from './window.js';

/** How a desk is evaluated. */
export interface EvaluateOptions extends TimeWindow {
  /** @default a simulated venue each, 12 ms to it and 8 ms back */
  readonly drivers?: readonly Driver[];
  /** Length of the periods whose profits are the returns. @default "1m" */
  readonly period?: Duration;
  /** For the annualised Sharpe ratio. @default a year of 365 days by the period */
  readonly periodsPerYear?: number;
  /** Ends it early, with what was measured so far. */
  readonly signal?: AbortSignal;
}

/**
 * Plays a recording through a desk and measures it.
 *
 * With `from`, the desk sees what comes before and is halted by its operator until then, so that it is warm; with `to`, the
 * recording ends there. Both are Unix milliseconds.
 *
 * @throws ConfigurationError for a desk without a ledger, and for options that cannot be; InputError from the recording
 * @example
 * const { netProfit, sharpe, trades } = await evaluate(desk, simulateMarket({ seed: 7 }), { period: '1m' });
 * console.log(netProfit, sharpe.annualised, trades.length);
 */
export async function evaluate<F extends Frame>(
  desk: Core<F>,
  source: RecordingSource,
  options: EvaluateOptions = {},
): Promise<Performance> {
  knownKeys('evaluate', options, ['drivers', 'period', 'periodsPerYear', 'signal', 'from', 'to']);
  checkWindow('evaluate', options);
  const core: Core<Frame> = desk;
  const period = milliseconds('evaluate.period', options.period ?? '1m');
  const meter = new Meter(core.instruments, options.from ?? Number.NaN, period, options.periodsPerYear);
  const { signal } = options;
  // Not guarded: the ledger is read when a frame has left its pass, and nothing of it is kept.
  const pipeline = backtest(core, windowOf(source, options), {
    drivers: options.drivers ?? usualVenues(core),
    development: false,
  });
  const stop = (): void => pipeline.stop();
  signal?.addEventListener('abort', stop);
  try {
    let error: unknown;
    await pipeline.forEach((frame) => {
      if (signal?.aborted === true) stop();
      if (error !== undefined) return;
      try {
        meter.observe(frame);
      } catch (thrown) {
        error = thrown;
        stop();
      }
    });
    if (error !== undefined) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  const { halted } = pipeline;
  return meter.result(
    options.to ?? Number.NEGATIVE_INFINITY,
    halted === undefined ? null : `${halted.component}: ${halted.message}`,
  );
}
