import type { RegisterValue } from '../registers/register.js';
import { lead } from './lead.js';
import type { MemberState } from './state.js';
import type { Step } from './step.js';

/**
 * Without a register nobody hands epochs out: the member of the earlier name takes odd ones, the other even ones, so that
 * no epoch has two leaders even if an operator makes both lead.
 */
export function ownNextEpoch({ highest, protocol }: MemberState): number {
  const parity = protocol.identity.node < protocol.peer ? 1 : 0;
  return (highest + 1) % 2 === parity ? highest + 1 : highest + 2;
}

/**
 * The leader is gone, or seems to be: stop acking first, and only then ask for the next epoch. A leader that lives after
 * all can send only what was acked before.
 */
export function suspect(step: Step, why: string): void {
  const { s } = step;
  if (step.alone) {
    if (!s.entitled && s.followed?.handOver === undefined) return;
    lead(step, { epoch: ownNextEpoch(s), leader: step.name, inSync: [step.holder] }, why);
    return;
  }
  step.become('suspect', why);
  pursuePromotion(step);
}

/** Asks for the next epoch from a value that was just read. */
export function promote(step: Step, why: string): void {
  step.become('suspect', why);
  pursuePromotion(step);
}

/** As long as the register does not answer, nothing is acked and it is asked again. */
export function pursuePromotion(step: Step): void {
  const { s } = step;
  if (s.doubt || s.value === undefined) {
    step.read();
    return;
  }
  const epoch = s.forced ? Math.max(s.highest, s.value.epoch) + 1 : s.value.epoch + 1;
  step.change('promote', { epoch, leader: step.name, inSync: [step.holder] });
}

/** Who suspects sees what the register holds; true when it was lost: look for the leader again. */
export function suspectSees(step: Step, value: RegisterValue, done: boolean): boolean {
  const { s } = step;
  s.doubt = false;
  s.value = value;
  const known = s.followed?.epoch ?? s.epochs.at(-1)?.epoch ?? 0;
  // A promotion that nobody answered may have been done: then the register names this very process.
  if (done || (value.leader === step.name && value.epoch > known)) {
    lead(step, value, s.why);
    return false;
  }
  if (value.epoch < known && !s.forced) {
    s.why = `the register holds epoch ${value.epoch} after ${known}: it was lost; an operator must decide`;
    s.doubt = true;
    s.retryAt = s.at + s.protocol.bootSilence;
    return false;
  }
  s.highest = Math.max(s.highest, value.epoch);
  const same = s.followed === undefined || value.epoch === s.followed.epoch;
  if (s.forced || value.epoch === 0 || (same && value.inSync.includes(step.holder))) {
    pursuePromotion(step);
    return false;
  }
  return true;
}
