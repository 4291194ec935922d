import type { Step } from './step.js';

/** Whether the acks of the follower are those of a member that is, or is about to be, in sync. */
function counts(step: Step): boolean {
  const { role, value, reign } = step.s;
  const peer = reign?.peer;
  if (peer === undefined) return false;
  return role === 'admitting' || step.alone || value?.inSync.includes(peer.holder) === true;
}

/**
 * Lets the orders out that may leave: those of frames that our journal holds and, in a pair, that the mirror holds too.
 * Alone the own journal is enough: the mirror was shrunk out first.
 */
export function commit(step: Step): void {
  const { role, reign, journaled } = step.s;
  if (reign === undefined || reign.handOver !== undefined || reign.disagreed) return;
  // Before our mark is on the disk a restart would not know of this reign: nothing leaves.
  if (journaled < reign.mark) return;
  let upTo = journaled;
  if (role === 'paired' || role === 'admitting')
    upTo = counts(step) ? Math.min(journaled, reign.peer?.acked ?? 0) : 0;
  else if (role !== 'solo') return;
  if (upTo <= reign.committed) return;
  step.reign({ committed: upTo });
  step.do({ type: 'commit', seq: upTo });
}
