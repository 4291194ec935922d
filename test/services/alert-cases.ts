/** Series by their name and labels, in the notation of promtool: `start+stepxtimes`, one value every 15 seconds. */
export type Given = Readonly<Record<string, string>>;

/** What makes an alert fire, and what looks like it and must not. `at`: when it is looked at, in minutes. */
export interface AlertCase {
  readonly alert: string;
  readonly at: number;
  readonly fires: Given;
  /** Another way to make it fire. */
  readonly alsoFires?: Given;
  readonly silent: readonly Given[];
}

const of = (name: string, labels = ''): string =>
  `millrace_${name}{instance="desk-a"${labels === '' ? '' : `,${labels}`}}`;
const SCORED = 'agent="trend",horizon_seconds="60"';
const BTC = 'venue="binance",symbol="BTCUSDT"';
const orders = (status: string): string =>
  of('orders_total', `venue="binance",agent="trend",status="${status}"`);
const buckets = (name: string, labels: string, fast: string, slow: string): Given => {
  const more = labels === '' ? '' : `${labels},`;
  return {
    [of(`${name}_bucket`, `${more}le="0.01"`)]: fast,
    [of(`${name}_bucket`, `${more}le="5"`)]: slow,
    [of(`${name}_bucket`, `${more}le="+Inf"`)]: slow,
  };
};

/** A hundred answers of a model every 15 seconds, and those of them that took no longer than a millisecond. */
const answers = (fast: string): Given => {
  const name = 'model_inference_seconds';
  const model = 'model="next-minute"';
  return {
    [of(`${name}_bucket`, `${model},le="0.001"`)]: fast,
    [of(`${name}_bucket`, `${model},le="1"`)]: '0+100x560',
    [of(`${name}_bucket`, `${model},le="+Inf"`)]: '0+100x560',
    [of(`${name}_count`, model)]: '0+100x560',
  };
};

/** A profit that goes up and down by up to 20, without a pattern. */
function unrest(count: number): string {
  let state = 12_345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((state / 2 ** 32 - 0.5) * 40);
  }).join(' ');
}

