import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BehaviorSubject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { DriverContext } from '../../src/core/driver.js';
import { memoryFeed, memorySignalFeed, signalFeedDriver, zeromqSignalFeed } from '../../src/queues/index.js';
import { generateKeys } from '../../src/services/zeromq/keys.js';
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

const [DESK, READER, STRANGER] = [generateKeys(), generateKeys(), generateKeys()];

feedConformance('ZeroMQ, encrypted', async () => {
  const at = address();
  const connect = [{ ...at, key: DESK.publicKey }];
  const allowed = [READER.publicKey, DESK.publicKey];
  return {
    publisher: () => zeromqSignalFeed({ bind: at, connect, curve: { keys: DESK, allowed } }),
    listener: () => zeromqSignalFeed({ connect, curve: { keys: READER } }),
  };
});

describe('an encrypted feed over ZeroMQ', () => {
  it('lets in nobody but those whose keys it lists, and says so on both sides', async () => {
    const at = address();
    const told: string[] = [];
    const publisher = zeromqSignalFeed({
      bind: at,
      curve: { keys: DESK, allowed: [READER.publicKey] },
      onRefused: (what) => told.push(what),
    });
    await publisher.publish(said());
    const key = DESK.publicKey;
    const unlisted: string[] = [];
    const deceived: string[] = [];
    const strangers = [
      // An unknown key, the wrong key of the publisher, and no keys at all.
      zeromqSignalFeed({
        connect: [{ ...at, key }],
        curve: { keys: STRANGER },
        onRefused: (what) => unlisted.push(what),
      }),
      zeromqSignalFeed({
        connect: [{ ...at, key: STRANGER.publicKey }],
        curve: { keys: READER },
        onRefused: (what) => deceived.push(what),
      }),
      zeromqSignalFeed({ connect: [at], onRefused: () => undefined }),
    ];
    const abort = new AbortController();
    const overheard: string[] = [];
    const listening = strangers.map(async (each) => {
      for await (const { name } of each.listen(abort.signal)) overheard.push(name);
    });
    const friend = zeromqSignalFeed({ connect: [{ ...at, key }], curve: { keys: READER } });
    const words = await heard(friend, 2, async () => {
      await expect.poll(() => unlisted, { timeout: 10_000 }).toHaveLength(1);
      await expect.poll(() => told, { timeout: 10_000 }).toHaveLength(1);
      await publisher.publish(said({ name: 'secret' }));
    });
    expect(words.map(({ name }) => name)).toEqual(['news', 'secret']);
    expect(unlisted[0]).toContain(`refused this listener: add ${STRANGER.publicKey} to curve.allowed`);
    expect(told[0]).toContain('a stranger was refused at ipc://');
    for (const what of deceived) expect(what).toContain('is `key` its public key');
    expect(overheard).toEqual([]);
    abort.abort();
    await Promise.all([publisher, friend, ...strangers].map((feed) => feed.close()));
    await Promise.all(listening);
  }, 30_000);

  it('wants keys wherever an address is beyond this machine', () => {
    const there = { words: 'tcp://10.0.0.5:7020', snapshot: 'tcp://10.0.0.5:7021' };
    const mixed = { words: 'tcp://127.0.0.1:7020', snapshot: 'tcp://0.0.0.0:7021' };
    const refused = (options: Parameters<typeof zeromqSignalFeed>[0], why: string | RegExp) =>
      expect(() => zeromqSignalFeed(options)).toThrow(why);
    refused({ bind: there }, /curve must be given, since zeromqSignalFeed\.bind\.words is tcp:\/\/10/);
    refused({ bind: mixed }, 'zeromqSignalFeed.bind.snapshot is tcp://0.0.0.0:7021');
    refused({ connect: [mixed] }, 'zeromqSignalFeed.connect[0].snapshot');
    refused({ connect: [there], curve: { keys: READER } }, 'zeromqSignalFeed.connect[0].key');
    refused({ bind: there, curve: { keys: DESK } }, 'zeromqSignalFeed.curve.allowed');
    refused({ bind: there, curve: { keys: DESK, allowed: ['x'] } }, 'zeromqSignalFeed.curve.allowed[0]');
    refused({ connect: [{ ...address(), key: DESK.publicKey }] }, 'absent without curve');
    refused(
      { connect: [{ ...there, key: DESK.publicKey }], curve: { keys: READER, allowed: [DESK.publicKey] } },
      'absent where nothing is bound',
    );
    const mismatched = { publicKey: DESK.publicKey, secretKey: READER.secretKey };
    refused(
      { bind: there, curve: { keys: mismatched, allowed: [READER.publicKey] } },
      'curve.keys.publicKey',
    );
    expect(
      zeromqSignalFeed({ bind: there, curve: { keys: DESK, allowed: [READER.publicKey] } }).name,
    ).toContain('tcp://10.0.0.5:7020');
  });
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
