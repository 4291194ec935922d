import {
  bookImbalance,
  ema,
  type FeatureSet,
  microprice,
  realisedVolatility,
  rsi,
  zScore,
} from 'millrace/operators';

/** What the desk computes of every instrument. */
export type DeskFeature = 'fast' | 'slow' | 'rsi' | 'volatility' | 'stretch' | 'imbalance' | 'microprice';

/** The desk's features, for prices sampled every so many milliseconds. */
export function deskFeatures(sample: number): FeatureSet<DeskFeature> {
  return {
    fast: ema({ period: 20, every: sample }),
    slow: ema({ period: 80, every: sample }),
    rsi: rsi({ period: 14, every: sample, flat: 50 }),
    volatility: realisedVolatility({ window: 60, every: sample }),
    stretch: zScore({ window: 100, every: sample }),
    imbalance: bookImbalance(),
    microprice: microprice(),
  };
}
