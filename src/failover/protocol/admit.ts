import { commit } from './commit.js';
import type { Step } from './step.js';

/** Begins to take a follower in that is nearly caught up: from here on orders wait for its acks. */
export function considerAdmission(step: Step): void {
  const { s } = step;
  const { reign, role } = s;
  const peer = reign?.peer;
  if (role === 'solo' && reign !== undefined && peer?.ready === true && !peer.shadow) {
    if (s.end - peer.acked > s.protocol.admitWithin) return;
    beginAdmission(step, 'the follower is nearly caught up');
  }
  pursueAdmission(step);
}

/** Phase one: gate on acks, and note up to where orders may have left without one. */
export function beginAdmission(step: Step, why: string): void {
  step.reign({ target: step.s.reign?.committed ?? 0, admitOpen: false, lagAt: step.s.at });
  step.become('admitting', why);
}

/** Phase two: once the follower holds all of it, the register says that it is in sync. */
export function pursueAdmission(step: Step): void {
  const { s } = step;
  const { reign, role } = s;
  if (role !== 'admitting' || reign === undefined) return;
  if (s.request !== undefined && s.request.kind !== 'read') return;
  if (reign.poisoned) {
    if (s.doubt || s.value === undefined) step.read();
    else step.change('renew', { epoch: reign.epoch + 1, leader: step.name, inSync: [step.holder] });
    return;
  }
  const peer = reign.peer;
  if (peer === undefined || peer.acked < Math.max(reign.target, reign.mark) || s.journaled < reign.mark)
    return;
  if (step.alone) {
    admitted(step);
    return;
  }
  const inSync = [step.holder, peer.holder].sort();
  if (step.change('admit', { epoch: reign.epoch, leader: step.name, inSync }))
    step.reign({ admitOpen: true });
}

/** The follower is in sync: it is told so by the next heartbeat. */
export function admitted(step: Step): void {
  const { s } = step;
  const { reign } = s;
  if (reign === undefined) return;
  step.reign({ admitOpen: false, poisoned: false, lagEnd: s.end, lagAt: s.at });
  step.become('paired', 'the mirror is in sync');
  if (reign.handOver !== undefined) {
    step.reign({ handOver: { ...reign.handOver, seq: reign.committed, said: true, since: s.at } });
    sayHandOver(step);
    return;
  }
  sayHeartbeat(step);
  commit(step);
}

/** The follower went away before it was in sync: orders no longer wait for it. */
export function abandonAdmission(step: Step, why: string): void {
  const { reign } = step.s;
  if (reign === undefined || reign.admitOpen || reign.poisoned) return;
  step.reign({ handOver: undefined });
  step.become('solo', why);
  commit(step);
}

/** A sign of life that also says where our log ends, and whether the follower is in sync. */
export function sayHeartbeat(step: Step): void {
  const { reign, role, end, hashes } = step.s;
  const peer = reign?.peer;
  if (reign === undefined || peer === undefined) return;
  const state = hashes.at(-1);
  step.send({
    type: 'heartbeat',
    epoch: reign.epoch,
    session: peer.session,
    end,
    paired: role === 'paired',
    ...(state === undefined ? {} : { state }),
  });
}

/** Lets the follower lead: nothing behind `seq` has left here, or will. */
export function sayHandOver(step: Step): void {
  const { reign } = step.s;
  const peer = reign?.peer;
  if (reign?.handOver?.said !== true || peer === undefined) return;
  step.send({ type: 'handOver', epoch: reign.epoch, session: peer.session, seq: reign.handOver.seq });
}
