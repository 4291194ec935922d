import type { OutsideEvent } from '../domain/event.js';
import type { Cancel, Clock } from './clock.js';

/** What a clock that brings events of its own (a recording) drives. */
export interface ClockTarget {
  /** Recorded events to pass over: they are in the snapshot already. */
  readonly skip: number;
  /** Time to go on from; 0 at a fresh start. */
  readonly startAt: number;
  /** Takes a recorded event; the clock's `now()` is its time. */
  offerRecorded(event: OutsideEvent): void;
  /** Everything was played and everything waiting has come due. */
  ended(): void;
  failed(error: unknown): void;
}

/** A clock that can run a pipeline. */
export interface PipelineClock extends Clock {
  /** Begins to play what the clock brings, if anything. */
  start(target: ClockTarget): Cancel;
  /** Whether the run ends by the clock (`replay`) or when its leading drivers have completed (`live`). */
  readonly mode: 'replay' | 'live';
}
