import { describe, expect, test } from 'vitest';
import { ack, EMPTY, hello, mirror, paired, Scripted, solo, welcome } from './pair.js';

describe('BOOT', () => {
  test('asks for a leader at once and each beat', () => {
    const b = new Scripted('b');
    b.take({ type: 'started', log: { end: 7, first: 1, epochs: [{ epoch: 3, firstSeq: 2 }] } });
    expect(b.sent('hello')).toMatchObject([{ last: 7, epoch: 3, attempt: 1, holder: 'b' }]);
    b.passes(100);
    expect(b.sent('hello')).toHaveLength(2);
  });

  test('before the journal is open nothing is said, whatever is heard', () => {
    const b = new Scripted('b');
    expect(b.hears(welcome())).toEqual([]);
    b.passes(1_000);
    expect(b.did('send')).toEqual([]);
  });

  test('in sync and silence for 4·H·L: promotes itself', () => {
    const a = new Scripted('a');
    a.take({ type: 'started', log: { end: 9, first: 1, epochs: [{ epoch: 4, firstSeq: 1 }] } });
    a.passes(600);
    expect(a.did('read')).toEqual([]);
    a.passes(10);
    expect(a.did('read')).toHaveLength(1);
    a.register({ done: false, value: { epoch: 4, leader: 'b/b7', inSync: ['a'] } });
    expect(a.did('compareAndSet')).toMatchObject([
      { expected: { epoch: 4, leader: 'b/b7' }, next: { epoch: 5, leader: 'a/a1', inSync: ['a'] } },
    ]);
    a.register({ done: true, value: { epoch: 5, leader: 'a/a1', inSync: ['a'] } });
    expect(a.state.role).toBe('solo');
    expect(a.did('lead')).toMatchObject([{ epoch: 5, unsentAfter: undefined, renewed: false }]);
  });

  test('out of sync: never, and says who may', () => {
    const a = new Scripted('a');
    a.take({ type: 'started', log: { end: 9, first: 1, epochs: [{ epoch: 4, firstSeq: 1 }] } });
    a.passes(610);
    a.register({ done: false, value: { epoch: 4, leader: 'b/b7', inSync: ['b'] } });
    expect(a.did('compareAndSet')).toEqual([]);
    expect(a.state.why).toMatch(/only b may lead/);
  });

  test('a register that knows less than the journal was lost: hold, until an operator decides', () => {
    const a = new Scripted('a');
    a.take({ type: 'started', log: { end: 9, first: 1, epochs: [{ epoch: 4, firstSeq: 1 }] } });
    a.passes(610);
    a.register({ done: false, value: { epoch: 0, leader: '', inSync: [] } });
    expect(a.did('compareAndSet')).toEqual([]);
    expect(a.state.why).toMatch(/epoch 0 and our journal 4: it was lost/);
    a.passes(700);
    a.register('unreachable');
    a.at += 60;
    a.take({ type: 'promote' });
    a.register({ done: false, value: { epoch: 0, leader: '', inSync: [] } });
    expect(a.did('compareAndSet')).toMatchObject([{ next: { epoch: 5, leader: 'a/a1' } }]);
  });

  test.each([
    ['version', 'refused (version)'],
    ['schema', 'refused (schema)'],
    ['configuration', 'refused (configuration)'],
    ['node', 'refused (node)'],
  ] as const)('refused for its %s: halts, and says so', (code, why) => {
    const b = new Scripted('b');
    b.take({ type: 'started', log: EMPTY });
    b.hears({ type: 'reject', epoch: 1, to: 'b1', session: 0, code, message: 'x is 1 there and 2 here' });
    expect(b.state.role).toBe('halted');
    expect(b.state.why).toContain(why);
  });

  test('a refusal of an older start of ours is none of ours', () => {
    const b = new Scripted('b');
    b.take({ type: 'started', log: EMPTY });
    b.hears({ type: 'reject', epoch: 1, to: 'b0', session: 0, code: 'version', message: '' });
    expect(b.state.role).toBe('boot');
  });
});

