import type { Family } from '../metrics/family.js';
import type { Metrics } from '../metrics/metrics.js';
import type { HistogramSeries, Series } from '../metrics/series.js';
import { INFERENCE } from './bounds.js';

/** How long models take to answer, measured around their callers at the edge: the core has no clock. */
export class InferenceMetrics {
  readonly #times: Family<HistogramSeries>;
  readonly #failures: Family<Series>;
  readonly #now: () => number;

  /** @param now milliseconds on a clock that never jumps */
  constructor(metrics: Metrics, now: () => number) {
    this.#now = now;
    this.#times = metrics.histogram({
      name: 'model_inference_seconds',
      help: 'How long a model took to answer one question, waits for its thread or its server included.',
      labels: ['model'],
      bounds: INFERENCE,
    });
    this.#failures = metrics.counter({
      name: 'model_inference_failures_total',
      help: 'Questions to a model that ended with an error; their time is not among the answers.',
      labels: ['model'],
    });
  }

  /** The same function, with a clock around it. */
  around<Inputs extends readonly unknown[], Output>(
    model: string,
    predict: (...inputs: Inputs) => Output,
  ): (...inputs: Inputs) => Output {
    const times = this.#times.bind(model);
    const failures = this.#failures.bind(model);
    const now = this.#now;
    return (...inputs) => {
      const began = now();
      let output: Output;
      try {
        output = predict(...inputs);
      } catch (error) {
        failures.value++;
        throw error;
      }
      if (!(output instanceof Promise)) {
        times.observe((now() - began) / 1_000);
        return output;
      }
      output.then(
        () => times.observe((now() - began) / 1_000),
        () => {
          failures.value++;
        },
      );
      return output;
    };
  }
}
