/** Undoes something that was scheduled. Calling it twice, or after it ran, does nothing. */
export type Cancel = () => void;

/**
 * The time of a running pipeline, in Unix milliseconds with a fraction: virtual in marble tests, the
 * recording's in replay, the wall's when live. Drivers wait through it and through nothing else, so that
 * the same driver runs under every clock.
 */
export interface Clock {
  /** Never goes back. */
  now(): number;
  /**
   * Runs an action when the time has come; at once-past times it runs as soon as the clock is free.
   * Ties are broken by time, then `rank` (the driver's place in `run`), then order of scheduling.
   *
   * Where time is the recording's it stands still while a promise that the action returns is pending, so that what a
   * simulated driver asks the world does not depend on how fast the world is; elsewhere nobody waits.
   */
  schedule(at: number, rank: number, action: () => unknown): Cancel;
  /** Whether time is the recording's. */
  readonly mode?: 'replay' | 'live';
}
