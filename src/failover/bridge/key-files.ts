import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, show } from '../../domain/errors.js';
import { checkKeys, generateKeys, type KeyPair, keyBytes } from '../../services/zeromq/keys.js';

/** Where the keys of a member were written. */
export interface KeyFiles {
  /** Both keys; only its owner may read it. */
  readonly secret: string;
  /** The public key, for the peers. */
  readonly public: string;
  readonly publicKey: string;
}

/**
 * Makes new keys for a member and writes them as ZeroMQ certificates: `NAME.key_secret` (mode 0600) and `NAME.key`.
 *
 * Files that are there already are never overwritten. Python reads the same files by `zmq.auth.load_certificate`.
 *
 * @throws ConfigurationError when the name is no file name or a file is there already
 *
 * @example
 * writeKeyFiles('/etc/millrace', 'alpha'); // alpha.key_secret and alpha.key
 */
export function writeKeyFiles(directory: string, name: string): KeyFiles {
  if (!/^[\w][\w.-]{0,99}$/.test(name))
    throw new ConfigurationError(
      `name must be 1 to 100 letters, digits, dots, dashes or underscores and begin with none of the dots or dashes, not ${show(name)}`,
    );
  const { publicKey, secretKey } = generateKeys();
  mkdirSync(directory, { recursive: true });
  const files = {
    secret: join(directory, `${name}.key_secret`),
    public: join(directory, `${name}.key`),
    publicKey,
  };
  write(files.secret, certificate(publicKey, secretKey), 0o600);
  write(files.public, certificate(publicKey), 0o644);
  return files;
}

/**
 * The keys that {@link writeKeyFiles} or another tool of ZeroMQ wrote.
 *
 * @throws ConfigurationError when the file is not there, others may read it, or it holds no keys that belong together
 *
 * @example
 * const { publicKey, secretKey } = readKeyFile('/etc/millrace/alpha.key_secret');
 */
export function readKeyFile(path: string): KeyPair {
  const text = read(path);
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new ConfigurationError(
      `${path} must be readable by its owner alone, not with mode ${mode.toString(8)}: chmod 600 it`,
    );
  const keys = { publicKey: entry(path, text, 'public-key'), secretKey: entry(path, text, 'secret-key') };
  checkKeys(path, keys);
  return keys;
}

/**
 * The public key of a certificate. @throws ConfigurationError
 *
 * @example
 * const peer = readPublicKey('/etc/millrace/beta.key');
 */
export function readPublicKey(path: string): string {
  const key = entry(path, read(path), 'public-key');
  keyBytes(`${path}, public-key`, key);
  return key;
}

const certificate = (publicKey: string, secretKey?: string): string =>
  [
    secretKey === undefined
      ? '#   Public key of a millrace member: give it to its peers.'
      : '#   Keys of a millrace member: keep this file to yourself.',
    'metadata',
    'curve',
    `    public-key = "${publicKey}"`,
    ...(secretKey === undefined ? [] : [`    secret-key = "${secretKey}"`]),
    '',
  ].join('\n');

function write(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new ConfigurationError(`${path} is there already: keys are never overwritten`);
  }
  // The process's mask may have taken rights from the mode, and is not to.
  chmodSync(path, mode);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`the key file ${path} cannot be read: ${(error as Error).message}`);
  }
}

function entry(path: string, text: string, name: string): string {
  const value = new RegExp(String.raw`^\s*${name}\s*=\s*"([^"\n]*)"\s*$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new ConfigurationError(`${path} must have a line ${name} = "..."`);
  return value;
}
