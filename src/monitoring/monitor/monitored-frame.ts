import type { Frame } from '../../core/frame.js';
import type { Decision } from '../../domain/decision.js';
import type { Signal } from '../../domain/signal.js';
import type { Breakdown } from './breakdown.js';
import type { MonitoredDrift, MonitoredScore, MonitoredScoring } from './model-metrics.js';

/**
 * What of a frame is measured: of any chain as much as it has. A field that no stage adds is a metric that stays empty.
 */
export interface MonitoredFrame extends Frame {
  /** Of `ledger`. */
  readonly profit?: number;
  /** Of `figures`. */
  readonly exposure?: number;
  /** Of `figures`. */
  readonly fillNotional?: number;
  /** Of `risk`. */
  readonly tradingStatus?: 'active' | 'reducing' | 'halted';
  /** Of `signals`. */
  readonly signals?: readonly Signal[];
  /** Of `agents`. */
  readonly decisions?: readonly Decision[];
  /** Of `breakdown`. */
  readonly tradedNotional?: number;
  /** Of `breakdown`. */
  readonly breakdown?: Breakdown | undefined;
  /** Of `scoring`. */
  readonly scores?: readonly MonitoredScore[];
  /** Of `scoring`. */
  readonly scoring?: MonitoredScoring;
  /** Of `drift`. */
  readonly drifts?: readonly MonitoredDrift[];
  /** Of `drift`. */
  readonly changePoints?: readonly string[];
}
