import { createHmac, timingSafeEqual } from 'node:crypto';

/** The key of a double's account. */
export interface BinanceKey {
  readonly apiKey: string;
  readonly secret: string;
}

export const BINANCE_KEY: BinanceKey = {
  apiKey: 'double-api-key-0123456789abcdef',
  secret: 'double-secret-fedcba9876543210',
};

/** What is wrong with a signed request: the venue's code and words. */
export interface SigningFault {
  readonly status: number;
  readonly code: number;
  readonly msg: string;
}

export function sign(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/**
 * Judges a signed request as the venue does: the key, the signature over what was sent, the time.
 *
 * @param signed what the signature is over; of REST the raw query or body, of WebSocket the parameters by name
 */
export function signingFault(
  key: BinanceKey,
  request: {
    readonly apiKey: unknown;
    readonly signature: string | undefined;
    readonly signed: string;
    readonly timestamp: unknown;
    readonly recvWindow: unknown;
  },
  now: number,
): SigningFault | undefined {
  if (request.apiKey !== key.apiKey)
    return { status: 401, code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' };
  const right = Buffer.from(sign(request.signed, key.secret));
  const given = Buffer.from(request.signature ?? '');
  if (given.length !== right.length || !timingSafeEqual(given, right))
    return { status: 400, code: -1022, msg: 'Signature for this request is not valid.' };
  const timestamp = Number(request.timestamp);
  const window = request.recvWindow === undefined ? 5_000 : Number(request.recvWindow);
  if (!(timestamp < now + 1_000))
    return {
      status: 400,
      code: -1021,
      msg: "Timestamp for this request was 1000ms ahead of the server's time.",
    };
  if (!(now - timestamp <= window))
    return { status: 400, code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' };
  return undefined;
}

/** `a=1&b=2` of parameters in the order of their names. */
export function byName(parameters: Readonly<Record<string, unknown>>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${String(parameters[name])}`)
    .join('&');
}
