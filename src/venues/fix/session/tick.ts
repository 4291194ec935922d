import { TAG } from '../codec/tags.js';
import type { Draft } from './draft.js';
import { ask } from './gaps.js';
import type { SessionSettings } from './settings.js';
import type { SessionState } from './state.js';

/** Shares of the heartbeat's interval after which a silent peer is asked, and is given up: within two of them. */
const ASKED_AFTER = 1.2;
const GONE_AFTER = 1.9;
/** How often one gap is asked for in vain. */
const MOST_TIMES = 3;

/** When the session wants to be told the time next; `Infinity`: not by itself. */
export function nextDue(state: SessionState, settings: SessionSettings): number {
  const { phase, since, asked, lastReceived, lastSent, probing } = state;
  const { heartbeat, schedule } = settings;
  switch (phase) {
    case 'waiting':
      return state.due;
    case 'refused':
      return schedule === undefined ? Number.POSITIVE_INFINITY : schedule.nextOpen(since);
    case 'connecting':
    case 'logon':
      return since + settings.logonPatience;
    case 'logout':
      return since + settings.logoutPatience;
    case 'stopped':
      return Number.POSITIVE_INFINITY;
    default: {
      const silent = lastReceived + heartbeat * (probing ? GONE_AFTER : ASKED_AFTER);
      const due = Math.min(lastSent + heartbeat, silent);
      const resend = asked === undefined ? due : Math.min(due, asked.at + settings.resendPatience);
      // Close of the session in progress: what is asked for the moment that it opened never changes.
      return schedule === undefined
        ? resend
        : Math.min(resend, schedule.nextClose(Math.max(since, state.session)));
    }
  }
}

/** Time goes on. */
export function tick(draft: Draft): void {
  const { next, now, settings } = draft;
  switch (next.phase) {
    case 'waiting':
      if (now >= next.due) connect(draft);
      break;
    case 'refused':
      if (settings.schedule !== undefined && isNewSession(draft)) connect(draft);
      break;
    case 'connecting':
    case 'logon':
      if (now >= next.since + settings.logonPatience)
        draft.fail('logon', `no answer to the logon in ${settings.logonPatience} ms`, 'waiting', false);
      break;
    case 'logout':
      if (now >= next.since + settings.logoutPatience) {
        draft.alert('peer', `no answer to the logout in ${settings.logoutPatience} ms`);
        draft.effect({ kind: 'close' });
        draft.leave('logged out');
      }
      break;
    case 'up':
      keepUp(draft);
      break;
  }
}

/** Connects, unless the schedule or the limit of logons says later. */
function connect(draft: Draft): void {
  const { next, now, settings } = draft;
  const { schedule, dialect } = settings;
  if (schedule !== undefined) {
    const session = schedule.sessionOf(now);
    if (session === undefined) {
      next.due = schedule.nextOpen(now);
      return;
    }
    if (session.open !== next.session) draft.reset(session.open);
  }
  const { logonLimit } = dialect;
  if (logonLimit !== undefined) {
    const within = next.logons.filter((at) => at > now - logonLimit.within);
    if (within.length >= logonLimit.count) {
      next.due = (within[within.length - logonLimit.count] as number) + logonLimit.within;
      draft.enter('waiting');
      return;
    }
  }
  draft.enter('connecting');
  draft.effect({ kind: 'open' });
}

function isNewSession({ next, now, settings }: Draft): boolean {
  const session = settings.schedule?.sessionOf(now);
  return session !== undefined && session.open !== next.session;
}

function keepUp(draft: Draft): void {
  const { next, now, settings } = draft;
  const { heartbeat, resendPatience, schedule } = settings;
  if (schedule !== undefined && schedule.sessionOf(now)?.open !== next.session) {
    draft.send([
      [TAG.MsgType, '5'],
      [TAG.Text, 'the session has ended'],
    ]);
    draft.enter('logout');
    return;
  }
  const silent = now - next.lastReceived;
  if (next.probing && silent >= heartbeat * GONE_AFTER) {
    draft.fail('peer', `no word in ${silent} ms, and none to a test request`, 'waiting', false);
    return;
  }
  if (!next.probing && silent >= heartbeat * ASKED_AFTER) {
    next.probing = true;
    draft.send([
      [TAG.MsgType, '1'],
      [TAG.TestReqID, `T${Math.floor(now)}`],
    ]);
  }
  const { asked } = next;
  if (asked !== undefined && now >= asked.at + resendPatience) {
    if (asked.times >= MOST_TIMES) {
      draft.fail(
        'resend',
        `message ${next.incoming} did not come though it was asked for ${asked.times} times`,
      );
      return;
    }
    ask(draft, asked.gapEnd, asked.times + 1);
  }
  if (now - next.lastSent >= heartbeat) draft.send([[TAG.MsgType, '0']]);
}
