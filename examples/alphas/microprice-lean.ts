import type { Duration } from 'millrace';
import { microprice } from 'millrace/operators';
import { type Alpha, alpha } from './alpha.js';

export interface MicropriceLeanOptions {
  /** Share of half the spread by which the microprice must lean. @default 0.5 */
  readonly threshold?: number;
  readonly horizon: Duration;
  /** In which time what it said fades by half. @default a fifth of a second */
  readonly halfLife?: Duration;
}

/**
 * Order flow at the touch: the microprice leans towards the side that will be lifted first. What it says is old within
 * moments, therefore its strength fades.
 *
 * ```
 * bid x ask  5x5--9x1------------1x9--
 * says       -----up, fading-----down-
 * ```
 */
export function micropriceLean({
  threshold = 0.5,
  horizon,
  halfLife = '200ms',
}: MicropriceLeanOptions): Alpha<'micro'> {
  return alpha(
    { micro: microprice() },
    {
      name: 'micropriceLean',
      horizon,
      halfLife,
      evaluate: ({ mid, bid, ask, features: { micro } }) => {
        const lean = (micro - mid) / ((ask - bid) / 2);
        if (!(Math.abs(lean) >= threshold)) return undefined;
        return { direction: lean > 0 ? 1 : -1, strength: Math.min(Math.abs(lean), 1), confidence: 0.4 };
      },
    },
  );
}
