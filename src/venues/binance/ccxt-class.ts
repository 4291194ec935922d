import { ConfigurationError } from '../../domain/errors.js';
import { optionalPackage } from '../../services/optional-package.js';

/** What is used of a connection of ccxt. */
export interface CcxtClient {
  readonly url: string;
  /** A socket of `ws`; absent before it was dialled. */
  readonly connection?: {
    ping(): void;
    terminate(): void;
    on(event: 'pong', listener: () => void): unknown;
    readonly readyState: number;
  };
  connect(backOff?: number): Promise<unknown>;
  send(message: unknown): Promise<unknown>;
  clearConnectionTimeout(): void;
}

type Parameters = Readonly<Record<string, unknown>>;

/** What is used of ccxt's class for Binance: signing, requests, connections. Never its caches. */
export interface CcxtBinance {
  readonly clients?: Record<string, CcxtClient>;
  client(url: string): CcxtClient;
  signParams(parameters: Parameters): Parameters;
  /** Of Binance always SHA-256, in hexadecimal. */
  hmac: (request: Uint8Array, key: Uint8Array) => string;
  loadHttpProxyAgent(): Promise<unknown>;
  close(): Promise<unknown>;
  handleMessage(client: CcxtClient, message: unknown): void;
  onConnected(client: CcxtClient, message?: unknown): void;
  onError(client: CcxtClient, error: unknown): void;
  onClose(client: CcxtClient, event: unknown): void;
  handleErrors(
    status: number,
    reason: string,
    url: string,
    method: string,
    headers: Parameters,
    body: string,
    response: unknown,
    requestHeaders: unknown,
    requestBody: unknown,
  ): unknown;
  /** Calls an endpoint by its path, as ccxt's generated methods do. */
  request(path: string, api: string, method: string, parameters: Parameters): Promise<unknown>;
}

export type CcxtBinanceClass = new (configuration: Parameters) => CcxtBinance;

/** The version whose files and behaviour this was written for, and that is tested. */
export const CCXT_VERSION = '4.5.84';

/**
 * Loads the one class that is needed: the whole of ccxt takes several times as long.
 *
 * The package exports no such path, so it is found beside its entry; its version is pinned.
 *
 * @throws ConfigurationError when ccxt is not installed, or is a version that has no such file
 */
export async function loadBinanceClass(): Promise<CcxtBinanceClass> {
  const { root, path } = await optionalPackage('ccxt', 'binance', async () => {
    const entry = import.meta.resolve('ccxt');
    return { root: entry, path: new URL('./src/pro/binance.js', entry).href };
  });
  try {
    const { default: found } = (await import(path)) as { readonly default: CcxtBinanceClass };
    return found;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConfigurationError(`binance needs ccxt ${CCXT_VERSION}; ${root} is a version without ${path}`);
  }
}
