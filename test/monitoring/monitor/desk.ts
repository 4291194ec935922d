import type { Core } from '../../../src/core/core.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import {
  type BreakdownFields,
  breakdown,
  type FigureFields,
  figures,
} from '../../../src/monitoring/index.js';
import { type CrossingFrame, crossingDesk } from '../../crossing.js';

export type WatchedFrame = CrossingFrame & FigureFields & BreakdownFields;

/** A desk of two agents whose every part is there to be measured; a tight limit, so that risk has something to deny. */
export const watchedDesk = (instruments: readonly Instrument[]): Core<WatchedFrame> =>
  crossingDesk(
    { name: 'watched', instruments, limit: 1, lifetimes: { trend: '3s', reversion: '2s' } },
    figures(),
    breakdown({ every: 500 }),
  );
