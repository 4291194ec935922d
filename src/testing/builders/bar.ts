import type { Instrument } from '../../domain/instrument.js';
import type { BarEvent } from '../../domain/market-event.js';
import { lotsOf, ticksOf } from './on-grid.js';

/** A bar as a test states it: plain numbers; what is left out is the close, or nothing. */
export interface BarFixture {
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly close: number;
  /** @default 0 */
  readonly volume?: number;
  /** Unix milliseconds. @default 0 */
  readonly start?: number;
  /** Unix milliseconds. @default 0 */
  readonly end?: number;
}

/**
 * A closed bar.
 *
 * @throws InputError for a price or volume off the instrument's grid
 * @example
 * bar(BTC, { open: 99, high: 102, low: 98, close: 101, volume: 12 });
 * bar(BTC, 101); // closed at 101
 */
export function bar(instrument: Instrument, fixture: BarFixture | number): BarEvent {
  const {
    close,
    volume = 0,
    start = 0,
    end = 0,
    ...rest
  } = typeof fixture === 'number' ? { close: fixture } : fixture;
  const { open = close, high = Math.max(open, close), low = Math.min(open, close) } = rest;
  return {
    kind: 'bar',
    instrument: instrument.id,
    venueTime: 0,
    start,
    end,
    open: ticksOf(instrument, open),
    high: ticksOf(instrument, high),
    low: ticksOf(instrument, low),
    close: ticksOf(instrument, close),
    volume: lotsOf(instrument, volume),
    trades: -1,
  };
}
