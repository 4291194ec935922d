import type { Frame, Instrument } from 'millrace';
import {
  type Agent,
  crossVenueArbitrage,
  type FeatureFields,
  type LedgerFields,
  type MarketFields,
  meanReversion,
  type SignalFields,
  trendFollowing,
} from 'millrace/operators';
import { followLeader, swayedBy } from './agent-manners.js';
import { arbitrageLegs } from './arbitrage-legs.js';
import type { DeskFeature } from './desk-features.js';

type AgentFrame = Frame & MarketFields & LedgerFields & FeatureFields<DeskFeature> & SignalFields;

/** Volatility of one second in which the trend follower uses its whole budget. */
const CALM = 0.000_12;

/**
 * The desk's three agents, or two where nothing can be held against each other.
 *
 * Trend following and mean reversion look at the asset's leading market and leave the venue to routing; the arbitrage
 * holds two given instruments against each other.
 */
export function deskAgents(
  instruments: readonly Instrument[],
  asset: string,
  sample: number,
): readonly Agent<AgentFrame>[] {
  const markets = instruments.filter(({ base }) => base === asset).map(({ id }) => id);
  const lifetime = Math.max(60_000, 20 * sample);
  // Volatility grows with the square root of time: a longer sample moves more.
  const calm = CALM * Math.sqrt(sample / 1_000);
  const trend: Agent<AgentFrame> = trendFollowing({
    asset,
    signal: 'trend',
    targetVolatility: 1.5 * calm,
    lifetime,
  });
  const reversion: Agent<AgentFrame> = meanReversion({
    asset,
    enter: 2.4,
    leave: 0.4,
    calmBelow: 2 * calm,
    lifetime,
  });
  const legs = arbitrageLegs(instruments, asset);
  return [
    followLeader(markets, trend),
    followLeader(markets, swayedBy('orderFlow', swayedBy('exhaustion', reversion))),
    ...(legs === undefined
      ? []
      : [crossVenueArbitrage({ legs, minimumEdge: 0.000_1, halfLife: 40 * sample, lifetime })]),
  ];
}
