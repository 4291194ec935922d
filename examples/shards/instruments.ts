import { type Instrument, instrument } from 'millrace';

export const SHARDS: readonly string[] = ['0', '1'];
/** Gross exposure of all shards together, in USD, and what each has in any case. */
export const LIMIT = 100_000;
export const LEAST = 5_000;

const coin = (base: string, tick: string, lot: string): Instrument =>
  instrument({ venue: 'sim', symbol: `${base}USD`, kind: 'perpetual', base, quote: 'USD', tick, lot });

/** Everything that is traded; a shard takes what `shardOf` gives it. */
export const INSTRUMENTS: readonly Instrument[] = [
  coin('BTC', '0.1', '0.0001'),
  coin('ETH', '0.01', '0.001'),
  coin('SOL', '0.001', '0.01'),
];
