import type { TimedEvent } from '../../domain/event.js';
import type { FrameDifference } from '../../research/frames/frame-values.js';
import type { CheckName } from './failure.js';

/** What a verification found, beside its message. */
export interface DeskCounterexample {
  readonly check: CheckName;
  /** The events that are left when no more can be left out; they fail the same check. */
  readonly events: readonly TimedEvent[];
  /** The first field that differed, where two runs were compared. */
  readonly difference: FrameDifference | undefined;
  readonly seed: number;
}

/**
 * A desk that breaks a promise of the pipeline; the message draws the shortest events that were found to show it.
 *
 * @example
 * await expect(verifyDesk(desk, events)).rejects.toMatchObject({ check: 'future' });
 */
export class DeskVerificationError extends Error implements DeskCounterexample {
  // The name by which test runners tell a failure from a fault.
  override readonly name = 'AssertionError';
  readonly check: CheckName;
  readonly events: readonly TimedEvent[];
  readonly difference: FrameDifference | undefined;
  readonly seed: number;

  constructor(message: string, { check, events, difference, seed }: DeskCounterexample) {
    super(message);
    this.check = check;
    this.events = events;
    this.difference = difference;
    this.seed = seed;
  }
}
