// @ts-check
import { tmpdir } from 'node:os';
import { goal } from '../harness/goal.js';
import { interleaved } from '../harness/rounds.js';
import { median, ratios, summary } from '../harness/statistics.js';

const VARIANTS = ['encode', 'encode and decode', 'not durable', 'bare fdatasync', 'group commit'];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const journalled = {
  name: 'journal',
  title: 'Journal: blocks of 256 market events encoded, written, and on the disk',
  method:
    'The codec in processor time; the journal in wall time, on the disk of the temporary folder. Group commit: blocks are appended all the time.',
  async measure({ quick }) {
    const size = quick ? { warmUp: 10_240, count: 10_240 } : { warmUp: 256_000, count: 512_000 };
    const task = { quick, ...size, folder: tmpdir() };
    const timed = await interleaved('journal/work.js', VARIANTS, quick ? 1 : 7, task);
    const of = (/** @type {string} */ variant) => (timed[variant] ?? []).map(({ each }) => each);
    const perSecond = (/** @type {string} */ variant) => 1e9 / median(of(variant));
    return {
      rows: VARIANTS.map((what, index) => ({
        what,
        [index < 3 ? 'ns an event' : 'ns a commit']: summary(of(what)),
      })),
      goals: [
        goal('market events encoded and decoded a second', perSecond('encode and decode'), 'at least', 2e6),
        goal('records a second, not durable', perSecond('not durable'), 'at least', 5e6),
        goal(
          'group commit, in bare fdatasyncs',
          ratios(of('group commit'), of('bare fdatasync')).median,
          'at most',
          4,
        ),
      ],
    };
  },
};
