import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as zeromq from 'zeromq';
import { openBridge } from '../../../src/failover/bridge/bridge.js';
import { encodeMessage } from '../../../src/failover/bridge/encode-message.js';
import { UPSTREAM } from '../../../src/failover/bridge/socket-events.js';
import type { Ack, Append } from '../../../src/failover/protocol/message.js';
import { beat, until, type Watched, watched } from './open-pair.js';

const LOCAL = 'tcp://127.0.0.1:*';

/** A leader that listens and a follower that is connected to it, and the follower's id at the leader. */
async function pair(): Promise<{ leader: Watched; follower: Watched; id: string }> {
  const leader = await watched({ node: 'a', bind: LOCAL });
  const follower = await watched({ node: 'b', bind: LOCAL, connect: leader.bridge.address });
  await follower.link(true, UPSTREAM);
  follower.bridge.send(UPSTREAM, beat(0));
  const { from } = await leader.message(() => true);
  return { leader, follower, id: from };
}

const append = (from: number, size: number): Append => ({
  type: 'append',
  epoch: 1,
  session: 2,
  from,
  to: from,
  end: from,
  block: Buffer.alloc(size, from & 0xff),
});

describe('the bridge', () => {
  test('carries messages both ways, in order', async () => {
    const { leader, follower, id } = await pair();
    for (let from = 1; from <= 50; from += 1)
      expect(leader.bridge.send(id, append(from, 100))).toBe('queued');
    await follower.message(({ message }) => message.type === 'append' && message.from === 50);
    expect(follower.received.map(({ message }) => (message as Append).from)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    const [{ message } = {}] = follower.received;
    expect(Buffer.from((message as Append).block)).toEqual(append(1, 100).block);
    expect(follower.received.every(({ from }) => from === UPSTREAM)).toBe(true);
    follower.bridge.send(UPSTREAM, { type: 'ack', epoch: 1, session: 2, upTo: 50, credit: 10, gap: false });
    expect((await leader.message(({ message }) => message.type === 'ack')).from).toBe(id);
  });

  test('the newest ack always arrives, however many are said at once', async () => {
    const { leader, follower } = await pair();
    const ack = (upTo: number, gap = false): Ack => ({
      type: 'ack',
      epoch: 1,
      session: 2,
      upTo,
      credit: 10,
      gap,
    });
    for (let upTo = 1; upTo <= 5_000; upTo += 1)
      expect(follower.bridge.send(UPSTREAM, ack(upTo, upTo === 2_500))).toBe('queued');
    await leader.message(({ message }) => message.type === 'ack' && message.upTo === 5_000);
    const acks = leader.received.flatMap(({ message }) => (message.type === 'ack' ? [message] : []));
    expect(acks.map(({ upTo }) => upTo)).toEqual(acks.map(({ upTo }) => upTo).sort((one, two) => one - two));
    // A gap is said whatever comes behind it.
    expect(acks.filter(({ gap }) => gap).map(({ upTo }) => upTo)).toEqual([2_500]);
  });

  test('two members connected crosswise both lead and follow at once', async () => {
    const a = await watched({ node: 'a', bind: LOCAL });
    const b = await watched({ node: 'b', bind: LOCAL, connect: a.bridge.address });
    await b.link(true, UPSTREAM);
    await a.bridge.close();
    const again = await watched({ node: 'a', bind: a.bridge.address, connect: b.bridge.address });
    await b.link(false, UPSTREAM);
    await until(() => again.bridge.send(UPSTREAM, beat(1)) === 'queued');
    await until(() => b.bridge.send(UPSTREAM, beat(2)) === 'queued');
    expect((await b.message(() => true)).from).not.toBe(UPSTREAM);
    expect((await again.message(() => true)).message).toEqual(beat(2));
  });

  test('works over ipc', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bridge-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const leader = await watched({ node: 'a', bind: `ipc://${folder}/a` });
    const follower = await watched({ node: 'b', bind: `ipc://${folder}/b`, connect: leader.bridge.address });
    await follower.link(true);
    follower.bridge.send(UPSTREAM, beat(7));
    expect((await leader.message(() => true)).message).toEqual(beat(7));
  });

  test('whoever is not there is gone, and nothing waits for a peer to come', async () => {
    const { bridge } = await watched({ node: 'a', bind: LOCAL, connect: 'tcp://127.0.0.1:9' });
    expect(bridge.send(UPSTREAM, beat(1))).toBe('gone');
    expect(bridge.send('no id', beat(1))).toBe('gone');
    const alone = await watched({ node: 'a', bind: LOCAL });
    expect(alone.bridge.send(UPSTREAM, beat(1))).toBe('gone');
    await bridge.close();
    await bridge.close();
    expect(bridge.send('00', beat(1))).toBe('gone');
  });

  test('a message longer than the peer would take is refused by the sender', async () => {
    const { bridge } = await watched({ node: 'a', bind: LOCAL, longestPayload: 1_000 });
    expect(() => bridge.send('00', append(1, 1_001))).toThrow('at most 1000 bytes long, not 1001');
    expect(bridge.send('00', append(1, 1_000))).toBe('queued');
  });

  test('a follower that goes is told of soon, by its id; strangers who come and go are not', async () => {
    const { leader, follower, id } = await pair();
    for (let count = 0; count < 3; count += 1) {
      const stranger = new zeromq.Dealer({ linger: 0 });
      stranger.connect(leader.bridge.address);
      await stranger.send('junk');
      await leader.trouble('was refused');
      stranger.close();
    }
    follower.bridge.send(UPSTREAM, beat(1));
    await leader.message(({ message }) => message.type === 'heartbeat' && message.end === 1);
    const downs: string[] = [];
    leader.bridge.links$.subscribe(({ peer, up }) => {
      if (!up) downs.push(peer);
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(downs).toEqual([]);
    await follower.bridge.close();
    expect(await leader.link(false)).toBe(id);
    expect(leader.bridge.send(id, beat(1))).toBe('queued');
  });

  test('after reconnect the leader knows the follower by another id and old messages do not come', async () => {
    const { leader, follower, id } = await pair();
    follower.bridge.reconnect();
    leader.bridge.send(id, beat(99));
    await until(() => follower.bridge.send(UPSTREAM, beat(5)) === 'queued');
    const { from } = await leader.message(({ message }) => message.type === 'heartbeat' && message.end === 5);
    expect(from).not.toBe(id);
    leader.bridge.send(id, beat(98));
    leader.bridge.send(from, beat(6));
    await follower.message(({ message }) => message.type === 'heartbeat' && message.end === 6);
    expect(follower.received.map(({ message }) => message)).toEqual([beat(6)]);
  });

  test('what was sent to a member is not delivered to its successor at the same address', async () => {
    const { leader, follower } = await pair();
    const { address } = leader.bridge;
    await leader.bridge.close();
    await follower.link(false);
    for (let end = 100; end < 150; end += 1) follower.bridge.send(UPSTREAM, beat(end));
    const successor = await watched({ node: 'a', bind: address });
    await until(() => follower.bridge.send(UPSTREAM, beat(1)) === 'queued');
    const { message } = await successor.message(() => true);
    expect(message).toEqual(beat(1));
    expect(successor.received).toHaveLength(1);
  });

  test('of two peers with one routing id the newer is spoken to, and nothing crashes', async () => {
    const leader = await watched({ node: 'a', bind: LOCAL });
    const dealers = [1, 2].map(() => new zeromq.Dealer({ linger: 0, routingId: 'same', immediate: true }));
    onTestFinished(() => {
      for (const dealer of dealers) dealer.close();
    });
    const [older, newer] = dealers as [zeromq.Dealer, zeromq.Dealer];
    older.connect(leader.bridge.address);
    await older.send([...encodeMessage(beat(1))]);
    const { from } = await leader.message(() => true);
    newer.connect(leader.bridge.address);
    await newer.send([...encodeMessage(beat(2))]);
    expect(
      (await leader.message(({ message }) => message.type === 'heartbeat' && message.end === 2)).from,
    ).toBe(from);
    leader.bridge.send(from, beat(3));
    expect(await newer.receive()).toEqual(encodeMessage(beat(3)).map((frame) => Buffer.from(frame)));
  });

  test('the address can be taken again at once, and a taken one is refused by name', async () => {
    const { bridge } = await watched({ node: 'a', bind: LOCAL });
    await expect(openBridge({ node: 'b', bind: bridge.address })).rejects.toThrow(
      `bind must be an address that is free here, not ${bridge.address}`,
    );
    await bridge.close();
    const again = await watched({ node: 'b', bind: bridge.address });
    expect(again.bridge.address).toBe(bridge.address);
  });
});

describe('a peer in another process', () => {
  /** A process with a raw DEALER that says one message and then does as its mode says. */
  async function start(mode: 'reads' | 'deaf' | 'floods', address: string): Promise<ChildProcess> {
    const header = Buffer.from(encodeMessage(beat(1))[0]).toString('hex');
    const child = spawn(process.execPath, [
      join(import.meta.dirname, 'peer-process.js'),
      mode,
      address,
      header,
    ]);
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    return child;
  }

  test('kill -9 of a follower is told of as its link going down', async () => {
    const leader = await watched({ node: 'a', bind: LOCAL });
    const child = await start('reads', leader.bridge.address);
    const id = await leader.link(true);
    child.kill('SIGKILL');
    const at = performance.now();
    expect(await leader.link(false)).toBe(id);
    console.log(`kill -9 of the follower was told of after ${(performance.now() - at).toFixed(1)} ms`);
    expect(leader.bridge.send(id, append(1, 10))).toBe('queued');
  });

  test('what is still to be read of a peer that is gone does not leave it up', async () => {
    const leader = await watched({ node: 'a', bind: LOCAL, deadAfter: 60_000 });
    const links: boolean[] = [];
    leader.bridge.links$.subscribe(({ up }) => links.push(up));
    const child = await start('floods', leader.bridge.address);
    const ended = once(child, 'exit');
    await leader.link(true);
    // Nothing is read meanwhile: all that it says waits here when it is gone.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    await ended;
    await until(() => leader.received.length === 20_000);
    await until(() => links.at(-1) === false);
  });

  test('a peer that is stopped makes the sender full; nothing more is taken for it, and others are not delayed', async () => {
    const leader = await watched({ node: 'a', bind: LOCAL, waitingMessages: 16, deadAfter: 60_000 });
    const child = await start('deaf', leader.bridge.address);
    const id = await leader.link(true);
    child.kill('SIGSTOP');
    const follower = await watched({ node: 'b', bind: LOCAL, connect: leader.bridge.address });
    await follower.link(true);
    follower.bridge.send(UPSTREAM, beat(2));
    const other = await leader.message(({ message }) => message.type === 'heartbeat' && message.end === 2);
    const block = append(1, 1_000_000);
    let taken = 0;
    // Each turn gives ZeroMQ's own thread and the kernel's buffers time to fill.
    await until(() => {
      while (leader.bridge.send(id, block) === 'queued') taken += 1;
      return leader.bridge.send(id, block) === 'full' && taken > 16;
    });
    const memory = process.memoryUsage().rss;
    for (let turn = 0; turn < 20; turn += 1) {
      for (let count = 0; count < 1_000; count += 1) leader.bridge.send(id, block);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(process.memoryUsage().rss - memory).toBeLessThan(150_000_000);
    leader.bridge.send(other.from, append(7, 10));
    const { message } = await follower.message(() => true);
    expect((message as Append).from).toBe(7);
  });

  test('a peer that stays stopped is given up by the transport, which frees what waited', async () => {
    const leader = await watched({ node: 'a', bind: LOCAL, deadAfter: 200 });
    const child = await start('reads', leader.bridge.address);
    const id = await leader.link(true);
    child.kill('SIGSTOP');
    expect(await leader.link(false)).toBe(id);
  });
});
