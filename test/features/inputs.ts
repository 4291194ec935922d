import type { FeatureInput } from '../../src/operators/features/index.js';

/** An input of which nothing is known but what is given. */
export const input = (known: Partial<FeatureInput>): FeatureInput => ({
  ts: 0,
  kind: 'quote',
  mid: Number.NaN,
  bid: Number.NaN,
  ask: Number.NaN,
  bidQuantity: Number.NaN,
  askQuantity: Number.NaN,
  tradePrice: Number.NaN,
  tradeQuantity: Number.NaN,
  tradeSign: Number.NaN,
  barName: '',
  barStart: Number.NaN,
  barOpen: Number.NaN,
  barHigh: Number.NaN,
  barLow: Number.NaN,
  barClose: Number.NaN,
  barVolume: Number.NaN,
  fundingRate: Number.NaN,
  fundingTime: Number.NaN,
  lotSize: 1,
  book: undefined,
  market: () => Number.NaN,
  ...known,
});

/** A quote: the mid and the rest follow from best bid and ask. */
export const quote = (ts: number, bid: number, ask: number, bidQuantity = 1, askQuantity = 1): FeatureInput =>
  input({ ts, bid, ask, bidQuantity, askQuantity, mid: (bid + ask) / 2 });

/** Bars, one a minute. */
export const bars = (closes: readonly number[]): FeatureInput[] =>
  closes.map((barClose, index) => input({ ts: index * 60_000, kind: 'bar', barClose }));

/** A mid alone. */
export const mid = (value: number, ts = 0): FeatureInput => input({ ts, mid: value });

/** Open, high, low, close, volume. */
export type Candle = readonly [number, number, number, number, number];

/** Whole bars, one a minute. */
export const candles = (rows: readonly Candle[]): FeatureInput[] =>
  rows.map(([barOpen, barHigh, barLow, barClose, barVolume], index) =>
    input({
      ts: (index + 1) * 60_000,
      kind: 'bar',
      barStart: index * 60_000,
      barOpen,
      barHigh,
      barLow,
      barClose,
      barVolume,
    }),
  );
