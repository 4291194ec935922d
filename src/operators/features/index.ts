export type { Duration } from '../../domain/duration.js';
export { type AdxOptions, adx } from './adx.js';
export { type AtrOptions, atr } from './atr.js';
export type { BarFeatureOptions, FollowedBars } from './bar-feature.js';
export {
  type BasisOptions,
  basis,
  type CrossVenueSpreadOptions,
  crossVenueSpread,
} from './between-markets.js';
export { type BetweenSeriesOptions, rollingBeta, rollingCorrelation } from './between-series.js';
export { type BollingerOptions, bollinger } from './bollinger.js';
export { type BookImbalanceOptions, bookImbalance } from './book-imbalance.js';
export { type BookSlopeOptions, bookSlope } from './book-slope.js';
export { type CciOptions, cci } from './cci.js';
export { dema, tema } from './dema.js';
export { type DonchianOptions, donchian } from './donchian.js';
export { type EmaOptions, ema } from './ema.js';
export { type Feature, type FeatureInput, type FeatureSettings, feature } from './feature.js';
export { type FundingRateOptions, fundingRate } from './funding-rate.js';
export { type KamaOptions, kama } from './kama.js';
export { type KeltnerOptions, keltner } from './keltner.js';
export { type KyleLambdaOptions, kyleLambda } from './kyle-lambda.js';
export { type MacdOptions, macd } from './macd.js';
export { type MfiOptions, mfi } from './mfi.js';
export { microprice } from './microprice.js';
export { logReturn, type MomentumOptions, momentum, rateOfChange } from './momentum.js';
export { obv } from './obv.js';
export { type OrderFlowImbalanceOptions, orderFlowImbalance } from './order-flow-imbalance.js';
export type { PriceSeriesOptions } from './price-series.js';
export type { PriceSource } from './price-source.js';
export {
  garmanKlassVolatility,
  parkinsonVolatility,
  type RangeVolatilityOptions,
} from './range-volatility.js';
export { type RealisedVolatilityOptions, realisedVolatility } from './realised-volatility.js';
export {
  type RollingQuantileOptions,
  type RollingVarianceOptions,
  rollingMaximum,
  rollingMean,
  rollingMinimum,
  rollingQuantile,
  rollingSkewness,
  rollingVariance,
  type WindowOptions,
} from './rolling-statistics.js';
export { type RsiOptions, rsi } from './rsi.js';
export type { SampledPrice } from './sampled-price.js';
export { type SmaOptions, sma } from './sma.js';
export { type SpreadOptions, spread } from './spread.js';
export { type StochasticOptions, stochastic } from './stochastic.js';
export { type TradeFlowOptions, type TradeFlowState, tradeFlow } from './trade-flow.js';
export { type TradeImbalanceOptions, tradeSignImbalance, volumeImbalance } from './trade-imbalance.js';
export {
  type RollingVwapOptions,
  rollingVwap,
  type SessionVwapOptions,
  sessionVwap,
  type VwapSource,
} from './vwap.js';
export { wma } from './wma.js';
export { type ZScoreOptions, zScore } from './z-score.js';
