import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Driver } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { type StageOperator, stage } from '../../src/core/stage.js';
import type { Instrument } from '../../src/domain/instrument.js';
import type { Plain } from '../../src/domain/plain.js';
import {
  type AgentFields,
  agent,
  agents,
  bestNetPrice,
  bookImbalance,
  books,
  type CommandFields,
  confidenceWeighted,
  crossVenueArbitrage,
  dispatch,
  ema,
  type FeatureFields,
  features,
  type LedgerFields,
  ledger,
  type MarketFields,
  maxDailyLoss,
  maxPosition,
  maxVenueExposure,
  meanReversion,
  microprice,
  momentum,
  realisedVolatility,
  risk,
  rsi,
  type SignalFields,
  signal,
  signals,
  sizing,
  spread,
  tradeFlow,
  trendFollowing,
  type VerdictFields,
  zScore,
} from '../../src/operators/index.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { simulateMarket } from '../../src/streams/simulator/index.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';

export interface TallyFields {
  /** How many events of each kind went by, as `kind=count` in order of first appearance. */
  tally: string;
}

/** A stage of a user's own: counts events by kind, and wakes itself every half second. */
export const tally: StageOperator<Frame, TallyFields> = stage<
  Frame,
  TallyFields,
  { counts: Map<string, number>; due: number }
>({
  name: 'tally',
  adds: { tally: '' },
  init: () => ({ counts: new Map(), due: 0 }),
  step: (state, frame, context) => {
    const { kind } = frame.event;
    state.counts.set(kind, (state.counts.get(kind) ?? 0) + 1);
    if (frame.sub === 0 && frame.ts >= state.due) {
      state.due = frame.ts + 500;
      context.request({ kind: 'timer', name: 'tally', due: state.due });
    }
    frame.tally = [...state.counts].map(([name, count]) => `${name}=${count}`).join(' ');
  },
  save: ({ counts, due }) => ({ counts: [...counts].map(([name, count]) => [name, count]), due }),
  restore: (saved) => {
    const { counts, due } = saved as { counts: readonly (readonly [string, number])[]; due: number };
    return { counts: new Map(counts), due };
  },
});

export type DeskFrame = Frame &
  MarketFields &
  LedgerFields &
  FeatureFields<'fast' | 'slow' | 'stretch' | 'volatility'> &
  SignalFields &
  AgentFields &
  VerdictFields &
  CommandFields &
  TallyFields & { readonly lean: number };

/** Wakes with every event, barriers and reports too, and changes its mind every now and then. */
const restless = agent<Frame, { asked: number }>({
  name: 'restless',
  lifetime: '10s',
  on: 'every event',
  memory: () => ({ asked: 0 }),
  decide: (frame, memory) => {
    memory.asked++;
    if (frame.event.kind !== 'barrier' && memory.asked % 50 !== 0) return undefined;
    return { of: { asset: 'BTC' }, exposure: (memory.asked % 7) / 7, confidence: 0.3 };
  },
});

const every = '100ms';

/** Without fees the arbitrage finds an edge every now and then. */
const free = (one: Instrument): Instrument => ({ ...one, fees: { maker: 0, taker: 0 } });

/** All stages, a `pure`, a stage of the user's own, and four agents on bitcoin at three venues. */
export function fullDesk(instruments: readonly Instrument[], name = 'full-desk'): Core<DeskFrame> {
  const [binance, , cme] = instruments as readonly [Instrument, Instrument, Instrument];
  return compose(
    { name, instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    features({
      fast: ema({ period: 4, every }),
      slow: ema({ period: 12, every }),
      stretch: zScore({ window: 12, every }),
      volatility: realisedVolatility({ window: 8, every }),
      imbalance: bookImbalance(),
      micro: microprice(),
      drift: momentum({ lookback: 6, every }),
      rsi: rsi({ period: 6, every, flat: 50 }),
      gap: spread(),
      flow: tradeFlow({ halfLife: '1s' }),
    }),
    signals([
      signal({
        name: 'cross',
        horizon: '2s',
        evaluate: ({ features: { fast, slow } }: Frame & FeatureFields<'fast' | 'slow'>) => {
          if (Number.isNaN(fast) || Number.isNaN(slow)) return undefined;
          const strength = Math.min(1, Math.abs(fast / slow - 1) * 20_000);
          return { direction: fast > slow ? 1 : -1, strength, confidence: 0.6 };
        },
      }),
      signal({
        name: 'flow',
        horizon: 300,
        evaluate: ({ features: { flow } }: Frame & FeatureFields<'flow'>) =>
          flow > 0 ? { direction: 1, strength: 0.5, confidence: 0.5 } : undefined,
      }),
    ]),
    pure('lean', (frame) => frame.bidQuantity - frame.askQuantity, Number.NaN),
    tally,
    agents([
      trendFollowing({ asset: 'BTC', signal: 'cross', targetVolatility: 1, lifetime: '3s' }),
      meanReversion({ asset: 'BTC', enter: 1.5, lifetime: '2s' }),
      crossVenueArbitrage({
        legs: [free(cme), free(binance)],
        halfLife: '1s',
        minimumEdge: 0,
        lifetime: '5s',
      }),
      restless,
    ]),
    confidenceWeighted({ weights: { arbitrage: 2 } }),
    sizing({ budget: 200_000, minimumTrade: 0.02, retryAfter: '200ms', recheckEvery: '1s' }),
    bestNetPrice(),
    risk([
      maxPosition({ limit: 500_000 }),
      maxVenueExposure({ limit: 400_000 }),
      maxDailyLoss({ limit: 100_000 }),
    ]),
    dispatch({ desk: 'fd' }),
  );
}

/** Three venues; with a latency orders and reports are under way at most snapshots. */
export const venues = (submit = 20, report = 15): readonly Driver[] =>
  ['binance', 'coinbase', 'cme'].map((venue) => simulatedVenue({ venue, latency: { submit, report } }));

export const market = (seed: number, duration = 6_000): RecordingSource => simulateMarket({ seed, duration });

const LIVE_VIEWS: ReadonlySet<string> = new Set(['book', 'markets', 'ledger', 'pool', 'scoring', 'limits']);

/** A frame's own values, without the live views that count for one pass only. */
export function copied(frame: Frame): Plain {
  return Object.fromEntries(
    Object.entries(frame).filter(([name]) => !LIVE_VIEWS.has(name)),
  ) as unknown as Plain;
}
