// @ts-check
import { bytesEach, nanosecondsEach } from '../harness/measure.js';
import { pollute } from '../harness/pollute.js';
import { columns } from './columns.js';
import { composed, underRun } from './composed.js';
import { inlined } from './inlined.js';
import { kernelLoop, kernelLoopOverEvents } from './kernel-loop.js';
import { mathematics } from './mathematics.js';

const VARIANTS = {
  mathematics,
  inlined,
  'kernel loop': kernelLoop,
  'kernel loop over events': kernelLoopOverEvents,
  composed,
  'under run': underRun,
};

/** @param {{ variant: keyof typeof VARIANTS, measure: 'time' | 'bytes', quick?: boolean, warmUp: number, count: number }} task */
export async function work({ variant, measure, quick, warmUp, count }) {
  const seen = pollute(quick);
  // A tenth more, for the first slice of the count of bytes.
  const rows = columns(warmUp + count + Math.ceil(count / 10));
  // Two desks first, so that no call site has seen one desk only.
  for (let desk = 0; desk < 2; desk++) VARIANTS[variant](rows).play(0, Math.min(20_000, warmUp));
  const { play, digest, joins } = VARIANTS[variant](rows);
  let ticks = 0;
  const counted = (/** @type {number} */ from, /** @type {number} */ to) => {
    ticks += to - from;
    play(from, to);
  };
  const size = { warmUp, count };
  const each = measure === 'time' ? nanosecondsEach(counted, size) : await bytesEach(counted, size);
  return { each, digest: digest(), joins: joins(), ticks, seen };
}
