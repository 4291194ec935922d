import type { HeapClock } from './heap-clock.js';

/** One start of a member's process: it can be killed and paused, and what was meant for it then is lost or waits. */
export class Process {
  readonly name: string;
  readonly incarnation: string;
  readonly holder: string;
  alive = true;
  readonly #clock: HeapClock;
  #paused = false;
  #waiting: (() => void)[] = [];

  constructor(clock: HeapClock, name: string, incarnation: string, holder: string) {
    this.#clock = clock;
    this.name = name;
    this.incarnation = incarnation;
    this.holder = holder;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Runs in the process: not when it is dead, and later when it is paused. */
  run(action: () => void): void {
    if (!this.alive) return;
    if (this.#paused) this.#waiting.push(action);
    else action();
  }

  after(delay: number, action: () => void): () => void {
    return this.#clock.after(delay, () => this.run(action));
  }

  /** A promise that the world settles for this process: never when it died. */
  promise<T>(delay: number, settle: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.after(delay, () => {
        this.#clock.dirty = true;
        try {
          resolve(settle());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const action of waiting) this.#clock.after(0, () => this.run(action));
  }
}
