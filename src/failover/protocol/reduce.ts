import { considerAdmission, sayHandOver } from './admit.js';
import { commit } from './commit.js';
import { remember } from './divergence.js';
import { type Effect, EXIT_CODES, type Report } from './effect.js';
import {
  followerHears,
  followerLoses,
  followerSees,
  followerTicks,
  restored,
  sayAck,
  stored,
  takeOver,
} from './follower.js';
import { handOver } from './hand-over.js';
import type { Input, RegisterReply } from './input.js';
import { followerIsLost, leaderHears, leaderSees, leaderTicks } from './leader.js';
import { sayHello, seek, seekerSees, seekTicks } from './seek.js';
import { wantShrink } from './shrink.js';
import type { MemberState } from './state.js';
import { Step } from './step.js';
import { pursuePromotion, suspect, suspectSees } from './suspect.js';
import { wellFormed } from './well-formed.js';

/** What a turn of the protocol comes to. */
export interface Turn {
  readonly state: MemberState;
  /** To be done in this order, each before the next. */
  readonly effects: readonly Effect[];
}

/** What people see of a state. */
export function reportOf(state: MemberState): Report {
  const { role, why, reign, followed, end, value } = state;
  const leading = reign !== undefined && (role === 'solo' || role === 'admitting' || role === 'paired');
  return {
    role,
    epoch: reign?.epoch ?? followed?.epoch ?? state.highest,
    lag:
      reign !== undefined
        ? reign.peer === undefined
          ? 0
          : end - reign.peer.acked
        : Math.max(0, (followed?.end ?? end) - end),
    inSync:
      role === 'mirror' ||
      (role === 'paired' && reign?.shrinking === '' && (value === undefined || value.inSync.length > 1)),
    open: leading && reign.handOver === undefined && !reign.disagreed && reign.shrinking === '',
    why,
  };
}

/**
 * The protocol of a pair as a pure function: the same state and input give the same state and effects, with no clock, no
 * chance and nothing done. Time comes in with each input.
 *
 * ```
 * inputs   -hello--------ack(5)----link down------
 *          reduce
 * effects  -welcome------commit 5--compareAndSet--
 * ```
 */
export function reduce(state: MemberState, input: Input): Turn {
  if (state.role === 'exited') return { state, effects: [] };
  const step = new Step(state, input.at);
  take(step, input);
  const { s } = step;
  if (
    s.role !== state.role ||
    s.why !== state.why ||
    s.highest !== state.highest ||
    s.beatAt !== state.beatAt
  )
    step.do({ type: 'report', report: reportOf(s) });
  return { state: s, effects: step.effects };
}

