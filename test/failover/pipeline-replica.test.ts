import { VirtualTimeScheduler } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Snapshot } from '../../src/core/snapshot.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import { PipelineReplica, type PipelineReplicaOptions } from '../../src/failover/pipeline-replica.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { act, counter, driver, link, listener, nameOf, submit } from '../core/support.js';

const pipeline = () =>
  compose(
    { name: 'pair', instruments: [] },
    counter,
    act('orders', ({ event }, context) => {
      if (event.kind === 'link' && event.reason.startsWith('order '))
        context.request(submit(event.reason.slice(6)) as never);
      if (event.kind === 'link' && event.reason === 'poison') throw new Error('no core can take it');
      if (event.kind === 'cancelRequested' || (event.kind === 'link' && event.reason === 'loop'))
        context.derive({ kind: 'cancelRequested', clientOrderId: 'x', reason: 'again' } as never);
    }),
  );

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function member(options: Partial<PipelineReplicaOptions> = {}) {
  const { driver: ear, commands } = listener();
  let say: (reason: string) => void = () => undefined;
  const mouth = driver('mouth', (_context, tell) => {
    say = (reason) => tell(link(reason));
  });
  const time = new VirtualTimeScheduler();
  const replica = new PipelineReplica(pipeline(), {
    clock: () => liveClock(time),
    drivers: () => [ear, mouth],
    digests: true,
    ...options,
  });
  open.push(replica);
  const log: SequencedEvent[] = [];
  const batches: number[] = [];
  const frames: string[] = [];
  const hashes: string[] = [];
  const snapshots: Snapshot[] = [];
  replica.appended$.subscribe((events) => {
    batches.push(events.length);
    log.push(...events);
  });
  const failures: { readonly reason: string; readonly appended: number }[] = [];
  replica.failures$.subscribe((reason) => failures.push({ reason, appended: log.length }));
  replica.frames$.subscribe((frame) => frames.push(`${frame.seq} ${nameOf(frame)} ${frame.count}`));
  replica.barriers$.subscribe(({ seq, hash }) => hashes.push(`${seq} ${hash}`));
  replica.snapshots$.subscribe((snapshot) => snapshots.push(snapshot));
  const sent = (): string[] =>
    commands.map((command) => (command.kind === 'submit' ? command.order.clientOrderId : command.kind));
  return {
    replica,
    log,
    batches,
    frames,
    hashes,
    snapshots,
    failures,
    sent,
    say: (reason: string) => say(reason),
  };
}

const fresh = (options: Partial<PipelineReplicaOptions> = {}) => {
  const made = member(options);
  made.replica.restore(undefined);
  return made;
};

