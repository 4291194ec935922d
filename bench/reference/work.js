// @ts-check
import { bytesEach, nanosecondsEach } from '../harness/measure.js';
import { pollute } from '../harness/pollute.js';
import { columns } from './columns.js';
import { composed, underRun } from './composed.js';
import { inlined } from './inlined.js';
import { kernelLoop } from './kernel-loop.js';

const VARIANTS = { inlined, 'kernel loop': kernelLoop, composed, 'under run': underRun };

/** @param {{ variant: keyof typeof VARIANTS, measure: 'time' | 'bytes', warmUp: number, count: number }} task */
export async function work({ variant, measure, warmUp, count }) {
  const seen = pollute();
  // A tenth more, for the first slice of the count of bytes.
  const ticks = columns(warmUp + count + Math.ceil(count / 10));
  // Two desks first, so that no call site has seen one desk only.
  for (let desk = 0; desk < 2; desk++) VARIANTS[variant](ticks).play(0, Math.min(20_000, warmUp));
  const { play, digest, joins } = VARIANTS[variant](ticks);
  const each = measure === 'time' ? nanosecondsEach(play, { warmUp, count }) : await bytesEach(play, { warmUp, count });
  return { each, digest: digest(), joins: joins(), seen };
}