describe('CATCHUP', () => {
  const behind = (): Scripted => {
    const b = new Scripted('b');
    b.take({ type: 'started', log: { end: 9, first: 1, epochs: [{ epoch: 1, firstSeq: 1 }] } });
    return b;
  };

  test('the journal is cut before anything is acked', () => {
    const b = behind();
    b.hears(welcome({ truncateTo: 6 }));
    expect(b.did('truncate')).toMatchObject([{ to: 6 }]);
    expect(b.did('ack')).toEqual([]);
    b.hears({ type: 'append', epoch: 1, session: 1, from: 7, to: 7, end: 7, block: new Uint8Array(1) });
    expect(b.effects).toEqual([]);
    const { generation } = b.state;
    b.take({ type: 'restored', generation, log: { end: 6, first: 1, epochs: [{ epoch: 1, firstSeq: 1 }] } });
    expect(b.did('ack')).toMatchObject([{ upTo: 6, gap: false }]);
  });

  test('a WELCOME that answers another HELLO, or of an older epoch, changes nothing', () => {
    const b = behind();
    b.hears(welcome({ attempt: 2 }));
    b.hears(welcome({ to: 'b0' }));
    b.hears(welcome({ node: 'c' }));
    b.hears(welcome({ epoch: 0 }));
    expect(b.state.followed).toBeUndefined();
  });

  test('a WELCOME that came twice cuts nothing the second time', () => {
    const b = behind();
    b.hears(welcome({ truncateTo: 9 }));
    b.hears(welcome({ truncateTo: 3 }));
    expect(b.did('truncate')).toEqual([]);
  });

  test('what both have in common is no longer kept: begins with nothing', () => {
    const b = new Scripted('b');
    b.take({ type: 'started', log: { end: 90, first: 50, epochs: [{ epoch: 1, firstSeq: 1 }] } });
    b.hears(welcome({ truncateTo: 20 }));
    expect(b.did('truncate')).toEqual([]);
    expect(b.sent('hello')).toMatchObject([{ last: 0, epochs: [], attempt: 2 }]);
    b.hears(welcome({ attempt: 2, snapshotSeq: 70 }));
    expect(b.did('truncate')).toEqual([]);
    expect(b.did('install')).toMatchObject([{ seq: 70 }]);
    expect(b.did('ack')).toMatchObject([{ upTo: 0 }]);
  });

  test('a gap is said, a block that came twice is acked again', () => {
    const b = behind();
    b.hears(welcome({ truncateTo: 9 }));
    b.hears({ type: 'append', epoch: 1, session: 1, from: 11, to: 12, end: 12, block: new Uint8Array(1) });
    expect(b.did('ack')).toMatchObject([{ upTo: 9, gap: true }]);
    b.hears({ type: 'append', epoch: 1, session: 1, from: 8, to: 9, end: 12, block: new Uint8Array(1) });
    expect(b.did('ack')).toMatchObject([{ upTo: 9, gap: false }]);
    expect(b.did('store')).toEqual([]);
  });

  test('ADMIT is believed when the register says so', () => {
    const b = behind();
    b.hears(welcome({ truncateTo: 9 }));
    b.hears({ type: 'heartbeat', epoch: 1, session: 1, end: 9, paired: true });
    expect(b.state.role).toBe('catchup');
    b.register({ done: false, value: { epoch: 1, leader: 'a/a1', inSync: ['a'] } });
    expect(b.state.role).toBe('catchup');
    b.passes(50);
    b.register({ done: false, value: { epoch: 1, leader: 'a/a1', inSync: ['a', 'b'] } });
    expect(b.state.role).toBe('mirror');
  });
});

