export { type DriftFields, type DriftOptions, type DriftReport, drift } from './drift.js';
export { Adwin, kolmogorovSmirnov, populationStability } from './drift-measures.js';
export { type CalibrationBin, correlation, type Figures, type Outcome, ranks } from './score-window.js';
export {
  byScore,
  type Score,
  type ScoringFields,
  type ScoringOptions,
  type ScoringView,
  scoring,
} from './scoring.js';
