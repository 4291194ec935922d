import type { RegisterValue } from '../registers/register.js';
import { lead } from './lead.js';
import type { Step } from './step.js';
import { ownNextEpoch, promote } from './suspect.js';

/** Asks for a leader: once each beat, until one answers. */
export function sayHello(step: Step): void {
  const { s } = step;
  if (s.followed !== undefined || s.restoring || !s.started || s.role === 'halted') return;
  step.send({
    type: 'hello',
    ...s.protocol.identity,
    attempt: s.attempt,
    epoch: s.highest,
    last: s.end,
    epochs: s.epochs,
  });
}

/** Begins to look for a leader again, whatever was said in the last session. */
export function seek(step: Step, why: string): void {
  const { s } = step;
  s.followed = undefined;
  s.attempt += 1;
  s.heardAt = s.at;
  s.entitled = false;
  s.forced = false;
  s.doubt = false;
  step.become('catchup', why);
  step.do({ type: 'reconnect' });
  sayHello(step);
}

/** Nobody answers: whoever is in sync may lead. Of two that both are, the one of the later name waits twice as long. */
export function seekTicks(step: Step): void {
  const { s } = step;
  const { identity, peer, bootSilence } = s.protocol;
  if (s.followed !== undefined || s.restoring || s.anew) return;
  const patience = identity.node > peer ? 2 * bootSilence : bootSilence;
  if (!s.forced && s.at - s.heardAt <= patience) return;
  if (!step.alone) step.read();
  else if (s.forced || mayBegin(step)) {
    lead(
      step,
      { epoch: ownNextEpoch(s), leader: step.name, inSync: [step.holder] },
      s.forced ? 'an operator said so' : 'both begin, and it is the first leader',
    );
  } else s.why = 'nobody answers, and without a register nothing proves that we may lead: promote by hand';
}

/** Without a register only the very first reign begins by itself. */
function mayBegin(step: Step): boolean {
  const { s } = step;
  return s.end === 0 && s.highest === 0 && s.protocol.firstLeader === s.protocol.identity.node;
}

/** A member without a leader sees what the register holds. */
export function seekerSees(step: Step, value: RegisterValue): void {
  const { s } = step;
  const known = s.epochs.at(-1)?.epoch ?? 0;
  s.value = value;
  if (s.followed !== undefined || s.restoring) return;
  if (s.forced) {
    s.highest = Math.max(s.highest, value.epoch);
    promote(step, 'an operator said so');
    return;
  }
  if (value.epoch < known) {
    s.why = `the register holds epoch ${value.epoch} and our journal ${known}: it was lost; an operator must decide`;
    s.retryAt = s.at + s.protocol.bootSilence;
    return;
  }
  s.highest = Math.max(s.highest, value.epoch);
  const silent = s.at - s.heardAt > s.protocol.bootSilence;
  if (value.epoch === 0 || value.inSync.includes(step.holder)) {
    if (silent)
      promote(step, value.epoch === 0 ? 'nobody has led yet' : 'nobody answers, and we are in sync');
  } else {
    s.why = `nobody answers, and only ${value.inSync.join(' or ')} may lead`;
    s.retryAt = s.at + s.protocol.heartbeat;
  }
}
