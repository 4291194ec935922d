import { refuse } from '../domain/check.js';

/** A URL of one of these schemes. @throws ConfigurationError naming the setting; never showing a password */
export function serviceUrl(name: string, value: unknown, schemes: readonly string[]): URL {
  const expected = `a URL such as ${schemes[0]}://127.0.0.1:1234`;
  if (typeof value !== 'string' || !URL.canParse(value)) return refuse(name, expected, hidden(value));
  const url = new URL(value);
  if (!schemes.includes(url.protocol.slice(0, -1)) || url.hostname === '')
    refuse(name, expected, hidden(value));
  return url;
}

const hidden = (value: unknown): unknown =>
  typeof value === 'string' ? value.replace(/\/\/[^@/]*@/, '//') : value;

/** A list of at least one URL of one of these schemes. */
export function checkServers(name: string, servers: unknown, schemes: readonly string[]): void {
  if (!Array.isArray(servers) || servers.length === 0) refuse(name, 'a list of at least one URL', servers);
  for (const [index, server] of (servers as unknown[]).entries())
    serviceUrl(`${name}[${index}]`, server, schemes);
}

/** The address of a URL, without its password. */
export function addressOf(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  } catch {
    return url.replace(/\/\/[^@/]*@/, '//');
  }
}
