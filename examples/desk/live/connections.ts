import { OptionError } from '../option-error.js';

/** Venues that the desk trades live, and what of the environment each needs. */
export const LIVE_VENUES = ['binance', 'coinbase'] as const;
export type LiveVenueName = (typeof LIVE_VENUES)[number];

/** What connects to a venue, by the names that the environment has for it. */
export type Connection = Readonly<Record<string, string>>;

const KEYS: Readonly<Record<LiveVenueName, readonly string[]>> = {
  binance: ['BINANCE_API_KEY', 'BINANCE_SECRET'],
  coinbase: ['COINBASE_API_KEY', 'COINBASE_SECRET'],
};
/** Addresses in the place of the venue's own: all of them, or none. */
const ADDRESSES: Readonly<Record<LiveVenueName, readonly string[]>> = {
  binance: ['BINANCE_REST_URL', 'BINANCE_STREAM_URL', 'BINANCE_API_URL'],
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
    const addresses = ADDRESSES[venue].filter((name) => (environment[name] ?? '').trim() !== '');
    if (addresses.length > 0)
      for (const name of ADDRESSES[venue])
        if (addresses.includes(name)) found[name] = environment[name] as string;
        else missing.push(name);
    connections.set(venue, found);
  }
  if (missing.length > 0)
    throw new OptionError(
      `--live needs in the environment: ${missing.join(', ')} (or --doubles, which needs none)`,
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
