import type { Frame } from '../../core/frame.js';
import { knownKeys, nonEmptyName, positiveNumber, refuse } from '../../domain/check.js';
import type { Duration } from '../../domain/duration.js';
import { type Agent, agent } from '../agents/agent.js';
import type { MarketFields } from '../books/books.js';
import type { FeatureFields } from '../features/stage.js';

/** When to bet against a stretch, and when to let go. */
export interface MeanReversionOptions {
  /** @default "reversion" */
  readonly name?: string;
  /** The asset it trades; routing picks the venue. */
  readonly asset: string;
  /** Standard deviations from the mean at which it enters. @default 2 */
  readonly enter?: number;
  /** Standard deviations at which it is content. @default 0.5 */
  readonly leave?: number;
  /** Above this volatility (in the feature's own unit) it stands aside: a stretch may be news. @default Infinity */
  readonly calmBelow?: number;
  /** How long a decision counts. @default "1m" */
  readonly lifetime?: Duration;
}

/** The fields that mean reversion reads. */
export type MeanReversionNeeds = Frame & MarketFields & FeatureFields<'stretch' | 'volatility'>;

/**
 * Bets that a stretched price comes back: sells above `enter` standard deviations, buys below, lets go near the mean.
 *
 * ```
 * stretch   a-b-c-d-     0, 2.5, 1.25, 0.3 standard deviations
 *           meanReversion({ asset: 'BTC' })
 * exposure  --s---z-     -0.625, then 0
 * ```
 *
 * It looks at the markets of its asset only, and reads the features `stretch` (a z-score) and `volatility`; the size
 * grows with the stretch up to twice `enter`.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * agents([meanReversion({ asset: 'BTC' })]);
 */
export function meanReversion(options: MeanReversionOptions): Agent<MeanReversionNeeds> {
  knownKeys('meanReversion', options, ['name', 'asset', 'enter', 'leave', 'calmBelow', 'lifetime']);
  const asset = nonEmptyName('meanReversion.asset', options.asset);
  const enter = positiveNumber('meanReversion.enter', options.enter ?? 2);
  const leave = positiveNumber('meanReversion.leave', options.leave ?? 0.5);
  if (leave >= enter) refuse('meanReversion.leave', `below enter (${enter})`, leave);
  const calmBelow =
    options.calmBelow === undefined || options.calmBelow === Number.POSITIVE_INFINITY
      ? Number.POSITIVE_INFINITY
      : positiveNumber('meanReversion.calmBelow', options.calmBelow);
  return agent<MeanReversionNeeds, { held: number }>({
    name: options.name ?? 'reversion',
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
    memory: () => ({ held: 0 }),
    decide: (frame, memory) => {
      if (frame.markets.asset(frame.instrument) !== asset) return undefined;
      const { stretch, volatility } = frame.features;
      if (Number.isNaN(stretch) || Number.isNaN(volatility)) return undefined;
      const size = Math.abs(stretch);
      if (memory.held !== 0) {
        // Let go near the mean or beyond it.
        if (Math.sign(stretch) === -memory.held && size > leave) return undefined;
        memory.held = 0;
        return { of: { asset }, exposure: 0, confidence: 1 };
      }
      if (size < enter || volatility >= calmBelow) return undefined;
      memory.held = -Math.sign(stretch);
      return {
        of: { asset },
        exposure: memory.held * Math.min(1, size / (2 * enter)),
        confidence: Math.min(1, size / (2 * enter)),
      };
    },
  });
}
