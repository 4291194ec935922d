import { type Board, ON, type Shown, series } from './panel.js';

/** Series of a metric that have a label for the agent and one for the horizon. */
const scored = (title: string, about: string, metric: string, unit?: string): Shown =>
  series(title, about, [[`${metric}{${ON}}`, '{{agent}} {{horizon_seconds}} s']], {
    width: 8,
    ...(unit === undefined ? {} : { unit }),
  });

/** How good predictions are, whether features are what they were, how the agents are, and what is left of the limits. */
export const MODEL: Board = {
  uid: 'millrace-model',
  title: 'Models',
  about:
    'Predictions against outcomes, drift of features, agents, and how much of the limits of risk is in use.',
  variables: [{ name: 'instance', label: 'instance', metric: 'millrace_log_seq' }],
  rows: [
    {
      height: 8,
      panels: [
        scored(
          'Hit rate',
          'Share of predictions with the right sign; a coin has a half.',
          'millrace_model_hit_rate',
          'percentunit',
        ),
        scored(
          'Information coefficient',
          'Correlation of what was forecast and what came. An alert calls below 0.',
          'millrace_model_information_coefficient',
        ),
        series(
          'Brier score over its baseline',
          'Below 1: better than knowing only how often it rises. An alert calls above 1.1.',
          [
            [
              `millrace_model_brier_score{${ON}} / millrace_model_baseline_brier_score{${ON}}`,
              '{{agent}} {{horizon_seconds}} s',
            ],
          ],
          { width: 8 },
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          'Trust',
          'What an agent counts for by its scores; 0 while it is benched.',
          [[`millrace_agent_trust{${ON}}`, '{{agent}}']],
          { width: 8 },
        ),
        series(
          'Predictions',
          'A second, by agent, whose horizon has come.',
          [[`sum by (agent) (rate(millrace_model_predictions_total{${ON}}[5m]))`, '{{agent}}']],
          { width: 8, unit: 'ops' },
        ),
        scored(
          'Predictions behind the figures',
          'Alerts wait for 200 of them.',
          'millrace_model_scored_predictions',
        ),
      ],
    },
    {
      height: 6,
      panels: [
        {
          title: 'Benched',
          about: 'Who is set aside for its scores.',
          kind: 'states',
          of: [[`millrace_agent_benched{${ON}}`, '{{agent}}']],
          width: 12,
          words: ['plays', 'benched'],
          oneIsBad: true,
        },
        {
          title: 'Agents beside the pipeline',
          about: 'Whether each replica answers.',
          kind: 'states',
          of: [[`millrace_agent_well{${ON}}`, '{{agent}} {{replica}}']],
          width: 12,
          words: ['unwell', 'well'],
        },
      ],
    },
    {
      height: 8,
      panels: [
        series(
          'Answers',
          'A second, by agent and what came of the snapshot.',
          [
            [
              `sum by (agent, outcome) (rate(millrace_agent_answers_total{${ON}}[1m]))`,
              '{{agent}} {{outcome}}',
            ],
          ],
          { width: 8, unit: 'ops' },
        ),
        series(
          'Time to answer',
          'Of the last answer.',
          [[`millrace_agent_latency_seconds{${ON}}`, '{{agent}} {{replica}}']],
          { width: 8, unit: 's' },
        ),
        series(
          'Thinking, and left alone',
          'Snapshots that agents think about; quarantines in the last hour.',
          [
            [`millrace_agent_busy{${ON}}`, '{{agent}} {{replica}} busy'],
            [`increase(millrace_agent_quarantines_total{${ON}}[1h])`, '{{agent}} {{replica}} quarantines'],
          ],
          { width: 8 },
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          'Time of one inference',
          'From a question to its answer: half of them, and all but one in a hundred. An alert calls at four times what it was an hour before.',
          [0.5, 0.99].map((quantile) => [
            `histogram_quantile(${quantile}, sum by (model, le) (rate(millrace_model_inference_seconds_bucket{${ON}}[5m])))`,
            `{{model}} p${quantile * 100}`,
          ]),
          { width: 12, unit: 's' },
        ),
        series(
          'Inferences',
          'A second, by model, and those that failed.',
          [
            [`sum by (model) (rate(millrace_model_inference_seconds_count{${ON}}[1m]))`, '{{model}}'],
            [`sum by (model) (rate(millrace_model_inference_failures_total{${ON}}[1m]))`, '{{model}} failed'],
          ],
          { width: 12, unit: 'ops' },
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          'Stability index',
          'Of the newest values against the reference; a series with fewer than 500 values drifts by chance. An alert calls above 0.25.',
          [[`millrace_series_stability_index{${ON}}`, '{{series}}']],
          { width: 8 },
        ),
        series(
          'Drift',
          'Kolmogorov-Smirnov distance from the reference; whether the series is above its limit; values in its window, in thousands.',
          [
            [`millrace_series_drift_distance{${ON}}`, '{{series}} distance'],
            [`millrace_series_drifted{${ON}}`, '{{series}} drifted'],
            [`millrace_series_drift_samples{${ON}} / 1000`, '{{series}} values'],
          ],
          { width: 8 },
        ),
        series(
          'Change points',
          'An hour, by series.',
          [[`increase(millrace_change_points_total{${ON}}[1h])`, '{{series}}']],
          { width: 8 },
        ),
      ],
    },
    {
      height: 8,
      panels: [
        series(
          'Reads of features',
          'A second, by how they ended.',
          [[`sum by (view, status) (rate(millrace_feature_reads_total{${ON}}[1m]))`, '{{view}} {{status}}']],
          { width: 8, unit: 'ops' },
        ),
        series('Rows of features', 'Kept in memory.', [[`millrace_feature_rows{${ON}}`, '{{view}}']], {
          width: 8,
        }),
        series(
          'Limits in use',
          'At the worst of what open orders may do. An alert calls above 90 %.',
          [[`millrace_risk_limit_utilisation_ratio{${ON}}`, '{{rule}}']],
          { width: 8, unit: 'percentunit' },
        ),
      ],
    },
  ],
};
