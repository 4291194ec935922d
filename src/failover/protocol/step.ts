import type { RegisterValue } from '../registers/register.js';
import type { Effect, ExitCode } from './effect.js';
import type { Message } from './message.js';
import type { MemberState, OwnReign, Peer, Role } from './state.js';

type Draft = { -readonly [K in keyof MemberState]: MemberState[K] };

/** One turn of the reducer: a copy of the state that it may write, and what is to be done. */
export class Step {
  readonly s: Draft;
  readonly effects: Effect[] = [];

  constructor(state: MemberState, at: number) {
    this.s = { ...state };
    // A clock that goes back, or says nothing, stands still.
    if (at > state.at) this.s.at = at;
  }

  do(effect: Effect): void {
    this.effects.push(effect);
  }

  send(message: Message): void {
    this.effects.push({ type: 'send', message });
  }

  become(role: Role, why: string): void {
    this.s.role = role;
    this.s.why = why;
  }

  exit(code: ExitCode, reason: string): void {
    if (this.s.role === 'exited') return;
    this.become('exited', reason);
    this.do({ type: 'exit', code, reason });
  }

  /** Changes our reign; without one nothing happens. */
  reign(change: Partial<OwnReign>): void {
    if (this.s.reign !== undefined) this.s.reign = { ...this.s.reign, ...change };
  }

  /** Changes what is known of the follower; without one nothing happens. */
  peer(change: Partial<Peer>): void {
    const peer = this.s.reign?.peer;
    if (peer !== undefined) this.reign({ peer: { ...peer, ...change } });
  }

  /** What the register calls us when we lead: the process, not the member, so that a reign is one process's. */
  get name(): string {
    const { node, incarnation } = this.s.protocol.identity;
    return `${node}/${incarnation}`;
  }

  get holder(): string {
    return this.s.protocol.identity.holder;
  }

  /** No register: two members alone. */
  get alone(): boolean {
    return this.s.protocol.register === 'none';
  }

  /** Asks the register what it holds, unless something is asked already or it is too early to ask again. */
  read(): void {
    const { s } = this;
    if (s.request !== undefined || s.at < s.retryAt) return;
    s.requests += 1;
    s.request = { id: s.requests, kind: 'read', next: undefined };
    this.do({ type: 'read', id: s.requests });
  }

  /**
   * Asks the register to change from the value that was last seen; false when a change is asked already. A look that is
   * under way does not stand in the way: its answer no longer matters.
   */
  change(kind: 'promote' | 'shrink' | 'admit' | 'renew', next: RegisterValue): boolean {
    const { s } = this;
    if (s.request !== undefined && s.request.kind !== 'read') return false;
    if (s.at < s.retryAt || s.value === undefined) return false;
    s.requests += 1;
    s.request = { id: s.requests, kind, next };
    this.do({ type: 'compareAndSet', id: s.requests, expected: s.value, next });
    return true;
  }
}