export const DESK_ALERTS: readonly AlertCase[] = [
  {
    alert: 'DeskIsGone',
    at: 5,
    fires: { 'up{job="desk",instance="desk-a"}': '0x40' },
    silent: [
      { 'up{job="desk",instance="desk-a"}': '1x40' },
      // Three scrapes that fail are a restart.
      { 'up{job="desk",instance="desk-a"}': '1x16 0 0 0 1x20' },
      { 'up{job="other",instance="x"}': '0x40' },
    ],
  },
  {
    alert: 'PipelineHalted',
    at: 2,
    fires: { [of('pipeline_halted')]: '0 0 1x10' },
    silent: [{ [of('pipeline_halted')]: '0x20' }],
  },
  {
    alert: 'KillSwitch',
    at: 2,
    fires: { [of('kill_switch_active')]: '0 1x10' },
    silent: [{ [of('kill_switch_active')]: '0x20' }],
  },
  {
    alert: 'Reducing',
    at: 8,
    fires: { [of('reducing_active')]: '1x40' },
    silent: [{ [of('reducing_active')]: '0x40' }, { [of('reducing_active')]: '0x20 1x20' }],
  },
  {
    alert: 'Takeover',
    at: 5,
    fires: { [of('takeovers_total')]: '1x10 2x20' },
    silent: [{ [of('takeovers_total')]: '2x40' }],
  },
  {
    alert: 'VenueDown',
    at: 3,
    fires: { [of('venue_session_open', 'venue="binance",channel="orders"')]: '1x4 0x20' },
    silent: [{ [of('venue_session_open', 'venue="binance",channel="orders"')]: '1x8 0 1x20' }],
  },
  {
    alert: 'MarketDataStale',
    at: 3,
    fires: {
      [of('market_data_last_event_timestamp_seconds', BTC)]: '0x4 100x20',
      [of('venue_session_open', 'venue="binance",channel="market"')]: '1x20',
    },
    silent: [
      {
        [of('market_data_last_event_timestamp_seconds', BTC)]: '0+15x20',
        [of('venue_session_open', 'venue="binance",channel="market"')]: '1x20',
      },
      // A closed session is quiet, and its link has an alert of its own.
      {
        [of('market_data_last_event_timestamp_seconds', BTC)]: '100x20',
        [of('venue_session_open', 'venue="binance",channel="market"')]: '0x20',
      },
    ],
  },
  {
    alert: 'BookUnsynced',
    at: 4,
    fires: { [of('market_data_synced', BTC)]: '1x4 0x20' },
    silent: [{ [of('market_data_synced', BTC)]: '1x4 0 0 1x20' }],
  },
  {
    alert: 'SequenceGaps',
    at: 5,
    fires: { [of('market_data_gaps_total', BTC)]: '0x4 0+1x10 10x20' },
    silent: [{ [of('market_data_gaps_total', BTC)]: '0x8 2x30' }],
  },
  {
    alert: 'AckSlow',
    at: 10,
    fires: buckets('order_ack_latency_seconds', 'venue="binance"', '0+9x60', '0+10x60'),
    silent: [
      buckets('order_ack_latency_seconds', 'venue="binance"', '0+1000x60', '0+1000x60'),
      // One of a thousand is no percent.
      buckets('order_ack_latency_seconds', 'venue="binance"', '0+999x60', '0+1000x60'),
    ],
  },
  {
    alert: 'Rejects',
    at: 16,
    fires: { [orders('rejected')]: '0+1x80', [orders('submitted')]: '0+5x80' },
    silent: [
      { [orders('rejected')]: '0+1x80', [orders('submitted')]: '0+50x80' },
      // Two of three are too few to judge a venue by.
      { [orders('rejected')]: '0x20 2x60', [orders('submitted')]: '0x20 3x60' },
    ],
  },
  {
    alert: 'UnknownOrders',
    at: 16,
    fires: { [orders('unknown')]: '0x8 0+1x10 10x40' },
    silent: [{ [orders('unknown')]: '0x8 2x60' }],
  },
  {
    alert: 'FillRatioLow',
    at: 31,
    fires: { [orders('filledInPart')]: '0+1x150', [orders('submitted')]: '0+4x150' },
    silent: [
      { [orders('filledInPart')]: '0+3x150', [orders('submitted')]: '0+4x150' },
      { [orders('filledInPart')]: '0x20 1x130', [orders('submitted')]: '0x20 8x130' },
    ],
  },
  {
    alert: 'SlippageHigh',
    at: 31,
    fires: {
      [of('slippage_paid_quote_total', 'venue="binance",agent="trend"')]: '0+3x150',
      [of('slippage_gained_quote_total', 'venue="binance",agent="trend"')]: '0+1x150',
      [of('filled_notional_quote_total', 'venue="binance",agent="trend"')]: '0+1000x150',
    },
    silent: [
      // What is lost here is gained there.
      {
        [of('slippage_paid_quote_total', 'venue="binance",agent="trend"')]: '0+3x150',
        [of('slippage_gained_quote_total', 'venue="binance",agent="trend"')]: '0+2.5x150',
        [of('filled_notional_quote_total', 'venue="binance",agent="trend"')]: '0+1000x150',
      },
      {
        [of('slippage_paid_quote_total', 'venue="binance",agent="trend"')]: '0+0.5x150',
        [of('filled_notional_quote_total', 'venue="binance",agent="trend"')]: '0+1000x150',
      },
    ],
  },
  {
    alert: 'Coma',
    at: 35,
    fires: { [of('signals_total', 'signal="cross"')]: '0+1x200', [orders('submitted')]: '5x200' },
    silent: [
      { [of('signals_total', 'signal="cross"')]: '0+1x200', [orders('submitted')]: '0+1x200' },
      { [of('signals_total', 'signal="cross"')]: '7x200', [orders('submitted')]: '5x200' },
    ],
  },
  {
    alert: 'ReconcileMismatch',
    at: 12,
    fires: { [of('reconcile_differences_total', 'what="position"')]: '0x28 1x40' },
    // Found while it started, before anybody scraped.
    alsoFires: { [of('reconcile_differences_total', 'what="position"')]: '_x28 1x40' },
    silent: [
      { [of('reconcile_differences_total', 'what="position"')]: '3x80' },
      { [of('reconcile_differences_total', 'what="position"')]: '_x28 0x40' },
      // A fill that a reconnect brought to light is what reconciliation is for.
      { [of('reconcile_differences_total', 'what="fill"')]: '0x28 1x40' },
    ],
  },
  {
    alert: 'Drawdown',
    at: 2,
    fires: { [of('drawdown_ratio')]: '0.01 0.06x20' },
    silent: [{ [of('drawdown_ratio')]: '0.05x20' }],
  },
  {
    alert: 'DailyLoss',
    at: 2,
    fires: { [of('day_profit_quote')]: '-2100x20', [of('equity_quote')]: '100000x20' },
    silent: [
      { [of('day_profit_quote')]: '-1900x20', [of('equity_quote')]: '100000x20' },
      { [of('day_profit_quote')]: '5000x20', [of('equity_quote')]: '100000x20' },
    ],
  },
  {
    alert: 'PnlAnomaly',
    at: 423,
    fires: { [of('profit_quote')]: `${unrest(1_680)} ${Array(60).fill(-400).join(' ')}` },
    silent: [{ [of('profit_quote')]: unrest(1_740) }],
  },
  {
    alert: 'StageSlow',
    at: 10,
    fires: buckets('stage_latency_seconds', 'stage="risk"', '0+9x60', '0+10x60'),
    silent: [buckets('stage_latency_seconds', 'stage="risk"', '0+10x60', '0+10x60')],
  },
  {
    alert: 'TickToOrderSlow',
    at: 10,
    fires: buckets('tick_to_order_seconds', '', '0+9x60', '0+10x60'),
    silent: [buckets('tick_to_order_seconds', '', '0+10x60', '0+10x60')],
  },
  {
    alert: 'EventLoopStalled',
    at: 5,
    fires: { [of('event_loop_delay_seconds', 'statistic="p99"')]: '0.2x40' },
    silent: [
      { [of('event_loop_delay_seconds', 'statistic="p99"')]: '0.01x40' },
      { [of('event_loop_delay_seconds', 'statistic="longest"')]: '0.2x40' },
      { [of('event_loop_delay_seconds', 'statistic="p99"')]: '0.01x8 0.3 0.01x40' },
    ],
  },
  {
    alert: 'Dropped',
    at: 5,
    fires: { [of('dropped_items_total', 'queue="inbox",reason="full"')]: '0x8 1x40' },
    silent: [{ [of('dropped_items_total', 'queue="inbox",reason="full"')]: '4x40' }],
  },
  {
    alert: 'Quarantined',
    at: 5,
    fires: {
      [of('errors_total', 'component="agent:trend",class="threw",severity="quarantine"')]: '0x8 1x40',
    },
    alsoFires: {
      [of('errors_total', 'component="agent:trend",class="threw",severity="quarantine"')]: '_x8 1x40',
    },
    silent: [
      { [of('errors_total', 'component="ledger",class="invalid-transition",severity="notice"')]: '0x8 1x40' },
    ],
  },
  {
    alert: 'ErrorBurst',
    at: 62,
    fires: {
      [of('errors_total', 'component="ledger",class="overfill",severity="notice"')]: '0+0.1x232 23.2+10x40',
    },
    silent: [
      { [of('errors_total', 'component="ledger",class="overfill",severity="notice"')]: '0+5x300' },
      { [of('errors_total', 'component="ledger",class="overfill",severity="notice"')]: '0x240 4x40' },
    ],
  },
  {
    alert: 'FeatureStale',
    at: 8,
    fires: {
      [of('feature_reads_total', 'view="trend",status="fresh"')]: '0+90x60',
      [of('feature_reads_total', 'view="trend",status="expired"')]: '0+6x60',
      [of('feature_reads_total', 'view="trend",status="missing"')]: '0+4x60',
    },
    silent: [
      {
        [of('feature_reads_total', 'view="trend",status="fresh"')]: '0+97x60',
        [of('feature_reads_total', 'view="trend",status="expired"')]: '0+3x60',
      },
      { [of('feature_reads_total', 'view="trend",status="fresh"')]: '0x60' },
    ],
  },
  {
    alert: 'ModelDrift',
    at: 8,
    fires: {
      [of('series_stability_index', 'series="rsi"')]: '0.3x60',
      [of('series_drift_samples', 'series="rsi"')]: '500x60',
    },
    silent: [
      {
        [of('series_stability_index', 'series="rsi"')]: '0.25x60',
        [of('series_drift_samples', 'series="rsi"')]: '500x60',
      },
      // So few values look drifted by chance.
      {
        [of('series_stability_index', 'series="rsi"')]: '0.3x60',
        [of('series_drift_samples', 'series="rsi"')]: '499x60',
      },
    ],
  },
  {
    alert: 'ChangePoint',
    at: 15,
    fires: { [of('change_points_total', 'series="rsi"')]: '0x48 1x40' },
    alsoFires: { [of('change_points_total', 'series="rsi"')]: '_x48 1x40' },
    silent: [{ [of('change_points_total', 'series="rsi"')]: '3x80' }],
  },
  {
    alert: 'IcDecay',
    at: 65,
    fires: {
      [of('model_information_coefficient', SCORED)]: '-0.01x300',
      [of('model_scored_predictions', SCORED)]: '200x300',
    },
    silent: [
      {
        [of('model_information_coefficient', SCORED)]: '-0.01x300',
        [of('model_scored_predictions', SCORED)]: '199x300',
      },
      {
        [of('model_information_coefficient', SCORED)]: '-0.01x100 0.02 -0.01x200',
        [of('model_scored_predictions', SCORED)]: '256x300',
      },
    ],
  },
  {
    alert: 'BrierWorse',
    at: 65,
    fires: {
      [of('model_brier_score', SCORED)]: '0.29x300',
      [of('model_baseline_brier_score', SCORED)]: '0.25x300',
      [of('model_scored_predictions', SCORED)]: '256x300',
    },
    silent: [
      {
        [of('model_brier_score', SCORED)]: '0.27x300',
        [of('model_baseline_brier_score', SCORED)]: '0.25x300',
        [of('model_scored_predictions', SCORED)]: '256x300',
      },
      {
        [of('model_brier_score', SCORED)]: '0.29x300',
        [of('model_baseline_brier_score', SCORED)]: '0.25x300',
        [of('model_scored_predictions', SCORED)]: '20x300',
      },
    ],
  },
  {
    alert: 'InferenceSlow',
    at: 130,
    fires: answers('0+100x479 47900+90x80'),
    silent: [
      // As slow as ever.
      answers('0+90x560'),
      // For two minutes only.
      answers('0+100x487 48700+90x8 49420+100x60'),
      // Hardly asked.
      Object.fromEntries(
        Object.entries(answers('0+1x479 479+0.5x80')).map(([name, values]) => [
          name,
          values.replaceAll('+100', '+1'),
        ]),
      ),
    ],
  },
  {
    alert: 'AgentBenched',
    at: 18,
    fires: { [of('agent_benched', 'agent="trend"')]: '1x100' },
    silent: [
      { [of('agent_benched', 'agent="trend"')]: '0x100' },
      { [of('agent_benched', 'agent="trend"')]: '1x30 0 1x60' },
    ],
  },
  {
    alert: 'AgentUnwell',
    at: 5,
    fires: { [of('agent_well', 'agent="slow",replica="0"')]: '1x4 0x40' },
    silent: [
      { [of('agent_well', 'agent="slow",replica="0"')]: '1x40' },
      { [of('agent_well', 'agent="slow",replica="0"')]: '1x8 0x4 1x40' },
    ],
  },
  {
    alert: 'LimitNear',
    at: 4,
    fires: { [of('risk_limit_utilisation_ratio', 'rule="maxPosition"')]: '0.95x40' },
    silent: [
      { [of('risk_limit_utilisation_ratio', 'rule="maxPosition"')]: '0.9x40' },
      { [of('risk_limit_utilisation_ratio', 'rule="maxPosition"')]: '0.5x6 1 0.5x40' },
    ],
  },
];
