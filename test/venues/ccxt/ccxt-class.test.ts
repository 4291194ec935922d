import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { type CcxtBinance, tappedBinance } from '../../../src/venues/binance/ccxt-binance.js';
import { CCXT_VERSION, loadCcxtClass } from '../../../src/venues/ccxt/ccxt-class.js';
import { headerOf, retryAfterOf } from '../../../src/venues/ccxt/tapped-exchange.js';
import type { CcxtCoinbase } from '../../../src/venues/coinbase/ccxt-coinbase.js';

const COMMON = [
  ...['client', 'handleMessage', 'onConnected', 'onError', 'onClose', 'handleErrors'],
  ...['loadHttpProxyAgent', 'close'],
];

describe('ccxt', () => {
  test.each([
    ['binance', ['signParams', 'request', 'hmac']],
    [
      'coinbase',
      ['createAuthToken', 'seconds', 'log', 'v3PublicGetBrokerageTime', 'v3PrivatePostBrokerageOrders'],
    ],
  ] as const)('has what is used of its class for %s, where it is looked for', async (venue, own) => {
    const Base = await loadCcxtClass<CcxtBinance & CcxtCoinbase>(venue);
    const exchange = new Base({}) as unknown as Readonly<Record<string, unknown>>;
    for (const name of [...COMMON, ...own]) expect(typeof exchange[name], name).toBe('function');
  });

  test('is the version that this was written for, and pinned in the manifest', () => {
    const entry = createRequire(import.meta.url).resolve('ccxt');
    const read = (url: URL) => JSON.parse(readFileSync(url, 'utf8'));
    const installed = read(new URL(`file://${entry.replace(/\/(dist|js)\/.*$/, '/package.json')}`));
    expect(installed.version).toBe(CCXT_VERSION);
    expect(read(new URL('../../../package.json', import.meta.url)).peerDependencies.ccxt).toBe(CCXT_VERSION);
  });

  test('of another version is refused by name', async () => {
    await expect(loadCcxtClass('no-such-venue' as never)).rejects.toThrow(
      new RegExp(`^no-such-venue needs ccxt ${CCXT_VERSION}; .* without .*no-such-venue\\.js$`),
    );
  });

  test('signs for Binance as it would by itself, by code of the platform', async () => {
    const Base = await loadCcxtClass<CcxtBinance>('binance');
    const keys = { apiKey: 'k', secret: 's' };
    const parameters = { symbol: 'X', timestamp: 1, recvWindow: 5_000 };
    const common = { api: {}, timeout: 1, recvWindow: 5_000, tap: {} as never, weight: () => {} };
    const tapped = tappedBinance(Base, { ...keys, ...common });
    const { signature } = tapped.signParams({ ...parameters });
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
    const plain = new Base({ ...keys, options: { recvWindow: 5_000 } });
    expect(signature).toBe(plain.signParams({ ...parameters })['signature']);
    expect(tapped.hmac).not.toBe(plain.hmac);
  });
});

test.each([
  [{ 'Retry-After': '3' }, 3_000],
  [{ 'retry-after': 0.5 }, 500],
  [{ 'RETRY-AFTER': 'Wed, 21 Oct 2026 07:28:00 GMT' }, undefined],
  [{ 'retry-after': '-1' }, undefined],
  [{}, undefined],
])('reads how long a venue wants to hear nothing: %o', (headers, milliseconds) => {
  expect(retryAfterOf(headers)).toBe(milliseconds);
  expect(headerOf(headers, 'x-other')).toBeUndefined();
});
