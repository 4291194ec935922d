import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeMessage } from '../../../src/failover/bridge/encode-message.js';
import { beat } from './open-pair.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const BUILT = existsSync(join(ROOT, 'dist/failover/index.js'));

const run = (args: readonly string[], cwd = ROOT) =>
  spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 60_000 });
const program = (text: string, ...flags: string[]) => run([...flags, '--input-type=module', '--eval', text]);

describe.skipIf(!BUILT && process.env['CI'] !== 'true')(
  `the built bridge${BUILT ? '' : ' (skipped: no dist; run `npm run build`)'}`,
  () => {
    test('process.exit with open sockets and messages that wait neither aborts nor hangs', () => {
      const { status, signal, stderr } = program(`
        import { openBridge, openTelemetry, UPSTREAM } from 'millrace/failover';
        const a = await openBridge({ node: 'a', bind: 'tcp://127.0.0.1:*' });
        const t = await openTelemetry({ bind: 'tcp://127.0.0.1:*' });
        // Nothing is awaited between the opening and the subscription: a link that is up by then is not told again.
        const b = await openBridge({ node: 'b', bind: 'tcp://127.0.0.1:*', connect: a.address });
        b.links$.subscribe(() => {
          for (let end = 0; end < 100; end += 1) b.send(UPSTREAM, { type: 'heartbeat', epoch: 1, session: 1, end, paired: false });
          t.publish({ node: 'a', alerts: [] });
          process.exit(77);
        });
      `);
      expect({ status, signal, stderr }).toEqual({ status: 77, signal: null, stderr: '' });
    });

    test('a process whose bridges are closed ends by itself', () => {
      const { status, signal } = program(`
        import { openBridge } from 'millrace/failover';
        const a = await openBridge({ node: 'a', bind: 'tcp://127.0.0.1:*' });
        const b = await openBridge({ node: 'b', bind: 'tcp://127.0.0.1:*', connect: a.address });
        await a.close();
        await b.close();
      `);
      expect({ status, signal }).toEqual({ status: 0, signal: null });
    });

    test('a peer that dies while more of it waits here than anybody reads does not abort the process', () => {
      const header = Buffer.from(encodeMessage(beat(1))[0]).toString('hex');
      const { status, signal, stdout, stderr } = program(`
        import { spawn } from 'node:child_process';
        import { openBridge } from 'millrace/failover';
        const bridge = await openBridge({ node: 'a', bind: 'tcp://127.0.0.1:*', deadAfter: 400 });
        const peer = spawn(process.execPath, ['--input-type=module', '--eval', \`
          import { Dealer } from 'zeromq';
          const dealer = new Dealer({ linger: 0 });
          dealer.connect(process.argv[1]);
          setTimeout(() => process.exit(), 60_000);
          for (;;) await dealer.send(Buffer.from('${header}', 'hex'));
        \`, bridge.address], { stdio: 'ignore' }); // It may outlive this process, whose reader waits for all who can write.
        bridge.messages$.subscribe(() => {
          // This process reads nothing for a while, as when it waits for its turn on a busy machine.
          const rest = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
          if (peer.killed) return;
          rest(200);
          peer.kill('SIGKILL');
          rest(800);
        });
        bridge.links$.subscribe(({ up }) => {
          if (up) return;
          console.log('told');
          process.exit(0);
        });
      `);
      expect({ status, signal, stdout, stderr }).toEqual({
        status: 0,
        signal: null,
        stdout: 'told\n',
        stderr: '',
      });
    });

    test('without zeromq the module loads, and opening a bridge says what to install', () => {
      const hooks = `export async function resolve(specifier, context, next) {
        if (specifier === 'zeromq') throw new Error("Cannot find package 'zeromq'");
        return next(specifier, context);
      }`;
      const { stdout, status } = program(`
        import { register } from 'node:module';
        register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
        const { generateKeys, openBridge } = await import('millrace/failover');
        console.log(generateKeys().publicKey.length);
        await openBridge({ node: 'a', bind: 'tcp://127.0.0.1:*' }).catch(({ name, message }) => console.log(name, message));
      `);
      expect(status).toBe(0);
      expect(stdout).toMatch(
        /^40\nConfigurationError the bridge needs the package zeromq.*: npm install zeromq@6\n$/,
      );
    });

    test('`millrace keys` writes key files for their owner alone, and never twice', () => {
      const folder = mkdtempSync(join(tmpdir(), 'keys-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const cli = join(ROOT, 'dist/cli/main.js');
      const first = run([cli, 'keys', 'a', '--directory', folder]);
      expect(first.status).toBe(0);
      expect(first.stdout).toMatch(/\n\S{40}\n$/);
      expect(statSync(join(folder, 'a.key_secret')).mode & 0o777).toBe(0o600);
      expect(run([cli, 'keys', 'a', '--directory', folder])).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('keys are never overwritten'),
      });
      expect(run([cli, 'keys']).stderr).toContain('keys wants one NAME, not 0');
      expect(run([cli, 'keys', '../x']).stderr).toContain('name must be 1 to 100 letters');
    });
  },
);
