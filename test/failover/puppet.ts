import { BehaviorSubject, ReplaySubject, Subject } from 'rxjs';
import type { Frame } from '../../src/core/frame.js';
import type { Halt } from '../../src/core/run-options.js';
import type { Exit, Report, Role } from '../../src/failover/index.js';

export const BOOT: Report = { role: 'boot', epoch: 0, lag: 0, inSync: false, open: false, why: 'starting' };

/** A member that says what it is told to. */
export class Puppet {
  readonly report$: BehaviorSubject<Report> = new BehaviorSubject(BOOT);
  readonly exit$: ReplaySubject<Exit> = new ReplaySubject(1);
  readonly frames$: Subject<Frame> = new Subject();
  halted: Halt | undefined;
  position: { seq: number; ts: number } = { seq: 0, ts: 0 };

  get report(): Report {
    return this.report$.value;
  }

  is(role: Role, report: Partial<Report> = {}): void {
    const leads = role === 'solo' || role === 'admitting' || role === 'paired';
    this.report$.next({
      ...BOOT,
      role,
      epoch: 3,
      open: leads,
      inSync: role === 'mirror' || role === 'paired',
      why: 'because',
      ...report,
    });
  }

  link(venue: string, channel: string, state: 'up' | 'down', reason = 'said so'): void {
    this.frames$.next({
      event: { kind: 'link', venueTime: 0, venue, channel, state, reason },
    } as unknown as Frame);
  }
}
