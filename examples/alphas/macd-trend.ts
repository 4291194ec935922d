import type { Duration } from 'millrace';
import { macd, realisedVolatility } from 'millrace/operators';
import { type Alpha, alpha } from './alpha.js';

export interface MacdTrendOptions {
  /** One sample each such interval. */
  readonly every: Duration;
  readonly fast?: number;
  readonly slow?: number;
  readonly signal?: number;
  readonly horizon: Duration;
}

/**
 * An indicator: the trend by the histogram of the MACD, in deviations of one sample, since the same distance means more in a quiet
 * market. It says 0 where both averages meet, which takes back what was said before.
 */
export function macdTrend({
  every,
  fast = 12,
  slow = 26,
  signal = 9,
  horizon,
}: MacdTrendOptions): Alpha<'histogram' | 'volatility'> {
  return alpha(
    {
      histogram: macd({ every, fast, slow, signal, line: 'histogram' }),
      volatility: realisedVolatility({ every, window: slow }),
    },
    {
      name: 'macdTrend',
      horizon,
      evaluate: ({ mid, features: { histogram, volatility } }) => {
        // A market that stands still has no trend; of one that is unknown nothing is known.
        const deviations = volatility > 0 ? histogram / (mid * volatility) : 0 * volatility;
        if (Number.isNaN(deviations)) return undefined;
        const strength = Math.min(Math.abs(deviations), 1);
        if (strength < 0.1) return { direction: 0, strength: 0, confidence: 0.4 };
        return { direction: deviations > 0 ? 1 : -1, strength, confidence: 0.4 };
      },
    },
  );
}
