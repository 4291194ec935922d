import { OptionError } from '../option-error.js';

/** Venues that the desk trades live, and what of the environment each needs. */
export const LIVE_VENUES = ['coinbase'] as const;
export type LiveVenueName = (typeof LIVE_VENUES)[number];

/** What connects to a venue, by the names that the environment has for it. */
export type Connection = Readonly<Record<string, string>>;

const KEYS: Readonly<Record<LiveVenueName, readonly string[]>> = {
  coinbase: ['COINBASE_API_KEY', 'COINBASE_SECRET'],
};
/** Addresses in the place of the venue's own. */
const ADDRESSES: Readonly<Record<LiveVenueName, readonly string[]>> = {
  coinbase: ['COINBASE_REST_URL', 'COINBASE_FEED_URL'],
};

/** What the environment says of how to connect. @throws OptionError that names what is missing */
export function connectionsOf(
  venues: readonly LiveVenueName[],
  environment: NodeJS.ProcessEnv,
  { testnet, realMoney }: { readonly testnet: boolean; readonly realMoney: boolean },
): ReadonlyMap<LiveVenueName, Connection> {
  const connections = new Map<LiveVenueName, Connection>();
  const missing: string[] = [];
  for (const venue of venues) {
    const found: Record<string, string> = {};
    for (const name of KEYS[venue]) {
      const value = environment[name];
      if (value === undefined || value.trim() === '') missing.push(name);
      else found[name] = value;
    }
    for (const name of ADDRESSES[venue]) {
      const value = environment[name];
      if (value !== undefined && value.trim() !== '') found[name] = value;
    }
    connections.set(venue, found);
  }
  if (missing.length > 0)
    throw new OptionError(
      `--live needs keys in the environment: ${missing.join(', ')} (or --doubles, which needs none)`,
    );
  const real = venues.filter((venue) => !isElsewhere(connections.get(venue)));
  if (real.length > 0 && !testnet && !realMoney)
    throw new OptionError(
      `--live would trade real money at ${real.join(', ')}: say --real-money, or --testnet, or --doubles`,
    );
  return connections;
}

const isElsewhere = (connection: Connection | undefined): boolean =>
  Object.keys(connection ?? {}).some((name) => name.endsWith('_URL'));
