import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BehaviorSubject } from 'rxjs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { run } from '../../src/core/run.js';
import { kafkaSignalLog } from '../../src/queues/kafka-signal-log.js';
import { natsSignalLog } from '../../src/queues/nats-signal-log.js';
import { rabbitSignalLog } from '../../src/queues/rabbit-signal-log.js';
import { redisSignalLog } from '../../src/queues/redis-signal-log.js';
import type { SignalLog } from '../../src/queues/signal-log.js';
import { encodeSignal, signalQueue } from '../../src/queues/signal-queue.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { counter } from '../core/support.js';
import { type QueueTraits, queueConformance, servedConformance, take } from '../queues/conformance.js';
import { externalSignal, instrumentOf } from '../queues/support.js';
import { KAFKA } from './kafka.js';
import { NATS, RABBIT, REDIS } from './plans.js';
import { describeWithServer, RunningServer, type ServerPlan } from './server.js';

/** Patience with servers on a busy machine. */
const PATIENCE = { timeout: 60_000, interval: 50 };

/**
 * The name of a new quorum queue lies in the memory of RabbitMQ 3.10 for about a second, when its messages are on the disk
 * already. A single node that is killed meanwhile comes back with a queue that has no leader.
 */
const namedOnDisk = (server: RunningServer, queue: string): Promise<void> =>
  vi.waitFor(() => {
    const node = `millrace-${server.port}@localhost`;
    expect(readFileSync(join(server.folder, 'data', node, 'quorum', node, 'names.dets'), 'latin1')).toContain(
      queue,
    );
  }, PATIENCE);

function conformance(
  plan: ServerPlan,
  traits: QueueTraits,
  open: (port: number, name: string) => SignalLog,
  /** Resolves when a queue that holds something outlives its server. */
  kept: (server: RunningServer, name: string) => Promise<void> = async () => undefined,
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
        kept: () => kept(server, name),
        crash: async () => {
          await server.kill();
          await server.start();
        },
        hang: () => server.pause(),
        goOn: () => server.resume(),
      };
    };
    queueConformance(traits, fresh);
    servedConformance(fresh);

    // Where positions are counted by the reader, what comes again after the crash comes under others.
    test.runIf(!traits.places)(
      'a pipeline tells each signal once though its server is killed amid them',
      async () => {
        const place = await fresh();
        const [producer, log] = [place.open(), place.open()];
        const bitcoin = instrumentOf();
        const append = (id: string): Promise<number> =>
          producer.append(id, encodeSignal(externalSignal(bitcoin, 0.5).signal));
        const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
        for (const id of ids) await append(id);
        const journal = new MemoryJournal();
        const said = (): readonly unknown[] =>
          journal.events.flatMap(({ event }) => (event.kind === 'signal' ? [event.source?.id] : []));
        const held = new BehaviorSubject(0);
        const pipeline = run(compose({ name: 'test', instruments: [bitcoin] }, counter), {
          clock: liveClock(),
          drivers: [signalQueue({ log, acknowledgements: [held] })],
          journal,
        }).subscribe();
        try {
          await vi.waitFor(() => expect(said()).toEqual(ids), PATIENCE);
          // Three of them are acknowledged; the others are in the pipeline, and in the queue.
          held.next(journal.events[2]?.seq as number);
          await place.kept();
          await place.crash();
          await vi.waitFor(() => append('g'), PATIENCE);
          await vi.waitFor(() => expect(said()).toContain('g'), PATIENCE);
          expect(said()).toEqual([...ids, 'g']);
        } finally {
          pipeline.unsubscribe();
          await Promise.all([producer.close(), log.close()]);
        }
      },
    );

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
conformance(
  RABBIT,
  { places: false, shared: true, remembersForAll: false },
  (port, queue) => rabbitSignalLog({ url: `amqp://guest:guest@127.0.0.1:${port}`, queue, timeout: '3s' }),
  namedOnDisk,
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
