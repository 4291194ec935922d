import type { Duration } from '../../domain/duration.js';
import { milliseconds } from '../../domain/duration.js';

/** What all registers take. */
export interface RegisterOptions {
  /** How long a question may take before it is rejected. @default "1s" */
  readonly timeout?: Duration;
}

/** The time-out of a register in milliseconds. */
export function timeoutOf(register: string, { timeout = '1s' }: RegisterOptions): number {
  return milliseconds(`${register}.timeout`, timeout);
}
