import { take } from 'rxjs';
import { expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Driver } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import { run } from '../../src/core/run.js';
import type { RunOptions } from '../../src/core/run-options.js';
import {
  decodeSnapshot,
  encodeSnapshot,
  type Snapshot,
  SnapshotError,
  statesHash,
} from '../../src/core/snapshot.js';
import { stage } from '../../src/core/stage.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { reenact } from '../../src/streams/replay/reenact.js';
import { act, collect, counter, driver, link, links, nameOf, placeOf } from './support.js';

const settings = { name: 'test', instruments: [] };

async function snapshotsOf(
  core: Core<Frame>,
  drivers: readonly Driver[],
  more: Partial<RunOptions> = {},
): Promise<{ readonly frames: readonly Frame[]; readonly snapshots: readonly Snapshot[] }> {
  const whole = backtest(core, links('a', 'b', 'c', 'd', 'e'), { drivers, barrierEvery: 2, ...more });
  const snapshots: Snapshot[] = [];
  whole.snapshots$.subscribe((snapshot) => snapshots.push(snapshot));
  return { frames: await collect(whole), snapshots };
}

/** What is left of a run after a snapshot, as the run showed it. */
const after = (frames: readonly Frame[], { seq }: Snapshot): string[] =>
  frames.slice(1 + frames.findIndex((frame) => frame.seq === seq && frame.sub === 0)).map(placeOf);

test('what the frame of a barrier derives is not lost to a run that goes on from it', async () => {
  const core = compose(
    settings,
    counter,
    act('chatty', (frame, context) => {
      if (frame.event.kind === 'barrier') context.fault('chatty', 'barrier', 'seen');
    }),
  );
  const journal = new MemoryJournal();
  const { frames, snapshots } = await snapshotsOf(core, [], { journal });
  for (const restore of snapshots.slice(0, -1)) {
    const rest = await collect(
      backtest(core, links('a', 'b', 'c', 'd', 'e'), { barrierEvery: 2, restore: structuredClone(restore) }),
    );
    expect(rest.map(placeOf)).toEqual(after(frames, restore));
    expect(rest[0]?.event.kind).toBe('fault');
    const again = await collect(reenact(core, journal.source(), { restore }));
    expect(again.map(placeOf)).toEqual(after(frames, restore));
  }
});

test('the bytes of a snapshot are the same whether its states were hashed before or not', async () => {
  const { snapshots } = await snapshotsOf(compose(settings, counter), []);
  expect(snapshots.length).toBeGreaterThan(1);
  for (const snapshot of snapshots) {
    const more = { ...snapshot, aMember: 'of a later version', none: undefined };
    const before = [encodeSnapshot(snapshot), encodeSnapshot(more)];
    expect(statesHash(snapshot.stages)).toBe(stateHash(snapshot.stages));
    for (const [index, each] of [snapshot, more].entries())
      expect(Buffer.compare(encodeSnapshot(each), before[index] as Uint8Array)).toBe(0);
    expect(decodeSnapshot(encodeSnapshot(snapshot))).toEqual(snapshot);
  }
});

test('events that waited when the snapshot was taken are handled at the time at which they waited', async () => {
  // Two words at once in reply to each link: the barrier comes between them, or before both.
  const talker = (): Driver =>
    driver('talker', ({ events$ }, say) => {
      events$.subscribe(({ event, sub }) => {
        if (sub !== 0 || event.kind !== 'link' || event.reason.length > 2) return;
        say(link(`${event.reason}'`));
        say(link(`${event.reason}''`));
      });
    });
  // It waits five milliseconds from now; `now` must be the time of the log.
  const slow = (): Driver => {
    const due: number[] = [];
    return driver(
      'slow',
      ({ events$, clock, rank, restored }, say) => {
        const wait = (at: number): void => {
          due.push(at);
          clock.schedule(at, rank, () => {
            due.shift();
            say(link(`slow ${at}`));
          });
        };
        for (const at of (restored ?? []) as readonly number[]) wait(at);
        events$.subscribe(({ event }) => {
          if (event.kind === 'link' && event.reason.endsWith("''")) wait(clock.now() + 5);
        });
      },
      { save: () => [...due] },
    );
  };
  const core = compose(settings, counter);
  const { frames, snapshots } = await snapshotsOf(core, [talker(), slow()]);
  expect(snapshots.some(({ inbox }) => inbox.length > 0)).toBe(true);
  for (const restore of snapshots.slice(0, -1)) {
    const rest = await collect(
      backtest(core, links('a', 'b', 'c', 'd', 'e'), {
        drivers: [talker(), slow()],
        barrierEvery: 2,
        restore: structuredClone(restore),
      }),
    );
    expect(rest.map((frame) => `${placeOf(frame)} ${frame.ts}`)).toEqual(
      frames
        .slice(1 + frames.findIndex(({ seq }) => seq === restore.seq))
        .map((frame) => `${placeOf(frame)} ${frame.ts}`),
    );
  }
});

