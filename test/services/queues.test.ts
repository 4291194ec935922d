import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kafkaSignalLog } from '../../src/queues/kafka-signal-log.js';
import { natsSignalLog } from '../../src/queues/nats-signal-log.js';
import { rabbitSignalLog } from '../../src/queues/rabbit-signal-log.js';
import { redisSignalLog } from '../../src/queues/redis-signal-log.js';
import type { SignalLog } from '../../src/queues/signal-log.js';
import { type QueueTraits, queueConformance, servedConformance, take } from '../queues/conformance.js';
import { KAFKA } from './kafka.js';
import { NATS, RABBIT, REDIS } from './plans.js';
import { describeWithServer, RunningServer, type ServerPlan } from './server.js';

function conformance(
  plan: ServerPlan,
  traits: QueueTraits,
  open: (port: number, name: string) => SignalLog,
): void {
  describeWithServer(`a signal log in ${plan.name}`, [plan], () => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await RunningServer.start(plan);
    }, 120_000);
    afterAll(() => server?.stop());
    const fresh = async () => {
      const name = `queue-${randomUUID()}`;
      return {
        open: () => open(server.port, name),
        crash: async () => {
          await server.kill();
          await server.start();
        },
        hang: () => server.pause(),
        goOn: () => server.resume(),
      };
    };
    queueConformance(traits, fresh);
    // One node of RabbitMQ 3.10 has been seen to come back from kill -9 with no leader for its quorum queues.
    servedConformance(fresh, plan !== RABBIT);

    test('nobody there: told with the address', async () => {
      const log = open(1, 'q');
      await expect(log.append('a', Buffer.from('a'))).rejects.toThrow(/127\.0\.0\.1:1\b/);
      await log.close();
    });

    test('a successor takes over while its predecessor hangs on to what it has', async () => {
      const place = await fresh();
      const [one, other] = [place.open(), place.open()];
      for (const id of ['a', 'b', 'c']) await one.append(id, Buffer.from(id));
      const abort = new AbortController();
      const iterator = one.readFrom(0, abort.signal)[Symbol.asyncIterator]();
      const first = await iterator.next();
      expect(first.value?.id).toBe('a');
      await one.ack(first.value?.position as number);
      expect((await iterator.next()).value?.id).toBe('b');
      await one.close();
      expect((await take(other, 2)).map(({ id }) => id)).toEqual(['b', 'c']);
      await other.close();
      abort.abort();
    });
  });
}

const PLACES = { places: true, shared: true };

conformance(REDIS, { ...PLACES, remembersForAll: true }, (port, key) =>
  redisSignalLog({ url: `redis://127.0.0.1:${port}`, key, timeout: '2s' }),
);
conformance(NATS, { ...PLACES, remembersForAll: true }, (port, stream) =>
  natsSignalLog({ servers: [`nats://127.0.0.1:${port}`], stream, timeout: '2s' }),
);
conformance(RABBIT, { places: false, shared: true, remembersForAll: false }, (port, queue) =>
  rabbitSignalLog({ url: `amqp://guest:guest@127.0.0.1:${port}`, queue, timeout: '3s' }),
);
conformance(KAFKA, { ...PLACES, remembersForAll: false }, (port, topic) =>
  kafkaSignalLog({
    brokers: [`127.0.0.1:${port}`],
    topic,
    group: topic,
    timeout: '15s',
    sessionTimeout: '6s',
  }),
);
