import { type Instrument, instrument } from 'millrace';

export const SHARDS: readonly string[] = ['0', '1'];
export const NODES: readonly ('a' | 'b')[] = ['a', 'b'];
/** Gross exposure of all shards together, in USD, and what each has in any case. */
export const LIMIT = 100_000;
export const LEAST = 5_000;

/** Where all of it is traded: each shard has an account of its own there. */
export const VENUE = 'sim';
/** Milliseconds after which the venue refuses a request. */
export const EXPIRY = 2_000;

const coin = (base: string, tick: string, lot: string): Instrument =>
  instrument({ venue: VENUE, symbol: `${base}USD`, kind: 'perpetual', base, quote: 'USD', tick, lot });

/** Everything that is traded; a shard takes what `shardOf` gives it. */
export const INSTRUMENTS: readonly Instrument[] = [
  coin('BTC', '0.1', '0.0001'),
  coin('ETH', '0.01', '0.001'),
  coin('SOL', '0.001', '0.01'),
];
