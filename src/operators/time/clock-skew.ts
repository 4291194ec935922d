import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { integerAtLeast, knownKeys } from '../../domain/check.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';
import { SlidingMedian } from './sliding-median.js';

/** What `clockSkew` adds to a frame, for the venue of its instrument. Milliseconds; `NaN` while unknown. */
export interface ClockSkewFields {
  /**
   * Median of our time minus the venue's: what our clock is ahead, and the delay of messages on top. Below 0 our clock
   * is behind for sure, since no message comes before it is sent.
   */
  clockSkew: number;
  /** The least of the same differences: nearest to the clocks alone, since there the delay was shortest. */
  clockSkewLeast: number;
}

/** How many messages of a venue count, and how many it takes for a first answer. */
export interface ClockSkewOptions {
  /** How many messages of a venue count. @default 512 */
  readonly window?: number;
  /** How many it takes for a first answer. @default 16 */
  readonly least?: number;
}

interface State {
  readonly venues: readonly SlidingMedian[];
  /** Venue by instrument. */
  readonly venueOf: readonly number[];
}

/**
 * Estimates how far our clock and each venue's are apart.
 *
 * ```
 * ts - venueTime  12--9---80---10--11--     80: a message that was held up
 *                 clockSkew({ window: 5, least: 3 })
 * clockSkew       NaN-NaN-12---10--11--
 * ```
 *
 * The method: the median of `ts - venueTime` over the venue's last `window` messages that carry a venue time, a
 * robust estimate of clock difference plus typical delay; and their minimum, which bounds the clock difference from
 * above (as NTP's filter of the shortest delay does: RFC 5905, section 10). One-way messages cannot tell a difference
 * of clocks from a constant delay. Messages of one venue count alike, whichever instrument they are of.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 *
 * @example
 * compose({ instruments: [btc] }, clockSkew({ window: 1024 }));
 */
export function clockSkew(options: ClockSkewOptions = {}): StageOperator<Frame, ClockSkewFields> {
  knownKeys('clockSkew', options, ['window', 'least']);
  const window = integerAtLeast('clockSkew.window', options.window ?? 512, 1);
  const least = integerAtLeast('clockSkew.least', options.least ?? Math.min(16, window), 1);
  const start = ({ venues, list }: InstrumentTable): State => ({
    venues: venues.map(() => new SlidingMedian(window)),
    venueOf: list.map(({ definition }) => venues.indexOf(definition.venue)),
  });
  return stage<Frame, ClockSkewFields, State>({
    name: 'clockSkew',
    fingerprint: `${window},${least}`,
    adds: { clockSkew: Number.NaN, clockSkewLeast: Number.NaN },
    init: ({ instruments }) => start(instruments),
    step: ({ venues, venueOf }, frame) => {
      const { event, instrument, ts } = frame;
      if (instrument < 0) return;
      const differences = venues[venueOf[instrument] as number] as SlidingMedian;
      switch (event.kind) {
        case 'trade':
        case 'quote':
        case 'book':
        case 'bookOrder':
          if (event.venueTime > 0) differences.push(ts - event.venueTime);
          break;
        default:
      }
      if (differences.count < least) return;
      frame.clockSkew = differences.median;
      frame.clockSkewLeast = differences.least;
    },
    save: ({ venues }) => venues.map((one) => one.save()),
    restore: (saved, { instruments }) => {
      const state = start(instruments);
      state.venues.forEach((one, index) => {
        one.restore((saved as readonly Plain[])[index] as Plain);
      });
      return state;
    },
  });
}
