import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../src/domain/errors.js';
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
