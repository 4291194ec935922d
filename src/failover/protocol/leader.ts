import type { RegisterValue } from '../registers/register.js';
import { abandonAdmission, admitted, considerAdmission, pursueAdmission, sayHeartbeat } from './admit.js';
import { commit } from './commit.js';
import { divergence } from './divergence.js';
import { EXIT_CODES } from './effect.js';
import { pursueHandOver } from './hand-over.js';
import { renewed } from './lead.js';
import type { Ack, Hello, Message } from './message.js';
import { closeSession, openSession, refused, reject, welcome } from './session.js';
import { pursueShrink, shrunk, wantShrink } from './shrink.js';
import type { Step } from './step.js';

/** How many beats pass before a leader that has no other reason looks at the register. */
const BEATS_PER_LOOK = 20;

/** Another leads: whatever we hold back stays back. */
function superseded(step: Step, why: string): void {
  const handed = step.s.reign?.handOver !== undefined;
  step.exit(handed ? EXIT_CODES.handedOver : EXIT_CODES.superseded, handed ? `handed over: ${why}` : why);
}

/** A leader hears something. */
export function leaderHears(step: Step, message: Message, digest: string | undefined): void {
  const { s } = step;
  const { reign } = s;
  if (reign === undefined) return;
  const { epoch } = message;
  if (epoch > reign.epoch) {
    s.highest = Math.max(s.highest, epoch);
    superseded(step, `epoch ${epoch} was seen, ours is ${reign.epoch}`);
    return;
  }
  if (message.type === 'hello') hears(step, message);
  else if (message.type === 'ack') acked(step, message, digest);
  else if (epoch < reign.epoch && (message.type === 'heartbeat' || message.type === 'append')) {
    // Someone still believes that it leads: it learns the epoch from this.
    reject(step, '', 0, 'not-leading', `epoch ${reign.epoch} has begun`);
  }
}

function hears(step: Step, hello: Hello): void {
  const { s } = step;
  const reign = s.reign;
  if (reign === undefined || refused(step, hello) || s.retired.includes(hello.incarnation)) return;
  const peer = reign.peer;
  if (peer !== undefined && peer.incarnation === hello.incarnation && hello.attempt <= peer.attempt) {
    if (hello.attempt === peer.attempt && !peer.ready) welcome(step);
    return;
  }
  if (reign.disagreed || s.role === 'halted') {
    reject(step, hello.incarnation, 0, 'not-leading', s.why);
    return;
  }
  if (s.role === 'paired') {
    // It begins anew, so its right to take over ends before anything is cut from its log. It asks again each beat.
    if (!step.alone) {
      wantShrink(step, 'the mirror begins anew');
      return;
    }
    shrunk(step, 'the mirror begins anew');
  } else if (s.role === 'admitting') {
    abandonAdmission(step, 'the follower begins anew');
    if (s.role === 'admitting') return;
  }
  if (s.role === 'solo') openSession(step, hello);
}

function acked(step: Step, ack: Ack, digest: string | undefined): void {
  const { s } = step;
  const reign = s.reign;
  const peer = reign?.peer;
  if (reign === undefined) return;
  if (peer === undefined || ack.epoch !== reign.epoch || ack.session !== peer.session) {
    reject(step, '', ack.session, 'session', 'no such session');
    return;
  }
  if (ack.upTo > s.end || ack.upTo < peer.truncateTo) return;
  s.heardAt = s.at;
  const differs = peer.shadow ? undefined : divergence(s, ack.state);
  if (differs !== undefined) {
    closeSession(step, 'diverged', differs);
    if (s.role === 'paired') wantShrink(step, `the mirror diverged: ${differs}`);
    else abandonAdmission(step, `the follower diverged: ${differs}`);
    return;
  }
  if (s.protocol.policy === 'agreed' && !peer.shadow && digest !== undefined && ack.digest !== undefined) {
    if (digest !== ack.digest) {
      disagree(step, ack.upTo);
      return;
    }
  }
  const first = !peer.ready;
  step.peer({ ready: true, acked: Math.max(peer.acked, ack.upTo) });
  if (first) feed(step, peer.truncateTo, peer.snapshot);
  else if (ack.gap && (ack.upTo > peer.rewound || s.at - peer.rewoundAt > s.protocol.heartbeat))
    feed(step, ack.upTo, ack.upTo < peer.snapshot ? peer.snapshot : 0);
  step.do({ type: 'grant', session: peer.session, upTo: ack.upTo, credit: ack.credit });
  if (reign.shrinking !== '' && s.request === undefined && !s.doubt && reign.handOver === undefined) {
    if (ack.upTo >= reign.lagEnd) step.reign({ shrinking: '' });
  }
  commit(step);
  considerAdmission(step);
}

