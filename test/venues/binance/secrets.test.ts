import { afterEach, expect, test, vi } from 'vitest';
import { compose } from '../../../src/core/compose.js';
import { run } from '../../../src/core/run.js';
import { books, ledger, lookUps, reconciliation } from '../../../src/operators/index.js';
import { liveClock } from '../../../src/streams/index.js';
import { binance } from '../../../src/venues/binance/index.js';
import { Wire } from '../conformance/wire.js';
import { BTC, quick, startDouble } from './binance-under-test.js';

afterEach(() => vi.restoreAllMocks());

test('keys and signatures are in no event, no log, no error and no snapshot, whatever goes wrong', async () => {
  const written: string[] = [];
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, name).mockImplementation((...words) => void written.push(words.map(String).join(' ')));
  const double = await startDouble();
  const { apiKey, secret } = double.key;
  const orders = { price: 3_900_000, quantity: 1_000_000 };

  // A request by REST that times out: ccxt's error holds the whole signed URL.
  const slow = new Wire(binance(quick(double, { orderEntry: 'rest', timeout: 300 })), BTC);
  await slow.connected();
  double.fail('place', { kind: 'noReply' });
  double.fail('order', { kind: 'noReply' });
  slow.submit('a1', orders);
  slow.ask('a1');
  await slow.until('a doubt', () => slow.said('a1').includes('unknown'));
  double.fail('place', {
    kind: 'answer',
    status: 400,
    code: -1102,
    msg: `bad signature=${'ab'.repeat(32)} of ${secret}`,
  });
  slow.submit('a2', orders);
  await slow.until('a refusal', () => slow.said('a2').length > 0);
  // What is handed back to the caller is told too: the one request is refused, and the single cancels behind it.
  const echo = {
    status: 400,
    code: -1102,
    msg: `X-MBX-APIKEY: ${apiKey} signature=${'cd'.repeat(32)} ${secret}`,
  } as const;
  double.fail('cancelAll', { kind: 'answer', ...echo });
  double.fail('cancel', { kind: 'answer', ...echo });
  const handed = await slow.driver.cancelAll?.();
  expect(handed).toMatchObject([
    { outcome: { kind: 'refused', reason: expect.stringContaining('[redacted]') } },
  ]);
  double.disconnect();
  await slow.until('the loss', () =>
    slow.events.some((event) => event.kind === 'link' && event.state === 'down'),
  );

  // Keys that are not taken.
  const wrong = { apiKey, secret: `${secret}-but-wrong` };
  const refused = new Wire(binance(quick(double, { credentials: () => wrong })), BTC);
  await refused.until('the alarm', () =>
    refused.events.some(
      (event) => event.kind === 'fault' && event.code === 'dead-key' && event.severity === 'halt',
    ),
  );

  // Futures: the mode, the listen key and the history of funding have words of their own.
  const contracts = await startDouble('usdm');
  contracts.fail('positionMode', { kind: 'answer', ...echo });
  contracts.fail('income', { kind: 'answer', ...echo });
  contracts.fail('listenKey', { kind: 'answer', ...echo });
  const futures = new Wire(binance(quick(contracts)), contracts.market.listed('BTCUSDT').definition);
  await futures.connected();
  expect(futures.events.some((event) => event.kind === 'link' && event.reason.includes('[redacted]'))).toBe(
    true,
  );
  await futures.close();
  await contracts.stop();

  // A whole pipeline, with its snapshot.
  const desk = compose(
    { instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USDT' }),
    lookUps(),
    reconciliation(),
  );
  const pipeline = run(desk, { clock: liveClock(), drivers: [binance(quick(double))] });
  const said: unknown[] = [];
  pipeline.snapshots$.subscribe((snapshot) => void said.push(snapshot));
  await new Promise<void>((resolve) => {
    pipeline.subscribe({
      next: ({ event }) => {
        said.push(event);
        if (event.kind === 'truth') pipeline.stop();
      },
      complete: resolve,
    });
  });

  const told = JSON.stringify([slow.events, refused.events, futures.events, handed, said, written]);
  await Promise.all([slow.close(), refused.close()]);
  await double.stop();
  expect(said.length).toBeGreaterThan(3);
  for (const hidden of [apiKey, secret, wrong.secret]) expect(told).not.toContain(hidden);
  expect(told).not.toMatch(/signature=(?!\[redacted\])/);
  expect(double.refusals).toContain(-1022);
});
