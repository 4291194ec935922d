import type { Frame } from '../core/frame.js';
import type { Decision, Target } from '../domain/decision.js';
import type { Signal } from '../domain/signal.js';
import type { Verdict } from '../domain/verdict.js';

/** What of a frame is logged: of any chain as much as it has. */
export interface LoggedFrame extends Frame {
  /** Of `books`: plain prices of the frame's instrument. */
  readonly bid?: number;
  readonly ask?: number;
  readonly mid?: number;
  /** Of `signals`. */
  readonly signals?: readonly Signal[];
  /** Of `agents`. */
  readonly decisions?: readonly Decision[];
  /** Of the ensemble. */
  readonly targets?: readonly Target[];
  /** Of `risk`. */
  readonly verdicts?: readonly Verdict[];
  /** Of `risk`. */
  readonly tradingStatus?: 'active' | 'reducing' | 'halted';
}
