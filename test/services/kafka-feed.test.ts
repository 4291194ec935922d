import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kafkaSignalFeed } from '../../src/queues/index.js';
import { feedConformance, heard, said } from '../queues/feed-conformance.js';
import { KAFKA } from './kafka.js';
import { describeWithServer, RunningServer } from './server.js';

describeWithServer('signals shared through Kafka', [KAFKA], () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await RunningServer.start(KAFKA);
  }, 120_000);
  afterAll(() => server?.stop());
  const handle = (topic: string) =>
    kafkaSignalFeed({ brokers: [`127.0.0.1:${server.port}`], topic, timeout: '15s' });

  feedConformance('Kafka', async () => {
    const topic = `feed-${randomUUID()}`;
    return { publisher: () => handle(topic), listener: () => handle(topic) };
  });

  it('goes on after the broker was killed and away: nothing stale as fresh, nothing twice', async () => {
    const topic = `feed-${randomUUID()}`;
    const [publisher, listener] = [handle(topic), handle(topic)];
    await publisher.publish(said({ name: 'before' }));
    const words: string[] = [];
    const abort = new AbortController();
    const listening = (async () => {
      for await (const { name } of listener.listen(abort.signal)) {
        words.push(name);
        if (name === 'after') return;
      }
    })();
    await expect.poll(() => words, { timeout: 15_000 }).toEqual(['before']);
    await publisher.publish(said({ name: 'short', validUntil: Date.now() + 3_000 }));
    await expect.poll(() => words, { timeout: 15_000 }).toEqual(['before', 'short']);
    await server.kill();
    const away = kafkaSignalFeed({ brokers: [`127.0.0.1:${server.port}`], topic, timeout: '2s' });
    await expect(away.publish(said({ name: 'lost' }))).rejects.toThrow(topic);
    await away.close();
    await new Promise((done) => setTimeout(done, 3_000));
    await server.start();
    // A broker that has just started takes a while to lead its partitions again.
    await expect
      .poll(() => publisher.publish(said({ name: 'after' })).then(() => 'sent'), { timeout: 60_000 })
      .toBe('sent');
    const timer = setTimeout(() => abort.abort(), 60_000);
    await listening;
    clearTimeout(timer);
    expect(words).toEqual(['before', 'short', 'after']);
    const joined = await heard(handle(topic), 2);
    expect(joined.map(({ name }) => name).sort()).toEqual(['after', 'before']);
    await Promise.all([publisher.close(), listener.close()]);
  }, 120_000);

  it('takes its groups away, refuses a topic of several partitions, and names a broker that is not there', async () => {
    const { Kafka } = await import('kafkajs');
    const admin = new Kafka({ brokers: [`127.0.0.1:${server.port}`], logLevel: 0 }).admin();
    await admin.connect();
    const topic = `feed-${randomUUID()}`;
    const feed = handle(topic);
    await feed.publish(said());
    await heard(feed, 1);
    const { groups } = await admin.listGroups();
    expect(groups.filter(({ groupId }) => groupId.startsWith(topic))).toEqual([]);
    const wide = `feed-${randomUUID()}`;
    await admin.createTopics({ topics: [{ topic: wide, numPartitions: 3 }], waitForLeaders: true });
    await expect(handle(wide).publish(said())).rejects.toThrow(
      /one partition, for the order, not "one of 3"/,
    );
    await admin.disconnect();
    const nobody = kafkaSignalFeed({ brokers: ['127.0.0.1:1'], topic, timeout: '3s' });
    await expect(nobody.publish(said())).rejects.toThrow(/127\.0\.0\.1:1\b/);
    await Promise.all([feed.close(), nobody.close()]);
  }, 60_000);
});