describe('MIRROR and SUSPECT', () => {
  test('journal, then ack', () => {
    const b = mirror();
    b.hears({ type: 'append', epoch: 1, session: 1, from: 11, to: 12, end: 12, block: new Uint8Array(1) });
    expect(b.did('store')).toHaveLength(1);
    expect(b.did('ack')).toEqual([]);
    b.take({ type: 'stored', end: 12, marks: [] });
    expect(b.did('ack')).toEqual([]);
    b.take({ type: 'journaled', upTo: 12 });
    expect(b.did('ack')).toMatchObject([{ upTo: 12 }]);
  });

  test('silence of H·L: acks stop, then the CAS', () => {
    const b = mirror();
    b.passes(160);
    expect(b.state.role).toBe('suspect');
    expect(b.did('compareAndSet')).toMatchObject([{ next: { epoch: 2, leader: 'b/b1', inSync: ['b'] } }]);
    b.hears({ type: 'append', epoch: 1, session: 1, from: 11, to: 11, end: 11, block: new Uint8Array(1) });
    b.take({ type: 'journaled', upTo: 10 });
    expect(b.effects).toEqual([]);
  });

  test('a broken connection is suspicion at once', () => {
    const b = mirror();
    b.take({ type: 'link', link: 'down' });
    expect(b.did('compareAndSet')).toHaveLength(1);
  });

  test('lost: looks for the leader again; won: leads', () => {
    const lost = mirror();
    lost.take({ type: 'peerExited' });
    lost.register({ done: false, value: { epoch: 1, leader: 'a/a1', inSync: ['a'] } });
    expect(lost.state.role).toBe('catchup');
    expect(lost.sent('hello')).toMatchObject([{ attempt: 2 }]);
    const won = mirror();
    won.take({ type: 'peerExited' });
    won.register({ done: true, value: { epoch: 2, leader: 'b/b1', inSync: ['b'] } });
    expect(won.did('lead')).toMatchObject([{ epoch: 2 }]);
    expect(won.state.epochs.at(-1)).toEqual({ epoch: 2, firstSeq: 11 });
  });

  test('unreachable: goes on refusing, reads before it asks again, and believes what it reads', () => {
    const b = mirror();
    b.take({ type: 'peerExited' });
    b.register('unreachable');
    expect(b.state.role).toBe('suspect');
    b.passes(60);
    expect(b.did('read')).toHaveLength(1);
    expect(b.did('ack')).toEqual([]);
    b.register({ done: false, value: { epoch: 2, leader: 'b/b1', inSync: ['b'] } });
    expect(b.state.role).toBe('solo');
  });
});

