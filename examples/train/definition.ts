import { type FeatureView, featureView } from 'millrace/feature-store';
import {
  bookImbalance,
  ema,
  microprice,
  momentum,
  orderFlowImbalance,
  realisedVolatility,
  rsi,
  spread,
  tradeFlow,
  zScore,
} from 'millrace/operators';

/** What the model sees. The pipeline, the store and the model all go by this one definition. */
export const FEATURES = {
  imbalance: bookImbalance(),
  flow: orderFlowImbalance({ window: 50 }),
  traded: tradeFlow({ halfLife: '5s' }),
  momentum: momentum({ lookback: 5, every: '1s' }),
  rsi: rsi({ period: 14, every: '1s', flat: 50 }),
  zScore: zScore({ window: 30, every: '1s' }),
  volatility: realisedVolatility({ window: 30, every: '1s' }),
  spread: spread({ unit: 'basisPoints' }),
  fast: ema({ period: 5, every: '1s' }),
  fair: microprice(),
} as const;

export const VIEW: FeatureView<keyof typeof FEATURES> = featureView({
  name: 'next-five-seconds',
  version: 1,
  features: FEATURES,
  ttl: '10s',
});

/** Over which time the model says where the price goes, in milliseconds. */
export const HORIZON = 5_000;
