/**
 * What is to be known of a pipeline beside its orders.
 *
 * @packageDocumentation
 */
export type {
  EndpointOptions,
  Health,
  MetricsPage,
  Readiness,
} from './endpoints/options.js';
export { type Endpoints, serveEndpoints } from './endpoints/serve-endpoints.js';
export {
  type CostResult,
  CostSummary,
  type CostTally,
  type MeasuredCosts,
} from './summary/cost-summary.js';
export type { CurvePoint } from './summary/curve.js';
export type { FaultTally } from './summary/fault-tallies.js';
export { type FigureFields, type FiguresLedger, figures } from './summary/figures.js';
export type { DenialTally, FillTally, SummaryResult } from './summary/result.js';
export { RunSummary, type RunSummaryOptions, type SummaryFrame } from './summary/run-summary.js';
