import type { RegisterValue } from '../registers/register.js';
import { divergence, forgetBehind } from './divergence.js';
import { withMark } from './epochs.js';
import type { LogFacts } from './input.js';
import type { Append, EpochStart, Message, Reject, StateHash, Welcome } from './message.js';
import { sayHello, seek } from './seek.js';
import { reject } from './session.js';
import type { Step } from './step.js';
import { suspect } from './suspect.js';

/** Codes of a REJECT that no later HELLO can change. */
const FINAL: readonly string[] = ['version', 'schema', 'configuration', 'node', 'diverged', 'malformed'];

/** A member that does not lead hears something. */
export function followerHears(step: Step, message: Message): void {
  const { s } = step;
  if (message.type === 'hello') {
    if (s.role !== 'suspect')
      reject(step, message.incarnation, 0, 'not-leading', `${s.protocol.identity.node} does not lead`);
    return;
  }
  if (message.type === 'reject') {
    rejected(step, message);
    return;
  }
  if (s.role === 'suspect' || message.type === 'ack') return;
  if (message.type === 'welcome') {
    welcomed(step, message);
    return;
  }
  const followed = s.followed;
  if (followed === undefined || message.epoch !== followed.epoch || message.session !== followed.session)
    return;
  s.heardAt = s.at;
  if (message.type === 'append') {
    s.followed = { ...followed, end: Math.max(followed.end, message.end, message.to) };
    append(step, message);
  } else if (message.type === 'heartbeat') {
    s.followed = { ...followed, end: Math.max(followed.end, message.end), paired: message.paired };
    compare(step, message.state);
    paired(step, message.paired);
  } else if (message.type === 'handOver') {
    s.followed = { ...followed, handOver: message.seq };
    takeOver(step);
  }
}

function rejected(step: Step, { epoch, to, session, code, message }: Reject): void {
  const { s } = step;
  const { followed } = s;
  const { incarnation } = s.protocol.identity;
  if (session === 0) {
    if (to !== incarnation || followed !== undefined || !FINAL.includes(code)) return;
    halt(step, `refused (${code}): ${message}`);
  } else if (followed !== undefined && session === followed.session && epoch >= followed.epoch) {
    if (code === 'diverged') {
      if (!followed.shadow) halt(step, `diverged: ${message}`);
    } else if (s.role !== 'suspect') seek(step, `the session is over: ${message}`);
  }
}

function welcomed(step: Step, welcome: Welcome): void {
  const { s } = step;
  if (s.followed !== undefined || s.restoring || welcome.to !== s.protocol.identity.incarnation) return;
  if (welcome.attempt !== s.attempt || welcome.epoch < s.highest || welcome.node !== s.protocol.peer) return;
  s.highest = welcome.epoch;
  s.heardAt = s.at;
  if (welcome.truncateTo < s.first - 1) {
    // Retention took what both have in common: ask again, with nothing. The journal stays until a snapshot replaces it:
    // an empty one would look as if this member had never been in a pair.
    s.attempt += 1;
    s.anew = true;
    s.end = 0;
    s.journaled = 0;
    s.first = 1;
    s.epochs = [];
    s.hashes = [];
    sayHello(step);
    return;
  }
  const cut = welcome.truncateTo < s.end || (s.anew && welcome.snapshotSeq === 0);
  s.followed = {
    epoch: welcome.epoch,
    session: welcome.session,
    end: welcome.truncateTo,
    shadow: welcome.shadow,
    ready: !cut,
    snapshot: welcome.snapshotSeq,
    epochs: welcome.epochs,
    paired: false,
    handOver: undefined,
    beatEnd: -1,
  };
  step.become(
    welcome.shadow ? 'shadow' : 'catchup',
    welcome.shadow ? `${welcome.node} runs another core` : `${welcome.node} leads`,
  );
  if (cut) restore(step, Math.max(0, welcome.truncateTo));
  else begin(step);
}

/** The journal is as the leader wants it: say so, and take what comes. */
function begin(step: Step): void {
  const { s } = step;
  const { followed } = s;
  if (followed === undefined) return;
  if (followed.snapshot > 0) {
    s.generation += 1;
    step.do({
      type: 'install',
      epoch: followed.epoch,
      session: followed.session,
      seq: followed.snapshot,
      epochs: followed.epochs.filter(({ firstSeq }) => firstSeq <= followed.snapshot),
      generation: s.generation,
    });
  }
  sayAck(step, false);
}

/** Cuts the journal; until that is done nothing is taken. */
function restore(step: Step, to: number): void {
  const { s } = step;
  s.generation += 1;
  s.restoring = true;
  forgetBehind(step, to);
  step.do({ type: 'truncate', to, generation: s.generation });
}