describe('a replica', () => {
  test('that leads marks its epoch first, and hands over in one batch what one turn brought', async () => {
    const a = fresh();
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    for (const reason of ['x', 'y', 'z']) a.say(reason);
    await turn();
    expect(a.log.map(({ seq, event }) => `${seq} ${event.kind}`)).toEqual([
      '1 epoch',
      '2 link',
      '3 link',
      '4 link',
    ]);
    expect(a.batches).toEqual([1, 3]);
  });

  test('a long turn is handed over in batches, in order and whole', async () => {
    const a = fresh();
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    for (let index = 0; index < 1_000; index++) a.say(`${index}`);
    await turn();
    expect(Math.max(...a.batches)).toBe(256);
    expect(a.log.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_001 }, (_, index) => index + 1));
  });

  test('gathers while the way to the mirror is crowded, until it is told to hand over, and no more than 2,048', async () => {
    let crowded = true;
    const a = fresh({ crowded: () => crowded });
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    for (let index = 0; index < 300; index++) a.say(`${index}`);
    await turn();
    expect(a.batches).toEqual([1]);
    a.replica.flush();
    a.replica.flush();
    expect(a.batches).toEqual([1, 300]);
    for (let index = 0; index < 2_100; index++) a.say(`${index}`);
    await turn();
    expect(a.batches).toEqual([1, 300, 2_048]);
    crowded = false;
    a.say('the last');
    await turn();
    expect(a.batches).toEqual([1, 300, 2_048, 53]);
    expect(a.log.map(({ seq }) => seq)).toEqual(Array.from({ length: 2_402 }, (_, index) => index + 1));
  });

  test('keeps no snapshot ahead of the journal, however crowded the way is', async () => {
    const a = fresh({ crowded: () => true, barrierEvery: 3 });
    const ends: number[] = [];
    a.replica.snapshots$.subscribe(({ seq }) => ends.push((a.log.at(-1)?.seq ?? 0) - seq));
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    for (let index = 0; index < 10; index++) a.say(`${index}`);
    await turn();
    expect(ends.length).toBeGreaterThan(0);
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(0);
  });

  test('sends the orders of a frame once it is committed', async () => {
    const a = fresh();
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    a.say('order 1');
    a.say('order 2');
    await turn();
    expect(a.sent()).toEqual([]);
    a.replica.commit(2);
    expect(a.sent()).toEqual(['1']);
    a.replica.commit(3);
    expect(a.sent()).toEqual(['1', '2']);
  });

  test('that follows has the frames, hashes and digests of its leader, and sends nothing', async () => {
    const a = fresh({ barrierEvery: 3 });
    const b = fresh();
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    for (const reason of ['order 1', 'x', 'order 2', 'y']) a.say(reason);
    await turn();
    b.replica.follow(a.log);
    expect(b.frames).toEqual(a.frames);
    expect(a.hashes).toHaveLength(2);
    expect(b.hashes).toEqual(a.hashes);
    for (let seq = 0; seq <= a.log.length; seq++) {
      expect(b.replica.digest(seq)).toBe(a.replica.digest(seq));
      expect(b.replica.digest(seq)).toBeDefined();
    }
    expect(b.replica.digest(2)).not.toBe(b.replica.digest(1));
    expect(b.replica.digest(3)).toBe(b.replica.digest(2));
    expect(b.replica.digest(99)).toBeUndefined();
    b.replica.commit(99);
    expect(b.sent()).toEqual([]);
  });

  test('that takes over resends nothing; after a hand-over it sends what had not left', async () => {
    const a = fresh();
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    for (const reason of ['order 1', 'order 2', 'order 3']) a.say(reason);
    await turn();
    for (const [unsentAfter, sent] of [
      [undefined, ['new']],
      [2, ['2', '3', 'new']],
      [4, ['new']],
    ] as const) {
      const b = fresh();
      b.replica.follow(a.log);
      b.replica.lead({ epoch: 2, leader: 'b', renewed: false, ...(unsentAfter && { unsentAfter }) });
      b.say('order new');
      b.replica.commit(99);
      expect(b.sent()).toEqual(sent);
    }
  });

  test('goes on from a snapshot as the one that never stopped', async () => {
    const a = fresh({ barrierEvery: 3 });
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    for (const reason of ['order 1', 'x', 'order 2', 'y', 'z', 'order 3']) a.say(reason);
    await turn();
    const snapshot = a.snapshots[0] as Snapshot;
    const c = member();
    c.replica.restore(snapshot);
    c.replica.follow(a.log.filter(({ seq }) => seq > snapshot.seq));
    expect(c.frames).toEqual(a.frames.filter((frame) => Number.parseInt(frame, 10) > snapshot.seq));
    expect(c.replica.digest(a.log.length)).toBe(a.replica.digest(a.log.length));
    expect(c.replica.digest(snapshot.seq - 1)).toBeUndefined();
    expect(c.hashes).toEqual(a.hashes.slice(1));
  });

  test('begins anew when its log was cut, and follows the other reign', async () => {
    const a = fresh();
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    a.say('x');
    a.say('never acknowledged');
    await turn();
    const b = fresh();
    b.replica.follow(a.log.slice(0, 2));
    b.replica.lead({ epoch: 2, leader: 'b', renewed: false });
    b.say('y');
    await turn();
    a.replica.stepDown('superseded');
    a.replica.restore(undefined);
    a.replica.follow([...a.log.slice(0, 2), ...b.log]);
    expect(a.frames.slice(-4)).toEqual(
      ['1 epoch 0', '2 link x 1', '3 epoch 1', '4 link y 2'].map((text) => text.replace('link ', '')),
    );
    expect(b.frames.slice(-4)).toEqual(a.frames.slice(-4));
  });

  test('that halts lets no order out, whatever is committed', async () => {
    const a = fresh();
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    a.say('order 1');
    await turn();
    a.replica.halt('the disk is full');
    a.replica.commit(99);
    a.say('order 2');
    expect(a.sent()).toEqual([]);
    expect(a.replica.halted).toEqual({ component: 'failover', code: 'halted', message: 'the disk is full' });
  });

  test('whose core throws tells so once, when the event was handed over, and lets no order out', async () => {
    const a = fresh();
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    a.say('order 1');
    a.say('poison');
    a.say('order 2');
    const reason = 'orders, threw: orders failed at (3, 0), a link event: no core can take it';
    expect(a.failures).toEqual([{ reason, appended: 3 }]);
    await turn();
    a.replica.commit(99);
    expect(a.sent()).toEqual([]);
    expect(a.failures).toHaveLength(1);
    // Whoever follows fails at the same event, with the same words.
    const b = fresh();
    b.replica.follow(a.log);
    expect(b.failures.map((failure) => failure.reason)).toEqual([reason]);
  });

  test('whose core feeds itself tells so; what the protocol asked for is no failure', () => {
    const loop = fresh({ maximumDerived: 3 });
    loop.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    loop.say('loop');
    expect(loop.failures).toEqual([
      {
        reason: expect.stringMatching(
          /^core, feedback-loop: the core derived more than 3 events from \(2, 0\)/,
        ),
        appended: 2,
      },
    ]);
    const a = fresh();
    a.replica.lead({ epoch: 1, leader: 'a', renewed: false });
    a.replica.halt('the disk is full');
    a.say('poison');
    expect(a.failures).toEqual([]);
  });
});
