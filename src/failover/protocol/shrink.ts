import { commit } from './commit.js';
import { EXIT_CODES } from './effect.js';
import { closeSession } from './session.js';
import type { Step } from './step.js';

/** Wants the mirror out of the pair: orders are held from here on unless it acks after all. */
export function wantShrink(step: Step, why: string): void {
  const { reign, role } = step.s;
  if (reign === undefined || role !== 'paired' || reign.shrinking !== '') return;
  step.reign({ shrinking: why });
  step.s.why = why;
  pursueShrink(step);
}

/** Asks the register for the SHRINK that is wanted. Without a register nobody can grant it: orders are held. */
export function pursueShrink(step: Step): void {
  const { reign, doubt, value } = step.s;
  if (reign === undefined || reign.shrinking === '' || step.alone) return;
  if (doubt || value === undefined) step.read();
  else step.change('shrink', { epoch: reign.epoch, leader: step.name, inSync: [step.holder] });
}

/** The mirror is out: we lead alone, and what waited for its ack may leave. */
export function shrunk(step: Step, why: string): void {
  const { reign } = step.s;
  if (reign === undefined) return;
  const { handOver, disagreed } = reign;
  // Whatever it acked in this session is no reason to take it in again: a mirror that lives says HELLO.
  closeSession(step, 'session', handOver === undefined ? why : 'the hand-over was not taken');
  step.reign({ shrinking: '', handOver: undefined, admitOpen: false });
  if (handOver?.cause === 'stop') {
    step.exit(EXIT_CODES.stopped, 'asked to stop; nobody took over');
    return;
  }
  if (disagreed) {
    step.become('halted', 'the mirror derived other commands from the same log');
    return;
  }
  step.become('solo', why);
  commit(step);
}