test('a run that is stopped from within a frame ends with a last snapshot, after what already waited', async () => {
  const answers = driver('answers', ({ events$ }, say) => {
    events$.subscribe((logged) => {
      if (nameOf(logged) === 'b') for (const word of ['b1', 'b2']) say(link(word));
      if (nameOf(logged) === 'b2') say(link('too late'));
    });
  });
  const journal = new MemoryJournal();
  const pipeline = backtest(compose(settings, counter), links('a', 'b', 'c'), {
    drivers: [answers],
    journal,
  });
  const snapshots: Snapshot[] = [];
  pipeline.snapshots$.subscribe((snapshot) => snapshots.push(snapshot));
  const seen: string[] = [];
  await pipeline.forEach((frame) => {
    seen.push(placeOf(frame));
    if (nameOf(frame) === 'b') pipeline.stop();
  });
  expect(seen).toEqual(['1.0 a', '2.0 b', '3.0 b1', '4.0 b2', '5.0 barrier']);
  expect(snapshots).toHaveLength(1);
  expect(snapshots[0]?.stages).toEqual({ counter: { count: 4 } });
  // Said after the end was asked for: it is not in the log, and whoever goes on from here hears it first.
  expect(snapshots[0]?.inbox).toEqual([link('too late')]);
  expect(journal.events).toHaveLength(5);
});

test('a run that is unsubscribed from within a frame hears nothing any more', async () => {
  const answers = driver('answers', ({ events$ }, say) => {
    events$.subscribe((logged) => {
      if (nameOf(logged) === 'a') say(link('b'));
    });
  });
  const journal = new MemoryJournal();
  const pipeline = backtest(compose(settings, counter), links('a'), { drivers: [answers], journal });
  await collect(pipeline.pipe(take(1)));
  expect(journal.events).toHaveLength(1);
});

test('a snapshot of another pipeline, part, order, version or configuration is refused by name', async () => {
  const part = (name: string, version = 1, fingerprint = '') =>
    stage<Frame, object, null>({
      name,
      version,
      fingerprint,
      adds: {},
      init: () => null,
      step: () => undefined,
      save: () => null,
      restore: () => null,
    });
  const { snapshots } = await snapshotsOf(compose(settings, part('one', 1, 'limit=3'), part('two')), []);
  const restore = snapshots[0] as Snapshot;
  const start =
    (core: Core<Frame>, from: Snapshot = restore): (() => unknown) =>
    () =>
      run(core, { clock: liveClock(), restore: from });
  expect(start(compose(settings, part('one', 1, 'limit=3'), part('two')))).not.toThrow();
  const refusals: [Core<Frame>, RegExp, Snapshot?][] = [
    [
      compose({ ...settings, name: 'other' }, part('one', 1, 'limit=3'), part('two')),
      /pipeline "other".*"test"/,
    ],
    [compose(settings, part('two'), part('one', 1, 'limit=3')), /part 1 is "one" there and "two" here/],
    [compose(settings, part('one', 2, 'limit=3'), part('two')), /"one" has version 1 there and 2 here/],
    [
      compose(settings, part('one', 1, 'limit=4'), part('two')),
      /"one" is configured as limit=3 there and limit=4/,
    ],
    [compose(settings, part('one', 1, 'limit=3')), /has a part "two" that this pipeline has not/],
    [compose(settings, part('one', 1, 'limit=3'), part('two'), part('three')), /no part "three"/],
    [
      compose(settings, part('one', 1, 'limit=3'), part('two')),
      /layout is version 0/,
      { ...restore, version: 0 },
    ],
    [
      compose(settings, part('one', 1, 'limit=3'), part('two')),
      /state of "two" is missing/,
      { ...restore, stages: { one: null } },
    ],
  ];
  for (const [core, message, from] of refusals) {
    expect(start(core, from)).toThrow(SnapshotError);
    expect(start(core, from)).toThrow(message);
    expect(() => reenact(core, new MemoryJournal().source(), { restore: from ?? restore })).toThrow(message);
  }
});
