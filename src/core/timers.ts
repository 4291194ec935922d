import type { TimerCommand } from '../domain/command.js';
import type { TimerEvent } from '../domain/event.js';
import type { Cancel, Clock } from './clock.js';

/** Keeps what the core waits for; a timer asked for again under its name replaces the old one. */
export class Timers {
  readonly #clock: Clock;
  readonly #fire: (event: TimerEvent) => void;
  readonly #pending = new Map<string, { readonly due: number; readonly cancel: Cancel }>();

  constructor(clock: Clock, fire: (event: TimerEvent) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /** @throws RangeError for a time that is not finite */
  ask({ name, due }: Pick<TimerCommand, 'name' | 'due'>): void {
    if (!Number.isFinite(due)) throw new RangeError(`the timer "${name}" cannot be due at ${due}`);
    this.#pending.get(name)?.cancel();
    // Deleted first, so that the map keeps the order of asking: it breaks ties, also after a restore.
    this.#pending.delete(name);
    const cancel = this.#clock.schedule(due, 1, () => {
      this.#pending.delete(name);
      this.#fire({ kind: 'timer', name, due });
    });
    this.#pending.set(name, { due, cancel });
  }

  /** What is waited for, in order of asking. */
  save(): readonly { readonly name: string; readonly due: number }[] {
    return [...this.#pending].map(([name, { due }]) => ({ name, due }));
  }

  restore(timers: readonly { readonly name: string; readonly due: number }[]): void {
    for (const timer of timers) this.ask(timer);
  }

  clear(): void {
    for (const { cancel } of this.#pending.values()) cancel();
    this.#pending.clear();
  }
}
