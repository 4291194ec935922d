import type { Frame } from '../core/frame.js';
import type { Decision, Target } from '../domain/decision.js';
import type { Signal } from '../domain/signal.js';
import type { Overview } from './overview.js';

/** What of a frame the live page shows: of any chain as much as it has. A field that no stage adds is a part that stays empty. */
export interface DashboardFrame extends Frame {
  /** Of `books`. */
  readonly bid?: number;
  readonly ask?: number;
  readonly bidQuantity?: number;
  readonly askQuantity?: number;
  readonly lastPrice?: number;
  readonly synced?: boolean;
  /** Of `ledger`. */
  readonly profit?: number;
  /** Of `signals`. */
  readonly signals?: readonly Signal[];
  /** Of `agents`. */
  readonly decisions?: readonly Decision[];
  /** Of an ensemble. */
  readonly targets?: readonly Target[];
  /** Of `risk`. */
  readonly tradingStatus?: 'active' | 'reducing' | 'halted';
  /** Of `overview`. */
  readonly overview?: Overview | undefined;
}
