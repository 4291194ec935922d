// @ts-check
import { goal } from '../harness/goal.js';
import { interleaved } from '../harness/rounds.js';
import { median, summary } from '../harness/statistics.js';

const PEERS = ['trading-signals', 'technicalindicators'];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const features = {
  name: 'features',
  title:
    'Nanoseconds an update of every feature, beside two libraries; a frame with 20 features over 16 instruments',
  method:
    'Each library in a process of its own, feature after feature on the same inputs. The frame is the difference of a chain with books and features and one with books alone.',
  async measure({ quick }) {
    const size = quick ? { warmUp: 2_000, count: 2_000 } : { warmUp: 60_000, count: 100_000 };
    const rounds = quick ? 1 : 5;
    const runs = await interleaved('features/work.js', ['millrace', ...PEERS], rounds, size);
    const chains = await interleaved('features/work.js', ['frame', 'books'], rounds, size);
    const of = (/** @type {string} */ variant, /** @type {string} */ name) => {
      const times = (runs[variant] ?? []).map(({ each }) => each[name]).filter((time) => time !== undefined);
      return times.length === 0 ? undefined : summary(times);
    };
    const names = Object.keys(runs['millrace']?.[0]?.each ?? {});
    const frame = (chains['frame'] ?? []).map(({ each }, round) => each - chains['books']?.[round].each);
    const ratio = median((runs['millrace'] ?? []).map(({ each }) => each['sma 2000'] / each['sma 20']));
    return {
      rows: [
        ...names.map((name) => ({
          what: name,
          'millrace ns': of('millrace', name),
          ...Object.fromEntries(PEERS.map((peer) => [`${peer} ns`, of(peer, name)])),
        })),
        { what: 'frame of 20 features, 16 instruments', 'millrace ns': summary(frame) },
      ],
      goals: [goal('cost of SMA(2000) over that of SMA(20)', ratio, 'at most', 1.5)],
    };
  },
};
