// @ts-check
import { instrumentId } from 'millrace';
import * as ours from 'millrace/operators';

const OTHER = instrumentId('OTHER@venue');
const bar = { of: /** @type {const} */ ('barClose') };

/** Every feature, in windows as they are used. @type {Record<string, () => any>} */
export const OURS = {
  'sma 20': () => ours.sma({ period: 20, ...bar }),
  'sma 2000': () => ours.sma({ period: 2_000, ...bar }),
  'ema 20': () => ours.ema({ period: 20, ...bar }),
  'wma 20': () => ours.wma({ period: 20, ...bar }),
  'dema 20': () => ours.dema({ period: 20, ...bar }),
  'tema 20': () => ours.tema({ period: 20, ...bar }),
  'kama 10': () => ours.kama({ period: 10, ...bar }),
  'macd 12 26 9': () => ours.macd({ ...bar }),
  'rsi 14': () => ours.rsi({ period: 14, ...bar }),
  'bollinger 20': () => ours.bollinger({ line: 'upper', ...bar }),
  'roc 10': () => ours.rateOfChange({ lookback: 10, ...bar }),
  'momentum 10': () => ours.momentum({ lookback: 10, ...bar }),
  'log return': () => ours.logReturn({ ...bar }),
  'z-score 20': () => ours.zScore({ window: 20, ...bar }),
  'z-score 2000': () => ours.zScore({ window: 2_000, ...bar }),
  'mean 20': () => ours.rollingMean({ window: 20, ...bar }),
  'variance 20': () => ours.rollingVariance({ window: 20, ...bar }),
  'skewness 20': () => ours.rollingSkewness({ window: 20, ...bar }),
  'minimum 20': () => ours.rollingMinimum({ window: 20, ...bar }),
  'maximum 2000': () => ours.rollingMaximum({ window: 2_000, ...bar }),
  'quantile 20': () => ours.rollingQuantile({ window: 20, quantile: 0.5, ...bar }),
  'quantile 2000': () => ours.rollingQuantile({ window: 2_000, quantile: 0.5, ...bar }),
  'realised volatility 20': () => ours.realisedVolatility({ window: 20, ...bar }),
  'stochastic 14 3 3': () => ours.stochastic({ period: 14, line: 'd' }),
  'cci 14': () => ours.cci({ period: 14 }),
  'atr 14': () => ours.atr({ period: 14 }),
  'adx 14': () => ours.adx({ period: 14 }),
  'donchian 20': () => ours.donchian({ line: 'middle' }),
  'keltner 20': () => ours.keltner({ line: 'upper' }),
  obv: () => ours.obv(),
  'mfi 14': () => ours.mfi({ period: 14 }),
  'parkinson 20': () => ours.parkinsonVolatility({ window: 20 }),
  'garman-klass 20': () => ours.garmanKlassVolatility({ window: 20 }),
  'session vwap': () => ours.sessionVwap(),
  'rolling vwap 50': () => ours.rollingVwap({ window: 50 }),
  'trade flow': () => ours.tradeFlow({ halfLife: '10s' }),
  'trade sign imbalance 50': () => ours.tradeSignImbalance({ window: 50 }),
  'volume imbalance 50': () => ours.volumeImbalance({ window: 50 }),
  'order flow imbalance 50': () => ours.orderFlowImbalance({ window: 50 }),
  'kyle lambda 50': () => ours.kyleLambda({ window: 50, every: 10 }),
  'book imbalance': () => ours.bookImbalance(),
  microprice: () => ours.microprice(),
  spread: () => ours.spread(),
  basis: () => ours.basis({ to: OTHER }),
  'cross-venue spread': () => ours.crossVenueSpread({ to: OTHER }),
  'correlation 50': () => ours.rollingCorrelation({ to: OTHER, window: 50, every: 10 }),
  'beta 50': () => ours.rollingBeta({ to: OTHER, window: 50, every: 10 }),
  'funding rate': () => ours.fundingRate(),
};

/** @param {any} made @param {(input: any) => any} [read] */
const adding =
  (made, read = ({ barClose }) => barClose) =>
  (/** @type {any} */ input) =>
    made.add(read(input));
