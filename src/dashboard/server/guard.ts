import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 405 | 409 | 413 | 415 | 503;
  readonly error: string;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a request carries one of the tokens; how long it takes tells nothing of how much of it is right. */
export function carries({ headers }: IncomingMessage, tokens: readonly string[]): boolean {
  const [scheme = '', given = ''] = headers.authorization?.split(' ', 2) ?? [];
  if (scheme.toLowerCase() !== 'bearer') return false;
  const made = digest(given);
  let right = false;
  for (const token of tokens) right = timingSafeEqual(made, digest(token)) || right;
  return right;
}

/**
 * Refuses requests of other pages: by a name that somebody else's server gave to this address (DNS rebinding), or from an
 * origin that is not this page's own (forged requests).
 */
export function strangerOf({ headers }: IncomingMessage, names: readonly string[]): Refusal | undefined {
  const { host, origin } = headers;
  if (host === undefined || !isOwn(host, names))
    return { status: 403, error: 'this page does not answer to that name: see the option "names"' };
  const site = headers['sec-fetch-site'];
  const own = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  if (!own || (site !== undefined && site !== 'same-origin' && site !== 'none'))
    return { status: 403, error: 'another page may not ask' };
  return undefined;
}

/** An address cannot be rebound; a name must be known. */
function isOwn(host: string, names: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (name === 'localhost' || names.includes(name)) return true;
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
}
