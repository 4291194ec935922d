import { crc32 } from 'node:zlib';
import type { BookChecksum, RawLevel } from './checksummed-book.js';

/**
 * The checksum of OKX: CRC-32, signed, over the best 25 levels, bid and ask by turns, `price:quantity` joined by
 * colons. Where a side has fewer, the other goes on alone.
 *
 * @example
 * OKX_CHECKSUM.of(bids, asks);
 */
export const OKX_CHECKSUM: BookChecksum = {
  depth: 25,
  kept: 0,
  of(bids, asks) {
    const parts: string[] = [];
    for (let index = 0; index < Math.max(bids.length, asks.length); index++) {
      for (const level of [bids[index], asks[index]]) if (level) parts.push(level.price, level.quantity);
    }
    return crc32(parts.join(':')) | 0;
  },
};

/**
 * The checksum of Kraken's feed, version 1: CRC-32, unsigned, over the best 10 asks, then the best 10 bids, price
 * and quantity without their point and their leading zeros.
 *
 * @param kept the depth that was subscribed to
 *
 * @example
 * krakenChecksum(10).of(bids, asks);
 */
export function krakenChecksum(kept: number): BookChecksum {
  return { depth: 10, kept, of: (bids, asks) => crc32([...asks, ...bids].map(digitsOf).join('')) };
}

/**
 * The checksum of Kraken's feed, version 2, whose prices and quantities are JSON numbers: the same digits after they
 * are written with the decimals that the venue's `instrument` channel says.
 *
 * @param kept the depth that was subscribed to
 *
 * @example
 * krakenNumberChecksum(10, { price: 1, quantity: 8 }).of(bids, asks);
 */
export function krakenNumberChecksum(
  kept: number,
  decimals: { readonly price: number; readonly quantity: number },
): BookChecksum {
  const { depth, of } = krakenChecksum(kept);
  const padded = ({ price, quantity }: RawLevel): RawLevel => ({
    price: pad(price, decimals.price),
    quantity: pad(quantity, decimals.quantity),
  });
  return { depth, kept, of: (bids, asks) => of(bids.map(padded), asks.map(padded)) };
}

function digitsOf({ price, quantity }: RawLevel): string {
  return bare(price) + bare(quantity);
}

function bare(text: string): string {
  return text.replace('.', '').replace(/^0+/, '');
}

/** `45283.5` with 8 decimals: `45283.50000000`; a number that was written as `1e-8` is spelled out. */
function pad(written: string, decimals: number): string {
  const text = /e/i.test(written) ? Number(written).toFixed(decimals) : written;
  const [whole = '', fraction = ''] = text.split('.');
  return decimals === 0 ? whole : `${whole}.${fraction.padEnd(decimals, '0')}`;
}
