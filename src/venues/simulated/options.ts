import { integerAtLeast, knownKeys, nonEmptyName, refuse } from '../../domain/check.js';
import { type VenueCapabilities, venueCapabilities } from '../../domain/venue-capabilities.js';
import { type FaultSettings, faultSettings, type SimulatedFaults } from './fault-options.js';
import { checkedFeesOf, type FeesOf } from './fees.js';
import { type LatencySettings, latencySettings, type SimulatedLatency } from './latency.js';
import { type MarketRules, type MarketRulesOptions, marketRules } from './market-rules.js';
import { type ScheduledWord, scheduledWords } from './scheduled-words.js';

/** Settings of a simulated venue. */
export interface SimulatedVenueOptions extends MarketRulesOptions {
  /** The venue whose instruments are traded here, such as `binance`. */
  readonly venue: string;
  /** @default no latency */
  readonly latency?: SimulatedLatency;
  /** Overrides the fees, for every instrument or order by order. @default the fees of each instrument */
  readonly fees?: FeesOf;
  /**
   * What our account holds at the start, by currency, as exact decimal strings: from then on the venue keeps balances and entry
   * prices, tells them with its truth, and tells what a fill changed by an `account` event.
   * @default it keeps positions only
   */
  readonly balances?: Readonly<Record<string, string>>;
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
  readonly market: MarketRules;
  readonly balances: Readonly<Record<string, string>> | undefined;
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
    'queue',
    'auctions',
    'halts',
    'priceBands',
    'balances',
    'faults',
    'capabilities',
    'schedule',
    'remembered',
  ]);
  const { latency = {}, fees, faults, balances, remembered = 1_000 } = options;
  return {
    venue,
    latency: latencySettings(`${at}.latency`, latency),
    fees: fees === undefined ? fees : checkedFeesOf(`${at}.fees`, fees),
    market: marketRules(at, options),
    balances: balances === undefined ? undefined : checkedBalances(`${at}.balances`, balances),
    faults: faults === undefined ? undefined : faultSettings(`${at}.faults`, faults),
    capabilities: venueCapabilities(`${at}.capabilities`, options.capabilities ?? {}),
    schedule: scheduledWords(`${at}.schedule`, options.schedule ?? []),
    remembered: integerAtLeast(`${at}.remembered`, remembered, 0),
  };
}

function checkedBalances(
  at: string,
  balances: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (typeof balances !== 'object' || balances === null) refuse(at, 'an object', balances);
  for (const [currency, amount] of Object.entries(balances)) {
    nonEmptyName(`a currency of ${at}`, currency);
    if (typeof amount !== 'string' || !/^-?\d{1,30}(\.\d{1,28})?$/.test(amount))
      refuse(`${at}.${currency}`, 'a decimal string', amount);
  }
  return { ...balances };
}