describe('SOLO, ADMITTING, PAIRED', () => {
  test('alone the own journal is enough, but nothing leaves before the mark is in it', () => {
    const a = new Scripted('a');
    a.take({ type: 'started', log: { end: 5, first: 1, epochs: [{ epoch: 1, firstSeq: 1 }] } });
    a.passes(610);
    a.register({ done: false, value: { epoch: 1, leader: 'b/b1', inSync: ['a'] } });
    a.register({ done: true, value: { epoch: 2, leader: 'a/a1', inSync: ['a'] } });
    a.take({ type: 'appended', end: 8 });
    expect(a.did('commit')).toEqual([]);
    a.take({ type: 'journaled', upTo: 7 });
    expect(a.did('commit')).toEqual([{ type: 'commit', seq: 7 }]);
  });

  test('phase one gates on acks, phase two asks the register once everything sent is held', () => {
    const a = solo(10);
    a.hears(hello());
    expect(a.sent('welcome')).toMatchObject([{ truncateTo: 0, to: 'b1', attempt: 1, session: 1 }]);
    a.hears(ack(0));
    expect(a.state.role).toBe('admitting');
    expect(a.did('feed')).toMatchObject([{ after: 0 }]);
    expect(a.did('compareAndSet')).toEqual([]);
    a.take({ type: 'appended', end: 12 }, { type: 'journaled', upTo: 12 });
    expect(a.did('commit')).toEqual([]);
    a.hears(ack(9));
    expect(a.did('compareAndSet')).toEqual([]);
    a.hears(ack(11));
    expect(a.did('compareAndSet')).toMatchObject([{ next: { epoch: 1, inSync: ['a', 'b'] } }]);
    expect(a.did('commit')).toEqual([{ type: 'commit', seq: 11 }]);
    a.register({ done: true, value: { epoch: 1, leader: 'a/a1', inSync: ['a', 'b'] } });
    expect(a.state.role).toBe('paired');
    expect(a.sent('heartbeat')).toMatchObject([{ paired: true, end: 12 }]);
  });

  test('an admission without an answer is made void by another epoch', () => {
    const a = solo(10);
    a.hears(hello());
    a.hears(ack(0));
    a.hears(ack(10));
    a.register('unreachable');
    expect(a.state.role).toBe('admitting');
    a.passes(60);
    a.register({ done: false, value: { epoch: 1, leader: 'a/a1', inSync: ['a'] } });
    expect(a.did('compareAndSet')).toMatchObject([{ next: { epoch: 2, leader: 'a/a1', inSync: ['a'] } }]);
    a.register({ done: true, value: { epoch: 2, leader: 'a/a1', inSync: ['a'] } });
    expect(a.did('lead')).toMatchObject([{ epoch: 2, renewed: true }]);
    expect(a.state.role).toBe('solo');
  });

  test('an order leaves after the ack, and not before', () => {
    const a = paired(10);
    a.take({ type: 'appended', end: 11 }, { type: 'journaled', upTo: 11 });
    expect(a.did('commit')).toEqual([]);
    a.hears(ack(11));
    expect(a.did('commit')).toEqual([{ type: 'commit', seq: 11 }]);
  });

  test('the own journal has to hold it too', () => {
    const a = paired(10);
    a.take({ type: 'appended', end: 11 });
    a.hears(ack(11));
    expect(a.did('commit')).toEqual([]);
    a.take({ type: 'journaled', upTo: 11 });
    expect(a.did('commit')).toEqual([{ type: 'commit', seq: 11 }]);
  });

  test('a silent mirror: won goes on alone, lost exits, unreachable holds', () => {
    const silent = (): Scripted => {
      const a = paired(10);
      a.take({ type: 'appended', end: 11 }, { type: 'journaled', upTo: 11 });
      a.passes(240);
      expect(a.did('compareAndSet')).toMatchObject([{ next: { epoch: 1, inSync: ['a'] } }]);
      expect(a.did('commit')).toEqual([]);
      return a;
    };
    const won = silent();
    won.register({ done: true, value: { epoch: 1, leader: 'a/a1', inSync: ['a'] } });
    expect(won.state.role).toBe('solo');
    expect(won.did('commit')).toEqual([{ type: 'commit', seq: 11 }]);
    const lost = silent();
    lost.register({ done: false, value: { epoch: 2, leader: 'b/b1', inSync: ['b'] } });
    expect(lost.did('exit')).toMatchObject([{ code: 77 }]);
    expect(lost.did('commit')).toEqual([]);
    const away = silent();
    away.register('unreachable');
    away.passes(500);
    expect(away.did('commit')).toEqual([]);
    expect(away.state.role).toBe('paired');
  });

  test('a mirror that is heard but does not ack is slow: out', () => {
    const a = paired(10);
    a.take({ type: 'appended', end: 11 }, { type: 'journaled', upTo: 11 });
    for (let beat = 0; beat < 12 && a.did('compareAndSet').length === 0; beat += 1) {
      a.hears(ack(10));
      a.passes(40);
    }
    expect(a.did('compareAndSet')).toMatchObject([{ next: { inSync: ['a'] } }]);
    expect(a.state.why).toBe('the mirror is slow');
  });

  test('a mirror that begins anew is shrunk out before its journal is cut', () => {
    const a = paired(10);
    a.hears(hello({ incarnation: 'b2', last: 10, epochs: [{ epoch: 1, firstSeq: 1 }] }));
    expect(a.sent('welcome')).toEqual([]);
    expect(a.did('compareAndSet')).toMatchObject([{ next: { inSync: ['a'] } }]);
  });

  test('a HELLO of an older start changes nothing', () => {
    const a = solo(10);
    a.hears(hello());
    a.hears(hello({ incarnation: 'b2' }));
    expect(a.state.reign?.peer?.incarnation).toBe('b2');
    a.hears(hello());
    expect(a.state.reign?.peer?.incarnation).toBe('b2');
  });

  test.each([
    [{ version: 2 }, 'version', 'the version of the protocol is 2 there and 1 here'],
    [{ schemaHash: 'x' }, 'schema', 'the schema of events is x there and s here'],
    [{ configurationHash: 'x' }, 'configuration', 'the configuration is x there and c here'],
    [{ node: 'a' }, 'node', 'the name of the follower is a there'],
  ] as const)('refuses %o by name', (more, code, message) => {
    const a = solo();
    a.hears(hello(more));
    expect(a.sent('reject')).toMatchObject([{ code, message: expect.stringContaining(message) }]);
    expect(a.state.reign?.peer).toBeUndefined();
  });

  test('another core is a shadow: told so, and never admitted', () => {
    const a = solo(10);
    a.hears(hello({ coreHash: 'other' }));
    expect(a.sent('welcome')).toMatchObject([{ shadow: true }]);
    a.hears(ack(0));
    a.hears(ack(10));
    a.passes(200);
    expect(a.state.role).toBe('solo');
  });

  test('a higher epoch, wherever it is seen, ends the reign', () => {
    for (const message of [hello({ epoch: 2 }), ack(10, { epoch: 2 })]) {
      const a = paired(10);
      a.hears(message);
      expect(a.did('exit')).toMatchObject([{ code: 77 }]);
      expect(a.take({ type: 'journaled', upTo: 99 })).toEqual([]);
    }
  });

  test('a follower far behind is sent a snapshot first', () => {
    const a = solo(500, { snapshotBehind: 100 });
    a.take({ type: 'kept', first: 301, snapshot: 300 });
    a.hears(hello());
    expect(a.sent('welcome')).toMatchObject([{ truncateTo: 0, snapshotSeq: 300 }]);
  });
});

