import { from, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Driver } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import { type PipelineRun, run } from '../../src/core/run.js';
import type { RunOptions } from '../../src/core/run-options.js';
import type { Snapshot } from '../../src/core/snapshot.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { counter, link, nameOf } from './support.js';

const pipeline = () => compose({ name: 'desk', instruments: [] }, counter);

/** Says some words as soon as it is connected. */
const mouth = (...words: readonly string[]): Driver => ({
  name: 'mouth',
  connect: () => from(words.map((word) => link(word))),
});

function start(options: Partial<RunOptions>): {
  readonly run: PipelineRun<Frame>;
  readonly seen: string[];
  readonly log: readonly SequencedEvent[];
  readonly last: () => Snapshot;
} {
  const seen: string[] = [];
  const journal = new MemoryJournal();
  const running = run(pipeline(), { clock: liveClock(new VirtualTimeScheduler()), journal, ...options });
  let last: Snapshot | undefined;
  running.snapshots$.subscribe((snapshot) => {
    last = snapshot;
  });
  running.subscribe((frame) => seen.push(nameOf(frame)));
  return { run: running, seen, log: journal.events, last: () => last as Snapshot };
}

function snapshot(): Snapshot {
  const first = start({ drivers: [mouth('a')] });
  first.run.stop();
  return first.last();
}

test('a live run that goes on from a snapshot says so first: time has passed without it', () => {
  const restore = snapshot();
  const again = start({ restore, drivers: [mouth('b')] });
  expect(again.seen).toEqual(['epoch', 'b']);
  expect(again.log[0]).toMatchObject({
    seq: restore.seq + 1,
    event: { kind: 'epoch', epoch: 0, leader: 'desk' },
  });
  again.run.stop();
  // A fresh start is none.
  expect(start({ drivers: [mouth('b')] }).seen).toEqual(['b']);
});

test('what waited when the snapshot was taken comes before the mark: it was heard before', () => {
  const restore = { ...snapshot(), inbox: [link('waited')] };
  expect(start({ restore, drivers: [mouth('b')] }).seen).toEqual(['waited', 'epoch', 'b']);
});

test('a follower is no restart, nor is a run whose drivers know where they stood', () => {
  const restore = snapshot();
  expect(start({ restore, role: 'follower', drivers: [mouth('b')] }).seen).toEqual([]);
  expect(start({ restore, restarted: false, drivers: [mouth('b')] }).seen).toEqual(['b']);
});
