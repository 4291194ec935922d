import { flagOf, integerAtLeast, nonEmptyName, numberAtLeast, refuse } from '../../domain/check.js';
import { type VenueCapabilities, venueCapabilities } from '../../domain/venue-capabilities.js';
import { BackOff, type BackOffOptions } from './back-off.js';
import { RateBudget, type RateLimit, type ReservedShares } from './rate-budget.js';
import { Redaction } from './secrets.js';
import type { VenueAdapter, VenuePort } from './venue-adapter.js';

/** How a venue's adapter becomes a driver. */
export interface VenueDriverOptions {
  /** The venue whose instruments are traded here. */
  readonly venue: string;
  readonly capabilities: VenueCapabilities;
  /** Makes the adapter, once a run. It opens nothing before {@link VenueAdapter.open}. */
  readonly adapter: (port: VenuePort) => VenueAdapter;
  /** Milliseconds without an answer after which a submit or cancel is `unknown`. @default 5,000 */
  readonly timeout?: number;
  /** Milliseconds that a new order may wait for room in the rate limit; then it is refused as not sent. @default 1,000 */
  readonly patience?: number;
  /** How far back fills are asked for at the start, in milliseconds. @default 24 hours */
  readonly history?: number;
  /** @default no limits */
  readonly limits?: readonly RateLimit[];
  readonly reserved?: ReservedShares;
  /**
   * Whether a kill of the desk or of this venue cancels everything on its instruments by the venue's own request, beside the
   * core's cancel of each order: also what others have on this account, and what the desk has lost sight of. @default false
   */
  readonly cancelAllOnKill?: boolean;
  /** What the venue's silence after "too many requests" is when it tells none. */
  readonly backOff?: BackOffOptions;
  readonly redaction?: Redaction;
  /** Chance, for back-off. @default Math.random */
  readonly random?: () => number;
}

/** {@link VenueDriverOptions}, checked and complete. */
export interface DriverSettings {
  readonly venue: string;
  readonly capabilities: Required<VenueCapabilities>;
  readonly adapter: (port: VenuePort) => VenueAdapter;
  readonly timeout: number;
  readonly patience: number;
  readonly history: number;
  readonly cancelAllOnKill: boolean;
  readonly budget: () => RateBudget;
  readonly backOff: () => BackOff;
  readonly redaction: Redaction;
  readonly random: () => number;
}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function driverSettings(options: VenueDriverOptions): DriverSettings {
  const venue = nonEmptyName('venueDriver.venue', options.venue);
  const at = `venueDriver ${venue}`;
  if (typeof options.adapter !== 'function') refuse(`${at}.adapter`, 'a function', options.adapter);
  const random = options.random ?? Math.random;
  const budget = () => new RateBudget(options.limits, options.reserved, at);
  const backOff = () => new BackOff(random, options.backOff, `${at}.backOff`);
  budget();
  backOff();
  return {
    venue,
    capabilities: venueCapabilities(`${at}.capabilities`, options.capabilities),
    adapter: options.adapter,
    timeout: integerAtLeast(`${at}.timeout`, options.timeout ?? 5_000, 1),
    patience: numberAtLeast(`${at}.patience`, options.patience ?? 1_000, 0),
    history: numberAtLeast(`${at}.history`, options.history ?? 86_400_000, 0),
    cancelAllOnKill: flagOf(`${at}.cancelAllOnKill`, options.cancelAllOnKill, false),
    budget,
    backOff,
    redaction: options.redaction ?? new Redaction(),
    random,
  };
}
