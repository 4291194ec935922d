import type { InstrumentId } from '../../domain/brand.js';
import type { BarEvent } from '../../domain/market-event.js';

/** A bar that is over: prices in ticks, quantities in lots, times in Unix milliseconds. It never changes any more. */
export interface ClosedBar<N extends string = string> {
  /** Under which the bars were defined. */
  readonly name: N;
  readonly instrument: InstrumentId;
  /** Index of the instrument in the table. */
  readonly index: number;
  /** `[start, end)` of a time bar; times of the first and last trade of the others. */
  readonly start: number;
  readonly end: number;
  /** When it was known: the time of the frame that carries it. */
  readonly closedAt: number;
  /** False for one that the session's close cut short. */
  readonly complete: boolean;
  /** In ticks; a bar of mid prices may have halves. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In lots; 0 in bars of mid prices and in empty ones. */
  readonly volume: number;
  /** What buyers and sellers took; the rest of the volume is of trades whose side the venue does not say. */
  readonly buyVolume: number;
  readonly sellVolume: number;
  /** 0 in bars of mid prices; -1 where bars are made of bars that do not say it. */
  readonly trades: number;
  /** Of the prints in it, how many had happened before the bar began. */
  readonly late: number;
  /** Sum of price times quantity as an exact decimal; `undefined` where bars are made of bars, which do not say it. */
  readonly turnover: string | undefined;
  /** Turnover by volume in units of the price, rounded once; `NaN` without volume or turnover. */
  readonly vwap: number;
  /** The same in plain numbers: units of price and quantity. */
  readonly plain: PlainBar;
}

/** Prices and volume of a bar in plain numbers. */
export interface PlainBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** What `bars` adds to a frame. */
export interface BarFields<N extends string = string> {
  /** The bars that closed on this frame, of any instrument; mostly none. */
  bars: readonly ClosedBar<N>[];
}

/**
 * A closed bar as the event that recordings carry. Half ticks of mid prices are refused by the wire.
 *
 * @example
 * const event = barEvent(bar);
 */
export function barEvent(bar: ClosedBar): BarEvent {
  const { instrument, start, end, open, high, low, close, volume, trades } = bar;
  return { kind: 'bar', instrument, venueTime: end, start, end, open, high, low, close, volume, trades };
}
