import {
  bookImbalance,
  ema,
  type Feature,
  logReturn,
  microprice,
  momentum,
  realisedVolatility,
  rsi,
  spread,
  tradeFlow,
  zScore,
} from '../../src/operators/features/index.js';

/** Every feature, small enough to wrap its windows often. */
export const ALL_FEATURES: readonly Feature[] = [
  ema({ period: 3 }),
  ema({ period: 4, every: '100ms', of: 'microprice' }),
  rsi({ period: 3 }),
  rsi({ period: 2, of: 'trade' }),
  realisedVolatility({ window: 4 }),
  realisedVolatility({ window: 3, every: 50, per: '1h' }),
  momentum({ lookback: 3 }),
  momentum({ of: 'bid' }),
  logReturn({ lookback: 2, every: 100 }),
  zScore({ window: 4 }),
  zScore({ window: 3, of: 'ask' }),
  tradeFlow({ halfLife: '1s' }),
  bookImbalance(),
  microprice(),
  spread(),
  spread({ unit: 'basisPoints' }),
];
