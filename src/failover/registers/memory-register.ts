import type { Register } from './register.js';
import { type Reading, type RegisterEngine, VersionedRegister } from './versioned-register.js';

/** What members in one process share: a register's place, which outlives its handles. */
export interface MemoryPlace {
  mark: number;
  text: string | undefined;
}

/**
 * An empty place for {@link memoryRegister}.
 *
 * @example
 * const place = memoryPlace();
 * const [alpha, beta] = [memoryRegister(place), memoryRegister(place)];
 */
export function memoryPlace(): MemoryPlace {
  return { mark: 0, text: undefined };
}

/**
 * A register in this process, for tests and for pairs that live in one.
 *
 * @example
 * const place = memoryPlace();
 * const [one, other] = [memoryRegister(place), memoryRegister(place)];
 */
export function memoryRegister(place: MemoryPlace = memoryPlace()): Register {
  return new VersionedRegister(new MemoryEngine(place), 60_000);
}

class MemoryEngine implements RegisterEngine<number> {
  readonly name = 'the register in memory';
  readonly #place: MemoryPlace;

  constructor(place: MemoryPlace) {
    this.#place = place;
  }

  async read(): Promise<Reading<number>> {
    return { ...this.#place };
  }

  async write(mark: number, text: string): Promise<number | undefined> {
    if (this.#place.mark !== mark) return undefined;
    this.#place.mark++;
    this.#place.text = text;
    return this.#place.mark;
  }

  async close(): Promise<void> {}
}
