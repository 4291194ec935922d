import type { Duration } from 'millrace';
import { atr, donchian } from 'millrace/operators';
import { type Alpha, alpha } from './alpha.js';

export interface BreakoutOptions {
  /** The bars whose channel is left, as a `bars` stage names them. @default bar events from outside */
  readonly bars?: string;
  /** Bars of the channel. @default 20 */
  readonly period?: number;
  readonly horizon: Duration;
}

/**
 * A price pattern: the mid leaves the channel of the last bars (Donchian). It points the way of the break; how strongly, is how far
 * the price went beyond, in average true ranges.
 *
 * ```
 * channel  99 .. 101 ------------------
 * mid      100--101--102----100--98----
 * says     -----------up----------down-
 * ```
 */
export function breakout({ bars, period = 20, horizon }: BreakoutOptions): Alpha<'top' | 'bottom' | 'range'> {
  const of = { period, ...(bars !== undefined && { bars }) };
  return alpha(
    {
      top: donchian({ ...of, line: 'upper' }),
      bottom: donchian({ ...of, line: 'lower' }),
      range: atr(of),
    },
    {
      name: 'breakout',
      horizon,
      evaluate: ({ mid, features: { top, bottom, range } }) => {
        const beyond = mid > top ? mid - top : mid < bottom ? mid - bottom : 0;
        // Also where something is unknown yet: such comparisons are false, such a strength is no number.
        const strength = Math.min(Math.abs(beyond) / range, 1);
        if (beyond === 0 || Number.isNaN(strength)) return undefined;
        return { direction: beyond > 0 ? 1 : -1, strength, confidence: 0.5 };
      },
    },
  );
}
