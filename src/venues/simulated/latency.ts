import { integerAtLeast, knownKeys, refuse } from '../../domain/check.js';
import { type LatencyModel, latencyModel } from '../../domain/latency-model.js';

/** How long words take on their way, in milliseconds of the pipeline's clock. 0: at once, within the same call. */
export interface SimulatedLatency {
  /** From our command to the venue's book. @default 0 */
  readonly submit?: LatencyModel;
  /** From the venue's book to our report. @default 0 */
  readonly report?: LatencyModel;
  /**
   * Whether no word overtakes another of its direction, as on one connection. Without it, a look-up can overtake the
   * order that it is about and hear `not found`. @default true
   */
  readonly inOrder?: boolean;
  /** @default 1 */
  readonly seed?: number;
}

/** {@link SimulatedLatency}, checked and complete. */
export interface LatencySettings {
  readonly submit: LatencyModel;
  readonly report: LatencyModel;
  readonly inOrder: boolean;
  readonly seed: number;
}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function latencySettings(at: string, latency: SimulatedLatency): LatencySettings {
  if (typeof latency !== 'object' || latency === null) refuse(at, 'an object', latency);
  knownKeys(at, latency, ['submit', 'report', 'inOrder', 'seed']);
  const { inOrder = true } = latency;
  if (typeof inOrder !== 'boolean') refuse(`${at}.inOrder`, 'true or false', inOrder);
  return {
    submit: latencyModel(`${at}.submit`, latency.submit ?? 0),
    report: latencyModel(`${at}.report`, latency.report ?? 0),
    inOrder,
    seed: integerAtLeast(`${at}.seed`, latency.seed ?? 1, 0),
  };
}
