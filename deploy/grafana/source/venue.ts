import { type Board, quantile } from './panel.js';

const AT = 'venue=~"$venue"';

const orders = (status: string): string =>
  `sum by (venue) (increase(millrace_orders_total{${AT}, status="${status}"}[30m]))`;

/** What each venue does with our orders, and what it tells of its market. */
export const VENUE: Board = {
  uid: 'millrace-venue',
  title: 'Venues',
  about: 'Links, market data, orders and what they cost, venue by venue.',
  variables: [{ name: 'venue', label: 'venue', metric: 'millrace_venue_session_open' }],
  rows: [
    {
      height: 7,
      panels: [
        {
          title: 'Links',
          about: 'Channels to venues over time.',
          kind: 'states',
          of: [[`millrace_venue_session_open{${AT}}`, '{{venue}} {{channel}}']],
          width: 12,
          words: ['down', 'up'],
        },
        {
          title: 'Books',
          about: 'Whether each book is whole.',
          kind: 'states',
          of: [[`millrace_market_data_synced{${AT}}`, '{{symbol}} {{venue}}']],
          width: 12,
          words: ['unsynced', 'whole'],
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Age of market data',
          about: 'Seconds since the last event of each instrument. An alert calls from 10 s on.',
          kind: 'series',
          unit: 's',
          of: [[`time() - millrace_market_data_last_event_timestamp_seconds{${AT}}`, '{{symbol}} {{venue}}']],
          width: 8,
        },
        {
          title: 'Market data',
          about: 'Events a second.',
          kind: 'series',
          unit: 'ops',
          of: [[`rate(millrace_market_data_events_total{${AT}}[1m])`, '{{symbol}} {{venue}}']],
          width: 8,
        },
        {
          title: 'Gaps',
          about: 'How often a book lost its continuity, in five minutes.',
          kind: 'series',
          of: [[`increase(millrace_market_data_gaps_total{${AT}}[5m])`, '{{symbol}} {{venue}}']],
          width: 8,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'First word',
          about: 'From the decision to the first word of the venue.',
          kind: 'series',
          unit: 's',
          of: [
            [quantile(0.5, 'millrace_order_ack_latency_seconds', AT, 'venue'), 'p50 {{venue}}'],
            [quantile(0.99, 'millrace_order_ack_latency_seconds', AT, 'venue'), 'p99 {{venue}}'],
          ],
          width: 8,
        },
        {
          title: 'First fill',
          about: 'From the decision to the first fill, of orders that were filled.',
          kind: 'series',
          unit: 's',
          of: [
            [quantile(0.5, 'millrace_order_fill_latency_seconds', AT, 'venue'), 'p50 {{venue}}'],
            [quantile(0.99, 'millrace_order_fill_latency_seconds', AT, 'venue'), 'p99 {{venue}}'],
          ],
          width: 8,
        },
        {
          title: 'Orders',
          about: 'A second, by what became of them.',
          kind: 'series',
          unit: 'ops',
          of: [[`sum by (venue, status) (rate(millrace_orders_total{${AT}}[1m]))`, '{{venue}} {{status}}']],
          width: 8,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Orders that trade',
          about: 'Share of the orders sent in half an hour that were filled at least in part.',
          kind: 'series',
          unit: 'percentunit',
          of: [[`${orders('filledInPart')} / ${orders('submitted')}`, '{{venue}}']],
          width: 8,
        },
        {
          title: 'Quantity that trades',
          about: 'Filled of requested base units in half an hour.',
          kind: 'series',
          unit: 'percentunit',
          of: [
            [
              `sum by (venue) (increase(millrace_order_filled_base_units_total{${AT}}[30m])) / sum by (venue) (increase(millrace_order_requested_base_units_total{${AT}}[30m]))`,
              '{{venue}}',
            ],
          ],
          width: 8,
        },
        {
          title: 'Rejected, unknown',
          about: 'Orders in a quarter of an hour that the venue refused, or of which nothing was heard.',
          kind: 'series',
          of: [
            [
              `sum by (venue, status) (increase(millrace_orders_total{${AT}, status=~"rejected|unknown"}[15m]))`,
              '{{venue}} {{status}}',
            ],
          ],
          width: 8,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Slippage',
          about: 'What a fill costs against the mid at the decision; below 0: better than that.',
          kind: 'series',
          unit: 'percentunit',
          of: [
            [quantile(0.5, 'millrace_slippage_ratio', AT, 'venue', 'side'), 'p50 {{venue}} {{side}}'],
            [quantile(0.9, 'millrace_slippage_ratio', AT, 'venue', 'side'), 'p90 {{venue}} {{side}}'],
          ],
          width: 8,
        },
        {
          title: 'Cost of slippage',
          about: 'Money an hour; what was in favour is taken off.',
          kind: 'series',
          unit: 'currencyUSD',
          of: [
            [
              `sum by (venue) (increase(millrace_slippage_paid_quote_total{${AT}}[1h])) - sum by (venue) (increase(millrace_slippage_gained_quote_total{${AT}}[1h]))`,
              '{{venue}}',
            ],
          ],
          width: 8,
        },
        {
          title: 'Traded',
          about: 'Notional an hour.',
          kind: 'series',
          unit: 'currencyUSD',
          of: [[`sum by (venue) (increase(millrace_filled_notional_quote_total{${AT}}[1h]))`, '{{venue}}']],
          width: 8,
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          title: 'Fills',
          about: 'A minute: did we make the price, or take it?',
          kind: 'series',
          of: [
            [
              `sum by (venue, liquidity) (rate(millrace_fills_total{${AT}}[1m])) * 60`,
              '{{venue}} {{liquidity}}',
            ],
          ],
          width: 12,
        },
        {
          title: 'Reconciliations',
          about: 'How often each venue told its truth, an hour.',
          kind: 'series',
          of: [[`increase(millrace_reconciliations_total{${AT}}[1h])`, '{{venue}}']],
          width: 12,
        },
      ],
    },
  ],
};
