import type { Frame } from 'millrace';
import { type FeatureFields, type MarketFields, type SignalDefinition, signal } from 'millrace/operators';
import type { DeskFeature } from './desk-features.js';

/** How far the averages lie apart, in deviations of a sample, at which a trend counts as strong. */
const STRONG_TREND = 6;

type TrendFrame = Frame & MarketFields & FeatureFields<'fast' | 'slow' | 'volatility'>;

/** The fast average against the slow one, in units of volatility: the same gap means more in a quiet market. */
function trend(sample: number): SignalDefinition<TrendFrame> {
  return signal({
    name: 'trend',
    horizon: 40 * sample,
    evaluate: ({ features: { fast, slow, volatility }, mid }: TrendFrame) => {
      const gap = (fast - slow) / (mid * volatility);
      if (!Number.isFinite(gap)) return undefined;
      const strength = Math.min(1, Math.abs(gap) / STRONG_TREND);
      // Between the averages there is noise, not a trend.
      if (strength < 0.3) return { direction: 0, strength: 0, confidence: 0.4 };
      return { direction: gap > 0 ? 1 : -1, strength, confidence: 0.4 + 0.4 * strength };
    },
  });
}

type RsiFrame = Frame & MarketFields & FeatureFields<'rsi'>;

/** A market that has run too far by its relative strength: oversold points up, overbought down. */
function exhaustion(sample: number): SignalDefinition<RsiFrame> {
  return signal({
    name: 'exhaustion',
    horizon: 20 * sample,
    lifetime: 5 * sample,
    evaluate: ({ features: { rsi } }: RsiFrame) => {
      if (rsi < 25) return { direction: 1, strength: 1 - rsi / 25, confidence: 0.6 };
      if (rsi > 75) return { direction: -1, strength: Math.min(1, (rsi - 75) / 25), confidence: 0.6 };
      return undefined;
    },
  });
}

type FlowFrame = Frame & MarketFields & FeatureFields<'imbalance' | 'microprice'>;

/** Which side of the book is heavier at the best price; it counts for a second. */
function orderFlow(): SignalDefinition<FlowFrame> {
  return signal({
    name: 'orderFlow',
    horizon: '5s',
    lifetime: '1s',
    evaluate: ({ features: { imbalance, microprice }, mid }: FlowFrame) => {
      if (!(Math.abs(imbalance) > 0.6)) return undefined;
      return { direction: microprice > mid ? 1 : -1, strength: Math.abs(imbalance), confidence: 0.5 };
    },
  });
}

/** The desk's signals; all agents see all of them in the pool. */
export const deskSignals = (
  sample: number,
): readonly SignalDefinition<Frame & MarketFields & FeatureFields<DeskFeature>>[] => [
  trend(sample),
  exhaustion(sample),
  orderFlow(),
];