function take(step: Step, input: Input): void {
  const { s } = step;
  const leading = s.reign !== undefined;
  switch (input.type) {
    case 'started':
      s.started = true;
      s.end = input.log.end;
      s.journaled = input.log.end;
      s.first = input.log.first;
      s.epochs = input.log.epochs;
      s.highest = input.log.epochs.at(-1)?.epoch ?? 0;
      s.heardAt = s.at;
      s.beatAt = s.at;
      s.why = 'looking for a leader';
      sayHello(step);
      return;
    case 'tick':
      ticks(step);
      return;
    case 'message':
      if (!wellFormed(input.message)) return;
      if (leading) leaderHears(step, input.message, input.digest);
      else if (s.role !== 'halted' && s.started) followerHears(step, input.message);
      return;
    case 'link':
    case 'peerExited':
      if (input.type === 'link' && input.link === 'up') {
        if (!s.restoring) sayHello(step);
        return;
      }
      if (leading) wantShrink(step, input.type === 'link' ? 'the connection broke' : 'the mirror ended');
      else followerLoses(step, input.type === 'link' ? 'the connection broke' : 'the leader ended');
      return;
    case 'register':
      replied(step, input.id, input.reply);
      return;
    case 'appended':
      s.end = Math.max(s.end, input.end);
      return;
    case 'stored':
      stored(step, input.end, input.marks);
      return;
    case 'damaged':
      if (s.followed !== undefined && s.role !== 'suspect')
        seek(step, `a block was damaged: ${input.reason}`);
      return;
    case 'journaled':
      if (input.upTo <= s.journaled) return;
      s.journaled = Math.min(input.upTo, s.end);
      if (leading) {
        commit(step);
        considerAdmission(step);
        return;
      }
      sayAck(step, false);
      takeOver(step);
      return;
    case 'kept':
      s.first = input.first;
      s.snapshot = Math.max(s.snapshot, input.snapshot);
      return;
    case 'unservable':
      s.first = input.first;
      if (s.reign?.peer?.session === input.session) followerIsLost(step, input.reason);
      return;
    case 'installing':
      if (input.generation === s.generation && s.followed !== undefined && s.role !== 'suspect')
        s.restoring = true;
      return;
    case 'restored':
      restored(step, input.log, input.generation);
      return;
    case 'barrier':
      remember(step, input.state);
      return;
    case 'diskError':
      breaks(step, `the disk failed: ${input.reason}`);
      return;
    case 'replicaError':
      breaks(step, `the pipeline failed: ${input.reason}`);
      return;
    case 'switchOver':
      if (leading) handOver(step, 'switch-over');
      return;
    case 'promote':
      if (leading || s.role === 'halted' || s.restoring || s.anew) return;
      if (s.role === 'mirror') {
        suspect(step, 'an operator said so');
        return;
      }
      s.followed = undefined;
      s.forced = true;
      seekTicks(step);
      return;
    case 'stop':
      if (leading && s.role === 'paired') {
        handOver(step, 'stop');
        return;
      }
      step.exit(EXIT_CODES.stopped, 'asked to stop');
      return;
  }
}

function ticks(step: Step): void {
  const { s } = step;
  if (!s.started || s.role === 'halted') return;
  const beat = s.at - s.beatAt >= s.protocol.heartbeat;
  if (beat) s.beatAt = s.at;
  if (s.reign !== undefined) leaderTicks(step, beat);
  else if (s.role === 'suspect') pursuePromotion(step);
  else if (s.followed !== undefined) followerTicks(step, beat);
  else {
    if (beat) sayHello(step);
    seekTicks(step);
  }
}

function replied(step: Step, id: number, reply: RegisterReply): void {
  const { s } = step;
  const { request } = s;
  if (request === undefined || request.id !== id) return;
  s.request = undefined;
  if (reply === 'unreachable') {
    s.retryAt = s.at + s.protocol.heartbeat;
    if (request.kind === 'read') return;
    s.doubt = true;
    if (request.kind === 'admit') step.reign({ poisoned: true });
    return;
  }
  if (request.kind === 'admit') step.reign({ admitOpen: false });
  if (s.reign !== undefined) leaderSees(step, reply.value);
  else if (s.role === 'halted') return;
  else if (s.role === 'suspect') {
    if (suspectSees(step, reply.value, reply.done && request.kind === 'promote'))
      seek(step, `${reply.value.leader} leads epoch ${reply.value.epoch}`);
  } else if (s.followed !== undefined) followerSees(step, reply.value);
  else seekerSees(step, reply.value);
}

/**
 * Something of ours is broken: no new risk here. A leader lets its mirror lead before anything else can leave. A mirror whose
 * core failed at the same event is halted too, and takes no word of it.
 */
function breaks(step: Step, why: string): void {
  const { s } = step;
  if (s.role === 'halted') return;
  if (s.reign !== undefined && s.role === 'paired' && s.reign.handOver === undefined) {
    step.reign({ handOver: { since: s.at, seq: s.reign.committed, said: true, cause: 'broken' } });
    sayHandOver(step);
  }
  s.followed = undefined;
  s.entitled = false;
  step.become('halted', why);
  step.do({ type: 'halt', reason: why });
}
