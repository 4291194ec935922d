/**
 * What is to be known of a pipeline beside its orders.
 *
 * @packageDocumentation
 */
export type { CurvePoint } from './summary/curve.js';
export type { FaultTally } from './summary/fault-tallies.js';
export type { DenialTally, FillTally, SummaryResult } from './summary/result.js';
export { RunSummary, type RunSummaryOptions } from './summary/run-summary.js';
export type { SummaryFrame, SummaryLedger } from './summary/summary-frame.js';
