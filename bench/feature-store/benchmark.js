// @ts-check
import { interleaved } from '../harness/rounds.js';
import { summary } from '../harness/statistics.js';

/** @type {import('../harness/benchmark.js').Benchmark} */
export const featureStore = {
  name: 'feature-store',
  title: 'The feature store (20 columns, 16 instruments) and small models',
  method:
    'Online: processor time of a write and of an as-of read at random ages. Offline: rows a second of wall time, files included. ONNX: one prediction after the other, and the 99th percentile of the loop delay meanwhile.',
  async measure({ quick }) {
    const size = quick ? { warmUp: 2_000, count: 2_000 } : { warmUp: 100_000, count: 100_000 };
    const runs = await interleaved(
      'feature-store/work.js',
      ['online', 'offline', 'models', 'here', 'worker'],
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
        ...['here', 'worker'].map((place) => ({
          what: `onnx ${place}`,
          ns: of(place, ({ us }) => us * 1_000),
          'loop delay ms': of(place, ({ delay }) => delay),
        })),
      ],
      goals: [],
    };
  },
};
