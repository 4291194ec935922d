import { afterEach, expect, test, vi } from 'vitest';
import { generateKeys } from '../../../src/services/zeromq/keys.js';
import { gateway } from '../../../src/venues/gateway/index.js';
import { GatewayDouble } from '../../doubles/gateway/gateway-double.js';
import { Wire } from '../conformance/wire.js';
import { BTC, quick } from './gateway-under-test.js';

afterEach(() => vi.restoreAllMocks());

test('the secret key of a gateway is in no event, log, error or snapshot', async () => {
  const written: string[] = [];
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, name).mockImplementation((...words) => void written.push(words.map(String).join(' ')));
  const [engine, desk, stranger] = [generateKeys(), generateKeys(), generateKeys()];
  const double = new GatewayDouble(BTC, { secretKey: engine.secretKey });
  await double.start();
  const right = new Wire(
    gateway(quick(double.address, { curve: { keys: desk, engine: engine.publicKey } })),
    BTC,
  );
  await right.connected();
  // An engine that repeats what it should not know.
  double.say({ type: 'nonsense', reason: desk.secretKey });
  await right.until('the fault', () => right.events.some(({ kind }) => kind === 'fault'));
  // An engine of another key is never reached.
  const wrong = new Wire(
    gateway(quick(double.address, { curve: { keys: desk, engine: stranger.publicKey } })),
    BTC,
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  const errors: string[] = [];
  for (const curve of [
    { keys: { ...desk, publicKey: stranger.publicKey }, engine: engine.publicKey },
    { keys: { ...desk, secretKey: `${desk.secretKey}x` }, engine: engine.publicKey },
    { keys: desk, engine: 'no key' },
  ])
    try {
      gateway(quick(double.address, { curve }));
      errors.push('taken');
    } catch (error) {
      errors.push(`${(error as Error).name}: ${(error as Error).message}`);
    }
  expect(errors[2]).toMatch(/^ConfigurationError/);
  const told = JSON.stringify([right.events, wrong.events, right.driver.save?.(), written, errors]);
  await Promise.all([right.close(), wrong.close()]);
  await double.stop();
  expect(told).not.toContain(desk.secretKey);
  expect(told).not.toContain(JSON.stringify(desk.secretKey).slice(1, -1));
});
