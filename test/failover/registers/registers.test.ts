import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { etcdRegister } from '../../../src/failover/registers/etcd-register.js';
import { fileRegister } from '../../../src/failover/registers/file-register.js';
import { leaseRegister } from '../../../src/failover/registers/lease-register.js';
import { memoryPlace, memoryRegister } from '../../../src/failover/registers/memory-register.js';
import { natsRegister } from '../../../src/failover/registers/nats-register.js';
import { redisRegister } from '../../../src/failover/registers/redis-register.js';
import { EMPTY_REGISTER, type Register } from '../../../src/failover/registers/register.js';
import { SharedCell } from '../../../src/services/shared-cell.js';
import { KubernetesLeases } from '../../doubles/kubernetes-leases.js';
import { registerConformance } from './conformance.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-registers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let places = 0;
const fresh = (): string => join(folder, `place-${places++}`, 'register');
const A = { epoch: 1, leader: 'a', inSync: ['a'] };
const B = { epoch: 2, leader: 'b', inSync: ['b'] };

describe('in memory', () => {
  registerConformance(async () => {
    const place = memoryPlace();
    return {
      open: () => memoryRegister(place),
      poke: async (text) => {
        place.text = text;
        place.mark++;
      },
    };
  });
});

describe('in a file', () => {
  registerConformance(async () => {
    const path = fresh();
    return {
      open: () => fileRegister({ path }),
      poke: async (text) => {
        const cell = new SharedCell(path);
        expect(await cell.write(0, text)).toBe(true);
        await cell.close();
      },
    };
  });

  const opened: Register[] = [];
  const open = (path: string): Register => {
    const register = fileRegister({ path });
    opened.push(register);
    return register;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
  });

  test('what a crash left of a change is passed over, wherever it was cut', async () => {
    const path = fresh();
    const register = open(path);
    await register.compareAndSet(EMPTY_REGISTER, A);
    const whole = statSync(path).size;
    await register.compareAndSet(A, B);
    const bytes = readFileSync(path);
    for (let cut = whole; cut < bytes.length - 1; cut++) {
      const torn = fresh();
      await open(torn).get();
      writeFileSync(torn, bytes.subarray(0, cut));
      const after = open(torn);
      expect(await after.get()).toEqual(A);
      expect(await after.compareAndSet(A, { ...B, leader: 'c' })).toMatchObject({ done: true });
      expect(await open(torn).get()).toEqual({ ...B, leader: 'c' });
    }
    // A change that lacks nothing but its line break was in doubt, and counts once another ends its line.
    writeFileSync(path, bytes.subarray(0, -1));
    const after = open(path);
    expect(await after.get()).toEqual(A);
    expect(await after.compareAndSet(A, { ...B, leader: 'c' })).toEqual({ done: false, value: B });
  });

  test('zeros that a power cut left are passed over', async () => {
    const path = fresh();
    await open(path).compareAndSet(EMPTY_REGISTER, A);
    appendFileSync(path, Buffer.alloc(100));
    const after = open(path);
    expect(await after.get()).toEqual(A);
    expect((await after.compareAndSet(A, B)).done).toBe(true);
    expect(await open(path).get()).toEqual(B);
  });

  test('a flipped bit in a change is damage, and told by name', async () => {
    const path = fresh();
    await open(path).compareAndSet(EMPTY_REGISTER, A);
    const bytes = readFileSync(path);
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] as number) ^ 1;
    writeFileSync(path, bytes);
    const register = open(path);
    await expect(register.get()).rejects.toThrow(
      `${path} is damaged: the checksum of change 1 does not hold`,
    );
    await expect(register.compareAndSet(EMPTY_REGISTER, B)).rejects.toThrow('is damaged');
  });

  test('a file of somebody else is refused and left alone', async () => {
    const path = fresh();
    await open(path).get();
    for (const content of ['', 'hello, this is not ours\n', 'millrace cell 2\n']) {
      writeFileSync(path, content);
      await expect(open(path).get()).rejects.toThrow(`${path} was not written by millrace`);
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
  });

  test('a file that gets shorter under a reader is refused', async () => {
    const path = fresh();
    const register = open(path);
    await register.compareAndSet(EMPTY_REGISTER, A);
    truncateSync(path, statSync(path).size - 10);
    await expect(register.get()).rejects.toThrow(`${path} has become shorter`);
  });

  test('a folder that cannot be written is told with the path', async () => {
    const path = fresh();
    await open(path).get();
    await expect(open(join(path, 'register')).get()).rejects.toThrow(join(path, 'register'));
  });

  test('processes that are killed with -9 while they change it leave one winner for each epoch', async () => {
    execFileSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')],
      {
        cwd: resolve(import.meta.dirname, '../../..'),
      },
    );
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const path = fresh();
    const program = `
      const { fileRegister } = await import(${JSON.stringify(join(folder, 'dist/failover/registers/file-register.js'))});
      const register = fileRegister({ path: ${JSON.stringify(path)}, timeout: '20s' });
      let value = await register.get();
      for (let round = 0; ; round++) {
        const answer = await register.compareAndSet(value, { epoch: value.epoch + 1, leader: process.argv[1] + '-' + round, inSync: [] });
        if (answer.done) process.stdout.write(answer.value.epoch + ' ' + answer.value.leader + '\\n');
        value = answer.value;
      }`;
    const outputs = await Promise.all(
      Array.from({ length: 4 }, async (_, member) => {
        const child = spawn(process.execPath, ['--input-type=module', '--eval', program, `m${member}`], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let output = '';
        for await (const piece of child.stdout) {
          output += String(piece);
          if (output.split('\n').length > 5 + member * 5) child.kill('SIGKILL');
        }
        return output;
      }),
    );
    const lines = outputs.flatMap((output) => output.split('\n').slice(0, -1));
    expect(lines.length).toBeGreaterThan(40);
    expect(new Set(lines.map((line) => line.split(' ')[0])).size).toBe(lines.length);
    const last = await open(path).get();
    expect(last.epoch).toBeGreaterThanOrEqual(Math.max(...lines.map((line) => Number(line.split(' ')[0]))));
  });
});

