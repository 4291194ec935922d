import type { Driver, Instrument } from 'millrace';
import { COINBASE_CAPABILITIES, coinbase, coinbaseInstruments } from 'millrace/venues/coinbase';
import type { Connection, LiveVenueName } from './connections.js';

/** A venue that is ready to be traded on. */
export interface LiveVenue {
  readonly name: LiveVenueName;
  readonly instruments: readonly Instrument[];
  readonly driver: Driver & { closed(): Promise<void> };
  readonly capabilities: NonNullable<Driver['venue']>['capabilities'];
  /** What its asset costs now, as a plain price. */
  readonly price: number;
}

interface Setup {
  readonly connection: Connection;
  readonly testnet: boolean;
}

const OPENERS: Readonly<Record<LiveVenueName, (setup: Setup) => Promise<LiveVenue>>> = {
  coinbase: openCoinbase,
};

/** Asks a venue what it trades, and makes the driver for it. */
export function openVenue(name: LiveVenueName, setup: Setup): Promise<LiveVenue> {
  return OPENERS[name](setup);
}

async function openCoinbase({ connection, testnet }: Setup): Promise<LiveVenue> {
  const { COINBASE_REST_URL: rest, COINBASE_FEED_URL: feed } = connection;
  const common = {
    credentials: () => ({
      apiKey: connection['COINBASE_API_KEY'] ?? '',
      // Files of variables have no line breaks.
      secret: (connection['COINBASE_SECRET'] ?? '').replaceAll('\\n', '\n'),
    }),
    environment: testnet ? 'sandbox' : 'live',
    urls: { ...(rest === undefined ? {} : { rest }), ...(feed === undefined ? {} : { feed }) },
  } as const;
  const instruments = await coinbaseInstruments({ ...common, symbols: ['BTC-USD'] });
  const base = rest ?? (testnet ? 'https://api-sandbox.coinbase.com' : 'https://api.coinbase.com');
  const product = await fetchJson(`${base}/api/v3/brokerage/market/products/BTC-USD`);
  return {
    name: 'coinbase',
    instruments,
    // A desk that begins has no past: what the account traded before is not its own.
    driver: coinbase({ ...common, history: 0 }),
    capabilities: COINBASE_CAPABILITIES,
    price: Number(product['price']),
  };
}

async function fetchJson(url: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}
