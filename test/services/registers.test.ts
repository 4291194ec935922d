import { randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { etcdRegister } from '../../src/failover/registers/etcd-register.js';
import { natsRegister } from '../../src/failover/registers/nats-register.js';
import { redisRegister } from '../../src/failover/registers/redis-register.js';
import type { Register } from '../../src/failover/registers/register.js';
import { EMPTY_REGISTER } from '../../src/failover/registers/register.js';
import { connectNats, jetStreamOf } from '../../src/services/nats-client.js';
import {
  eventually,
  type RegisterPlace,
  registerConformance,
  serverConformance,
} from '../failover/registers/conformance.js';
import { ETCD, NATS, REDIS } from './plans.js';
import { describeWithServer, RunningServer, type ServerPlan } from './server.js';

const A = { epoch: 1, leader: 'a', inSync: ['a'] };

/** Runs both suites against one server, each test on a key of its own. */
function conformance(
  plan: ServerPlan,
  open: (port: number, key: string) => Register,
  poke: (port: number, key: string, text: string) => Promise<void>,
  own: (server: () => RunningServer) => void = () => undefined,
): void {
  describeWithServer(`a register in ${plan.name}`, [plan], () => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await RunningServer.start(plan);
    }, 120_000);
    afterAll(() => server?.stop());
    const fresh = async (): Promise<Required<RegisterPlace>> => {
      const key = `key-${randomUUID()}`;
      return {
        open: () => open(server.port, key),
        poke: (text) => poke(server.port, key, text),
        hang: () => server.pause(),
        goOn: () => server.resume(),
        crash: async () => {
          await server.kill();
          await server.start();
        },
      };
    };
    registerConformance(fresh);
    describe('and its server', () => {
      serverConformance(fresh);
      test('nobody there: told with the address and what to do', async () => {
        const register = open(1, 'k');
        await expect(register.get()).rejects.toThrow(/127\.0\.0\.1:1\b.*see that it runs/);
        await register.close();
      });
    });
    own(() => server);
  });
}

conformance(
  REDIS,
  (port, key) => redisRegister({ url: `redis://127.0.0.1:${port}`, key, timeout: 700 }),
  async (port, key, text) => {
    await redis(port, ['SET', key, text]);
  },
  (server) => {
    test('a server that would forget confirmed writes is refused by name, unless it is trusted', async () => {
      const { port } = server();
      await redis(port, ['CONFIG', 'SET', 'appendfsync', 'everysec']);
      const register = redisRegister({ url: `redis://127.0.0.1:${port}`, key: 'durable' });
      await expect(register.get()).rejects.toThrow(/appendfsync "everysec", they must be "yes" and "always"/);
      const trusting = redisRegister({
        url: `redis://127.0.0.1:${port}`,
        key: 'durable',
        durability: 'trusted',
      });
      expect(await trusting.get()).toEqual(EMPTY_REGISTER);
      await redis(port, ['CONFIG', 'SET', 'appendfsync', 'always']);
      expect(await register.get()).toEqual(EMPTY_REGISTER);
      await Promise.all([register.close(), trusting.close()]);
    });

    test('a key of another type, and a wrong password, are told', async () => {
      const { port } = server();
      await redis(port, ['LPUSH', 'a-list', '1']);
      const register = redisRegister({ url: `redis://127.0.0.1:${port}`, key: 'a-list' });
      await expect(register.get()).rejects.toThrow(/"a-list" in Redis at .*WRONGTYPE/);
      const locked = redisRegister({ url: `redis://127.0.0.1:${port}`, password: 'secret', key: 'k' });
      await expect(locked.get()).rejects.toThrow(/^(?!.*secret).*AUTH/);
      await Promise.all([register.close(), locked.close()]);
    });
  },
);

conformance(
  ETCD,
  (port, key) => etcdRegister({ endpoints: [`http://127.0.0.1:${port}`], key, timeout: 1_500 }),
  async (port, key, text) => {
    const answer = await fetch(`http://127.0.0.1:${port}/v3/kv/put`, {
      method: 'POST',
      body: JSON.stringify({ key: btoa(key), value: btoa(text) }),
    });
    expect(answer.status).toBe(200);
  },
  (server) => {
    test('an endpoint that does not answer is passed over at the next question', async () => {
      const { port } = server();
      const endpoints = ['http://127.0.0.1:1', `http://127.0.0.1:${port}`];
      const register = etcdRegister({ endpoints, key: 'two' });
      await expect(register.get()).rejects.toThrow(/ECONNREFUSED/);
      expect((await register.compareAndSet(EMPTY_REGISTER, A)).done).toBe(true);
      await register.close();
    });

    test('a user that etcd does not know is refused by name', async () => {
      const register = etcdRegister({
        endpoints: [`http://127.0.0.1:${server().port}`],
        key: 'k',
        username: 'nobody',
        password: 'secret',
      });
      await expect(register.get()).rejects.toThrow(/^(?!.*secret).*register "k" in etcd/);
      await register.close();
    });
  },
);

conformance(
  NATS,
  (port, key) => natsRegister({ servers: [`nats://127.0.0.1:${port}`], key, timeout: 1_500 }),
  async (port, key, text) => {
    const connection = await connectNats('a test', { servers: [`nats://127.0.0.1:${port}`] }, 2_000);
    try {
      const register = natsRegister({ servers: [`nats://127.0.0.1:${port}`], key: 'other' });
      await register.get();
      await register.close();
      const { client } = await jetStreamOf('a test', connection, 2_000);
      await client.publish(`$KV.millrace-registers.${key}`, text);
    } finally {
      await connection.close();
    }
  },
  (server) => {
    test('a bucket that answers from any replica is refused by name', async () => {
      const servers = [`nats://127.0.0.1:${server().port}`];
      const connection = await connectNats('a test', { servers }, 2_000);
      const { manager } = await jetStreamOf('a test', connection, 2_000);
      await manager.streams.add({
        name: 'KV_direct',
        subjects: ['$KV.direct.>'],
        max_msgs_per_subject: 1,
        allow_direct: true,
        allow_rollup_hdrs: true,
        deny_delete: true,
      });
      const register = natsRegister({ servers, bucket: 'direct', key: 'k' });
      await expect(register.get()).rejects.toThrow(/bucket "direct".*direct readings/);
      await Promise.all([register.close(), connection.close()]);
    });

    test('a key that was deleted is empty, and can be written again', async () => {
      const servers = [`nats://127.0.0.1:${server().port}`];
      const register = natsRegister({ servers, key: 'deleted' });
      await register.compareAndSet(EMPTY_REGISTER, A);
      const connection = await connectNats('a test', { servers }, 2_000);
      const { client } = await jetStreamOf('a test', connection, 2_000);
      const { Kvm } = await import('@nats-io/kv');
      await (await new Kvm(client).open('millrace-registers')).delete('deleted');
      expect(await register.get()).toEqual(EMPTY_REGISTER);
      expect((await register.compareAndSet(EMPTY_REGISTER, A)).done).toBe(true);
      await Promise.all([register.close(), connection.close()]);
      expect(await eventually(() => natsRegister({ servers, key: 'deleted' }).get())).toEqual(A);
    });
  },
);

async function redis(port: number, command: readonly string[]): Promise<unknown> {
  const client = await createClient({ url: `redis://127.0.0.1:${port}` }).connect();
  try {
    return await client.sendCommand([...command]);
  } finally {
    client.destroy();
  }
}
