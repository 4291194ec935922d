import { createHash } from 'node:crypto';
import { canonicalBytes, fromCanonicalBytes } from '../core/canonical.js';
import { InputError } from '../domain/errors.js';
import type { Plain } from '../domain/plain.js';

const DIGEST = 32;

/** Plain data with its checksum before it. */
export function seal(data: Plain): Uint8Array {
  const body = canonicalBytes(data);
  const bytes = new Uint8Array(DIGEST + body.length);
  bytes.set(createHash('sha256').update(body).digest());
  bytes.set(body, DIGEST);
  return bytes;
}

/**
 * The data that {@link seal} wrote.
 *
 * @throws InputError when the checksum differs
 */
export function unseal(name: string, bytes: Uint8Array): Plain {
  const body = bytes.subarray(DIGEST);
  const digest = createHash('sha256').update(body).digest();
  if (bytes.length < DIGEST || !digest.equals(bytes.subarray(0, DIGEST)))
    throw new InputError(`${name} is damaged: its checksum differs`);
  return fromCanonicalBytes(body);
}
