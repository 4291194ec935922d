import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import type { MarketFields } from '../books/books.js';

/** What `staleness` adds to a frame. */
export interface StalenessFields {
  /** Milliseconds since the best prices of the frame's instrument were last heard of; `NaN`: never. */
  staleness: number;
}

/**
 * Says how old the prices are that a frame carries: 0 on the event that brings them, more on trades, reports, timers of
 * the instrument. By known time. Prices of other instruments: `asOf` says `at`.
 *
 * ```
 * events     quote--trade--report--quote--
 *            staleness()
 * staleness  0------7------15------0------
 * ```
 *
 * @example
 * compose({ instruments: [btc] }, books(), staleness());
 */
export function staleness(): StageOperator<Frame & MarketFields, StalenessFields> {
  return stage<Frame & MarketFields, StalenessFields, null>({
    name: 'staleness',
    adds: { staleness: Number.NaN },
    init: () => null,
    step: (_state, frame) => {
      const { instrument, markets, ts } = frame;
      if (instrument < 0) return;
      const updated = markets.updatedAt(instrument);
      if (updated > 0) frame.staleness = ts - updated;
    },
    save: () => null,
    restore: () => null,
  });
}
