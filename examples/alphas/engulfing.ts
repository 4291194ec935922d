import type { Duration } from 'millrace';
import { type Feature, feature } from 'millrace/operators';
import { type Alpha, alpha } from './alpha.js';

/** The body of the last bar, and whether its successor engulfed it. */
type Bodies = { open: number; close: number; said: number };

/** A feature of one's own: 1 where a rising bar's body engulfs the falling one before it, -1 the other way round, else 0. */
function engulfed(bars: string): Feature {
  return feature<Bodies>({
    fingerprint: `engulfing(bars=${bars})`,
    warmUp: 2,
    unit: 'none',
    source: 'Nison 1991',
    init: () => ({ open: Number.NaN, close: Number.NaN, said: Number.NaN }),
    update: (state, { kind, barName, barOpen, barClose }) => {
      if (kind !== 'bar' || barName !== bars) return state.said;
      const { open, close } = state;
      if (Number.isFinite(open)) {
        const rises = close < open && barOpen <= close && barClose >= open && barClose > barOpen;
        const falls = close > open && barOpen >= close && barClose <= open && barClose < barOpen;
        state.said = rises ? 1 : falls ? -1 : 0;
      }
      state.open = barOpen;
      state.close = barClose;
      return state.said;
    },
  });
}

export interface EngulfingOptions {
  /** The bars, as a `bars` stage names them. @default bar events from outside */
  readonly bars?: string;
  readonly horizon: Duration;
  /** How long the pattern counts. @default the horizon */
  readonly lifetime?: Duration;
}

/**
 * A price pattern of candles: the body of a bar covers that of the bar before, which went the other way. It speaks once a
 * pattern, on the bar that makes it; a later one of the other direction takes its place.
 */
export function engulfing({ bars = '', horizon, lifetime }: EngulfingOptions): Alpha<'pattern'> {
  return alpha(
    { pattern: engulfed(bars) },
    {
      name: 'engulfing',
      horizon,
      ...(lifetime !== undefined && { lifetime }),
      evaluate: (frame) => {
        const { pattern } = frame.features;
        const closed = bars === '' ? frame.event.kind === 'bar' : closes(frame, bars);
        if (!closed || !(Math.abs(pattern) === 1)) return undefined;
        return { direction: pattern > 0 ? 1 : -1, strength: 1, confidence: 0.3 };
      },
    },
  );
}

/** Whether a bar of that name and of the frame's instrument has closed on this frame. */
function closes(frame: object, name: string): boolean {
  const { bars = [], instrument } = frame as {
    bars?: readonly { readonly name: string; readonly index: number }[];
    instrument: number;
  };
  return bars.some((bar) => bar.name === name && bar.index === instrument);
}
