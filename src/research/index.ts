/**
 * Tools around a backtest: sweeps, walk-forward, what is left of the best result when the trials are counted, look-ahead,
 * costs and latency, Monte Carlo.
 *
 * @packageDocumentation
 */
export type { FrameDifference } from './frames/frame-values.js';
export { type DeskUnderTest, findLookAhead, type LookAhead, type LookAheadOptions } from './look-ahead.js';
export { type Moments, moments } from './statistics/moments.js';
export {
  benjaminiHochberg,
  holm,
  judgeSelection,
  type SelectionVerdict,
} from './statistics/multiple-testing.js';
export { normalCdf, normalQuantile } from './statistics/normal.js';
export { type Overfitting, overfitting } from './statistics/overfitting.js';
export {
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  type ObservedSharpe,
  probabilisticSharpe,
  type SharpeRatio,
  sharpeRatio,
} from './statistics/sharpe.js';
