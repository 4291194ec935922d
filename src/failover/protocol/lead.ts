import type { RegisterValue } from '../registers/register.js';
import { withMark } from './epochs.js';
import { closeSession } from './session.js';
import type { Step } from './step.js';

/** Begins to lead, alone: the epoch is won, and nobody else may act on this log any more. */
export function lead(step: Step, value: RegisterValue, why: string): void {
  const { s } = step;
  const unsentAfter = s.followed?.handOver;
  s.value = value;
  s.highest = Math.max(s.highest, value.epoch);
  s.epochs = withMark(s.epochs, { epoch: value.epoch, firstSeq: s.end + 1 });
  s.reign = {
    epoch: value.epoch,
    mark: s.end + 1,
    committed: unsentAfter === undefined ? s.end : Math.min(unsentAfter, s.end),
    sessions: 0,
    peer: undefined,
    target: 0,
    admitOpen: false,
    poisoned: false,
    shrinking: '',
    handOver: undefined,
    lagEnd: 0,
    lagAt: s.at,
    disagreed: false,
  };
  s.followed = undefined;
  s.entitled = false;
  s.forced = false;
  s.doubt = false;
  s.heardAt = s.at;
  step.become('solo', why);
  step.do({ type: 'lead', epoch: value.epoch, unsentAfter, renewed: false });
}

/** We put ourselves one epoch higher, so that nothing asked of the register in the last one can still be done. */
export function renewed(step: Step, value: RegisterValue): void {
  const { s } = step;
  closeSession(step, 'session', 'the leader began another epoch');
  s.value = value;
  s.highest = Math.max(s.highest, value.epoch);
  s.epochs = withMark(s.epochs, { epoch: value.epoch, firstSeq: s.end + 1 });
  step.reign({
    epoch: value.epoch,
    mark: s.end + 1,
    sessions: 0,
    admitOpen: false,
    poisoned: false,
    shrinking: '',
    handOver: undefined,
  });
  step.become('solo', 'an admission that nobody answered was made void');
  step.do({ type: 'lead', epoch: value.epoch, unsentAfter: undefined, renewed: true });
}
