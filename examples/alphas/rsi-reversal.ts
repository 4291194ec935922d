import type { Duration } from 'millrace';
import { rsi } from 'millrace/operators';
import { type Alpha, alpha } from './alpha.js';

export interface RsiReversalOptions {
  /** @default 14 */
  readonly period?: number;
  /** One sample each such interval. */
  readonly every: Duration;
  /** Below it the market is oversold, above 100 less it overbought. @default 30 */
  readonly extreme?: number;
  readonly horizon: Duration;
}

/** An indicator: a market that has run too far by its relative strength is expected back. A market that stands still is in the middle. */
export function rsiReversal({ period, every, extreme = 30, horizon }: RsiReversalOptions): Alpha<'strength'> {
  return alpha(
    { strength: rsi({ every, flat: 50, ...(period !== undefined && { period }) }) },
    {
      name: 'rsiReversal',
      horizon,
      evaluate: ({ features: { strength } }) => {
        const beyond =
          strength < extreme ? extreme - strength : strength > 100 - extreme ? 100 - extreme - strength : 0;
        if (beyond === 0) return undefined;
        return { direction: beyond > 0 ? 1 : -1, strength: Math.abs(beyond) / extreme, confidence: 0.4 };
      },
    },
  );
}
