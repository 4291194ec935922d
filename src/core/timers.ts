import type { TimerCommand } from '../domain/command.js';
import type { TimerEvent } from '../domain/event.js';
import type { Cancel, Clock } from './clock.js';

/**
 * Keeps what the core waits for; a timer asked for again under its name replaces the old one. A timer is waited for
 * until its event is in the log, so that leader and follower agree on what is outstanding. Only a leader's ring.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #fire: (event: TimerEvent) => void;
  readonly #pending = new Map<string, { readonly due: number; readonly cancel: Cancel }>();
  #ringing: boolean;

  constructor(clock: Clock, fire: (event: TimerEvent) => void, ringing = true) {
    this.#clock = clock;
    this.#fire = fire;
    this.#ringing = ringing;
  }

  /** @throws RangeError for a time that is not finite */
  ask({ name, due }: Pick<TimerCommand, 'name' | 'due'>): void {
    if (!Number.isFinite(due)) throw new RangeError(`the timer "${name}" cannot be due at ${due}`);
    this.#pending.get(name)?.cancel();
    // Deleted first, so that the map keeps the order of asking: it breaks ties, also after a restore.
    this.#pending.delete(name);
    this.#pending.set(name, { due, cancel: this.#ringing ? this.#schedule(name, due) : () => undefined });
  }

  /** A timer's event is in the log: nobody waits for it any more, unless it was asked for anew at another time. */
  settle({ name, due }: TimerEvent): void {
    const pending = this.#pending.get(name);
    if (pending?.due !== due) return;
    pending.cancel();
    this.#pending.delete(name);
  }

  /** From now on timers ring; those that are due already as soon as the clock is free. */
  ring(): void {
    if (this.#ringing) return;
    this.#ringing = true;
    for (const [name, { due }] of this.#pending) {
      // A known name keeps its place in the map, and with it the order of ties.
      this.#pending.set(name, { due, cancel: this.#schedule(name, due) });
    }
  }

  /** What is waited for, in order of asking. */
  save(): readonly { readonly name: string; readonly due: number }[] {
    return [...this.#pending].map(([name, { due }]) => ({ name, due }));
  }

  restore(timers: readonly { readonly name: string; readonly due: number }[]): void {
    for (const timer of timers) this.ask(timer);
  }

  /** Nothing rings any more; what is waited for is kept. */
  silence(): void {
    this.#ringing = false;
    for (const { cancel } of this.#pending.values()) cancel();
  }

  clear(): void {
    for (const { cancel } of this.#pending.values()) cancel();
    this.#pending.clear();
  }

  #schedule(name: string, due: number): Cancel {
    return this.#clock.schedule(due, 1, () => this.#fire({ kind: 'timer', name, due }));
  }
}
