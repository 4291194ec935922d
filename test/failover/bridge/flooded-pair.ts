import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'vitest';
import { UPSTREAM } from '../../../src/failover/bridge/socket-events.js';
import { generateKeys } from '../../../src/services/zeromq/keys.js';
import { beat, until, watched } from './open-pair.js';

const MEBIBYTE = 1_048_576;

/**
 * A pair on whose leader a third, who has the follower's key, throws all that a follower may say for so many milliseconds. It is
 * refused, the process goes on, and afterwards the two still speak. What the process holds meanwhile is printed and not
 * bounded: libzmq takes in faster than anybody reads, and tells nobody how much (docs/bridge-format.md).
 */
export async function floodedPair(time: number): Promise<void> {
  const [a, b] = [generateKeys(), generateKeys()];
  const leader = await watched({
    node: 'a',
    bind: 'tcp://127.0.0.1:*',
    curve: { keys: a, allowed: [b.publicKey] },
  });
  const { address } = leader.bridge;
  const follower = await watched({
    node: 'b',
    bind: 'tcp://127.0.0.1:*',
    connect: address,
    curve: { keys: b, peer: a.publicKey },
  });
  await follower.link(true, UPSTREAM);
  // As a leader does: a HELLO is answered with its reigns, an ack with the next block.
  const epochs = Array.from({ length: 1_000 }, (_, at) => ({ epoch: at + 1, firstSeq: at + 1 }));
  const block = Buffer.alloc(100_000);
  leader.bridge.messages$.subscribe(({ from, message }) => {
    leader.received.length = 0;
    if (message.type === 'hello')
      leader.bridge.send(from, {
        ...{ type: 'welcome', epoch: 1, session: 1, to: message.incarnation, attempt: message.attempt },
        ...{ node: 'a', incarnation: 'a1', truncateTo: 0, snapshotSeq: 0, epochs, shadow: false },
      });
    if (message.type === 'ack')
      leader.bridge.send(from, { type: 'append', epoch: 1, session: 1, from: 1, to: 1, end: 1, block });
  });
  const before = process.memoryUsage().rss;
  let most = 0;
  const look = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  const flooding = spawn(process.execPath, [
    join(import.meta.dirname, 'flooding-process.js'),
    address,
    ...[a.publicKey, b.publicKey, b.secretKey],
    String(time),
  ]);
  try {
    await once(flooding, 'exit');
  } finally {
    flooding.kill('SIGKILL');
    clearInterval(look);
  }
  console.log(`flooded for ${time} ms: grew by ${Math.round((most - before) / MEBIBYTE)} MiB`);
  expect(leader.troubles.some((text) => text.includes('was refused'))).toBe(true);
  await until(() => follower.bridge.send(UPSTREAM, beat(7, 77)) === 'queued');
  const { from } = await leader.message(
    ({ message }) => message.type === 'heartbeat' && message.session === 77,
  );
  leader.bridge.send(from, beat(8, 78));
  await follower.message(({ message }) => message.type === 'heartbeat' && message.session === 78);
}
