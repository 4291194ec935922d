import { knownKeys, numberAtLeast, refuse } from './check.js';

/** What a venue can do for the safety of orders; what is left out it cannot. */
export interface VenueCapabilities {
  /**
   * Milliseconds after its request time from which the venue refuses a request that arrives (`recvWindow`): only then
   * "not found" is final. 0: a request may arrive at any time. @default 0
   */
  readonly requestExpiry?: number;
  /** A client order id that is sent again stands for the order that has it, also when that is over. @default false */
  readonly idempotent?: boolean;
  /** It replaces an order by one request, which either puts the new order in place or leaves the old one. @default false */
  readonly nativeReplace?: boolean;
}

/** Capabilities by the name of the venue. */
export interface CapabilitiesByVenue {
  readonly [venue: string]: VenueCapabilities;
}

/**
 * Checks capabilities and fills in the defaults.
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function venueCapabilities(at: string, capabilities: VenueCapabilities): Required<VenueCapabilities> {
  if (typeof capabilities !== 'object' || capabilities === null) refuse(at, 'an object', capabilities);
  knownKeys(at, capabilities, ['requestExpiry', 'idempotent', 'nativeReplace']);
  const flag = (name: 'idempotent' | 'nativeReplace'): boolean => {
    const value: unknown = capabilities[name] ?? false;
    return typeof value === 'boolean' ? value : refuse(`${at}.${name}`, 'true or false', value);
  };
  return {
    requestExpiry: numberAtLeast(`${at}.requestExpiry`, capabilities.requestExpiry ?? 0, 0),
    idempotent: flag('idempotent'),
    nativeReplace: flag('nativeReplace'),
  };
}

/** As {@link venueCapabilities}, for every venue that is named. */
export function capabilitiesByVenue(
  at: string,
  venues: CapabilitiesByVenue,
): Readonly<Record<string, Required<VenueCapabilities>>> {
  if (typeof venues !== 'object' || venues === null) refuse(at, 'an object', venues);
  return Object.fromEntries(
    Object.entries(venues).map(([venue, each]) => [venue, venueCapabilities(`${at}.${venue}`, each)]),
  );
}
