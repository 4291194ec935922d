import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decode } from '@msgpack/msgpack';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as zeromq from 'zeromq';
import { readKeyFile, writeKeyFiles } from '../../../src/failover/bridge/key-files.js';
import { type Beat, openTelemetry, type Telemetry } from '../../../src/failover/bridge/telemetry.js';
import { PYTHON, PYTHON_IS_DUE, WHY_NOT } from './python.js';

const SCRIPT = resolve(import.meta.dirname, '../../../examples/python/watch_pair.py');
const BEAT: Beat = {
  node: 'a',
  incarnation: 'i',
  role: 'paired',
  epoch: 3,
  last: 2 ** 40,
  lag: 2,
  inSync: true,
  state: { seq: 7, hash: 'abcdefghijklmnop' },
  alerts: [{ time: 1_700_000_000_000, severity: 'warning', code: 'slow-mirror', text: 'it is slow' }],
};

async function opened(options: Parameters<typeof openTelemetry>[0]): Promise<Telemetry> {
  const telemetry = await openTelemetry(options);
  onTestFinished(() => telemetry.close());
  return telemetry;
}

/** Beats as a member does, until the test is over. */
function beating(telemetry: Telemetry, beat: Beat = BEAT): void {
  const timer = setInterval(() => telemetry.publish(beat), 10);
  onTestFinished(() => clearInterval(timer));
}

describe('telemetry', () => {
  test('whoever joins late gets the whole state with the next beat', async () => {
    const telemetry = await opened({ bind: 'tcp://127.0.0.1:*' });
    beating(telemetry);
    const listener = new zeromq.Subscriber({ linger: 0 });
    onTestFinished(() => listener.close());
    listener.subscribe('millrace/1/');
    listener.connect(telemetry.address);
    const [topic, body] = await listener.receive();
    expect(String(topic)).toBe('millrace/1/a');
    const { state, ...rest } = BEAT;
    expect(decode(body as Buffer)).toEqual({
      version: 1,
      time: expect.any(Number),
      ...rest,
      state: [7, state?.hash],
    });
  });

  test('only the newest alerts are told', async () => {
    const telemetry = await opened({ bind: 'tcp://127.0.0.1:*' });
    const alerts = Array.from({ length: 100 }, (_, time) => ({
      ...(BEAT.alerts[0] as Beat['alerts'][0]),
      time,
    }));
    beating(telemetry, { ...BEAT, alerts });
    const listener = new zeromq.Subscriber({ linger: 0 });
    onTestFinished(() => listener.close());
    listener.subscribe();
    listener.connect(telemetry.address);
    const [, body] = await listener.receive();
    const told = (decode(body as Buffer) as Beat).alerts.map(({ time }) => time);
    expect(told).toEqual(Array.from({ length: 32 }, (_, index) => 68 + index));
  });

  test('beyond the loopback it needs keys, and a taken address is refused by name', async () => {
    await expect(openTelemetry({ bind: 'tcp://0.0.0.0:*' })).rejects.toThrow(
      'curve must be given, since bind is',
    );
    const { address, close, publish } = await opened({ bind: 'tcp://127.0.0.1:*' });
    await expect(openTelemetry({ bind: address })).rejects.toThrow(
      'bind must be an address that is free here',
    );
    close();
    close();
    publish(BEAT);
  });
});

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function watch(...args: readonly string[]): Promise<Ran> {
  const child: ChildProcess = spawn(PYTHON as string, [SCRIPT, ...args]);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const out: [string, string] = ['', ''];
  child.stdout?.on('data', (data) => {
    out[0] += data;
  });
  child.stderr?.on('data', (data) => {
    out[1] += data;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: out[0], stderr: out[1] };
}

describe.skipIf(PYTHON === undefined && !PYTHON_IS_DUE)(
  `Python reads telemetry${PYTHON === undefined ? ` (${WHY_NOT})` : ''}`,
  () => {
    test('as JSON and as text', async () => {
      expect(PYTHON, WHY_NOT).toBeDefined();
      const telemetry = await opened({ bind: 'tcp://127.0.0.1:*' });
      beating(telemetry);
      const json = await watch('--json', '--count', '2', '--timeout', '20', telemetry.address);
      expect(json).toMatchObject({ code: 0, stderr: '' });
      const { state, ...rest } = BEAT;
      const beats = json.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object);
      expect(beats).toHaveLength(2);
      expect(beats[0]).toMatchObject({ version: 1, ...rest, state: [7, state?.hash] });
      const text = await watch('--count', '2', '--timeout', '20', telemetry.address);
      expect(text.stdout).toMatch(
        /a: paired, epoch 3, seq 1099511627776, lag 2, in sync, state abcdefghijkl at 7\n {2}warning: slow-mirror: it is slow\n/,
      );
      expect(text.stdout.match(/slow-mirror/g)).toHaveLength(1);
    });

    test('with the keys that were written for it, and not with others', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'keys-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const [member, watcher, stranger] = ['member', 'watcher', 'stranger'].map((name) =>
        writeKeyFiles(folder, name),
      );
      const telemetry = await opened({
        bind: 'tcp://127.0.0.1:*',
        curve: { keys: readKeyFile(member?.secret ?? ''), allowed: [watcher?.publicKey ?? ''] },
      });
      beating(telemetry);
      const withKeys = (secret = '') =>
        watch(
          '--keys',
          secret,
          '--server',
          member?.public ?? '',
          '--count',
          '1',
          '--timeout',
          '2',
          telemetry.address,
        );
      expect((await withKeys(watcher?.secret)).code).toBe(0);
      expect(await withKeys(stranger?.secret)).toMatchObject({ code: 1, stdout: '' });
      expect((await watch('--count', '1', '--timeout', '1', telemetry.address)).code).toBe(1);
    });

    test('and ignores aloud what is no beat', async () => {
      const socket = new zeromq.Publisher({ linger: 0 });
      onTestFinished(() => socket.close());
      await socket.bind('tcp://127.0.0.1:*');
      const junk = [
        ['millrace/1/x'],
        ['millrace/1/x', 'junk'],
        ['millrace/1/x', Buffer.from([0xdd, 255, 255, 255, 255])],
      ];
      let turn = 0;
      const timer = setInterval(() => void socket.send(junk[turn++ % junk.length] as string[]), 10);
      onTestFinished(() => clearInterval(timer));
      setTimeout(() => clearInterval(timer), 2_000);
      const { code, stderr, stdout } = await watch('--timeout', '1.5', socket.lastEndpoint as string);
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toContain('ignored: a beat has 2 frames, not 1');
      expect(stderr).toContain('nobody said anything');
    });
  },
);
