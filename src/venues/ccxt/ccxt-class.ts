import { ConfigurationError } from '../../domain/errors.js';
import { optionalPackage } from '../../services/optional-package.js';

/** What is used of a connection of ccxt. */
export interface CcxtClient {
  readonly url: string;
  /** A socket of `ws`; absent before it was dialled. */
  readonly connection?: {
    ping(): void;
    terminate(): void;
    on(event: 'pong' | 'close', listener: () => void): unknown;
    readonly readyState: number;
  };
  connect(backOff?: number): Promise<unknown>;
  send(message: unknown): Promise<unknown>;
  clearConnectionTimeout(): void;
}

/** Names and values as a venue has them. */
export type CcxtParameters = Readonly<Record<string, unknown>>;

/** What is used of every class of ccxt: connections and requests. Never its caches. */
export interface CcxtExchange {
  readonly clients?: Record<string, CcxtClient>;
  client(url: string): CcxtClient;
  loadHttpProxyAgent(): Promise<unknown>;
  handleMessage(client: CcxtClient, message: unknown): void;
  onConnected(client: CcxtClient, message?: unknown): void;
  onError(client: CcxtClient, error: unknown): void;
  onClose(client: CcxtClient, event: unknown): void;
  handleErrors(
    status: number,
    reason: string,
    url: string,
    method: string,
    headers: CcxtParameters,
    body: string,
    response: unknown,
    requestHeaders: unknown,
    requestBody: unknown,
  ): unknown;
}

export type CcxtClass<E extends CcxtExchange> = new (configuration: CcxtParameters) => E;

/** The version whose files and behaviour this was written for, and that is tested. */
export const CCXT_VERSION = '4.5.84';

/**
 * Loads the one class that is needed: the whole of ccxt takes several times as long.
 *
 * The package exports no such path, so it is found beside its entry; its version is pinned.
 *
 * @throws ConfigurationError when ccxt is not installed, or is a version that has no such file
 */
export async function loadCcxtClass<E extends CcxtExchange>(
  venue: 'binance' | 'coinbase',
): Promise<CcxtClass<E>> {
  const { root, path } = await optionalPackage('ccxt', venue, async () => {
    const entry = import.meta.resolve('ccxt');
    return { root: entry, path: new URL(`./src/pro/${venue}.js`, entry).href };
  });
  try {
    const { default: found } = (await import(path)) as { readonly default: CcxtClass<E> };
    return found;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConfigurationError(`${venue} needs ccxt ${CCXT_VERSION}; ${root} is a version without ${path}`);
  }
}
