import { abandonAdmission, beginAdmission, pursueAdmission, sayHandOver } from './admit.js';
import { EXIT_CODES } from './effect.js';
import { wantShrink } from './shrink.js';
import type { HandingOver } from './state.js';
import type { Step } from './step.js';

/** Begins to hand over: to the mirror at once; to a follower with another core after it was taken in. */
export function handOver(step: Step, cause: HandingOver['cause']): void {
  const { s } = step;
  const { reign, role } = s;
  if (reign === undefined || reign.handOver !== undefined || reign.disagreed) return;
  const begin = (said: boolean): void =>
    step.reign({ handOver: { since: s.at, seq: reign.committed, said, cause } });
  if (role === 'paired' && reign.shrinking === '' && reign.peer?.ready === true) {
    begin(true);
    s.why = 'handing over';
    sayHandOver(step);
  } else if (role === 'solo' && reign.peer?.ready === true && near(step)) {
    begin(false);
    beginAdmission(step, 'handing over');
    pursueAdmission(step);
  } else if (cause === 'stop') {
    step.exit(EXIT_CODES.stopped, 'asked to stop');
  } else s.why = 'cannot hand over: no follower is nearly caught up';
}

function near(step: Step): boolean {
  const { reign, end, protocol } = step.s;
  return end - (reign?.peer?.acked ?? 0) <= protocol.admitWithin;
}

/** Says it again each beat, and gives up when nobody takes over: the register decides who was first. */
export function pursueHandOver(step: Step): void {
  const { s } = step;
  const handing = s.reign?.handOver;
  if (handing === undefined) return;
  const late = s.at - handing.since > s.protocol.bootSilence;
  if (handing.said) {
    if (late) wantShrink(step, 'nobody took over');
    else sayHandOver(step);
  } else if (late) {
    abandonAdmission(step, 'the follower did not catch up for a hand-over');
    if (handing.cause === 'stop' && s.role === 'solo') step.exit(EXIT_CODES.stopped, 'asked to stop');
  }
}
