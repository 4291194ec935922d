import { integerAtLeast, knownKeys, nonEmptyName, oneOf } from '../../domain/check.js';
import { type VenueCapabilities, venueCapabilities } from '../../domain/venue-capabilities.js';
import { type FaultSettings, faultSettings, type SimulatedFaults } from './fault-options.js';
import { checkedFees, type FeesOf } from './fees.js';
import { type LatencySettings, latencySettings, type SimulatedLatency } from './latency.js';
import { type ScheduledWord, scheduledWords } from './scheduled-words.js';
import { SELF_TRADE_PREVENTIONS, type SelfTradePrevention } from './self-trade.js';

/** Settings of a simulated venue. */
export interface SimulatedVenueOptions {
  /** The venue whose instruments are traded here, such as `binance`. */
  readonly venue: string;
  /** @default no latency */
  readonly latency?: SimulatedLatency;
  /** Overrides the fees, for every instrument or order by order. @default the fees of each instrument */
  readonly fees?: FeesOf;
  /**
   * When a new order reaches one of ours on the other side while the market is open: the new one ends there, the
   * resting ones it reaches do, or the new one and the first it reaches. @default "none"
   */
  readonly selfTradePrevention?: SelfTradePrevention;
  /** What goes wrong, and how often. @default nothing */
  readonly faults?: SimulatedFaults;
  /** What it can do for the safety of orders: requests that expire, ids taken once, orders replaced by one request. @default nothing */
  readonly capabilities?: VenueCapabilities;
  /** What it says of its own accord: busts, corrections, interest, funding. @default nothing */
  readonly schedule?: readonly ScheduledWord[];
  /**
   * Finished orders that the venue remembers: to answer questions about them, and to refuse their ids. One that it has
   * forgotten is `not found`.
   * @default 1,000
   */
  readonly remembered?: number;
}

/** {@link SimulatedVenueOptions}, checked and complete. */
export interface VenueSettings {
  readonly venue: string;
  readonly latency: LatencySettings;
  readonly fees: FeesOf | undefined;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly faults: FaultSettings | undefined;
  readonly remembered: number;
  readonly capabilities: Required<VenueCapabilities>;
  readonly schedule: readonly ScheduledWord[];
}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function venueSettings(options: SimulatedVenueOptions): VenueSettings {
  const venue = nonEmptyName('simulatedVenue.venue', options.venue);
  const at = `simulatedVenue ${venue}`;
  knownKeys(at, options, [
    'venue',
    'latency',
    'fees',
    'selfTradePrevention',
    'faults',
    'capabilities',
    'schedule',
    'remembered',
  ]);
  const { latency = {}, fees, selfTradePrevention = 'none', faults, remembered = 1_000 } = options;
  return {
    venue,
    latency: latencySettings(`${at}.latency`, latency),
    fees: fees === undefined || typeof fees === 'function' ? fees : checkedFees(`${at}.fees`, fees),
    selfTradePrevention: oneOf(`${at}.selfTradePrevention`, selfTradePrevention, SELF_TRADE_PREVENTIONS),
    faults: faults === undefined ? undefined : faultSettings(`${at}.faults`, faults),
    capabilities: venueCapabilities(`${at}.capabilities`, options.capabilities ?? {}),
    schedule: scheduledWords(`${at}.schedule`, options.schedule ?? []),
    remembered: integerAtLeast(`${at}.remembered`, remembered, 0),
  };
}
