import type { Frame } from '../../core/frame.js';
import { knownKeys, nonEmptyName, positiveNumber } from '../../domain/check.js';
import type { Duration } from '../../domain/duration.js';
import { type Agent, agent } from '../agents/agent.js';
import type { MarketFields } from '../books/books.js';
import type { FeatureFields } from '../features/stage.js';
import type { SignalFields } from '../signals/signals.js';

/** How the trend is followed. */
export interface TrendFollowingOptions {
  /** @default "trend" */
  readonly name?: string;
  /** The asset it trades; routing picks the venue. */
  readonly asset: string;
  /** The signal in the pool whose direction and strength it follows. */
  readonly signal: string;
  /** Volatility (of returns, in the feature's own unit) at which the whole budget is used; above it less. */
  readonly targetVolatility: number;
  /** How long a decision counts. @default "1m" */
  readonly lifetime?: Duration;
}

/** The fields that trend following reads. */
export type TrendFollowingNeeds = Frame & MarketFields & FeatureFields<'volatility'> & SignalFields;

/**
 * Follows a trend signal of its asset, scaled down where the market is wilder than planned.
 *
 * ```
 * signals    --u---d---z--     up 0.8, down 0.5, no move
 *            trendFollowing({ asset: 'BTC', signal: 'trend', targetVolatility: 2 })
 * exposure   --u---d---z--     0.8, -0.5, 0
 * ```
 *
 * exposure = direction × strength × min(1, targetVolatility / volatility)
 *
 * The scaling is that of Moskowitz, Ooi and Pedersen, "Time series momentum" (2012). It reads the feature `volatility`.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * agents([trendFollowing({ asset: 'BTC', signal: 'trend', targetVolatility: 2 })]);
 */
export function trendFollowing(options: TrendFollowingOptions): Agent<TrendFollowingNeeds> {
  knownKeys('trendFollowing', options, ['name', 'asset', 'signal', 'targetVolatility', 'lifetime']);
  const asset = nonEmptyName('trendFollowing.asset', options.asset);
  const signal = nonEmptyName('trendFollowing.signal', options.signal);
  const target = positiveNumber('trendFollowing.targetVolatility', options.targetVolatility);
  return agent<TrendFollowingNeeds>({
    name: options.name ?? 'trend',
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
    // A word of another process comes between market events, too.
    on: 'every event',
    decide: (frame) => {
      if (frame.signals.length === 0 || !frame.synced) return undefined;
      if (frame.markets.asset(frame.instrument) !== asset) return undefined;
      // Only a fresh word moves it: between words the last decision stands.
      for (const spoken of frame.signals) {
        if (spoken.name !== signal) continue;
        const { volatility } = frame.features;
        if (Number.isNaN(volatility)) return undefined;
        const scale = volatility > target ? target / volatility : 1;
        return {
          of: { asset },
          exposure: spoken.direction * spoken.strength * scale,
          confidence: spoken.confidence,
        };
      }
      return undefined;
    },
  });
}
