import { compose } from '../src/core/compose.js';
import type { Core } from '../src/core/core.js';
import type { Driver } from '../src/core/driver.js';
import type { Frame } from '../src/core/frame.js';
import type { Part } from '../src/core/stage.js';
import type { Duration } from '../src/domain/duration.js';
import type { Instrument } from '../src/domain/instrument.js';
import {
  type AgentFields,
  agents,
  bestNetPrice,
  books,
  type CommandFields,
  confidenceWeighted,
  dispatch,
  ema,
  type FeatureFields,
  features,
  type IntentFields,
  type LedgerFields,
  type LimitFields,
  ledger,
  type MarketFields,
  maxPosition,
  meanReversion,
  type ProposalFields,
  realisedVolatility,
  risk,
  type SignalDefinition,
  type SignalFields,
  signal,
  signals,
  sizing,
  type TargetFields,
  trendFollowing,
  type VerdictFields,
  zScore,
} from '../src/operators/index.js';
import { simulatedVenue } from '../src/venues/simulated/index.js';

/** Two averages, of which the fast one is above or below the slow one. */
export const crossing = ({
  horizon,
  strength,
}: {
  readonly horizon: Duration;
  readonly strength: number;
}): SignalDefinition<Frame & FeatureFields<'fast' | 'slow'>> =>
  signal({
    name: 'cross',
    horizon,
    evaluate: ({ features: { fast, slow } }: Frame & FeatureFields<'fast' | 'slow'>) =>
      Number.isNaN(fast) || Number.isNaN(slow)
        ? undefined
        : { direction: fast > slow ? 1 : -1, strength, confidence: 0.6 },
  });

/** What a frame of `crossingDesk` holds before its last two stages. */
export type CrossingFrame = Frame &
  MarketFields &
  LedgerFields &
  FeatureFields<'fast' | 'slow' | 'stretch' | 'volatility'> &
  SignalFields &
  AgentFields &
  TargetFields &
  IntentFields &
  ProposalFields &
  VerdictFields &
  LimitFields &
  CommandFields;

/**
 * A desk of two agents on a lively market, from books to dispatch, with two stages behind it for what a test looks at. It trades,
 * and risk has something to deny.
 */
export function crossingDesk<A extends CrossingFrame, B extends A>(
  {
    name,
    instruments,
    limit,
    lifetimes,
  }: {
    readonly name: string;
    readonly instruments: readonly Instrument[];
    /** Of `maxPosition`, in base. */
    readonly limit: number;
    readonly lifetimes: { readonly trend: Duration; readonly reversion: Duration };
  },
  first: Part<CrossingFrame, A>,
  second: Part<A, B>,
): Core<B> {
  return compose(
    { name, instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    features({
      fast: ema({ period: 4, every: 50 }),
      slow: ema({ period: 12, every: 50 }),
      stretch: zScore({ window: 12, every: 50 }),
      volatility: realisedVolatility({ window: 8, every: 50 }),
    }),
    signals([crossing({ horizon: '2s', strength: 0.8 })]),
    agents([
      trendFollowing({ asset: 'BTC', signal: 'cross', targetVolatility: 1, lifetime: lifetimes.trend }),
      meanReversion({ asset: 'BTC', enter: 1.5, lifetime: lifetimes.reversion }),
    ]),
    confidenceWeighted({}),
    sizing({ budget: 200_000, minimumTrade: 0.02, retryAfter: '200ms', recheckEvery: '1s' }),
    bestNetPrice(),
    risk([maxPosition({ limit })]),
    dispatch({ desk: name }),
    first,
    second,
  );
}

/** Three simulated venues, 20 ms away and 15 ms back. */
export const simulatedVenues = (): readonly Driver[] =>
  ['binance', 'coinbase', 'cme'].map((venue) =>
    simulatedVenue({ venue, latency: { submit: 20, report: 15 } }),
  );
