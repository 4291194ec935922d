import type { Duration } from 'millrace';
import { bollinger } from 'millrace/operators';
import { type Alpha, alpha } from './alpha.js';

export interface BandReversionOptions {
  /** @default 20 */
  readonly period?: number;
  /** One sample each such interval. */
  readonly every: Duration;
  readonly horizon: Duration;
}

/** An indicator: a price outside of Bollinger's bands is expected back in; half a band beyond is as strong as it gets. */
export function bandReversion({ period, every, horizon }: BandReversionOptions): Alpha<'position'> {
  return alpha(
    { position: bollinger({ every, line: 'position', ...(period !== undefined && { period }) }) },
    {
      name: 'bandReversion',
      horizon,
      evaluate: ({ features: { position } }) => {
        // 0 is the lower band, 1 the upper.
        const beyond = position < 0 ? -position : position > 1 ? 1 - position : 0;
        if (!(Math.abs(beyond) > 0)) return undefined;
        return {
          direction: beyond > 0 ? 1 : -1,
          strength: Math.min(2 * Math.abs(beyond), 1),
          confidence: 0.4,
        };
      },
    },
  );
}
