/** Who leads, and who may: the one thing that a pair must agree on. */
export interface RegisterValue {
  /** Counts reigns; 0: nobody has led yet. */
  readonly epoch: number;
  /** Name of the member that leads; empty when nobody has led yet. */
  readonly leader: string;
  /** Members that hold everything that was acted on: only they may promote themselves. Sorted. */
  readonly inSync: readonly string[];
}

/**
 * What a register holds before anything was written.
 *
 * @example
 * EMPTY_REGISTER.epoch; // 0: nobody has led yet
 */
export const EMPTY_REGISTER: RegisterValue = { epoch: 0, leader: '', inSync: [] };

/** Answer of a compare-and-set: whether it was done, and what the register holds now. */
export interface RegisterAnswer {
  readonly done: boolean;
  readonly value: RegisterValue;
}

/**
 * A linearizable register, changed only by compare-and-set. Safety rests on it, and on no clock.
 *
 * Both methods reject when the register cannot be reached or does not answer in time; a change may then have been done
 * or not: whoever asked reads it again before it believes either.
 */
export interface Register {
  /** What kind it is and where, for messages to people. */
  readonly name: string;
  get(): Promise<RegisterValue>;
  /** Sets `next` if the register holds `expected`, all fields equal. */
  compareAndSet(expected: RegisterValue, next: RegisterValue): Promise<RegisterAnswer>;
  close(): Promise<void>;
}