describe('halting and handing over', () => {
  test('a full disk: the mirror is let lead, and nothing leaves any more', () => {
    const a = paired(10);
    a.take({ type: 'appended', end: 11 }, { type: 'diskError', reason: 'ENOSPC' });
    expect(a.sent('handOver')).toMatchObject([{ seq: 10 }]);
    expect(a.did('halt')).toHaveLength(1);
    a.hears(ack(11));
    a.take({ type: 'journaled', upTo: 11 });
    expect(a.did('commit')).toEqual([]);
    expect(a.state.role).toBe('halted');
  });

  test('switch-over: nothing leaves after it, and the exit is a planned one', () => {
    const a = paired(10);
    a.take({ type: 'switchOver' });
    expect(a.sent('handOver')).toMatchObject([{ seq: 10 }]);
    a.take({ type: 'appended', end: 11 }, { type: 'journaled', upTo: 11 });
    a.hears(ack(11));
    expect(a.did('commit')).toEqual([]);
    a.hears(hello({ epoch: 2 }));
    expect(a.did('exit')).toMatchObject([{ code: 76 }]);
  });

  test('a hand-over that nobody takes is taken back by the register only', () => {
    const a = paired(10);
    a.take({ type: 'switchOver' });
    for (let beat = 0; beat < 16 && a.did('compareAndSet').length === 0; beat += 1) {
      a.hears(ack(10));
      a.passes(50);
    }
    expect(a.did('compareAndSet')).toHaveLength(1);
    a.take({ type: 'appended', end: 11 }, { type: 'journaled', upTo: 11 });
    expect(a.did('commit')).toEqual([]);
    a.register({ done: true, value: { epoch: 1, leader: 'a/a1', inSync: ['a'] } });
    expect(a.did('commit')).toEqual([{ type: 'commit', seq: 11 }]);
    expect(a.sent('reject')).toMatchObject([{ code: 'session' }]);
  });

  test('the mirror leads once it holds what was sent, and knows that nothing behind it was', () => {
    const b = mirror(10);
    b.hears({ type: 'handOver', epoch: 1, session: 1, seq: 12 });
    expect(b.did('compareAndSet')).toEqual([]);
    b.hears({ type: 'append', epoch: 1, session: 1, from: 11, to: 14, end: 14, block: new Uint8Array(1) });
    b.take({ type: 'stored', end: 14, marks: [] }, { type: 'journaled', upTo: 14 });
    b.register({ done: true, value: { epoch: 2, leader: 'b/b1', inSync: ['b'] } });
    expect(b.did('lead')).toMatchObject([{ unsentAfter: 12 }]);
  });

  test('state that differs at a barrier: the mirror halts; the leader shrinks it out', () => {
    const b = mirror(10);
    b.take({ type: 'barrier', state: { seq: 5, hash: 'x' } });
    b.hears({ type: 'heartbeat', epoch: 1, session: 1, end: 10, paired: true, state: { seq: 5, hash: 'y' } });
    expect(b.state.role).toBe('halted');
    const a = paired(10);
    a.take({ type: 'barrier', state: { seq: 5, hash: 'x' } });
    a.hears(ack(10, { state: { seq: 5, hash: 'y' } }));
    expect(a.sent('reject')).toMatchObject([{ code: 'diverged' }]);
    expect(a.did('compareAndSet')).toMatchObject([{ next: { inSync: ['a'] } }]);
  });
});

