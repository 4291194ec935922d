import { describe, expect, it } from 'vitest';
import type { InstrumentId } from '../../src/domain/brand.js';
import { ConfigurationError } from '../../src/domain/errors.js';
import * as kinds from '../../src/operators/features/index.js';
import {
  bookImbalance,
  ema,
  logReturn,
  momentum,
  realisedVolatility,
  rsi,
  spread,
  tradeFlow,
  zScore,
} from '../../src/operators/features/index.js';

const TO = 'ETH-USDT.SPOT@binance' as InstrumentId;
/** Every size that a feature may be told: of a window, a period, a lookback. */
const SIZES: Readonly<Record<string, (size: number) => unknown>> = {
  sma: (period) => kinds.sma({ period }),
  wma: (period) => kinds.wma({ period }),
  ema: (period) => ema({ period }),
  dema: (period) => kinds.dema({ period }),
  tema: (period) => kinds.tema({ period }),
  'kama period': (period) => kinds.kama({ period }),
  'kama fast': (fast) => kinds.kama({ fast }),
  'kama slow': (slow) => kinds.kama({ slow }),
  'macd slow': (slow) => kinds.macd({ slow }),
  'macd signal': (signal) => kinds.macd({ signal }),
  rsi: (period) => rsi({ period }),
  bollinger: (period) => kinds.bollinger({ period, line: 'upper' }),
  momentum: (lookback) => momentum({ lookback }),
  rateOfChange: (lookback) => kinds.rateOfChange({ lookback }),
  logReturn: (lookback) => logReturn({ lookback }),
  zScore: (window) => zScore({ window }),
  rollingMean: (window) => kinds.rollingMean({ window }),
  rollingVariance: (window) => kinds.rollingVariance({ window }),
  rollingSkewness: (window) => kinds.rollingSkewness({ window }),
  rollingMinimum: (window) => kinds.rollingMinimum({ window }),
  rollingMaximum: (window) => kinds.rollingMaximum({ window }),
  rollingQuantile: (window) => kinds.rollingQuantile({ window, quantile: 0.5 }),
  realisedVolatility: (window) => realisedVolatility({ window }),
  parkinsonVolatility: (window) => kinds.parkinsonVolatility({ window }),
  garmanKlassVolatility: (window) => kinds.garmanKlassVolatility({ window }),
  'stochastic period': (period) => kinds.stochastic({ period }),
  'stochastic slowing': (slowing) => kinds.stochastic({ slowing }),
  'stochastic signal': (signal) => kinds.stochastic({ signal }),
  cci: (period) => kinds.cci({ period }),
  atr: (period) => kinds.atr({ period }),
  adx: (period) => kinds.adx({ period }),
  donchian: (period) => kinds.donchian({ period, line: 'upper' }),
  'keltner period': (period) => kinds.keltner({ period, line: 'upper' }),
  'keltner atrPeriod': (atrPeriod) => kinds.keltner({ atrPeriod, line: 'upper' }),
  mfi: (period) => kinds.mfi({ period }),
  rollingVwap: (window) => kinds.rollingVwap({ window }),
  tradeSignImbalance: (window) => kinds.tradeSignImbalance({ window }),
  volumeImbalance: (window) => kinds.volumeImbalance({ window }),
  orderFlowImbalance: (window) => kinds.orderFlowImbalance({ window }),
  kyleLambda: (window) => kinds.kyleLambda({ window, every: '1s' }),
  rollingCorrelation: (window) => kinds.rollingCorrelation({ to: TO, window, every: '1s' }),
  rollingBeta: (window) => kinds.rollingBeta({ to: TO, window, every: '1s' }),
};

it.each(Object.entries(SIZES))('%s takes no size that is none, or that no memory holds', (_name, make) => {
  for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e9, 2 ** 53, '5', [5]])
    expect(() => make(size as number)).toThrow(ConfigurationError);
});

describe('options', () => {
  it.each<[string, () => unknown]>([
    ['ema.period must be an integer of at least 1, not 0', () => ema({ period: 0 })],
    ['ema.of must be one of mid, bid,', () => ema({ period: 2, of: 'close' as 'mid' })],
    ['ema has an unknown setting "length"', () => ema({ period: 2, length: 3 } as { period: number })],
    ['ema.every must be a duration such as', () => ema({ period: 2, every: '1 s' as '1s' })],
    ['ema.every must be a number above 0, not 0', () => ema({ period: 2, every: 0 })],
    ['rsi.period must be', () => rsi({ period: 1.5 })],
    ['realisedVolatility.window must be', () => realisedVolatility({ window: 0 })],
    [
      'realisedVolatility.per must be absent without `every`',
      () => realisedVolatility({ window: 9, per: '1d' }),
    ],
    ['momentum.lookback must be', () => momentum({ lookback: 0 })],
    ['logReturn.lookback must be', () => logReturn({ lookback: Number.NaN })],
    ['zScore.window must be an integer of at least 2', () => zScore({ window: 1 })],
    ['tradeFlow.halfLife must be', () => tradeFlow({ halfLife: '0s' })],
    ['bookImbalance.levels must be', () => bookImbalance({ levels: 0 })],
    ['spread.unit must be one of price, basisPoints', () => spread({ unit: 'ticks' as 'price' })],
  ])('%s', (message, make) => {
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
  });

  it('are part of the fingerprint, in their plain values', () => {
    expect(ema({ period: 20, every: '1.5m' }).fingerprint).toBe('ema(every=90000,of=mid,period=20)');
    expect(ema({ period: 20, every: 90_000 }).fingerprint).toBe(
      ema({ period: 20, every: '1.5m' }).fingerprint,
    );
    expect(tradeFlow({ halfLife: '1d' }).fingerprint).toBe('tradeFlow(halfLife=86400000)');
  });

  it('tell the samples needed before the first number', () => {
    const warmUps = [
      ema({ period: 5 }),
      rsi({ period: 5 }),
      realisedVolatility({ window: 5 }),
      momentum({ lookback: 5 }),
      zScore({ window: 5 }),
    ].map((feature) => feature.warmUp);
    expect(warmUps).toEqual([5, 6, 6, 6, 5]);
  });
});
