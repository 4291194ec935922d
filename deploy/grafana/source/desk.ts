import { type Board, quantile } from './panel.js';

const ON = 'instance=~"$instance"';

/** What a desk makes, holds and does. */
export const DESK: Board = {
  uid: 'millrace-desk',
  title: 'Desk',
  about: 'What the desk makes, holds and does, and how fast. Money in the reporting currency.',
  variables: [{ name: 'instance', label: 'instance', metric: 'millrace_log_seq' }],
  rows: [
    {
      height: 4,
      panels: [
        {
          title: 'Profit',
          about: 'Realised and unrealised, less fees.',
          kind: 'number',
          unit: 'currencyUSD',
          of: [[`sum(millrace_profit_quote{${ON}})`, 'profit']],
          width: 4,
        },
        {
          title: 'Today',
          about: 'Since the trading day began.',
          kind: 'number',
          unit: 'currencyUSD',
          of: [[`sum(millrace_day_profit_quote{${ON}})`, 'today']],
          width: 4,
        },
        {
          title: 'Drawdown',
          about: 'Below the peak of the equity. An alert calls from 5 % on.',
          kind: 'number',
          unit: 'percentunit',
          of: [[`max(millrace_drawdown_ratio{${ON}})`, 'drawdown']],
          width: 4,
          alarm: 0.05,
        },
        {
          title: 'Exposure',
          about: 'Gross notional held.',
          kind: 'number',
          unit: 'currencyUSD',
          of: [[`sum(millrace_exposure_quote{${ON}})`, 'exposure']],
          width: 4,
        },
        {
          title: 'Kill switch',
          about: 'Stopped: only verified reductions pass.',
          kind: 'number',
          of: [[`max(millrace_kill_switch_active{${ON}})`, 'kill switch']],
          width: 4,
          words: ['trading', 'STOPPED'],
          oneIsBad: true,
        },
        {
          title: 'Pipeline',
          about: 'Halted: something broke, no new order leaves.',
          kind: 'number',
          of: [[`max(millrace_pipeline_halted{${ON}})`, 'pipeline']],
          width: 4,
          words: ['running', 'HALTED'],
          oneIsBad: true,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Equity',
          about: 'Capital and profit.',
          kind: 'series',
          unit: 'currencyUSD',
          of: [[`millrace_equity_quote{${ON}}`, '{{instance}}']],
          width: 12,
        },
        {
          title: 'Drawdown',
          about: 'Share of the peak that is lost at this moment.',
          kind: 'series',
          unit: 'percentunit',
          of: [[`millrace_drawdown_ratio{${ON}}`, '{{instance}}']],
          width: 12,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Profit by agent',
          about: 'Who makes it: each fill counts for the agents that wanted it.',
          kind: 'series',
          unit: 'currencyUSD',
          of: [[`millrace_agent_profit_quote{${ON}}`, '{{agent}}']],
          width: 8,
        },
        {
          title: 'Profit by venue',
          about: 'Where it is made.',
          kind: 'series',
          unit: 'currencyUSD',
          of: [[`millrace_venue_profit_quote{${ON}}`, '{{venue}}']],
          width: 8,
        },
        {
          title: 'Exposure by venue',
          about: 'Gross notional held at each venue.',
          kind: 'series',
          unit: 'currencyUSD',
          of: [[`millrace_venue_exposure_quote{${ON}}`, '{{venue}}']],
          width: 8,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Positions',
          about: 'Base units, contracts of derivatives; below 0: short.',
          kind: 'series',
          of: [[`millrace_position_base_units{${ON}}`, '{{symbol}} {{venue}}']],
          width: 12,
        },
        {
          title: 'Profit by instrument',
          about: 'Before fees.',
          kind: 'series',
          unit: 'currencyUSD',
          of: [[`millrace_instrument_profit_quote{${ON}}`, '{{symbol}} {{venue}}']],
          width: 12,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Signals',
          about: 'A second, by signal.',
          kind: 'series',
          unit: 'ops',
          of: [[`sum by (signal) (rate(millrace_signals_total{${ON}}[1m]))`, '{{signal}}']],
          width: 8,
        },
        {
          title: 'Decisions',
          about: 'A second, by agent: one that is silent has no line.',
          kind: 'series',
          unit: 'ops',
          of: [[`sum by (agent) (rate(millrace_decisions_total{${ON}}[1m]))`, '{{agent}}']],
          width: 8,
        },
        {
          title: 'Orders',
          about: 'A second, by what became of them.',
          kind: 'series',
          unit: 'ops',
          of: [[`sum by (status) (rate(millrace_orders_total{${ON}}[1m]))`, '{{status}}']],
          width: 8,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Denials',
          about: 'What risk did not let pass, by rule.',
          kind: 'series',
          unit: 'ops',
          of: [[`sum by (rule) (rate(millrace_denials_total{${ON}}[1m]))`, '{{rule}}']],
          width: 8,
        },
        {
          title: 'Faults',
          about: 'What failed and was contained, by component and kind.',
          kind: 'series',
          unit: 'ops',
          of: [
            [`sum by (component, class) (rate(millrace_errors_total{${ON}}[1m]))`, '{{component}} {{class}}'],
          ],
          width: 8,
        },
        {
          title: 'Differences from the venues',
          about: 'Points in which a venue told another truth than the ledger, an hour.',
          kind: 'series',
          of: [[`sum by (what) (increase(millrace_reconcile_differences_total{${ON}}[1h]))`, '{{what}}']],
          width: 8,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Tick to order',
          about: 'From the acceptance of an event to its order on the way.',
          kind: 'series',
          unit: 's',
          of: [
            [quantile(0.5, 'millrace_tick_to_order_seconds', ON, 'instance'), 'p50 {{instance}}'],
            [quantile(0.99, 'millrace_tick_to_order_seconds', ON, 'instance'), 'p99 {{instance}}'],
          ],
          width: 8,
        },
        {
          title: 'Stages',
          about: 'One frame in a hundred takes longer than this.',
          kind: 'series',
          unit: 's',
          of: [[quantile(0.99, 'millrace_stage_latency_seconds', ON, 'stage'), '{{stage}}']],
          width: 8,
        },
        {
          title: 'Event loop',
          about: 'How late it comes round.',
          kind: 'series',
          unit: 's',
          of: [[`millrace_event_loop_delay_seconds{${ON}}`, '{{statistic}} {{instance}}']],
          width: 8,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Inbox',
          about: 'Events that wait to pass.',
          kind: 'series',
          of: [[`millrace_inbox_waiting{${ON}}`, '{{instance}}']],
          width: 6,
        },
        {
          title: 'Merged and dropped',
          about: 'Market data that was merged while it waited; what a full queue refused.',
          kind: 'series',
          unit: 'ops',
          of: [
            [`rate(millrace_merged_events_total{${ON}}[1m])`, 'merged'],
            [`rate(millrace_dropped_items_total{${ON}}[1m])`, 'dropped {{queue}}'],
          ],
          width: 6,
        },
        {
          title: 'Garbage collection',
          about: 'Share of the time, by kind.',
          kind: 'series',
          unit: 'percentunit',
          of: [[`sum by (kind) (rate(millrace_gc_duration_seconds_sum{${ON}}[1m]))`, '{{kind}}']],
          width: 6,
        },
        {
          title: 'Memory',
          about: 'Resident, and the part of the heap in use.',
          kind: 'series',
          unit: 'bytes',
          of: [[`millrace_process_memory_bytes{${ON}}`, '{{part}} {{instance}}']],
          width: 6,
        },
      ],
    },
  ],
};