describe('two members without a register', () => {
  const alone = { register: 'none', firstLeader: 'a' } as const;

  test('the first leader begins, the other never does by itself', () => {
    const a = new Scripted('a', alone);
    a.take({ type: 'started', log: EMPTY });
    a.passes(610);
    expect(a.did('lead')).toMatchObject([{ epoch: 1 }]);
    const b = new Scripted('b', alone);
    b.take({ type: 'started', log: EMPTY });
    b.passes(5_000);
    expect(b.state.role).toBe('boot');
    expect(b.state.why).toMatch(/promote by hand/);
  });

  test('a primary that lost its mirror sends nothing new, for as long as it takes', () => {
    const a = new Scripted('a', alone);
    a.take({ type: 'started', log: EMPTY });
    a.passes(610);
    a.take({ type: 'appended', end: 3 }, { type: 'journaled', upTo: 3 });
    a.hears(hello());
    a.hears(ack(0));
    a.hears(ack(3));
    expect(a.state.role).toBe('paired');
    a.take({ type: 'appended', end: 4 }, { type: 'journaled', upTo: 4 });
    a.passes(60_000);
    expect(a.did('commit')).toEqual([]);
    a.hears(hello({ incarnation: 'b2', last: 3, epochs: [{ epoch: 1, firstSeq: 1 }] }));
    expect(a.did('commit')).toEqual([{ type: 'commit', seq: 4 }]);
  });

  test('the two never take the same epoch', () => {
    const b = mirrorAlone();
    b.take({ type: 'peerExited' });
    expect(b.did('lead')).toMatchObject([{ epoch: 2 }]);
  });

  function mirrorAlone(): Scripted {
    const b = new Scripted('b', alone);
    b.take({ type: 'started', log: EMPTY });
    b.hears(welcome());
    b.hears({ type: 'heartbeat', epoch: 1, session: 1, end: 0, paired: true });
    expect(b.state.role).toBe('mirror');
    return b;
  }
});
