import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether a request's `Authorization` header holds the token; how long it takes tells nothing of how much of it is right. */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const [scheme = '', given = ''] = header?.split(' ', 2) ?? [];
  return timingSafeEqual(digest(given), digest(token)) && scheme.toLowerCase() === 'bearer';
}
