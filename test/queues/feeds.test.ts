import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BehaviorSubject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DriverContext } from '../../src/core/driver.js';
import { memoryFeed, memorySignalFeed, signalFeedDriver, zeromqSignalFeed } from '../../src/queues/index.js';
import { feedConformance, heard, said } from './feed-conformance.js';

feedConformance('in memory', async () => {
  const shared = memoryFeed();
  return { publisher: () => memorySignalFeed({}, shared), listener: () => memorySignalFeed({}, shared) };
});

const address = () => {
  const path = join(tmpdir(), `millrace-${randomUUID().slice(0, 8)}`);
  return { words: `ipc://${path}.words`, snapshot: `ipc://${path}.snapshot` };
};

feedConformance('ZeroMQ', async () => {
  const at = address();
  return {
    publisher: () => zeromqSignalFeed({ bind: at, connect: [at] }),
    listener: () => zeromqSignalFeed({ connect: [at] }),
  };
});

describe('a feed over ZeroMQ', () => {
  it('listens to several publishers, and to one that comes later or again', async () => {
    const [one, other] = [address(), address()];
    const listener = zeromqSignalFeed({ connect: [one, other], resync: 200 });
    const early = zeromqSignalFeed({ bind: one });
    await early.publish(said({ name: 'early' }));
    let late = zeromqSignalFeed({ bind: other });
    const words = await heard(listener, 3, async () => {
      await new Promise((done) => setTimeout(done, 400));
      await late.publish(said({ name: 'late' }));
      await new Promise((done) => setTimeout(done, 600));
      await late.close();
      late = zeromqSignalFeed({ bind: other });
      await late.publish(said({ name: 'late' }));
      await late.publish(said({ name: 'again' }));
    });
    expect(words.map(({ name }) => name)).toEqual(['early', 'late', 'again']);
    await Promise.all([listener.close(), early.close(), late.close()]);
  });

  it('refuses addresses that are none', () => {
    expect(() => zeromqSignalFeed({})).toThrow('zeromqSignalFeed.connect');
    expect(() => zeromqSignalFeed({ bind: { words: 'x', snapshot: 'ipc://y' } })).toThrow('bind.words');
    const feed = zeromqSignalFeed({ connect: [address()] });
    return expect(feed.publish(said())).rejects.toThrow('zeromqSignalFeed.bind');
  });
});

describe('a feed as a driver', () => {
  it('tells who leads, and tells who takes over what counts again', async () => {
    const feed = memorySignalFeed();
    const leading$ = new BehaviorSubject(true);
    const events: string[] = [];
    const context = { leading$ } as unknown as DriverContext;
    const settled = () => new Promise((done) => setTimeout(done, 20));
    const subscription = signalFeedDriver(feed)
      .connect(context)
      .subscribe((event) => events.push(event.kind === 'signal' ? event.signal.name : event.kind));
    await feed.publish(said({ name: 'a' }));
    await settled();
    leading$.next(false);
    await feed.publish(said({ name: 'b' }));
    await settled();
    expect(events).toEqual(['a']);
    leading$.next(true);
    await settled();
    expect(events).toEqual(['a', 'a', 'b']);
    subscription.unsubscribe();
    await feed.publish(said({ name: 'c' }));
    await settled();
    expect(events).toHaveLength(3);
  });
});
