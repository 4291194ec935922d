import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { ConfigurationError, show } from '../../domain/errors.js';
import { fromZ85, toZ85 } from './z85.js';

/** Keys of one member for CURVE: two texts of 40 characters (Z85), as ZeroMQ has them. */
export interface KeyPair {
  /** Tell it to the peers. */
  readonly publicKey: string;
  /** Tell it nobody. */
  readonly secretKey: string;
}

/** What stands before the 32 bytes of a secret X25519 key in PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/**
 * New random keys.
 *
 * @example
 * const { publicKey, secretKey } = generateKeys();
 */
export function generateKeys(): KeyPair {
  const { privateKey } = generateKeyPairSync('x25519');
  const { d = '', x = '' } = privateKey.export({ format: 'jwk' });
  return {
    publicKey: toZ85(Buffer.from(x, 'base64url')),
    secretKey: toZ85(Buffer.from(d, 'base64url')),
  };
}

/**
 * The 32 bytes of a key.
 *
 * @throws ConfigurationError that names the option, and never shows the key
 */
export function keyBytes(option: string, key: unknown): Uint8Array {
  const bytes = typeof key === 'string' && key.length === 40 ? fromZ85(key) : undefined;
  if (bytes === undefined) {
    const found = typeof key === 'string' ? `one of ${key.length} characters` : show(key);
    throw new ConfigurationError(`${option} must be a key of 40 characters of Z85, not ${found}`);
  }
  return bytes;
}

/** Checks both keys and that they belong together. @throws ConfigurationError */
export function checkKeys(option: string, { publicKey, secretKey }: KeyPair): void {
  keyBytes(`${option}.publicKey`, publicKey);
  const secret = keyBytes(`${option}.secretKey`, secretKey);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  const right = toZ85(Buffer.from(x, 'base64url'));
  if (right !== publicKey)
    throw new ConfigurationError(
      `${option}.publicKey must be the one of ${option}.secretKey, ${right}, not ${publicKey}`,
    );
}
