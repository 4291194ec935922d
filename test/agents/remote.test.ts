import { decode, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openRemoteAgents } from '../../src/agents/index.js';
import { decodeAgentMessage } from '../../src/agents/remote-format.js';
import { InputError } from '../../src/domain/errors.js';
import { generateKeys } from '../../src/services/zeromq/keys.js';
import { openPeer, openDesk as openRemoteDesk, until } from './remote-desk.js';

const answer = (seq: number, exposure: unknown) => ({
  seq,
  answers: [{ asset: 'BTC', exposure, confidence: 1 }],
});

/** Reads until a message of this type comes. */
async function hear(peer: ReturnType<typeof openPeer>, type: string): Promise<Record<string, unknown>> {
  for await (const [frame] of peer.socket) {
    const message = decode(frame as Buffer) as Record<string, unknown>;
    if (message['type'] === type) return message;
  }
  throw new Error('closed');
}

/** This process does nothing for so many milliseconds, as when it waits for its turn on a busy machine. */
const rest = (milliseconds: number) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

/** A desk whose patience with silence is longer than any busy machine makes a test. */
const openDesk: typeof openRemoteDesk = (team, options = {}) =>
  openRemoteDesk(team, { deadAfter: '2m', ...options });

describe('openRemoteAgents', { timeout: 60_000 }, () => {
  test('shows snapshots to who has said hello, and takes the answers', async () => {
    const desk = await openDesk({ one: {} });
    const peer = openPeer(desk.hub.address);
    await peer.say('hello', { agent: 'one' });
    expect(await hear(peer, 'welcome')).toMatchObject({
      version: 1,
      agent: 'one',
      replica: 0,
      heartbeat: 500,
    });
    desk.tell(101);
    const snapshot = await hear(peer, 'snapshot');
    expect(snapshot).toMatchObject({ deadline: 5_000, data: { mid: 101 } });
    await peer.say('answer', answer(snapshot['seq'] as number, 0.5));
    await until(() => desk.decisions.length > 0);
    expect(desk.decisions).toMatchObject([{ agent: 'one', exposure: 0.5, basedOn: snapshot['seq'] }]);
    expect(desk.hub.health()).toMatchObject([{ agent: 'one', state: 'well', answered: 1, failed: 0 }]);
  });

  test('waits for who has not come yet, and keeps the newest snapshot for it', async () => {
    const desk = await openDesk({ one: {} });
    await until(() => desk.codes().length > 0);
    expect(desk.codes()).toEqual(['agent:one absent']);
    desk.tell(101);
    await new Promise((resolve) => setTimeout(resolve, 5));
    desk.tell(102);
    const peer = openPeer(desk.hub.address);
    await peer.say('hello', { agent: 'one' });
    expect(await hear(peer, 'snapshot')).toMatchObject({ data: { mid: 102 } });
    expect(desk.codes()).toEqual(['agent:one absent', 'agent:one present']);
  });

  test('a newcomer takes the place of who is there, and what that one was asked is over', async () => {
    const desk = await openDesk({ one: {} });
    const old = openPeer(desk.hub.address);
    await old.say('hello', { agent: 'one' });
    await hear(old, 'welcome');
    desk.tell(101);
    const first = await hear(old, 'snapshot');
    const young = openPeer(desk.hub.address);
    await young.say('hello', { agent: 'one' });
    await hear(young, 'welcome');
    expect(await hear(old, 'refused')).toMatchObject({ code: 'replaced' });
    await old.say('answer', answer(first['seq'] as number, 1));
    await hear(old, 'refused');
    await new Promise((resolve) => setTimeout(resolve, 5));
    desk.tell(102);
    const second = await hear(young, 'snapshot');
    await young.say('answer', answer(second['seq'] as number, -1));
    await until(() => desk.decisions.length > 0);
    expect(desk.decisions).toMatchObject([{ exposure: -1 }]);
    expect(desk.hub.refusals().get('not-introduced')).toBe(1);
  });

  test('whoever is replaced is told so, though his welcome is still on its way', async () => {
    for (let round = 0; round < 5; round++) {
      const desk = await openDesk({ one: {} });
      const peers = [openPeer(desk.hub.address), openPeer(desk.hub.address)];
      for (const peer of peers) await peer.say('beat');
      for (const peer of peers) await hear(peer, 'refused');
      for (const peer of peers) void peer.say('hello', { agent: 'one' });
      // Both words wait when the desk comes to read.
      rest(20);
      const { code } = await Promise.race(peers.map((peer) => hear(peer, 'refused')));
      expect(code).toBe('replaced');
      desk.close();
    }
  });

  test('a desk that stood still does not take its own silence for that of its agents', async () => {
    const desk = await openDesk({ one: {} }, { heartbeat: 50, deadAfter: 600 });
    const peer = openPeer(desk.hub.address);
    await peer.say('hello', { agent: 'one' });
    await hear(peer, 'welcome');
    await peer.say('beat');
    rest(900);
    // Once around the loop: timers come before what can be read.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(desk.codes().filter((code) => code.endsWith('absent'))).toEqual(['agent:one absent']);
    expect(desk.hub.health()[0]?.state).toBe('well');
  });

  test('who goes without a word is missed by his connection or his silence', async () => {
    const desk = await openDesk({ one: {}, two: {} }, { heartbeat: 50, deadAfter: 800 });
    const gone = openPeer(desk.hub.address);
    const mute = openPeer(desk.hub.address);
    await gone.say('hello', { agent: 'one' });
    await mute.say('hello', { agent: 'two' });
    // Either may be missed again before the other is there.
    await until(() => desk.codes().filter((code) => code.endsWith('present')).length === 2);
    gone.socket.close();
    await until(() => desk.hub.health().every(({ state }) => state === 'absent'));
    const reasons = desk.faults.map(({ message }) => message);
    expect(reasons).toContain('it was silent for more than 800 ms');
  });

  test('what it has not asked for, and what it has been told already, it does not take', async () => {
    const desk = await openDesk({ one: {} });
    const peer = openPeer(desk.hub.address);
    await peer.say('hello', { agent: 'one' });
    await hear(peer, 'welcome');
    await peer.say('answer', answer(77, 1));
    desk.tell(101);
    const { seq } = await hear(peer, 'snapshot');
    for (const exposure of [0.1, 0.2, 0.3]) await peer.say('answer', answer(seq as number, exposure));
    await until(() => desk.hub.refusals().get('not-asked') === 3);
    expect(desk.decisions).toMatchObject([{ exposure: 0.1 }]);
    // Told once, counted each time.
    expect(desk.codes().filter((code) => code.endsWith('not-asked'))).toEqual(['agent:one not-asked']);
  });

  test('hostile frames are refused, counted and named; another agent does not notice', async () => {
    const desk = await openDesk({ one: {}, two: {} });
    const good = openPeer(desk.hub.address);
    await good.say('hello', { agent: 'two' });
    await hear(good, 'welcome');
    const bad = openPeer(desk.hub.address);
    await bad.say('hello', { agent: 'who' });
    expect(await hear(bad, 'refused')).toMatchObject({ code: 'unknown-agent' });
    await bad.say('hello', { agent: 'one', replica: 3 });
    expect(await hear(bad, 'refused')).toMatchObject({ code: 'unknown-replica' });
    await bad.raw(encode({ version: 2, type: 'hello', agent: 'one' }));
    expect(await hear(bad, 'refused')).toMatchObject({ code: 'version', reason: 'version must be 1, not 2' });
    await bad.raw('');
    await bad.raw('a', 'b');
    await bad.raw(new Uint8Array(1_000).fill(0xff));
    await bad.raw(encode([1, 2]));
    await bad.say('answer', answer(1, Number.NaN));
    await bad.say('hello', { agent: 'one', more: 1 });
    await bad.say('beat');
    await until(
      () => desk.hub.refusals().get('malformed') === 6 && desk.hub.refusals().has('not-introduced'),
    );
    expect(Object.fromEntries(desk.hub.refusals())).toEqual({
      'unknown-agent': 1,
      'unknown-replica': 1,
      version: 1,
      malformed: 6,
      'not-introduced': 1,
    });
    expect(desk.codes()).toEqual(
      expect.arrayContaining(
        ['unknown-agent', 'unknown-replica', 'version', 'malformed'].map(
          (code) => `driver:remote-agents ${code}`,
        ),
      ),
    );
    desk.tell(101);
    const { seq } = await hear(good, 'snapshot');
    await good.say('answer', answer(seq as number, 0.5));
    await until(() => desk.decisions.length === 1);
  });

  test('a liar that is known is told so at once, and left alone', async () => {
    const desk = await openDesk({ one: { lane: { failures: 1, pause: '1h' } } });
    const peer = openPeer(desk.hub.address);
    await peer.say('hello', { agent: 'one' });
    desk.tell(101);
    const { seq } = await hear(peer, 'snapshot');
    await peer.say('answer', answer(seq as number, Number.NaN));
    await until(() => desk.hub.health()[0]?.state === 'quarantined');
    expect(desk.hub.health()[0]?.lastFailure).toContain('exposure must be a number from -1 to 1, not NaN');
    expect(desk.decisions).toEqual([]);
  });

  test('of two connections under one routing id the first is heard, and neither can end the process', async () => {
    const desk = await openDesk({ one: {} }, { heartbeat: 50, deadAfter: 200 });
    const open = () => openPeer(desk.hub.address, { routingId: 'same', heartbeatInterval: 50 });
    const first = open();
    await first.say('hello', { agent: 'one' });
    await hear(first, 'welcome');
    const second = open();
    for (let said = 0; said < 20; said++) await second.say('hello', { agent: 'one' });
    await first.say('beat');
    desk.tell(101);
    await hear(first, 'snapshot');
    // libzmq used to abort the desk here, at its next ping to whom it did not read any more and who had ended.
    first.socket.close();
    second.socket.close();
    await until(() => desk.hub.health()[0]?.state === 'absent');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const third = openPeer(desk.hub.address, { routingId: 'another' });
    await third.say('hello', { agent: 'one' });
    await hear(third, 'welcome');
  });

  test('who has no key, or one that is not known, does not get in', async () => {
    const desk1 = generateKeys();
    const known = generateKeys();
    const desk = await openDesk({ one: {} }, { curve: { keys: desk1, allowed: [known.publicKey] } });
    const as = (keys: typeof known) => ({
      curvePublicKey: keys.publicKey,
      curveSecretKey: keys.secretKey,
      curveServerKey: desk1.publicKey,
    });
    // Nobody waits for their words: a socket that was refused has nowhere to send them.
    for (const peer of [openPeer(desk.hub.address, as(generateKeys())), openPeer(desk.hub.address)])
      peer.say('hello', { agent: 'one' }).catch(() => undefined);
    await until(() => (desk.hub.refusals().get('stranger') ?? 0) >= 2);
    expect(desk.hub.health()[0]?.state).toBe('absent');
    const member = openPeer(desk.hub.address, as(known));
    await member.say('hello', { agent: 'one' });
    await hear(member, 'welcome');
    expect(desk.hub.health()[0]?.state).toBe('well');
    expect(desk.codes()).toContain('driver:remote-agents stranger');
  });

  test.each([
    ['curve must be given', { bind: 'tcp://0.0.0.0:7001' }],
    ['bind must be', { bind: 'inproc://a' }],
    ['deadAfter', { bind: 'tcp://127.0.0.1:*', heartbeat: '1s', deadAfter: '1s' }],
    ['unknown setting', { bind: 'tcp://127.0.0.1:*', heartbea: 1 }],
    ['curve.allowed', { bind: 'tcp://127.0.0.1:*', curve: { keys: generateKeys(), allowed: [] } }],
  ])('refuses what cannot be: %s', async (name, options) => {
    await expect(openRemoteAgents([], options as never)).rejects.toThrow(name);
  });
});

describe('the format', () => {
  test('whatever bytes come: an InputError, or a message', () => {
    const shaped = fc
      .record({
        version: fc.constantFrom(1, 2),
        type: fc.constantFrom('hello', 'answer', 'x'),
        answers: fc.anything(),
        seq: fc.anything(),
      })
      .map((value) => {
        try {
          return encode(value);
        } catch {
          return new Uint8Array();
        }
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), shaped), (bytes) => {
        try {
          expect(decodeAgentMessage([bytes]).type).toBeTypeOf('string');
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });
});
