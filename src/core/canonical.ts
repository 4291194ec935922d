import { createHash } from 'node:crypto';
import { decode, Encoder, ExtData, ExtensionCodec } from '@msgpack/msgpack';
import { InputError } from '../domain/errors.js';
import type { Plain } from '../domain/plain.js';
import { CanonicalWriter } from './canonical-writer.js';

/** Plain msgpack has no word for an array of doubles: this extension type holds them in little-endian order. */
const FLOAT64_ARRAY = 1;

const extensionCodec = new ExtensionCodec();
extensionCodec.register({ type: FLOAT64_ARRAY, encode: () => null, decode: readDoubles });

const encoder = new Encoder({ extensionCodec });

/** The one spelling of a number: one NaN, no negative zero. */
function canonicalNumber(value: number): number {
  if (Number.isNaN(value)) return Number.NaN;
  return value === 0 ? 0 : value;
}

function writeDoubles(values: Float64Array): ExtData {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) {
    view.setFloat64(index * 8, canonicalNumber(values[index] as number), true);
  }
  return new ExtData(FLOAT64_ARRAY, bytes);
}

function readDoubles(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(bytes.byteLength >> 3);
  for (let index = 0; index < values.length; index++) values[index] = view.getFloat64(index * 8, true);
  return values;
}

const writer = new CanonicalWriter((value) =>
  encoder.encode(value instanceof Float64Array ? writeDoubles(value) : value),
);

/**
 * The canonical bytes of plain data: sorted keys, one NaN, no negative zero. Equal data gives equal bytes.
 *
 * @example
 * canonicalBytes({ b: 1, a: -0 }); // the same bytes as of { a: 0, b: 1 }
 * @throws InputError for a field named `__proto__`, which no reader takes
 */
export function canonicalBytes(value: Plain): Uint8Array {
  return writer.bytesOf(value);
}

/**
 * The plain data that canonical bytes stand for.
 *
 * @throws InputError when they are cut short or are no such bytes
 *
 * @example
 * fromCanonicalBytes(canonicalBytes({ a: [1, 2] })); // { a: [1, 2] }
 */
export function fromCanonicalBytes(bytes: Uint8Array): Plain {
  try {
    return decode(bytes, { extensionCodec }) as Plain;
  } catch (error) {
    throw new InputError(`canonical bytes were expected: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * SHA-256 of the canonical bytes, as 64 hexadecimal digits.
 *
 * @example
 * stateHash({ position: 3 }) === stateHash({ position: 3 });
 */
export function stateHash(value: Plain): string {
  return hashOf(canonicalBytes(value));
}

/** SHA-256 of bytes, as 64 hexadecimal digits. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
