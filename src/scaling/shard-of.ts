import { integerAtLeast, nonEmptyName } from '../domain/check.js';

/**
 * The shard to which a key belongs: the same everywhere, and when a shard is added only the keys that go to it move.
 *
 * Each shard is scored by a hash of key and number, and the highest wins (rendezvous hashing, Thaler and Ravishankar 1998). Take
 * the asset as the key where an agent must see all its instruments, the instrument's id where it need not.
 *
 * @param shards how many there are, at least 1
 * @returns 0 to `shards - 1`
 * @throws ConfigurationError for a key that is empty or a number of shards that is none
 * @example
 * shardOf('BTC', 8); // always the same
 */
export function shardOf(key: string, shards: number): number {
  nonEmptyName('shardOf.key', key);
  integerAtLeast('shardOf.shards', shards, 1);
  let winner = 0;
  let best = -1;
  for (let shard = 0; shard < shards; shard++) {
    const score = hash(`${shard}\u0000${key}`);
    if (score > best) {
      best = score;
      winner = shard;
    }
  }
  return winner;
}

/** FNV-1a over UTF-16 units, then the finaliser of MurmurHash3, which spreads neighbours. 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
