import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as zeromq from 'zeromq';
import { encodeMessage } from '../../../src/failover/bridge/encode-message.js';
import { UPSTREAM } from '../../../src/failover/bridge/socket-events.js';
import { generateKeys } from '../../../src/services/zeromq/keys.js';
import { anyMessage } from './arbitrary-message.js';
import { floodedPair } from './flooded-pair.js';
import { beat, until, type Watched, watched } from './open-pair.js';

const LOCAL = 'tcp://127.0.0.1:*';
const [a, b] = [generateKeys(), generateKeys()];

/** A greeting of ZMTP 3.1 with the mechanism NULL, and the READY of a DEALER. */
const GREETING = Buffer.concat([
  Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 1]),
  Buffer.from('NULL'.padEnd(20, '\0')),
  Buffer.alloc(32),
]);
const READY = Buffer.concat([
  Buffer.from([4, 28, 5]),
  Buffer.from('READY'),
  Buffer.from([11]),
  Buffer.from('Socket-Type'),
  Buffer.from([0, 0, 0, 6]),
  Buffer.from('DEALER'),
]);

/** Junk of many kinds, drawn by the seed of the tests. */
const junk = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([GREETING, bytes])),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.concat([GREETING, READY, bytes])),
  // A frame that claims to be as long as a frame can claim to be.
  fc.constant(Buffer.concat([GREETING, READY, Buffer.from([2, 0x7f, 255, 255, 255, 255, 255, 255, 255])])),
  fc.constant(
    Buffer.concat([GREETING, READY, Buffer.from([2, 0, 0, 0, 0, 64, 0, 0, 0]), Buffer.alloc(1_000)]),
  ),
  fc.constant(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n')),
);

const frames = fc.oneof(
  fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 1, maxLength: 5 }),
  fc.array(
    fc.jsonValue().map((value) => encode(value)),
    { minLength: 1, maxLength: 3 },
  ),
  anyMessage.chain((message) => {
    const [header, ...rest] = encodeMessage(message);
    return fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => {
      const changed = header.slice();
      changed[at % changed.length] = byte;
      return [changed, ...rest];
    });
  }),
);

async function throwAt(port: number, bytes: Buffer): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  socket.end(bytes);
  await Promise.race([
    new Promise((resolve) => socket.on('close', resolve)),
    new Promise((resolve) => setTimeout(resolve, 100)),
  ]);
  socket.destroy();
}

/** The two still speak, and hear nothing but each other. */
async function stillSpeak(leader: Watched, follower: Watched): Promise<void> {
  const end = 1 + leader.received.length + follower.received.length;
  await until(() => follower.bridge.send(UPSTREAM, beat(end, 77)) === 'queued');
  const { from } = await leader.message(
    ({ message }) => message.type === 'heartbeat' && message.session === 77 && message.end === end,
  );
  leader.bridge.send(from, beat(end, 78));
  await follower.message(
    ({ message }) => message.type === 'heartbeat' && message.session === 78 && message.end === end,
  );
}

const portOf = ({ bridge }: Watched): number => Number(bridge.address.split(':').at(-1));

describe.each(['plain', 'curve'])('hostile bytes, %s', (mode) => {
  const keyed = mode === 'curve';
  async function pair(): Promise<readonly [Watched, Watched]> {
    const leader = await watched({
      node: 'a',
      bind: LOCAL,
      longestPayload: 100_000,
      ...(keyed && { curve: { keys: a, allowed: [b.publicKey] } }),
    });
    const follower = await watched({
      node: 'b',
      bind: LOCAL,
      connect: leader.bridge.address,
      ...(keyed && { curve: { keys: b, peer: a.publicKey } }),
    });
    await follower.link(true, UPSTREAM);
    return [leader, follower];
  }

  test('at the port crash nothing and are no message', async () => {
    const [leader, follower] = await pair();
    const port = portOf(leader);
    for (const bytes of fc.sample(junk, 60)) await throwAt(port, bytes);
    await stillSpeak(leader, follower);
    expect(
      leader.received.every(({ message }) => message.type === 'heartbeat' && message.session === 77),
    ).toBe(true);
  });

  test('in frames of a peer that is let in are refused by name', async () => {
    const [leader, follower] = await pair();
    const peer = new zeromq.Dealer({
      linger: 0,
      ...(keyed && { curvePublicKey: b.publicKey, curveSecretKey: b.secretKey, curveServerKey: a.publicKey }),
    });
    onTestFinished(() => peer.close());
    peer.connect(leader.bridge.address);
    for (const each of fc.sample(frames, 300)) await peer.send(each.map((frame) => Buffer.from(frame)));
    await leader.trouble('was refused: ');
    await stillSpeak(leader, follower);
  });

  test('from a leader are refused by the follower', async () => {
    const router = new zeromq.Router({
      linger: 0,
      ...(keyed && { curveServer: true, curveSecretKey: a.secretKey }),
    });
    onTestFinished(() => router.close());
    await router.bind(LOCAL);
    const follower = await watched({
      node: 'b',
      bind: LOCAL,
      connect: router.lastEndpoint as string,
      ...(keyed && { curve: { keys: b, peer: a.publicKey } }),
    });
    await until(() => follower.bridge.send(UPSTREAM, beat(1)) === 'queued');
    const [id] = await router.receive();
    for (const each of fc.sample(frames, 300)) {
      await router.send([id as Buffer, ...each.map((frame) => Buffer.from(frame))]);
    }
    await router.send([id as Buffer, ...encodeMessage(beat(9, 99))]);
    await follower.message(({ message }) => message.type === 'heartbeat' && message.session === 99);
    expect(follower.troubles.length).toBeGreaterThan(0);
  });

  test('from a server that only pretends crash no follower', async () => {
    const sockets: Socket[] = [];
    const bytes = fc.sample(junk, 30);
    let calls = 0;
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.end(bytes[calls % bytes.length] as Buffer);
      calls += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as { port: number };
    const follower = await watched({
      node: 'b',
      bind: LOCAL,
      connect: `tcp://127.0.0.1:${port}`,
      ...(keyed && { curve: { keys: b, peer: a.publicKey } }),
    });
    await until(() => calls >= 5);
    expect(follower.received).toEqual([]);
  });

  test('a payload beyond the limit cuts the sender off and is never held', async () => {
    const [leader, follower] = await pair();
    const peer = new zeromq.Dealer({
      linger: 0,
      ...(keyed && { curvePublicKey: b.publicKey, curveSecretKey: b.secretKey, curveServerKey: a.publicKey }),
    });
    onTestFinished(() => peer.close());
    peer.connect(leader.bridge.address);
    const header = encodeMessage({
      type: 'append',
      epoch: 1,
      session: 1,
      from: 1,
      to: 1,
      end: 1,
      block: Buffer.alloc(1),
    })[0];
    await peer.send([Buffer.from(header), Buffer.alloc(100_001)]);
    await leader.trouble('a payload must be at most 100000 bytes long, not 100001');
    await peer.send([Buffer.from(header), Buffer.alloc(5_000_000)]);
    await stillSpeak(leader, follower);
    expect(leader.received.some(({ message }) => message.type === 'append')).toBe(false);
  });
});

test('who floods with all that a follower may say, under its key, ends neither the process nor the pair', async () => {
  await floodedPair(1_500);
});
