// @ts-check
// A peer that holds a key and means ill: says what a follower says, more of it than anybody reads.
import { encode } from '@msgpack/msgpack';
import { Dealer } from 'zeromq';

const [address = '', curveServerKey = '', curvePublicKey = '', curveSecretKey = '', time = '0'] =
  process.argv.slice(2);
const identity = {
  version: 1,
  schemaHash: 's',
  configurationHash: 'c',
  coreHash: 'k',
  node: 'b',
  holder: 'b',
};
const epochs = Array.from({ length: 1_000 }, (_, at) => [at + 1, at + 1]);
const hello = (/** @type {number} */ attempt) =>
  encode(['hello', { ...identity, incarnation: `b${attempt % 50}`, attempt, epoch: 1, last: 0, epochs }]);
const ack = (/** @type {number} */ upTo) =>
  encode(['ack', 1, upTo, upTo % 100, (upTo * 7_919) % 2 ** 40, upTo % 2 === 0, null, null]);
const KINDS = [
  hello,
  ack,
  () => Buffer.alloc(2 * 1024 * 1024 - 1, 0xc0),
  () => Array.from({ length: 1_000 }, () => Buffer.alloc(1_000)),
  () => Buffer.alloc(1, 0xc1),
  () => Buffer.alloc(3 * 1024 * 1024),
];
const end = performance.now() + Number(time);
await Promise.all(
  KINDS.map(async (make, kind) => {
    const options = { linger: 0, curveServerKey, curvePublicKey, curveSecretKey };
    // The second of two under one id is never read.
    const peers = [1, 2].map(() => new Dealer({ ...options, routingId: `x${kind}`, sendTimeout: 100 }));
    for (const peer of peers) peer.connect(address);
    for (let count = 1; performance.now() < end; count++)
      for (const peer of peers) await peer.send(make(count)).catch(() => undefined);
    for (const peer of peers) peer.close();
  }),
);
