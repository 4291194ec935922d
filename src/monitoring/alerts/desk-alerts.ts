import type { AlertRule } from './rule.js';

/** How patient a desk's alerts are. Shares are from 0 to 1. */
export interface DeskAlertOptions {
  /** Drawdown, as a share of the peak equity. @default 0.05 */
  readonly drawdown?: number;
  /** Seconds without market data of an instrument. @default 10 */
  readonly stale?: number;
  /** Of the metrics, as given to `monitor`. @default "millrace_" */
  readonly prefix?: string;
}

/**
 * The alerts of a desk for those without Prometheus: a smaller set than `deploy/prometheus/desk.rules.yml`, in the same words.
 *
 * `MarketDataStale` does not know whether a session is open: leave it out for instruments that rest at night. Three of them
 * look at what `monitor().watch(run)` and its process metrics measure.
 *
 * @example
 * const rules = deskAlerts().filter(({ name }) => name !== 'MarketDataStale');
 */
export function deskAlerts(options: DeskAlertOptions = {}): readonly AlertRule[] {
  const { drawdown = 0.05, stale = 10, prefix = 'millrace_' } = options;
  const minutes = (count: number): number => count * 60_000;
  const page = { severity: 'page' } as const;
  const ticket = { severity: 'ticket' } as const;
  const rules: readonly AlertRule[] = [
    {
      name: 'PipelineHalted',
      ...page,
      metric: 'pipeline_halted',
      above: 0,
      summary: 'Something broke, no new order leaves.',
    },
    {
      name: 'KillSwitch',
      ...page,
      metric: 'kill_switch_active',
      above: 0,
      summary: 'The desk is halted: only verified reductions pass.',
    },
    {
      name: 'Reducing',
      ...ticket,
      metric: 'reducing_active',
      above: 0,
      for: minutes(5),
      summary: 'The desk may only reduce.',
    },
    {
      name: 'Drawdown',
      ...page,
      metric: 'drawdown_ratio',
      above: drawdown,
      summary: 'The equity is far below its peak.',
    },
    {
      name: 'VenueDown',
      ...page,
      metric: 'venue_session_open',
      below: 1,
      for: 30_000,
      summary: 'A channel to a venue is down.',
    },
    {
      name: 'MarketDataStale',
      ...page,
      metric: 'market_data_last_event_timestamp_seconds',
      of: 'age',
      above: stale,
      for: 10_000,
      summary: 'An instrument has been silent for too long.',
    },
    {
      name: 'BookUnsynced',
      ...page,
      metric: 'market_data_synced',
      below: 1,
      for: minutes(1),
      summary: 'A book has not been whole for a minute.',
    },
    {
      name: 'SequenceGaps',
      ...ticket,
      metric: 'market_data_gaps_total',
      of: 'increase',
      window: minutes(5),
      above: 3,
      summary: 'A feed loses its continuity again and again.',
    },
    {
      name: 'ReconcileMismatch',
      ...page,
      metric: 'reconcile_differences_total',
      where: { what: 'position' },
      of: 'increase',
      window: minutes(10),
      above: 0,
      summary: "A venue's position is not the ledger's.",
    },
    {
      name: 'UnknownOrders',
      ...ticket,
      metric: 'orders_total',
      where: { status: 'unknown' },
      of: 'increase',
      window: minutes(15),
      above: 5,
      summary: 'A venue leaves orders without an answer.',
    },
    {
      name: 'Quarantined',
      ...ticket,
      metric: 'errors_total',
      where: { severity: 'quarantine' },
      of: 'increase',
      window: minutes(10),
      above: 0,
      summary: 'A feature, signal or agent is set aside.',
    },
    {
      name: 'Takeover',
      ...ticket,
      metric: 'takeovers_total',
      of: 'increase',
      window: minutes(10),
      above: 0,
      summary: 'Somebody else leads now.',
    },
    {
      name: 'Dropped',
      ...page,
      metric: 'dropped_items_total',
      of: 'increase',
      window: minutes(5),
      above: 0,
      summary: 'A full queue refused items.',
    },
    {
      name: 'EventLoopStalled',
      ...ticket,
      metric: 'event_loop_delay_seconds',
      where: { statistic: 'p99' },
      above: 0.1,
      for: minutes(1),
      summary: 'The event loop comes round late.',
    },
  ];
  return rules.map((rule) => ({ ...rule, metric: `${prefix}${rule.metric}` }));
}
