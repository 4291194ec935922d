import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeWithData } from '../shared-data.js';
import { Built } from './built.js';

const main = new Built('.examples/desk/main.js');

describeWithData('the example desk on recordings', (data) => {
  const trade = async (files: readonly string[], ...args: readonly string[]) => {
    const { code, stdout, stderr } = await main.run([
      '--json',
      ...files.flatMap((name) => ['--data', data(name)]),
      ...args,
    ]);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const built = existsSync(main.path) || process.env['CI'] === 'true';
  const coinbasePro = 'coinbase/coinbase_pro_btcusd_20180417_10min.jsonl.gz';

  it.runIf(built)('trades Binance spot and perpetual and Coinbase together', async () => {
    const report = await trade([
      'binance/binance_spot_btcusdt_20240808-09.txt.gz',
      'binance/binance_usdm_btcusdt_20240808.txt.gz',
      coinbasePro,
    ]);
    expect(report['orders']).toBeGreaterThan(0);
    expect(report['fills']).toBeGreaterThan(0);
    expect(report).toMatchObject({ simulated: false, halted: null, faults: [] });
    expect(report['notes']).toContainEqual(expect.stringMatching(/assumed: 1 USDT is worth 1 USD/));
    expect(report['notes']).toContainEqual(expect.stringMatching(/lie apart: .* begins 2306 days after/));
    const venues = report['venues'] as readonly { readonly name: string; readonly fills: number }[];
    expect(venues.map(({ name }) => name).sort()).toEqual(['binance', 'coinbase']);
    for (const { fills } of venues) expect(fills).toBeGreaterThan(0);
  });

  it.runIf(built).each([
    ['Coinbase Pro, ten minutes', [coinbasePro], []],
    [
      'Coinbase, twelve seconds',
      ['coinbase/coinbase_advanced_btcusd_ethusd_20260809_first12s.jsonl.gz'],
      ['--asset', 'ETH'],
    ],
  ])('trades %s, without an arbitrage', async (_name, files, args) => {
    const report = await trade(files, ...args);
    expect(report['orders']).toBeGreaterThan(0);
    expect(report['fills']).toBeGreaterThan(0);
    expect(report['notes']).toContainEqual(expect.stringMatching(/^no arbitrage/));
  });
});
