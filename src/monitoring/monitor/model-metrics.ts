import type { Family } from '../metrics/family.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Series } from '../metrics/series.js';

/** How good an agent's predictions were, as far as it is measured. */
export interface MonitoredFigures {
  readonly count: number;
  readonly hitRate: number;
  readonly informationCoefficient: number;
  readonly brier: number;
  readonly brierBaseline: number;
}

/** What is asked of the view of `scoring`. */
export interface MonitoredScoring {
  figures(agent: string, horizon?: number): MonitoredFigures;
  trust(agent: string): number;
  benched(agent: string): boolean;
}

/** A prediction whose horizon has come. */
export interface MonitoredScore {
  readonly agent: string;
  /** Milliseconds. */
  readonly horizon: number;
}

/** How far a series is from what it was. */
export interface MonitoredDrift {
  readonly series: string;
  readonly stability: number;
  readonly distance: number;
  readonly count: number;
  readonly drifted: boolean;
}

/** Milliseconds of the log's time from one look at the figures to the next: each walks a window of predictions. */
const PACE = 1_000;

const AGENT = ['agent'];
const SCORED = ['agent', 'horizon_seconds'];

/** Predictions against outcomes, and features against what they were. */
export class ModelMetrics {
  readonly #predictions: Family<Series>;
  readonly #counted: Family<Series>;
  readonly #hitRate: Family<Series>;
  readonly #coefficient: Family<Series>;
  readonly #brier: Family<Series>;
  readonly #baseline: Family<Series>;
  readonly #trust: Family<Series>;
  readonly #benched: Family<Series>;
  readonly #stability: Family<Series>;
  readonly #distance: Family<Series>;
  readonly #samples: Family<Series>;
  readonly #drifted: Family<Series>;
  readonly #changes: Family<Series>;
  /** Agents with new scores since the last look, and their horizons. */
  readonly #news = new Map<string, Set<number>>();
  #due = Number.NEGATIVE_INFINITY;

  constructor(metrics: Metrics) {
    const gauge = (name: string, labels: readonly string[], help: string): Family<Series> =>
      metrics.gauge({ name, help, labels });
    this.#predictions = metrics.counter({
      name: 'model_predictions_total',
      help: 'Predictions of agents whose horizon has come.',
      labels: SCORED,
    });
    this.#counted = gauge('model_scored_predictions', SCORED, 'Predictions that the figures are made of.');
    this.#hitRate = gauge('model_hit_rate', SCORED, 'Share of predictions with the right sign.');
    this.#coefficient = gauge(
      'model_information_coefficient',
      SCORED,
      'Correlation of what was forecast and what came.',
    );
    this.#brier = gauge(
      'model_brier_score',
      SCORED,
      'Mean square of probability less outcome: less is better.',
    );
    this.#baseline = gauge(
      'model_baseline_brier_score',
      SCORED,
      'The same of who always says how often it rose.',
    );
    this.#trust = gauge(
      'agent_trust',
      AGENT,
      'What an agent counts for by its scores, 0 while it is benched.',
    );
    this.#benched = gauge('agent_benched', AGENT, '1 while an agent is benched for its scores.');
    const series = ['series'];
    this.#stability = gauge(
      'series_stability_index',
      series,
      'Population stability index of the newest values against the reference.',
    );
    this.#distance = gauge(
      'series_drift_distance',
      series,
      'Kolmogorov-Smirnov distance of the newest values from the reference.',
    );
    this.#samples = gauge('series_drift_samples', series, 'Values in the newest window.');
    this.#drifted = gauge('series_drifted', series, '1 while a series is above its limit.');
    this.#changes = metrics.counter({
      name: 'change_points_total',
      help: 'Changes of the mean of a series, by ADWIN.',
      labels: series,
    });
  }

  /** Takes the scores of a frame; figures are looked up once in a while. */
  scores(scores: readonly MonitoredScore[]): void {
    for (const { agent, horizon } of scores) {
      this.#predictions.bind(agent, seconds(horizon)).value++;
      const known = this.#news.get(agent);
      if (known === undefined) this.#news.set(agent, new Set([horizon]));
      else known.add(horizon);
    }
  }

  /** Looks the figures up that have changed, when it is time. */
  look(scoring: MonitoredScoring, ts: number): void {
    if (this.#news.size === 0 || ts < this.#due) return;
    this.#due = ts + PACE;
    for (const [agent, horizons] of this.#news) {
      this.#trust.of(agent).value = scoring.trust(agent);
      this.#benched.of(agent).value = Number(scoring.benched(agent));
      for (const horizon of horizons) {
        const figures = scoring.figures(agent, horizon);
        const label = seconds(horizon);
        this.#counted.bind(agent, label).value = figures.count;
        this.#hitRate.bind(agent, label).value = figures.hitRate;
        this.#coefficient.bind(agent, label).value = figures.informationCoefficient;
        this.#brier.bind(agent, label).value = figures.brier;
        this.#baseline.bind(agent, label).value = figures.brierBaseline;
      }
    }
    this.#news.clear();
  }

  drifts(drifts: readonly MonitoredDrift[]): void {
    for (const { series, stability, distance, count, drifted } of drifts) {
      this.#stability.of(series).value = stability;
      this.#distance.of(series).value = distance;
      this.#samples.of(series).value = count;
      this.#drifted.of(series).value = Number(drifted);
    }
  }

  changePoints(series: readonly string[]): void {
    for (const name of series) this.#changes.of(name).value++;
  }
}

const seconds = (milliseconds: number): string => String(milliseconds / 1_000);
