import type { FaultEvent } from '../domain/event.js';

/** Why something of a remote agent was refused. */
export type RefusalCode =
  | 'malformed'
  | 'version'
  | 'unknown-agent'
  | 'unknown-replica'
  | 'not-introduced'
  | 'not-asked'
  | 'stranger';

const PAUSE = 10_000;

/** Counts what was refused, and tells of each kind at most every ten seconds: the log is not for whoever shouts loudest. */
export class Refusals {
  readonly #counts = new Map<RefusalCode, number>();
  readonly #told = new Map<RefusalCode, { at: number; count: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get counts(): ReadonlyMap<RefusalCode, number> {
    return new Map(this.#counts);
  }

  /** Counts one; gives the fault that tells of it, when it is time for one. */
  add(code: RefusalCode, component: string, reason: string): FaultEvent | undefined {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    const now = this.#now();
    const last = this.#told.get(code);
    if (last !== undefined && now - last.at < PAUSE) return undefined;
    const more = count - (last?.count ?? 0) - 1;
    this.#told.set(code, { at: now, count });
    const message = more > 0 ? `${reason} (and ${more} others since the last word)` : reason;
    return { kind: 'fault', component, code, message: message.slice(0, 1_000), severity: 'notice' };
  }
}
