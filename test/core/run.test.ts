import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Driver } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import type { run } from '../../src/core/run.js';
import { stage } from '../../src/core/stage.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal, recordingOf } from '../../src/streams/replay/memory.js';
import { reenact } from '../../src/streams/replay/reenact.js';

const link = (reason: string): OutsideEvent => ({
  kind: 'link',
  venueTime: 0,
  venue: 'v',
  channel: 'market',
  state: 'up',
  reason,
});

const counter = stage<Frame, { count: number }, { count: number }>({
  name: 'counter',
  adds: { count: 0 },
  init: () => ({ count: 0 }),
  step: (state, frame) => {
    if (frame.event.kind === 'link') state.count += 1;
    frame.count = state.count;
  },
  save: ({ count }) => ({ count }),
  restore: (saved) => ({ count: (saved as { count: number }).count }),
});

/** Derives one fault for each link event. */
const echo = stage<Frame, object, null>({
  name: 'echo',
  adds: {},
  init: () => null,
  step: (_state, frame, context) => {
    if (frame.event.kind === 'link') context.fault('echo', 'heard', frame.event.reason);
  },
  save: () => null,
  restore: () => null,
});

const settings = { name: 'test', instruments: [] };
const rec = (...reasons: string[]) =>
  recordingOf(reasons.map((reason, i) => ({ ts: 1_000 + i, event: link(reason) })));

const place = (frame: Frame): string =>
  `${frame.seq}.${frame.sub} ${frame.event.kind}${frame.event.kind === 'fault' ? ` ${frame.event.message}` : ''}`;

const collect = async <T>(source: { forEach(next: (value: T) => void): Promise<void> }): Promise<T[]> => {
  const all: T[] = [];
  await source.forEach((value) => {
    all.push(value);
  });
  return all;
};

describe('run', () => {
  test('stamps events, passes derived ones before the next, ends with a barrier', async () => {
    const frames = await collect(backtest(compose(settings, counter, echo), rec('a', 'b')));
    expect(frames.map(place)).toEqual(['1.0 link', '1.1 fault a', '2.0 link', '2.1 fault b', '3.0 barrier']);
    expect(frames.map((frame) => frame.count)).toEqual([1, 1, 2, 2, 2]);
    expect(frames.at(-1)?.snapshot).toEqual({ counter: { count: 2 }, echo: null });
    expect(frames.map((frame) => frame.ts)).toEqual([1_000, 1_000, 1_001, 1_001, 1_001]);
  });

  test('an event offered while another is handled comes after it and after what it derived', async () => {
    const replies: Driver = {
      name: 'replies',
      connect: ({ events$ }) => {
        const out = new Subject<OutsideEvent>();
        events$.subscribe(({ event, sub }) => {
          if (event.kind === 'link' && event.reason === 'a' && sub === 0) out.next(link('reply'));
        });
        return out;
      },
    };
    const frames = await collect(
      backtest(compose(settings, counter, echo), rec('a', 'b'), { drivers: [replies] }),
    );
    expect(frames.map(place)).toEqual([
      '1.0 link',
      '1.1 fault a',
      '2.0 link',
      '2.1 fault reply',
      '3.0 link',
      '3.1 fault b',
      '4.0 barrier',
    ]);
  });

  test('re-enacts its journal to the same frames', async () => {
    const core = compose(settings, counter, echo);
    const journal = new MemoryJournal();
    const first = await collect(backtest(core, rec('a', 'b', 'c'), { journal, barrierEvery: 2 }));
    const again = await collect(reenact(core, journal.source()));
    expect(again).toEqual(first);
  });

  test('goes on from any snapshot as if it had never stopped', async () => {
    const core = compose(settings, counter, echo);
    const whole = backtest(core, rec('a', 'b', 'c', 'd', 'e'), { barrierEvery: 2 });
    const snapshots: Parameters<typeof run>[1]['restore'][] = [];
    whole.snapshots$.subscribe((snapshot) => snapshots.push(snapshot));
    const frames = await collect(whole);
    for (const restore of snapshots.slice(0, -1)) {
      if (restore === undefined) throw new Error('no snapshot');
      const rest = await collect(backtest(core, rec('a', 'b', 'c', 'd', 'e'), { barrierEvery: 2, restore }));
      expect(rest).toEqual(frames.filter((frame) => frame.seq > restore.seq));
    }
    expect(snapshots.length).toBeGreaterThan(2);
  });
});
