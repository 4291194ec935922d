import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { InputError } from '../domain/errors.js';

/** What makes a connection secure, as PEM. */
export interface TlsOptions {
  /** Of the authority that signed the server's certificate. */
  readonly ca?: string;
  /** This client's certificate and key, where the server asks for one. */
  readonly cert?: string;
  readonly key?: string;
}

/** One question by HTTP. */
export interface JsonQuestion {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly tls?: TlsOptions;
  readonly signal: AbortSignal;
}

/** The answer: its status, and its body as JSON where it has one. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Longest answer that is read: what comes here is small, anything else is a mistake. */
const LONGEST = 4_194_304;

/**
 * Asks by HTTP, in JSON. Not by `fetch`, which takes no authority of our own.
 *
 * @throws InputError when the answer is no JSON
 */
export function askJson({ method, url, headers, body, tls, signal }: JsonQuestion): Promise<JsonAnswer> {
  const request = url.protocol === 'https:' ? requestSecure : requestPlain;
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        method,
        signal,
        headers: {
          accept: 'application/json',
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }),
          ...headers,
        },
        ...tls,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
          if (text.length > LONGEST)
            response.destroy(new InputError(`${url.origin} answered more than ${LONGEST} bytes`));
        });
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve({ status: response.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) });
          } catch {
            reject(
              new InputError(
                `${url.origin}${url.pathname} answered ${response.statusCode} with no JSON: ${text.slice(0, 80)}`,
              ),
            );
          }
        });
      },
    );
    asked.on('error', reject);
    asked.end(payload);
  });
}
