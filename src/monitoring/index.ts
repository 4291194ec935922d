/**
 * What is to be known of a pipeline beside its orders.
 *
 * @packageDocumentation
 */
export { type Alert, AlertBoard } from './alerts/alert-board.js';
export { type AlertWebhook, type AlertWebhookOptions, sendAlerts } from './alerts/alert-webhook.js';
export { type AlertOptions, alerts } from './alerts/alerts.js';
export { type DeskAlertOptions, deskAlerts } from './alerts/desk-alerts.js';
export type { AlertRule, AlertSeverity } from './alerts/rule.js';
export type {
  EndpointOptions,
  Health,
  MetricsPage,
  Readiness,
} from './endpoints/options.js';
export { type Endpoints, serveEndpoints } from './endpoints/serve-endpoints.js';
export {
  Family,
  type HistogramDescription,
  type MetricDescription,
  type MetricType,
} from './metrics/family.js';
export { type AnyFamily, Metrics, type MetricsOptions } from './metrics/metrics.js';
export { prometheusPage, registerMetrics } from './metrics/prometheus-page.js';
export { HistogramSeries, type Labels, Series } from './metrics/series.js';
export {
  type Breakdown,
  type BreakdownFields,
  type BreakdownLedger,
  type BreakdownLimits,
  type BreakdownNeeds,
  type BreakdownOptions,
  breakdown,
  type LimitInUse,
} from './monitor/breakdown.js';
export type {
  MonitoredDrift,
  MonitoredFigures,
  MonitoredScore,
  MonitoredScoring,
} from './monitor/model-metrics.js';
export { Monitor, monitor } from './monitor/monitor.js';
export type { MonitorOptions } from './monitor/monitor-options.js';
export type { MonitoredFrame } from './monitor/monitored-frame.js';
export type {
  MonitoredAgentHealth,
  MonitoredAgents,
  MonitoredFeatures,
} from './monitor/source-metrics.js';
export { renderTearSheet, type TearSheetTitle } from './report/render-tear-sheet.js';
export { type HitRate, SignalOutcomes } from './report/signal-outcomes.js';
export {
  type FillMark,
  TearSheet,
  type TearSheetData,
  type TearSheetFrame,
  type TearSheetOptions,
  type TradedInstrument,
} from './report/tear-sheet.js';
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