/** The journal was cut, or begun anew behind a snapshot. */
export function restored(step: Step, log: LogFacts, generation: number): void {
  const { s } = step;
  if (generation !== s.generation) return;
  s.restoring = false;
  s.anew = false;
  s.end = log.end;
  s.journaled = log.end;
  s.first = log.first;
  s.epochs = log.epochs;
  forgetBehind(step, log.end);
  if (s.followed === undefined) {
    sayHello(step);
    return;
  }
  const wasReady = s.followed.ready;
  const snapshot = s.followed.snapshot > log.end ? s.followed.snapshot : 0;
  s.followed = { ...s.followed, ready: true, snapshot };
  if (wasReady || snapshot === 0) sayAck(step, wasReady);
  else begin(step);
}

function append(step: Step, message: Append): void {
  const { s } = step;
  if (s.restoring || s.followed?.ready !== true || s.followed.snapshot > 0) return;
  if (message.to <= s.end) sayAck(step, false);
  else if (message.from > s.end + 1) sayAck(step, true);
  else if (message.from === s.end + 1) step.do({ type: 'store', append: message });
  else if (s.role === 'mirror') seek(step, 'a block overlaps the journal');
  else {
    // Half of it is known, and blocks are journalled as they are: begin again where it begins.
    s.followed = undefined;
    s.attempt += 1;
    restore(step, message.from - 1);
  }
}

/** A block is journalled and run. */
export function stored(step: Step, end: number, marks: readonly EpochStart[]): void {
  const { s } = step;
  s.end = Math.max(s.end, end);
  for (const mark of marks) {
    s.epochs = withMark(s.epochs, mark);
    s.highest = Math.max(s.highest, mark.epoch);
  }
}

/** Says what is held: the ack that orders wait for, and a sign of life. */
export function sayAck(step: Step, gap: boolean): void {
  const { s } = step;
  const { followed } = s;
  if (followed?.ready !== true || s.restoring || s.role === 'suspect') return;
  const state = s.hashes.at(-1);
  step.do({
    type: 'ack',
    epoch: followed.epoch,
    session: followed.session,
    upTo: s.journaled,
    gap,
    state: state !== undefined && state.seq <= s.journaled ? state : undefined,
  });
}

/** The leader says whether we are in sync. The register has the last word; without one the leader has. */
function paired(step: Step, says: boolean): void {
  const { s } = step;
  if (s.followed?.shadow !== false) return;
  if (!says) {
    if (s.role === 'mirror') step.become('catchup', 'the leader says that we are out of sync');
    s.entitled = false;
  } else if (s.role === 'catchup') {
    if (!step.alone) step.read();
    else {
      s.entitled = true;
      step.become('mirror', 'the leader says that we are in sync');
    }
  }
}

/** A follower sees what the register holds. */
export function followerSees(step: Step, value: RegisterValue): void {
  const { s } = step;
  const { followed } = s;
  s.value = value;
  if (followed === undefined || value.epoch !== followed.epoch || followed.shadow) return;
  const inSync = value.inSync.includes(step.holder);
  if (inSync && followed.paired && s.role === 'catchup')
    step.become('mirror', 'in sync, as the register says');
  else if (!inSync && s.role === 'mirror')
    step.become('catchup', 'the register says that we are out of sync');
  takeOver(step);
}

/** The leader hands over, and we hold what it says: lead. */
export function takeOver(step: Step): void {
  const { s } = step;
  const seq = s.followed?.handOver;
  if (seq === undefined || s.journaled < seq || s.restoring || s.followed?.ready !== true) return;
  if (s.role !== 'mirror' && s.role !== 'shadow' && s.role !== 'catchup') return;
  // It may have been taken into the pair for this only: the value that we know is older.
  if (s.role !== 'mirror') s.value = undefined;
  suspect(step, 'the leader hands over');
}

/** Compares the leader's state with ours: one that differs must not take over. */
function compare(step: Step, theirs: StateHash | undefined): void {
  if (step.s.followed?.shadow !== false) return;
  const differs = divergence(step.s, theirs);
  if (differs !== undefined) halt(step, `diverged: ${differs}`);
}

function halt(step: Step, why: string): void {
  step.s.followed = undefined;
  step.s.entitled = false;
  step.become('halted', why);
  step.do({ type: 'halt', reason: why });
}

/** The connection broke, or a supervisor saw the leader end. */
export function followerLoses(step: Step, why: string): void {
  const { s } = step;
  if (s.followed === undefined || s.role === 'suspect') return;
  if (s.role === 'mirror') suspect(step, why);
  else seek(step, why);
}

/** Time passes for a follower. */
export function followerTicks(step: Step, beat: boolean): void {
  const { s } = step;
  if (s.followed === undefined) return;
  if (s.at - s.heardAt > s.protocol.leaderSilence) {
    followerLoses(step, 'the leader is silent');
    return;
  }
  if (!beat) return;
  if (s.followed.paired && s.role === 'catchup' && !step.alone) step.read();
  sayAck(step, s.followed.end > s.end && s.followed.beatEnd === s.end);
  s.followed = { ...s.followed, beatEnd: s.end };
}
