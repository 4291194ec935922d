import type { Frame } from '../../core/frame.js';
import type { FrameDifference } from '../../research/frames/frame-values.js';

/** What `verifyDesk` looks at. */
export type CheckName =
  | 'completes'
  | 'repeat'
  | 'reenact'
  | 'restore'
  | 'kept'
  | 'future'
  | 'merging'
  | 'crash'
  | 'faults';

/** Why a check failed. */
export interface Failure {
  /** One sentence. */
  readonly what: string;
  /** The first field that differed, where two runs were compared. */
  readonly difference?: FrameDifference;
  /** When it shows, Unix milliseconds; `NaN`: unknown. */
  readonly ts: number;
  /** The runs that were compared, for the drawing. */
  readonly runs: readonly { readonly name: string; readonly frames: readonly Frame[] }[];
}

/** A failure by a difference of two runs. */
export const differing = (what: string, difference: FrameDifference, runs: Failure['runs']): Failure => ({
  what,
  difference,
  ts: difference.ts,
  runs,
});
