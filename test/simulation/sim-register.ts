import {
  EMPTY_REGISTER,
  type Register,
  type RegisterAnswer,
  type RegisterValue,
} from '../../src/failover/registers/register.js';
import type { Chance } from './chance.js';
import type { HeapClock } from './heap-clock.js';
import type { Process } from './process.js';

const same = (a: RegisterValue, b: RegisterValue): boolean =>
  a.epoch === b.epoch && a.leader === b.leader && a.inSync.join() === b.inSync.join();

/** A linearizable register behind a bad network: slow, unreachable, or silent about what it did. */
export class SimRegister {
  value: RegisterValue = EMPTY_REGISTER;
  /** Members for whom it cannot be reached. */
  readonly unreachable: Set<string> = new Set();
  /** How often a change is not answered. */
  silence = 0;
  /** Who was asked to change it by hand. */
  onChange: (before: RegisterValue, after: RegisterValue) => void = () => {};
  readonly #clock: HeapClock;
  readonly #chance: Chance;

  constructor(clock: HeapClock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  #change(expected: RegisterValue, next: RegisterValue): RegisterAnswer {
    if (!same(this.value, expected)) return { done: false, value: this.value };
    const before = this.value;
    this.value = next;
    this.onChange(before, next);
    return { done: true, value: next };
  }

  /** The register as one process reaches it. */
  for(process: Process): Register {
    const chance = this.#chance;
    const away = (): boolean => this.unreachable.has(process.name);
    const fail = (): never => {
      throw new Error('the register did not answer');
    };
    return {
      name: 'simulated',
      get: () => {
        if (away() || chance.happens(this.silence)) return process.promise(100, fail);
        return process.promise(chance.between(0.5, 3), () => this.value);
      },
      compareAndSet: (expected, next) => {
        const there = chance.between(0.2, 1.5);
        if (away()) return process.promise(100, fail);
        if (chance.happens(this.silence)) {
          // Not done, done without an answer, or done much later.
          const how = chance.integer(0, 2);
          if (how > 0)
            this.#clock.after(how === 1 ? there : chance.between(100, 700), () =>
              this.#change(expected, next),
            );
          return process.promise(100, fail);
        }
        return new Promise<RegisterAnswer>((resolve) => {
          this.#clock.after(there, () => {
            const answer = this.#change(expected, next);
            process.after(chance.between(0.2, 1.5), () => {
              this.#clock.dirty = true;
              resolve(answer);
            });
          });
        });
      },
      close: () => Promise.resolve(),
    };
  }
}
