/**
 * Tools around a backtest: sweeps, walk-forward, what is left of the best result when the trials are counted, look-ahead,
 * costs and latency, Monte Carlo.
 *
 * @packageDocumentation
 */

export { describeMonteCarlo, describeSensitivity, describeSweep, describeWalkForward } from './describe.js';
export type { FrameDifference } from './frames/frame-values.js';
export { type DeskUnderTest, findLookAhead, type LookAhead, type LookAheadOptions } from './look-ahead.js';
export { type EvaluateOptions, evaluate } from './performance/evaluate.js';
export type { ClosedTrade, Performance } from './performance/performance.js';
export type { TimeWindow } from './performance/window.js';
export {
  type Distribution,
  type MonteCarloOptions,
  type MonteCarloResult,
  monteCarlo,
} from './robustness/monte-carlo.js';
export {
  type SensitivityOptions,
  type SensitivityProgress,
  type SensitivityResult,
  type SensitivityRow,
  sensitivity,
} from './robustness/sensitivity.js';
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
export { grid } from './sweep/grid.js';
export type { StudySource } from './sweep/run-jobs.js';
export { type Costs, costlyVenues, type Parameters, type Study } from './sweep/study.js';
export {
  type ParameterSpace,
  type SweepOptions,
  type SweepProgress,
  type SweepResult,
  type SweepRow,
  sweep,
} from './sweep/sweep.js';
export { type Fold, type FoldOptions, folds } from './walk-forward/folds.js';
export {
  type WalkForwardFold,
  type WalkForwardOptions,
  type WalkForwardProgress,
  type WalkForwardResult,
  walkForward,
} from './walk-forward/walk-forward.js';