/** The follower cannot be served any more as it was promised: it asks anew. */
export function followerIsLost(step: Step, why: string): void {
  closeSession(step, 'session', why);
  if (step.s.role === 'paired') wantShrink(step, why);
  else if (step.s.role === 'admitting') abandonAdmission(step, why);
}

function feed(step: Step, after: number, snapshot: number): void {
  const { s } = step;
  const peer = s.reign?.peer;
  if (s.reign === undefined || peer === undefined) return;
  step.peer({ rewound: after, rewoundAt: s.at });
  step.do({ type: 'feed', epoch: s.reign.epoch, session: peer.session, after, snapshot });
}

/** Policy `agreed`: nobody can tell which of the two is right, so no order of either leaves. */
function disagree(step: Step, seq: number): void {
  const why = `the mirror derived other commands from the log up to seq ${seq}`;
  step.reign({ disagreed: true });
  step.do({ type: 'halt', reason: why });
  closeSession(step, 'diverged', why);
  if (step.s.role === 'paired' && !step.alone) wantShrink(step, why);
  else step.become('halted', why);
}

/** A leader sees what the register holds. */
export function leaderSees(step: Step, value: RegisterValue): void {
  const { s } = step;
  const { reign } = s;
  if (reign === undefined) return;
  if (value.epoch > reign.epoch) {
    s.highest = Math.max(s.highest, value.epoch);
    if (value.leader === step.name) renewed(step, value);
    else superseded(step, `${value.leader} leads epoch ${value.epoch}`);
    return;
  }
  if (value.epoch < reign.epoch || value.leader !== step.name) {
    // It knows less than it was told before: it was lost or put back. Nothing is built on it.
    s.why = `the register went back to epoch ${value.epoch} from ${reign.epoch}`;
    s.retryAt = s.at + s.protocol.bootSilence;
    return;
  }
  s.value = value;
  s.doubt = false;
  const whole = value.inSync.length > 1;
  if (s.role === 'paired' && !whole)
    shrunk(step, reign.shrinking === '' ? 'the mirror is out of sync' : reign.shrinking);
  else if (s.role === 'admitting' && whole) admitted(step);
  else if (s.role === 'solo' && whole) {
    // Nothing of ours can bring this about; whoever did, the member may take over: be gated, and get it out.
    step.become('paired', 'the register says that another is in sync');
    wantShrink(step, 'the register says that another is in sync');
  }
  pursueShrink(step);
  pursueAdmission(step);
}

/** Time passes for a leader. */
export function leaderTicks(step: Step, beat: boolean): void {
  const { s } = step;
  const { protocol } = s;
  const { heartbeat, mirrorSilence, slowAfter } = protocol;
  if (s.reign === undefined) return;
  const silent = s.at - s.heardAt > mirrorSilence;
  if (s.role === 'paired') {
    if (silent) wantShrink(step, 'the mirror is silent');
    else if (s.reign.peer === undefined) wantShrink(step, 'the mirror is gone');
    else watchLag(step, slowAfter);
  } else if (s.role === 'admitting') {
    const late = s.reign.handOver === undefined && s.at - s.reign.lagAt > slowAfter;
    if (silent || s.reign.peer === undefined || (late && (s.reign.peer?.acked ?? 0) < s.reign.target))
      abandonAdmission(step, 'the follower is silent or slow');
  }
  if (silent && s.role === 'solo' && s.reign.peer !== undefined)
    closeSession(step, 'session', 'the follower is silent');
  pursueHandOver(step);
  pursueShrink(step);
  considerAdmission(step);
  if (!beat) return;
  sayHeartbeat(step);
  if (!step.alone && s.request === undefined && Math.floor(s.at / heartbeat) % BEATS_PER_LOOK === 0)
    step.read();
}

/** A mirror whose acks stay behind for too long holds every order up: it is out. */
function watchLag(step: Step, slowAfter: number): void {
  const { s } = step;
  const { reign } = s;
  if (reign === undefined) return;
  if ((reign.peer?.acked ?? 0) >= reign.lagEnd) step.reign({ lagEnd: s.end, lagAt: s.at });
  else if (s.at - reign.lagAt > slowAfter) wantShrink(step, 'the mirror is slow');
}
