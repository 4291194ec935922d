import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { readKeyFile, writeKeyFiles } from '../../src/failover/bridge/key-files.js';
import { type GatewayOptions, gateway } from '../../src/venues/gateway/index.js';
import { PYTHON, PYTHON_IS_DUE, WHY_NOT } from '../failover/bridge/python.js';
import { Wire } from '../venues/conformance/wire.js';
import { BTC, quick } from '../venues/gateway/gateway-under-test.js';

const ENGINE = resolve(import.meta.dirname, '../../examples/python-gateway/engine.py');

describe.skipIf(PYTHON === undefined && !PYTHON_IS_DUE)(
  `an engine in Python${PYTHON === undefined ? ` (${WHY_NOT})` : ''}`,
  () => {
    const children: ChildProcess[] = [];
    const wires: Wire[] = [];

    afterEach(async () => {
      await Promise.all(wires.splice(0).map((wire) => wire.close()));
      for (const child of children.splice(0)) child.kill('SIGKILL');
    });

    async function engine(
      ...args: readonly string[]
    ): Promise<{ readonly child: ChildProcess; readonly address: string }> {
      expect(PYTHON, WHY_NOT).toBeDefined();
      const child = spawn(PYTHON as string, [ENGINE, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      const address = await new Promise<string>((found, failed) => {
        let said = '';
        child.stdout?.on('data', (bytes: Buffer) => {
          said += bytes.toString();
          const [, at] = /listening at (\S+)/.exec(said) ?? [];
          if (at !== undefined) found(at);
        });
        child.on('exit', (code) => failed(new Error(`the engine ended with ${code}`)));
      });
      return { child, address };
    }

    async function connect(address: string, more: Partial<GatewayOptions> = {}): Promise<Wire> {
      const wire = new Wire(gateway(quick(address, { timeout: 2_000, ...more })), BTC);
      wires.push(wire);
      await wire.connected();
      return wire;
    }

    test('orders rest, are filled, canceled, refused and looked up', async () => {
      const { address } = await engine('--bind', 'tcp://127.0.0.1:*', '--fill-after', '0.3');
      const wire = await connect(address);
      wire.submit('a1', { price: 400_000, quantity: 12 });
      wire.submit('a2', { price: 399_000, quantity: 5 });
      wire.submit('a3', { type: 'market', timeInForce: 'IOC', price: 0, quantity: 1 });
      wire.submit('a4', { timeInForce: 'IOC', price: 400_001, quantity: 7 });
      wire.cancel('a2');
      wire.cancel('never');
      await wire.until('the fill', () => wire.said('a1').length === 2 && wire.said('never').length > 0);
      expect(wire.said('a1')).toEqual(['accepted', 'fill 12@400000']);
      expect(wire.said('a2')).toEqual(['accepted', 'canceled']);
      expect(wire.said('a3')).toEqual(['rejected']);
      expect(wire.said('a4')).toEqual(['accepted', 'fill 7@400001']);
      expect(wire.said('never')).toEqual(['cancelRejected']);
      const asked = wire.ask('a1');
      await wire.until('the answer', () =>
        wire.reports.some((report) => 'answers' in report && report.answers === asked),
      );
      expect(wire.reports.at(-1)).toMatchObject({ type: 'accepted', filled: 12 });
      wire.reconcile();
      await wire.until('the truth', () => wire.events.filter(({ kind }) => kind === 'truth').length > 2);
      expect(wire.events.findLast(({ kind }) => kind === 'truth')).toMatchObject({
        positions: [{ instrument: BTC.id, quantity: 19 }],
      });
    }, 20_000);

    test('an engine that is killed is missed, and found again', async () => {
      const { child, address } = await engine('--bind', 'tcp://127.0.0.1:*', '--fill-after', '60');
      const wire = await connect(address);
      wire.submit('a1', { price: 400_000, quantity: 12 });
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      child.kill('SIGKILL');
      await wire.until('the loss', () =>
        wire.events.some((event) => event.kind === 'link' && event.state === 'down'),
      );
      await engine('--bind', address);
      const truths = wire.events.filter(({ kind }) => kind === 'truth').length;
      await wire.until(
        'the new one',
        () => wire.events.filter(({ kind }) => kind === 'truth').length > truths,
      );
      // It has forgotten the order: the venue's time says so, and whoever looks it up decides.
      const asked = wire.ask('a1');
      await wire.until('the answer', () =>
        wire.reports.some((report) => 'answers' in report && report.answers === asked),
      );
      expect(wire.reports.at(-1)).toMatchObject({ type: 'notFound' });
    }, 20_000);

    test('with keys, and not without', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
      const [own, desk] = ['engine', 'desk'].map((name) => writeKeyFiles(folder, name)) as [
        ReturnType<typeof writeKeyFiles>,
        ReturnType<typeof writeKeyFiles>,
      ];
      const { address } = await engine(
        '--bind',
        'tcp://127.0.0.1:*',
        '--keys',
        own.secret,
        '--allowed',
        desk.public,
      );
      const keys = readKeyFile(desk.secret);
      const wire = await connect(address, {
        curve: { keys, engine: own.publicKey },
      });
      wire.submit('a1', { price: 400_000, quantity: 12 });
      await wire.until('the acceptance', () => wire.said('a1').includes('accepted'));
      const stranger = new Wire(gateway(quick(address)), BTC);
      wires.push(stranger);
      await new Promise((done) => setTimeout(done, 500));
      expect(stranger.events.some((event) => event.kind === 'link' && event.state === 'up')).toBe(false);
    }, 20_000);
  },
);
