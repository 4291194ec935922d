import { ConfigurationError, show } from '../../domain/errors.js';

/** Keys of an account, from wherever they are kept. */
export interface Credentials {
  readonly apiKey: string;
  readonly secret: string;
}

/** Gives the keys when they are needed; they are asked for once a run and never stored anywhere else. */
export type CredentialSource = () => Credentials | Promise<Credentials>;

/**
 * Keys from two variables of the environment, read when the venue is connected to.
 *
 * @example
 * binance({ credentials: keysFromEnvironment('BINANCE_API_KEY', 'BINANCE_SECRET') })
 */
export function keysFromEnvironment(apiKey: string, secret: string): CredentialSource {
  return () => ({ apiKey: variable(apiKey), secret: variable(secret) });
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value.trim() === '')
    throw new ConfigurationError(`the environment variable ${name} must hold a key, and is not set`);
  return value;
}

/**
 * Checks the keys of an account, and gives them with nothing else.
 *
 * @throws ConfigurationError that names what is missing, and never a value
 *
 * @example
 * const { apiKey, secret } = checkCredentials('binance.credentials', keys);
 */
export function checkCredentials(at: string, keys: unknown): Credentials {
  const { apiKey, secret } = (typeof keys === 'object' && keys !== null ? keys : {}) as Partial<Credentials>;
  for (const [name, value] of [
    ['apiKey', apiKey],
    ['secret', secret],
  ] as const) {
    if (typeof value !== 'string' || value.trim() === '')
      throw new ConfigurationError(
        `${at}: ${name} must be a text that is not empty, not ${show(typeof value)}`,
      );
  }
  return { apiKey: apiKey as string, secret: secret as string };
}

const HIDDEN = '[redacted]';
/** What looks like a secret, whoever wrote it: signed queries, listen keys, tokens. */
const PATTERNS: readonly RegExp[] = [
  /(["']?\b(?:signature|listenKey|apiKey|secret|jwt|passphrase|password|token)["']?\s*[=:]\s*["']?)[^\s"'&,}]+/gi,
  /\bBearer\s+[\w.~+/-]+=*/gi,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g,
  /-----BEGIN[^-]*PRIVATE KEY-----[\s\S]*?(?:-----END[^-]*PRIVATE KEY-----|$)/g,
];

/** From so many characters on a secret is hidden wherever it stands. */
const LONG = 6;

function shortPattern(value: string): RegExp {
  const text = value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const before = value.length < 3 ? '(?<=[=:]\\s*|["\'])' : '(?<![\\p{L}\\p{N}])';
  return new RegExp(`${before}${text}(?![\\p{L}\\p{N}])`, 'gu');
}

/**
 * Takes secrets out of whatever is about to be told: error messages of libraries hold whole URLs and headers.
 *
 * @example
 * const redaction = new Redaction();
 * redaction.hide(credentials.secret);
 * redaction.clean(error.message);
 */
export class Redaction {
  readonly #values = new Set<string>();
  readonly #short = new Map<string, RegExp>();

  /**
   * From here on this text is never told. One of less than six characters is hidden where it stands as a whole word, one of
   * less than three where it is the value of something or in quotes: anywhere else they would blacken everything.
   */
  hide(...values: readonly string[]): void {
    for (const value of values) {
      const trimmed = value.trim();
      if (trimmed === '') continue;
      if (trimmed.length < LONG) {
        this.#short.set(trimmed, shortPattern(trimmed));
        continue;
      }
      this.#values.add(trimmed);
      this.#values.add(encodeURIComponent(trimmed));
      this.#values.add(JSON.stringify(trimmed).slice(1, -1));
    }
  }

  /** The text without secrets, no longer than a fault may be. */
  clean(text: string): string {
    let cleaned = text;
    for (const value of this.#values) cleaned = cleaned.replaceAll(value, HIDDEN);
    for (const pattern of this.#short.values()) cleaned = cleaned.replace(pattern, HIDDEN);
    for (const pattern of PATTERNS)
      cleaned = cleaned.replace(pattern, (_whole, label?: unknown) =>
        typeof label === 'string' ? `${label}${HIDDEN}` : HIDDEN,
      );
    return cleaned.slice(0, 900);
  }
}
