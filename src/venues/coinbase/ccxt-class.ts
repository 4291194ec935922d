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

type Answer = Promise<unknown>;
type Parameters = Readonly<Record<string, unknown>>;

/** What is used of ccxt's class for Coinbase: signing, requests, connections. Never its caches. */
export interface CcxtCoinbase {
  readonly clients?: Record<string, CcxtClient>;
  client(url: string): CcxtClient;
  createAuthToken: (seconds: number, method?: string, url?: string) => string;
  loadHttpProxyAgent(): Promise<unknown>;
  seconds: () => number;
  log: (...words: readonly unknown[]) => void;
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
  v3PublicGetBrokerageTime(): Answer;
  v3PublicGetBrokerageMarketProducts(parameters?: Parameters): Answer;
  v3PrivateGetBrokerageTransactionSummary(): Answer;
  v3PrivateGetBrokerageAccounts(parameters: Parameters): Answer;
  v3PrivateGetBrokerageOrdersHistoricalBatch(parameters: Parameters): Answer;
  v3PrivateGetBrokerageOrdersHistoricalFills(parameters: Parameters): Answer;
  v3PrivateGetBrokerageOrdersHistoricalOrderId(parameters: Parameters): Answer;
  v3PrivatePostBrokerageOrders(parameters: Parameters): Answer;
  v3PrivatePostBrokerageOrdersBatchCancel(parameters: Parameters): Answer;
}

export type CcxtCoinbaseClass = new (configuration: Readonly<Record<string, unknown>>) => CcxtCoinbase;

/**
 * Loads the one class that is needed: the whole of ccxt takes several times as long.
 *
 * The package exports no such path, so it is found beside its entry; its version is pinned.
 */
export async function loadCoinbaseClass(): Promise<CcxtCoinbaseClass> {
  const path = new URL('./src/pro/coinbase.js', import.meta.resolve('ccxt')).href;
  const { default: found } = (await import(path)) as { readonly default: CcxtCoinbaseClass };
  return found;
}
