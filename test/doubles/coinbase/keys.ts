import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';

/** A key as Coinbase's developer platform hands it out, with what the double needs to check it. */
export interface CoinbaseKey {
  readonly apiKey: string;
  /** An elliptic-curve private key as PEM. */
  readonly secret: string;
  readonly publicKey: KeyObject;
}

/** Makes a key; its name is that of an organisation's key. */
export function coinbaseKey(name = 'organizations/double/apiKeys/desk'): CoinbaseKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { apiKey: name, secret: String(privateKey.export({ type: 'sec1', format: 'pem' })), publicKey };
}

/**
 * Why a token is refused, or `undefined`: its signature (ES256), who it says it is, its times, and the request that it is
 * for.
 *
 * @param uri such as `POST 127.0.0.1:8080/api/v3/brokerage/orders`; `undefined` for a subscription
 */
export function tokenFault(
  token: string | undefined,
  { apiKey, publicKey }: CoinbaseKey,
  now: number,
  uri: string | undefined,
): string | undefined {
  const parts = token?.split('.') ?? [];
  const [head, body, signature] = parts;
  if (parts.length !== 3 || !head || !body || !signature) return 'no token';
  const header = readPart(head);
  const claims = readPart(body);
  if (header === undefined || claims === undefined) return 'no JSON in the token';
  if (header['alg'] !== 'ES256' || header['kid'] !== apiKey) return 'an unknown key';
  const signed = Buffer.from(`${head}.${body}`);
  const options = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', signed, options, Buffer.from(signature, 'base64url'))) return 'a wrong signature';
  if (claims['sub'] !== apiKey || claims['iss'] !== 'coinbase-cloud') return 'a wrong subject or issuer';
  const seconds = now / 1_000;
  const { nbf, exp } = claims;
  // A little slack: clocks differ by a second.
  if (typeof nbf !== 'number' || typeof exp !== 'number' || nbf > seconds + 2 || exp <= seconds)
    return 'a time outside of the token';
  const said = typeof claims['uri'] === 'string' ? claims['uri'].replace(/ https?:\/\//, ' ') : undefined;
  return said === uri ? undefined : `a token for ${said}, not for ${uri}`;
}

function readPart(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
