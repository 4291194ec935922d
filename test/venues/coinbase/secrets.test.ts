import { afterEach, expect, test, vi } from 'vitest';
import { compose } from '../../../src/core/compose.js';
import { run } from '../../../src/core/run.js';
import { books, ledger, lookUps, reconciliation } from '../../../src/operators/index.js';
import { liveClock } from '../../../src/streams/index.js';
import { coinbaseInstruments } from '../../../src/venues/coinbase/index.js';
import { coinbaseKey } from '../../doubles/coinbase/keys.js';
import { Wire } from '../conformance/wire.js';
import { BTC_USD, startDouble } from './coinbase-under-test.js';

afterEach(() => vi.restoreAllMocks());

test('keys and tokens are in no event, no log, no error and no snapshot, whatever goes wrong', async () => {
  const written: string[] = [];
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, name).mockImplementation((...words) => void written.push(words.map(String).join(' ')));
  const { double, driver } = await startDouble();
  const { apiKey, secret } = double.key;
  const orders = { price: 3_950_000, quantity: 10_000 };

  // A venue that says everything back, and one that says nothing.
  const wire = new Wire(driver(), BTC_USD);
  await wire.connected();
  double.fail('submit', {
    kind: 'status',
    status: 400,
    body: { error: 'INVALID', message: `${apiKey} ${secret}` },
  });
  wire.submit('a1', orders);
  double.fail('submit', { kind: 'noReply' });
  wire.submit('a2', orders);
  await wire.until('both words', () => wire.said('a1').length + wire.said('a2').length === 2);
  double.mangle = () => [JSON.stringify({ type: 'error', message: `no such token: ${apiKey} ${secret}` })];
  await wire.until('a fault', () => wire.events.some(({ kind }) => kind === 'fault'));
  double.mangle = (frame) => [frame];

  // A key that is not taken, and one that is no key at all.
  const stranger = coinbaseKey();
  const broken = '-----BEGIN EC PRIVATE KEY-----\nbm9uc2Vuc2U=\n-----END EC PRIVATE KEY-----';
  const refused = new Wire(driver({ credentials: () => stranger }), BTC_USD);
  const nonsense = new Wire(driver({ credentials: () => ({ apiKey, secret: broken }) }), BTC_USD);
  await refused.until('the alarm', () => refused.events.some(({ kind }) => kind === 'fault'));
  await nonsense.until('a word', () =>
    nonsense.events.some(({ kind }) => kind === 'fault' || kind === 'link'),
  );
  const thrown = await coinbaseInstruments({
    symbols: ['BTC-USD'],
    environment: { rest: double.url, feed: double.feedUrl },
    credentials: () => ({ apiKey, secret: broken }),
  }).catch(String);

  // A whole pipeline, with its snapshot.
  const desk = compose(
    { instruments: [BTC_USD] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    lookUps(),
    reconciliation(),
  );
  const pipeline = run(desk, { clock: liveClock(), drivers: [driver()] });
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

  const told = JSON.stringify([wire.events, refused.events, nonsense.events, thrown, said, written]);
  await Promise.all([wire, refused, nonsense].map((each) => each.close()));
  await double.stop();
  expect(said.length).toBeGreaterThan(3);
  for (const hidden of [apiKey, secret, stranger.secret, broken])
    expect(told).not.toContain(JSON.stringify(hidden).slice(1, -1));
  expect(told).not.toMatch(/PRIVATE KEY|eyJ[\w-]+\./);
});
