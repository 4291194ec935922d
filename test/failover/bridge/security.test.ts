import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as zeromq from 'zeromq';
import { openBridge } from '../../../src/failover/bridge/bridge.js';
import type { BridgeOptions } from '../../../src/failover/bridge/bridge-options.js';
import { encodeMessage } from '../../../src/failover/bridge/encode-message.js';
import { readKeyFile, readPublicKey, writeKeyFiles } from '../../../src/failover/bridge/key-files.js';
import { UPSTREAM } from '../../../src/failover/bridge/socket-events.js';
import { checkKeys, generateKeys } from '../../../src/services/zeromq/keys.js';
import { fromZ85, toZ85 } from '../../../src/services/zeromq/z85.js';
import { beat, watched } from './open-pair.js';

const LOCAL = 'tcp://127.0.0.1:*';
const OPEN = 'tcp://0.0.0.0:*';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'keys-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('keys', () => {
  test('Z85 is that of RFC 32', () => {
    const bytes = new Uint8Array([0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b]);
    expect(toZ85(bytes)).toBe('HelloWorld');
    expect(fromZ85('HelloWorld')).toEqual(bytes);
    for (const wrong of ['HelloWorl', 'Hello Worl', '%%%%%#####', '€€€€€'])
      expect(fromZ85(wrong)).toBeUndefined();
  });

  test('Z85 gives back what it was given', () => {
    const groups = fc.uint8Array({ maxLength: 64 }).map((bytes) => bytes.subarray(0, bytes.length & ~3));
    fc.assert(
      fc.property(groups, (bytes) => {
        expect(fromZ85(toZ85(bytes))).toEqual(bytes);
      }),
    );
  });

  test('are ones that ZeroMQ takes, and those of ZeroMQ are ones to us', () => {
    const { publicKey, secretKey } = generateKeys();
    const socket = new zeromq.Dealer({ curvePublicKey: publicKey, curveSecretKey: secretKey, linger: 0 });
    socket.close();
    expect(() => checkKeys('keys', zeromq.curveKeyPair())).not.toThrow();
    expect(generateKeys().secretKey).not.toBe(secretKey);
  });

  test('are written for their owner alone, never over others, and read again', () => {
    const path = folder();
    const files = writeKeyFiles(path, 'a');
    expect(statSync(files.secret).mode & 0o777).toBe(0o600);
    const keys = readKeyFile(files.secret);
    expect(keys.publicKey).toBe(files.publicKey);
    expect(readPublicKey(files.public)).toBe(files.publicKey);
    expect(readFileSync(files.public, 'utf8')).not.toContain(keys.secretKey);
    expect(() => writeKeyFiles(path, 'a')).toThrow(
      'a.key_secret is there already: keys are never overwritten',
    );
    expect(readKeyFile(files.secret)).toEqual(keys);
  });

  test.each(['', '.', '../a', 'a/b', '-a', 'a b', 'x'.repeat(101)])('%j is no name of a key file', (name) => {
    expect(() => writeKeyFiles(folder(), name)).toThrow('name must be 1 to 100 letters');
  });

  test('files that others can read, that are no certificates or whose keys differ are refused', () => {
    const path = folder();
    const one = generateKeys();
    const file = (name: string, text: string, mode = 0o600): string => {
      writeFileSync(join(path, name), text, { mode });
      return join(path, name);
    };
    const text = (publicKey: string, secretKey: string): string =>
      `curve\n    public-key = "${publicKey}"\n    secret-key = "${secretKey}"\n`;
    expect(() => readKeyFile(file('open', text(one.publicKey, one.secretKey), 0o644))).toThrow('chmod 600');
    expect(() => readKeyFile(file('empty', ''))).toThrow('must have a line public-key');
    expect(() => readKeyFile(file('short', text('abc', one.secretKey)))).toThrow('one of 3 characters');
    const mixed = file('mixed', text(generateKeys().publicKey, one.secretKey));
    expect(() => readKeyFile(mixed)).toThrow(`must be the one of ${mixed}.secretKey, ${one.publicKey}`);
    expect(() => readKeyFile(join(path, 'none'))).toThrow('cannot be read');
  });
});

