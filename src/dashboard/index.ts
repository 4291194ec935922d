/**
 * The live page of a desk: what it does now, for people, with a switch to kill it.
 *
 * @packageDocumentation
 */
export type { DashboardFrame } from './dashboard-frame.js';
export type { ReadMonitor } from './model/latencies.js';
export type { DashboardOptions, ShownDesk } from './options.js';
export {
  type DepthOverview,
  type LimitGauge,
  type Overview,
  type OverviewFields,
  type OverviewLedger,
  type OverviewLimits,
  type OverviewMarkets,
  type OverviewOptions,
  type OverviewOrder,
  overview,
  type PositionOverview,
} from './overview.js';
export { type Dashboard, serveDashboard } from './server/serve-dashboard.js';
export type {
  AgentPart,
  Candle,
  DashboardHistory,
  DashboardView,
  FillPart,
  Known,
  LatencyPart,
  MarketPart,
  NoticePart,
  OrderPart,
  PositionPart,
  SignalPart,
} from './view.js';
