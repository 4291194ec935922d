import { flagOf, integerAtLeast, knownKeys, numberAtLeast, refuse, subsetOf } from './check.js';
import type { Proposal } from './order.js';

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
  /** It finds an order by our id for it. @default false */
  readonly lookUpByClientOrderId?: boolean;
  /** It cancels what rests when our session for orders ends. @default false */
  readonly cancelOnDisconnect?: boolean;
  /** It cancels what rests when it is not told in time that we live. @default false */
  readonly deadMansSwitch?: boolean;
  /** Characters of a client order id: what stands between the brackets of a regular expression. @default "!-~", all printable */
  readonly clientOrderIdAlphabet?: string;
  /** Most characters of a client order id. @default 36 */
  readonly clientOrderIdLength?: number;
  /** @default limit and market */
  readonly orderTypes?: readonly Proposal['type'][];
  /** @default GTC, IOC and FOK */
  readonly timesInForce?: readonly Proposal['timeInForce'][];
}

/** Capabilities by the name of the venue. */
export interface CapabilitiesByVenue {
  readonly [venue: string]: VenueCapabilities;
}

const TYPES = ['limit', 'market', 'stop', 'stopLimit', 'trailingStop'] as const;
const TIMES = ['GTC', 'IOC', 'FOK', 'GTD'] as const;

/**
 * Checks capabilities and fills in the defaults.
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function venueCapabilities(at: string, capabilities: VenueCapabilities): Required<VenueCapabilities> {
  if (typeof capabilities !== 'object' || capabilities === null) refuse(at, 'an object', capabilities);
  const complete: Required<VenueCapabilities> = {
    requestExpiry: numberAtLeast(`${at}.requestExpiry`, capabilities.requestExpiry ?? 0, 0),
    idempotent: flagOf(`${at}.idempotent`, capabilities.idempotent, false),
    nativeReplace: flagOf(`${at}.nativeReplace`, capabilities.nativeReplace, false),
    lookUpByClientOrderId: flagOf(`${at}.lookUpByClientOrderId`, capabilities.lookUpByClientOrderId, false),
    cancelOnDisconnect: flagOf(`${at}.cancelOnDisconnect`, capabilities.cancelOnDisconnect, false),
    deadMansSwitch: flagOf(`${at}.deadMansSwitch`, capabilities.deadMansSwitch, false),
    clientOrderIdAlphabet: alphabet(
      `${at}.clientOrderIdAlphabet`,
      capabilities.clientOrderIdAlphabet ?? '!-~',
    ),
    clientOrderIdLength: integerAtLeast(
      `${at}.clientOrderIdLength`,
      capabilities.clientOrderIdLength ?? 36,
      1,
    ),
    orderTypes: subsetOf(`${at}.orderTypes`, capabilities.orderTypes ?? ['limit', 'market'], TYPES),
    timesInForce: subsetOf(`${at}.timesInForce`, capabilities.timesInForce ?? ['GTC', 'IOC', 'FOK'], TIMES),
  };
  knownKeys(at, capabilities, Object.keys(complete));
  return complete;
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

/** What is wrong with a client order id at a venue, or `undefined`: such as `is longer than 20 characters`. */
export function clientOrderIdFault(
  id: string,
  {
    clientOrderIdAlphabet,
    clientOrderIdLength,
  }: Pick<Required<VenueCapabilities>, 'clientOrderIdAlphabet' | 'clientOrderIdLength'>,
): string | undefined {
  if (id.length > clientOrderIdLength) return `is longer than ${clientOrderIdLength} characters`;
  if (!wholly(clientOrderIdAlphabet).test(id)) return `has characters other than ${clientOrderIdAlphabet}`;
  return undefined;
}

const PRINTABLE = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
const expressions = new Map<string, RegExp>();

function wholly(characters: string): RegExp {
  const expression = expressions.get(characters) ?? new RegExp(`^[${characters}]+$`);
  expressions.set(characters, expression);
  return expression;
}

function alphabet(at: string, characters: unknown): string {
  const right = 'the inside of a character class, such as "A-Za-z0-9_-"';
  if (typeof characters !== 'string' || characters === '' || characters.length > 100)
    refuse(at, right, characters);
  try {
    const expression = wholly(characters);
    if (PRINTABLE.some((character) => expression.test(character))) return characters;
  } catch {
    // Not the inside of a class.
  }
  return refuse(at, right, characters);
}
