import { commonPrefix } from './epochs.js';
import type { Hello, RejectCode } from './message.js';
import { PROTOCOL_VERSION } from './message.js';
import type { Step } from './step.js';

/** Most incarnations of the other member that are remembered as over. */
const RETIRED = 16;

/** Says no to the sender of a HELLO. */
export function reject(step: Step, to: string, session: number, code: RejectCode, message: string): void {
  step.send({ type: 'reject', epoch: step.s.highest, to, session, code, message });
}

/** Refuses a member that can never pair with us, by the name of what differs; true when it was refused. */
export function refused(step: Step, hello: Hello): boolean {
  const mine = step.s.protocol.identity;
  const refuse = (code: RejectCode, what: string, theirs: unknown, ours: unknown): true => {
    reject(step, hello.incarnation, 0, code, `${what} is ${String(theirs)} there and ${String(ours)} here`);
    return true;
  };
  if (hello.version !== PROTOCOL_VERSION)
    return refuse('version', 'the version of the protocol', hello.version, PROTOCOL_VERSION);
  if (hello.schemaHash !== mine.schemaHash)
    return refuse('schema', 'the schema of events', hello.schemaHash, mine.schemaHash);
  if (hello.configurationHash !== mine.configurationHash)
    return refuse('configuration', 'the configuration', hello.configurationHash, mine.configurationHash);
  if (hello.node !== step.s.protocol.peer)
    return refuse('node', 'the name of the follower', hello.node, `expected to be ${step.s.protocol.peer}`);
  return false;
}

/** Takes a follower in: says where its log and ours part, and how it gets the rest. */
export function openSession(step: Step, hello: Hello): void {
  const { s } = step;
  const reign = s.reign;
  if (reign === undefined) return;
  const before = reign.peer;
  if (before !== undefined && before.incarnation !== hello.incarnation)
    s.retired = [...s.retired, before.incarnation].slice(-RETIRED);
  if (before?.ready) step.do({ type: 'unfeed' });
  const truncateTo = commonPrefix(s.epochs, s.end, hello.epochs, hello.last);
  const far = truncateTo + 1 < s.first || s.end - truncateTo > s.protocol.snapshotBehind;
  const session = reign.sessions + 1;
  step.reign({
    sessions: session,
    peer: {
      incarnation: hello.incarnation,
      attempt: hello.attempt,
      holder: hello.holder,
      session,
      shadow: hello.coreHash !== s.protocol.identity.coreHash,
      ready: false,
      truncateTo,
      snapshot: far && s.snapshot > truncateTo ? s.snapshot : 0,
      acked: 0,
      rewound: -1,
      rewoundAt: 0,
    },
  });
  s.heardAt = s.at;
  s.agreedAt = 0;
  welcome(step);
}

/** Says WELCOME, also again when the HELLO came again. */
export function welcome(step: Step): void {
  const { reign, epochs, protocol } = step.s;
  const peer = reign?.peer;
  if (reign === undefined || peer === undefined) return;
  step.send({
    type: 'welcome',
    epoch: reign.epoch,
    to: peer.incarnation,
    attempt: peer.attempt,
    node: protocol.identity.node,
    incarnation: protocol.identity.incarnation,
    truncateTo: peer.truncateTo,
    snapshotSeq: peer.snapshot,
    epochs,
    shadow: peer.shadow,
    session: peer.session,
  });
}

/** Ends the session with the follower: what it says from here on counts for nothing. */
export function closeSession(step: Step, code: RejectCode, why: string): void {
  const peer = step.s.reign?.peer;
  if (peer === undefined) return;
  reject(step, peer.incarnation, peer.session, code, why);
  step.do({ type: 'unfeed' });
  step.reign({ peer: undefined });
}