describe('in a Kubernetes lease', () => {
  const kubernetes = new KubernetesLeases();
  const tokenFile = join(folder, 'token');
  beforeEach(async () => {
    kubernetes.hangs = false;
    kubernetes.dropsAnswers = false;
    kubernetes.token = 'of-the-account';
    kubernetes.leases.clear();
    writeFileSync(tokenFile, 'of-the-account\n');
    await kubernetes.start();
  });
  afterEach(() => kubernetes.stop());
  const open = (): Register =>
    leaseRegister({ name: 'desk', namespace: 'trading', server: kubernetes.url, tokenFile, timeout: 300 });

  registerConformance(async () => ({
    open,
    poke: async (text) => {
      kubernetes.leases.set('trading/desk', {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'desk', resourceVersion: '7', annotations: { 'millrace-register': text } },
      });
    },
  }));

  test('what else the lease holds is kept', async () => {
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: 'desk',
        resourceVersion: '7',
        labels: { team: 'rates' },
        annotations: { note: 'ours' },
      },
      spec: { holderIdentity: 'nobody' },
    };
    kubernetes.leases.set('trading/desk', lease);
    const register = open();
    await register.compareAndSet(EMPTY_REGISTER, A);
    expect(kubernetes.leases.get('trading/desk')).toMatchObject({
      metadata: { labels: { team: 'rates' }, annotations: { note: 'ours' } },
      spec: { holderIdentity: 'nobody' },
    });
    await register.close();
  });

  test('a renewed token is read again; a refused one says what to allow', async () => {
    const register = open();
    await register.compareAndSet(EMPTY_REGISTER, A);
    kubernetes.token = 'renewed';
    await expect(register.get()).rejects.toThrow(
      /answered 401: Unauthorized; let the service account get, create and update/,
    );
    writeFileSync(tokenFile, 'renewed');
    expect(await register.get()).toEqual(A);
    rmSync(tokenFile);
    await expect(register.get()).rejects.toThrow(`leaseRegister.tokenFile: ${tokenFile} cannot be read`);
    await register.close();
  });

  test('a change whose answer was lost is found by the next reading', async () => {
    const register = open();
    await register.compareAndSet(EMPTY_REGISTER, A);
    kubernetes.dropsAnswers = true;
    await expect(register.compareAndSet(A, B)).rejects.toThrow(/socket hang up/);
    kubernetes.dropsAnswers = false;
    expect(await register.get()).toEqual(B);
    await register.close();
  });

  test('an API server that hangs is told, and a member that went on knows what it held', async () => {
    const register = open();
    await register.compareAndSet(EMPTY_REGISTER, A);
    kubernetes.hangs = true;
    await expect(register.compareAndSet(A, B)).rejects.toThrow(/Lease "desk".*did not answer within 300 ms/);
    kubernetes.hangs = false;
    expect(await register.get()).toEqual(A);
    expect((await register.compareAndSet(A, B)).done).toBe(true);
    await kubernetes.stop();
    await expect(register.get()).rejects.toThrow(/ECONNREFUSED.*see that it runs/);
    await kubernetes.start();
    expect(await register.get()).toEqual(B);
    await register.close();
  });

  test('a lease that was deleted is empty again', async () => {
    const register = open();
    await register.compareAndSet(EMPTY_REGISTER, A);
    kubernetes.leases.clear();
    expect(await register.compareAndSet(A, B)).toEqual({ done: false, value: EMPTY_REGISTER });
    expect((await register.compareAndSet(EMPTY_REGISTER, A)).done).toBe(true);
    await register.close();
  });
});

