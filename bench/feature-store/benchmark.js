// @ts-check
import { interleaved } from '../harness/rounds.js';
import { summary } from '../harness/statistics.js';

/** Models and where they run. */
const AT_THE_EDGE = ['onnx here', 'onnx worker', 'large here', 'large worker'];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const featureStore = {
  name: 'feature-store',
  title: 'The feature store (20 columns, 16 instruments) and small models',
  method:
    'Online: processor time of a write and of an as-of read at random ages. Offline: rows a second of wall time, files included. ONNX (a small network) and a dense network of four million weights: one prediction after the other, and the 99th percentile of the loop delay meanwhile. WebAssembly is compiled anew after some thousand predictions, which are warm-up: before that a prediction takes ten times as long, wherever it runs.',
  async measure({ quick }) {
    const size = quick ? { warmUp: 2_000, count: 2_000 } : { warmUp: 100_000, count: 100_000 };
    const runs = await interleaved(
      'feature-store/work.js',
      ['online', 'offline', 'models', ...AT_THE_EDGE],
      quick ? 1 : 3,
      size,
    );
    const of = (/** @type {string} */ variant, /** @type {(run: any) => number} */ read) =>
      summary((runs[variant] ?? []).map(read));
    return {
      rows: [
        { what: 'online write', ns: of('online', ({ write }) => write) },
        { what: 'online asOf', ns: of('online', ({ read }) => read) },
        { what: 'offline write', 'rows/s': of('offline', ({ write }) => write) },
        { what: 'trainingSet', 'rows/s': of('offline', ({ join }) => join) },
        ...['lightgbm-binary', 'xgboost-binary', 'dense-binary'].map((name) => ({
          what: name,
          ns: of('models', ({ each }) => each[name]),
        })),
        ...AT_THE_EDGE.map((variant) => ({
          what: `${variant}, ${runs[variant]?.[0]?.runtime}`,
          ns: of(variant, ({ us }) => us * 1_000),
          'loop delay ms': of(variant, ({ delay }) => delay),
        })),
      ],
      goals: [],
    };
  },
};
