import { integerAtLeast, knownKeys, nonEmptyName, numberAtLeast, refuse } from '../../domain/check.js';
import type { Fees } from '../../domain/instrument.js';

/** How long words take on their way, in milliseconds of the pipeline's clock. 0: at once, within the same call. */
export interface SimulatedLatency {
  /** From our command to the venue's book. @default 0 */
  readonly submit?: number;
  /** From the venue's book to our report. @default 0 */
  readonly report?: number;
}

/** Settings of a simulated venue. */
export interface SimulatedVenueOptions {
  /** The venue whose instruments are traded here, such as `binance`. */
  readonly venue: string;
  /** @default no latency */
  readonly latency?: SimulatedLatency;
  /** Maker and taker fee as a share of the notional, for every instrument. @default the fees of each instrument */
  readonly fees?: Fees;
  /**
   * Finished orders that the venue remembers: to answer questions about them, and to refuse their ids.
   * @default 1,000
   */
  readonly remembered?: number;
}

/** {@link SimulatedVenueOptions}, checked and complete. */
export interface VenueSettings {
  readonly venue: string;
  readonly submitLatency: number;
  readonly reportLatency: number;
  readonly fees: Fees | undefined;
  readonly remembered: number;
}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function venueSettings(options: SimulatedVenueOptions): VenueSettings {
  const venue = nonEmptyName('simulatedVenue.venue', options.venue);
  const at = `simulatedVenue ${venue}`;
  knownKeys(at, options, ['venue', 'latency', 'fees', 'remembered']);
  const latency = objectOf(`${at}.latency`, options.latency ?? {});
  knownKeys(`${at}.latency`, latency, ['submit', 'report']);
  return {
    venue,
    submitLatency: numberAtLeast(`${at}.latency.submit`, latency.submit ?? 0, 0),
    reportLatency: numberAtLeast(`${at}.latency.report`, latency.report ?? 0, 0),
    fees: options.fees === undefined ? undefined : checkedFees(at, options.fees),
    remembered: integerAtLeast(`${at}.remembered`, options.remembered ?? 1_000, 0),
  };
}

function checkedFees(at: string, given: Fees): Fees {
  const fees = objectOf(`${at}.fees`, given);
  knownKeys(`${at}.fees`, fees, ['maker', 'taker']);
  return {
    maker: numberAtLeast(`${at}.fees.maker`, fees.maker, -0.1, 0.5),
    taker: numberAtLeast(`${at}.fees.taker`, fees.taker, -0.1, 0.5),
  };
}

function objectOf<T extends object>(name: string, value: T): T {
  if (typeof value !== 'object' || value === null) refuse(name, 'an object', value);
  return value;
}
