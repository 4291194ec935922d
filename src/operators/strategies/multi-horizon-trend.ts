import type { Frame } from '../../core/frame.js';
import { knownKeys, nonEmptyName, positiveNumber, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { type Agent, agent } from '../agents/agent.js';
import type { MarketFields } from '../books/books.js';

/** Over which horizons a trend is followed, and with how much risk. */
export interface MultiHorizonTrendOptions {
  /** @default "multi-trend" */
  readonly name?: string;
  /** The asset it trades; routing picks the venue. */
  readonly asset: string;
  /** Half-lives of the fast averages; each slow one is three times as long. @default ["1m", "5m", "20m"] */
  readonly horizons?: readonly Duration[];
  /** How often the price is sampled. @default "1s" */
  readonly every?: Duration;
  /** Deviation of a day's return, as a share of the price, at which the whole budget is used; above it less. @default 0.02 */
  readonly targetVolatility?: number;
  /** How long a decision counts. @default "1m" */
  readonly lifetime?: Duration;
}

interface Memory {
  readonly [key: string]: number | number[];
  fast: number[];
  slow: number[];
  /** Mean squared return of a millisecond. */
  variance: number;
  price: number;
  sampledAt: number;
  since: number;
}

const SLOWER = 3;
const DAY = 86_400_000;
/** The largest response, x·exp(−x²/4) at √2, is to be 1. */
const PEAK = Math.SQRT2 * Math.exp(-0.5);

/** The share of the way that an average of this half-life goes in a time. */
const step = (elapsed: number, halfLife: number): number => 1 - 2 ** (-elapsed / halfLife);

/**
 * Follows the trend of its asset over several horizons at once, with a risk that does not grow with the market's.
 *
 * ```
 * prices    rise for hours     stretch far from their averages     fall
 *           multiHorizonTrend({ asset: 'BTC' })
 * exposure  up to 1            less again: such a trend is near its end     below 0
 * ```
 *
 * For each horizon: z = (fast − slow average of the log price) / (volatility × √slow half-life), answered by z·exp(−z²/4), which is largest
 * at √2; exposure = mean of the answers × min(1, target / volatility). The response is that of Baz, Granger, Harvey, Le Roux and
 * Rattray, "Dissecting investment strategies" (2015); the scaling that of Moskowitz, Ooi and Pedersen (2012). It is silent until
 * its longest slow half-life has passed. Confidence is the share of horizons that agree with the whole.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * agents([multiHorizonTrend({ asset: 'BTC' })]);
 */
export function multiHorizonTrend(options: MultiHorizonTrendOptions): Agent<Frame & MarketFields> {
  const at = 'multiHorizonTrend';
  knownKeys(at, options, ['name', 'asset', 'horizons', 'every', 'targetVolatility', 'lifetime']);
  const asset = nonEmptyName(`${at}.asset`, options.asset);
  const horizons = (options.horizons ?? ['1m', '5m', '20m']).map((each) =>
    milliseconds(`${at}.horizons`, each),
  );
  if (horizons.length === 0) refuse(`${at}.horizons`, 'at least one duration', options.horizons);
  const every = milliseconds(`${at}.every`, options.every ?? '1s');
  const target = positiveNumber(`${at}.targetVolatility`, options.targetVolatility ?? 0.02);
  const longest = SLOWER * Math.max(...horizons);
  return agent<Frame & MarketFields, Memory>({
    name: options.name ?? 'multi-trend',
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
    memory: () => ({ fast: [], slow: [], variance: 0, price: Number.NaN, sampledAt: 0, since: 0 }),
    decide: (frame, memory) => {
      const { ts, markets, instrument, mid } = frame;
      if (markets.asset(instrument) !== asset || !(mid > 0)) return undefined;
      const price = Math.log(mid);
      if (Number.isNaN(memory.price)) {
        memory.fast = horizons.map(() => price);
        memory.slow = horizons.map(() => price);
        memory.price = price;
        memory.sampledAt = ts;
        memory.since = ts;
        return undefined;
      }
      const elapsed = ts - memory.sampledAt;
      if (elapsed < every) return undefined;
      const change = price - memory.price;
      memory.variance += ((change * change) / elapsed - memory.variance) * step(elapsed, longest);
      memory.price = price;
      memory.sampledAt = ts;
      horizons.forEach((halfLife, index) => {
        const fast = memory.fast[index] as number;
        const slow = memory.slow[index] as number;
        memory.fast[index] = fast + (price - fast) * step(elapsed, halfLife);
        memory.slow[index] = slow + (price - slow) * step(elapsed, SLOWER * halfLife);
      });
      if (ts - memory.since < longest || !(memory.variance > 0)) return undefined;
      const deviation = Math.sqrt(memory.variance);
      let sum = 0;
      let up = 0;
      horizons.forEach((halfLife, index) => {
        const apart = (memory.fast[index] as number) - (memory.slow[index] as number);
        const z = apart / (deviation * Math.sqrt(SLOWER * halfLife));
        sum += (z * Math.exp((-z * z) / 4)) / PEAK;
        up += Math.sign(z);
      });
      const trend = sum / horizons.length;
      const scale = Math.min(1, target / (deviation * Math.sqrt(DAY)));
      const agreement = (1 + (Math.sign(trend) * up) / horizons.length) / 2;
      return {
        of: { asset },
        exposure: Math.max(-1, Math.min(1, trend * scale)),
        confidence: Math.max(0, Math.min(1, agreement)),
      };
    },
  });
}
