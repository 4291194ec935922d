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
    'Each library in a process of its own, all features warm, then one after the other on the same inputs. Values count as equal within 1e-9 once both are warm; others are another formula or seed. Both windows of the SMA by turns in one process. The frame is the difference of a chain with books and features and one with books alone.',
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
    const windows = await interleaved('features/work.js', ['windows'], quick ? 1 : 3, size);
    const ratio = median((windows['windows'] ?? []).map(({ each }) => each));
    const equal = (await interleaved('features/work.js', ['equal'], 1, size))['equal']?.[0]?.each ?? {};
    const against = PEERS.flatMap((peer) =>
      (equal[peer] ?? []).map((/** @type {string} */ name) => ({
        name: `${name} of ${peer}`,
        ratio:
          median((runs['millrace'] ?? []).map(({ each }) => each[name])) /
          median((runs[peer] ?? []).map(({ each }) => each[name])),
      })),
    ).sort((one, other) => other.ratio - one.ratio);
    const [worst] = against;
    return {
      rows: [
        ...names.map((name) => ({
          what: name,
          'millrace ns': of('millrace', name),
          ...Object.fromEntries(PEERS.map((peer) => [`${peer} ns`, of(peer, name)])),
          'equal values': PEERS.filter((peer) => equal[peer]?.includes(name)).join(', '),
        })),
        { what: 'frame of 20 features, 16 instruments', 'millrace ns': summary(frame) },
      ],
      goals: [
        goal('cost of SMA(2000) over that of SMA(20)', ratio, 'at most', 1.1),
        ...(worst === undefined
          ? []
          : [
              goal(
                `worst cost over that of a peer with equal values (${worst.name})`,
                worst.ratio,
                'at most',
                1,
              ),
            ]),
      ],
    };
  },
};