describe('settings', () => {
  test.each([
    ['no path', () => fileRegister({ path: '' }), /fileRegister.path must be the path of a file/],
    ['an unknown setting', () => fileRegister({ path: 'x', lock: 1 } as never), /unknown setting "lock"/],
    ['a time-out of 0', () => fileRegister({ path: 'x', timeout: 0 }), /fileRegister.timeout/],
    ['no URL', () => redisRegister({ url: '127.0.0.1', key: 'k' }), /redisRegister.url must be a URL/],
    ['another scheme', () => redisRegister({ url: 'http://h', key: 'k' }), /redisRegister.url/],
    ['an empty key', () => redisRegister({ url: 'redis://h', key: '' }), /redisRegister.key/],
    ['no endpoints', () => etcdRegister({ endpoints: [], key: 'k' }), /etcdRegister.endpoints/],
    ['a bad endpoint', () => etcdRegister({ endpoints: ['h:1'], key: 'k' }), /etcdRegister.endpoints\[0\]/],
    ['half a login', () => etcdRegister({ endpoints: ['http://h'], key: 'k', username: 'u' }), /go together/],
    ['no servers', () => natsRegister({ servers: [], key: 'k' }), /natsRegister.servers/],
    ['a key with a star', () => natsRegister({ servers: ['nats://h'], key: 'k.*' }), /natsRegister.key/],
    ['a bucket with a dot', () => natsRegister({ servers: ['nats://h'], key: 'k', bucket: 'a.b' }), /bucket/],
    ['a lease in capitals', () => leaseRegister({ name: 'Desk', server: 'https://h' }), /leaseRegister.name/],
    ['no server outside a pod', () => leaseRegister({ name: 'desk' }), /KUBERNETES_SERVICE_HOST is not set/],
  ])('%s: refused by name', (_what, make, why) => {
    expect(make).toThrow(why);
    expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  });

  test('a password is never shown', () => {
    expect(() => redisRegister({ url: 'http://me:secret@h', key: 'k' })).toThrow(/^(?!.*secret)/);
    expect(redisRegister({ url: 'redis://me:secret@h:1', key: 'k' }).name).toBe(
      'the register "k" in Redis at redis://h:1',
    );
  });
});
