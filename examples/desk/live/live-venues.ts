import type { Driver, Instrument } from 'millrace';
import { binance, binanceCapabilities, binanceInstruments } from 'millrace/venues/binance';
import { coinbase, coinbaseCapabilities, coinbaseInstruments } from 'millrace/venues/coinbase';
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
  binance: openBinance,
  coinbase: openCoinbase,
};

/** Asks a venue what it trades, and makes the driver for it. */
export function openVenue(name: LiveVenueName, setup: Setup): Promise<LiveVenue> {
  return OPENERS[name](setup);
}

async function openBinance({ connection, testnet }: Setup): Promise<LiveVenue> {
  const { BINANCE_REST_URL: rest, BINANCE_STREAM_URL: stream, BINANCE_API_URL: api } = connection;
  const given = rest !== undefined && stream !== undefined && api !== undefined;
  const environment = given ? { rest, stream, api } : testnet ? 'testnet' : 'live';
  const base = rest ?? (testnet ? 'https://testnet.binance.vision' : 'https://api.binance.com');
  const { bids } = await fetchJson(`${base}/api/v3/depth?symbol=BTCUSDT&limit=5`);
  return {
    name: 'binance',
    instruments: await binanceInstruments({ symbols: ['BTCUSDT'], environment }),
    driver: binance({
      environment,
      credentials: () => ({
        apiKey: connection['BINANCE_API_KEY'] ?? '',
        secret: connection['BINANCE_SECRET'] ?? '',
      }),
    }),
    capabilities: binanceCapabilities(),
    price: Number((bids as readonly (readonly string[])[])[0]?.[0]),
  };
}

async function openCoinbase({ connection, testnet }: Setup): Promise<LiveVenue> {
  const { COINBASE_REST_URL: rest, COINBASE_FEED_URL: feed } = connection;
  const given = rest !== undefined && feed !== undefined;
  const common = {
    credentials: () => ({
      apiKey: connection['COINBASE_API_KEY'] ?? '',
      // Files of variables have no line breaks.
      secret: (connection['COINBASE_SECRET'] ?? '').replaceAll('\\n', '\n'),
    }),
    environment: given ? { rest, feed } : testnet ? 'sandbox' : 'live',
  } as const;
  const instruments = await coinbaseInstruments({ ...common, symbols: ['BTC-USD'] });
  const base = rest ?? (testnet ? 'https://api-sandbox.coinbase.com' : 'https://api.coinbase.com');
  const product = await fetchJson(`${base}/api/v3/brokerage/market/products/BTC-USD`);
  return {
    name: 'coinbase',
    instruments,
    // A desk that begins has no past: what the account traded before is not its own.
    driver: coinbase({ ...common, history: 0 }),
    capabilities: coinbaseCapabilities(),
    price: Number(product['price']),
  };
}

async function fetchJson(url: string): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${url} answered HTTP ${answer.status}`);
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}