describe('options', () => {
  const keys = generateKeys();
  const other = generateKeys().publicKey;
  const options = (given: object): BridgeOptions => ({ node: 'a', bind: LOCAL, ...given });
  test.each<readonly [string, object]>([
    ['curve must be given, since bind is tcp://0.0.0.0:7001', { bind: 'tcp://0.0.0.0:7001' }],
    ['curve must be given, since bind is tcp://*:7001', { bind: 'tcp://*:7001' }],
    ['curve must be given, since bind is tcp://[::]:7001', { bind: 'tcp://[::]:7001' }],
    ['curve must be given, since bind is tcp://eth0:7001', { bind: 'tcp://eth0:7001' }],
    ['curve must be given, since bind is tcp://127.0.0.1.example:1', { bind: 'tcp://127.0.0.1.example:1' }],
    ['curve must be given, since connect is tcp://10.0.0.1:7001', { connect: 'tcp://10.0.0.1:7001' }],
    ['bind must be tcp://HOST:PORT or ipc://PATH, not "inproc://a"', { bind: 'inproc://a' }],
    [
      'bind must be tcp://HOST:PORT or ipc://PATH, not "tcp://127.0.0.1:70000"',
      { bind: 'tcp://127.0.0.1:70000' },
    ],
    ['bind must be tcp://HOST:PORT or ipc://PATH, not undefined', { bind: undefined }],
    ['bind must be a path of at most 107 bytes', { bind: `ipc:///${'x'.repeat(107)}` }],
    ['connect must have the port', { connect: 'tcp://127.0.0.1:*' }],
    [
      'connect must be the address of the other member',
      { bind: 'tcp://127.0.0.1:1', connect: 'tcp://127.0.0.1:1' },
    ],
    ['node must be a name of 1 to 200 bytes, not ""', { node: '' }],
    ['node must be a name of 1 to 200 bytes', { node: '€'.repeat(67) }],
    ['longestPayload must be a whole number from 1', { longestPayload: 0 }],
    ['waitingMessages must be a whole number from 1 to 100000, not NaN', { waitingMessages: Number.NaN }],
    ['waitingMessages must be a whole number from 1 to 100000, not 0', { waitingMessages: 0 }],
    ['waitingBytes must be a whole number', { waitingBytes: 1.5 }],
    ['deadAfter must be a whole number from 100', { deadAfter: -1 }],
    ['curve.peer must be the public key', { connect: 'tcp://10.0.0.1:1', curve: { keys } }],
    ["not this member's own", { connect: 'tcp://10.0.0.1:1', curve: { keys, peer: keys.publicKey } }],
    ['curve.allowed must list at least one', { curve: { keys } }],
    ['curve.allowed[1] must be a key of 40 characters of Z85', { curve: { keys, allowed: [other, 'x'] } }],
    [
      'curve.keys.publicKey must be the one of',
      { curve: { keys: { ...keys, publicKey: other }, peer: other } },
    ],
  ])('%s', async (message, given) => {
    await expect(openBridge(options(given))).rejects.toThrow(message);
  });

  test('no error shows a secret key', async () => {
    const wrong = { ...keys, publicKey: other };
    const error = await openBridge(options({ curve: { keys: wrong, peer: other } })).catch(
      (each: Error) => each,
    );
    expect(String(error)).not.toContain(keys.secretKey);
    const cut = { ...keys, secretKey: `${keys.secretKey.slice(0, 39)}"` };
    const refused = await openBridge(options({ curve: { keys: cut, peer: other } })).catch(
      (each: Error) => each,
    );
    expect(String(refused)).not.toContain(keys.secretKey.slice(0, 10));
  });
});

describe('CURVE', () => {
  const [a, b, stranger] = [generateKeys(), generateKeys(), generateKeys()];
  const leaderOf = (extra: object = {}) =>
    watched({ node: 'a', bind: OPEN, curve: { keys: a, allowed: [b.publicKey] }, ...extra });
  const local = (address: string): string => address.replace('0.0.0.0', '127.0.0.1');

  test('members that know each other speak', async () => {
    const leader = await leaderOf();
    const follower = await watched({
      node: 'b',
      bind: LOCAL,
      connect: local(leader.bridge.address),
      curve: { keys: b, peer: a.publicKey },
    });
    await follower.link(true);
    follower.bridge.send(UPSTREAM, beat(4));
    const { from } = await leader.message(() => true);
    leader.bridge.send(from, beat(5));
    expect((await follower.message(() => true)).message).toEqual(beat(5));
  });

  test('a stranger with a key of its own is refused, is told so, and may come again once it is known', async () => {
    const leader = await leaderOf();
    const address = local(leader.bridge.address);
    const refused = await watched({
      node: 's',
      bind: LOCAL,
      connect: address,
      curve: { keys: stranger, peer: a.publicKey },
    });
    await refused.trouble(`${address} refused this member: add ${stranger.publicKey} to curve.allowed there`);
    await leader.trouble('a stranger was refused');
    expect(refused.bridge.send(UPSTREAM, beat(1))).toBe('gone');
    await leader.bridge.close();
    const again = await leaderOf({
      bind: leader.bridge.address,
      curve: { keys: a, allowed: [b.publicKey, stranger.publicKey] },
    });
    await refused.link(true);
    refused.bridge.send(UPSTREAM, beat(2));
    expect((await again.message(() => true)).message).toEqual(beat(2));
    expect(leader.received).toEqual([]);
  });

  test('a member that expects another key does not speak to an impostor', async () => {
    const leader = await leaderOf();
    const follower = await watched({
      node: 'b',
      bind: LOCAL,
      connect: local(leader.bridge.address),
      curve: { keys: b, peer: stranger.publicKey },
    });
    await follower.trouble('is curve.peer its public key');
    await leader.trouble('ERR_ZMTP_CRYPTOGRAPHIC');
    expect(leader.received).toEqual([]);
  });

  test('a stranger without keys is refused, and members still speak', async () => {
    const leader = await leaderOf();
    const address = local(leader.bridge.address);
    const plain = await watched({ node: 'p', bind: LOCAL, connect: address });
    await plain.trouble('no handshake with');
    await leader.trouble('ERR_ZMTP_MECHANISM_MISMATCH');
    const raw = new zeromq.Dealer({ linger: 0 });
    raw.connect(address);
    // Not awaited: once it is refused it has nowhere to send to, and waits for ever.
    raw.send([...encodeMessage(beat(1))]).catch(() => undefined);
    const follower = await watched({
      node: 'b',
      bind: LOCAL,
      connect: address,
      curve: { keys: b, peer: a.publicKey },
    });
    await follower.link(true);
    follower.bridge.send(UPSTREAM, beat(2));
    await leader.message(() => true);
    raw.close();
    expect(leader.received.map(({ message }) => message)).toEqual([beat(2)]);
  });
});
