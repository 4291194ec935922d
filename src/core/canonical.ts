import { createHash } from 'node:crypto';
import { Encoder } from '@msgpack/msgpack';
import type { Plain } from '../domain/plain.js';

const encoder = new Encoder({ sortKeys: true, ignoreUndefined: true });

/** The one spelling of a number: one NaN, no negative zero. */
function canonicalNumber(value: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  return value === 0 ? 0 : value;
}

/** Typed arrays become tagged lists of bytes in little-endian order, so that every machine spells them alike. */
function spell(value: Plain): unknown {
  if (typeof value === 'number') return canonicalNumber(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return value;
  if (value instanceof Float64Array) {
    const bytes = new Uint8Array(value.length * 8);
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < value.length; index++) {
      view.setFloat64(index * 8, canonicalNumber(value[index] as number), true);
    }
    return { float64: bytes };
  }
  if (Array.isArray(value)) return value.map(spell);
  const object = value as { readonly [key: string]: Plain };
  const spelled: Record<string, unknown> = {};
  for (const key of Object.keys(object)) {
    const item = object[key];
    if (item !== undefined) spelled[key] = spell(item);
  }
  return spelled;
}

/** The canonical bytes of plain data: sorted keys, one NaN, no negative zero. Equal data gives equal bytes. */
export function canonicalBytes(value: Plain): Uint8Array {
  return encoder.encode(spell(value));
}

/** SHA-256 of the canonical bytes, as 64 hexadecimal digits. */
export function stateHash(value: Plain): string {
  return createHash('sha256').update(canonicalBytes(value)).digest('hex');
}