const candle = (/** @type {any} */ { barOpen, barHigh, barLow, barClose, barVolume }) => ({
  open: barOpen,
  high: barHigh,
  low: barLow,
  close: barClose,
  volume: barVolume,
});

/** The same of `trading-signals`. @returns {Promise<Record<string, () => (input: any) => unknown>>} */
export async function tradingSignals() {
  const peers = /** @type {any} */ (await import('trading-signals'));
  const { SMA, EMA, WMA, DEMA, MACD, RSI, BollingerBands, ROC, StochasticOscillator, CCI, ATR, ADX, OBV } =
    peers;
  return {
    'sma 20': () => adding(new SMA(20)),
    'sma 2000': () => adding(new SMA(2_000)),
    'ema 20': () => adding(new EMA(20)),
    'wma 20': () => adding(new WMA(20)),
    'dema 20': () => adding(new DEMA(20)),
    'macd 12 26 9': () => adding(new MACD(new EMA(12), new EMA(26), new EMA(9))),
    'rsi 14': () => adding(new RSI(14)),
    'bollinger 20': () => adding(new BollingerBands(20)),
    'roc 10': () => adding(new ROC(10)),
    'stochastic 14 3 3': () => adding(new StochasticOscillator(14, 3, 3), candle),
    'cci 14': () => adding(new CCI(14), candle),
    'atr 14': () => adding(new ATR(14), candle),
    'adx 14': () => adding(new ADX(14), candle),
    obv: () => adding(new OBV(20), candle),
  };
}

/** The same of `technicalindicators`. @returns {Promise<Record<string, () => (input: any) => unknown>>} */
export async function technicalIndicators() {
  const peers = /** @type {any} */ (await import('technicalindicators'));
  const { SMA, EMA, WMA, MACD, RSI, BollingerBands, ROC, Stochastic, CCI, ATR, ADX, OBV, MFI } =
    peers.default ?? peers;
  const next =
    (/** @type {any} */ made, /** @type {(input: any) => any} */ read = ({ barClose }) => barClose) =>
    (/** @type {any} */ input) =>
      made.nextValue(read(input));
  const candles = { open: [], high: [], low: [], close: [], volume: [] };
  return {
    'sma 20': () => next(new SMA({ period: 20, values: [] })),
    'sma 2000': () => next(new SMA({ period: 2_000, values: [] })),
    'ema 20': () => next(new EMA({ period: 20, values: [] })),
    'wma 20': () => next(new WMA({ period: 20, values: [] })),
    'macd 12 26 9': () =>
      next(
        new MACD({
          values: [],
          fastPeriod: 12,
          slowPeriod: 26,
          signalPeriod: 9,
          SimpleMAOscillator: false,
          SimpleMASignal: false,
        }),
      ),
    'rsi 14': () => next(new RSI({ period: 14, values: [] })),
    'bollinger 20': () => next(new BollingerBands({ period: 20, stdDev: 2, values: [] })),
    'roc 10': () => next(new ROC({ period: 10, values: [] })),
    'stochastic 14 3 3': () => next(new Stochastic({ ...candles, period: 14, signalPeriod: 3 }), candle),
    'cci 14': () => next(new CCI({ ...candles, period: 14 }), candle),
    'atr 14': () => next(new ATR({ ...candles, period: 14 }), candle),
    'adx 14': () => next(new ADX({ ...candles, period: 14 }), candle),
    obv: () => next(new OBV({ ...candles }), candle),
    'mfi 14': () => next(new MFI({ ...candles, period: 14 }), candle),
  };
}

/** The number of ours among what a peer gives. @param {string} name @param {any} given @returns {number} */
export function readPeer(name, given) {
  if (given === undefined || given === null) return Number.NaN;
  switch (name) {
    case 'bollinger 20':
      return given.upper;
    case 'macd 12 26 9':
      return given.macd ?? given.MACD;
    case 'stochastic 14 3 3':
      return given.stochD ?? given.d;
    case 'adx 14':
      return given.adx ?? given;
    default:
      return given;
  }
}
