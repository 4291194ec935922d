import { compose } from '../../../src/core/compose.js';
import type { Core } from '../../../src/core/core.js';
import type { Driver } from '../../../src/core/driver.js';
import type { Frame } from '../../../src/core/frame.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import {
  type BreakdownFields,
  breakdown,
  type FigureFields,
  figures,
  type SummaryFrame,
} from '../../../src/monitoring/index.js';
import {
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ema,
  features,
  type LedgerFields,
  ledger,
  maxPosition,
  meanReversion,
  realisedVolatility,
  risk,
  signal,
  signals,
  sizing,
  trendFollowing,
  type VerdictFields,
  zScore,
} from '../../../src/operators/index.js';
import { simulatedVenue } from '../../../src/venues/simulated/index.js';

const every = 50;

export type WatchedFrame = Frame &
  SummaryFrame &
  FigureFields &
  BreakdownFields &
  LedgerFields &
  VerdictFields;

/** A desk of two agents whose every part is there to be measured; a tight limit, so that risk has something to deny. */
export function watchedDesk(instruments: readonly Instrument[]): Core<WatchedFrame> {
  return compose(
    { name: 'watched', instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    features({
      fast: ema({ period: 4, every }),
      slow: ema({ period: 12, every }),
      stretch: zScore({ window: 12, every }),
      volatility: realisedVolatility({ window: 8, every }),
    }),
    signals([
      signal({
        name: 'cross',
        horizon: '2s',
        evaluate: ({ features: { fast, slow } }: Frame & { features: { fast: number; slow: number } }) =>
          Number.isNaN(fast) || Number.isNaN(slow)
            ? undefined
            : { direction: fast > slow ? 1 : -1, strength: 0.8, confidence: 0.6 },
      }),
    ]),
    agents([
      trendFollowing({ asset: 'BTC', signal: 'cross', targetVolatility: 1, lifetime: '3s' }),
      meanReversion({ asset: 'BTC', enter: 1.5, lifetime: '2s' }),
    ]),
    confidenceWeighted({}),
    sizing({ budget: 200_000, minimumTrade: 0.02, retryAfter: '200ms', recheckEvery: '1s' }),
    bestNetPrice(),
    risk([maxPosition({ limit: 1 })]),
    dispatch({ desk: 'watched' }),
    figures(),
    breakdown({ every: 500 }),
  ) as unknown as Core<WatchedFrame>;
}

export const venues = (): readonly Driver[] =>
  ['binance', 'coinbase', 'cme'].map((venue) =>
    simulatedVenue({ venue, latency: { submit: 20, report: 15 } }),
  );
