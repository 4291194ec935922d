import { setTimeout as pause } from 'node:timers/promises';
import { concatMap, delay, filter, map, mergeMap, type OperatorFunction, of, take, tap } from 'rxjs';
import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import type { PipelineRun } from '../../src/core/run.js';
import { unsafe } from '../../src/core/unsafe.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { act, btc, collect, counter, links, listener, nameOf } from './support.js';

const settings = { instruments: [] };
const isLink = (frame: Frame): boolean => frame.event.kind === 'link';

test('an operator that lets each frame out once, at once, works, and its neighbours with it', async () => {
  const seen: string[] = [];
  const core = compose(
    settings,
    counter,
    unsafe(
      'spy',
      tap((frame) => seen.push(nameOf(frame))),
    ),
    act('after', () => undefined),
  );
  const frames = await collect(backtest(core, links('a', 'b')));
  expect(seen).toEqual(['a', 'b', 'barrier']);
  expect(frames.map(({ count }) => count)).toEqual([1, 2, 2]);
  expect(frames.at(-1)?.snapshot).toEqual({ counter: { count: 2 }, after: null });
});

const culprits: [string, OperatorFunction<Frame & { count: number }, Frame & { count: number }>, RegExp][] = [
  ['swallows a frame', filter((frame) => nameOf(frame) !== 'b'), /left 0 times/],
  ['completes', take(1), /left 0 times/],
  ['doubles a frame', mergeMap((frame) => (nameOf(frame) === 'b' ? of(frame, frame) : of(frame))), /once/],
  [
    'delays a frame',
    concatMap((frame) => (nameOf(frame) === 'b' ? of(frame).pipe(delay(1)) : of(frame))),
    /left 0 times/,
  ],
  [
    'throws',
    map((frame) => {
      if (nameOf(frame) === 'b') throw new Error('oops');
      return frame;
    }),
    /oops/,
  ],
];

test.each(culprits)('one that %s halts the pipeline, by its name', async (_name, operator, message) => {
  const late: string[] = [];
  const { driver: ears, commands } = listener();
  const journal = new MemoryJournal();
  const core = compose(
    settings,
    counter,
    unsafe('culprit', operator),
    act('after', (frame) => {
      late.push(nameOf(frame));
    }),
  );
  const pipeline: PipelineRun<Frame> = backtest(core, links('a', 'b', 'c'), { drivers: [ears], journal });
  const frames = await collect(pipeline);
  expect(pipeline.halted).toMatchObject({ component: 'culprit', code: 'threw' });
  expect(pipeline.halted?.message).toMatch(/^culprit failed at \(2, 0\), a link event/);
  expect(pipeline.halted?.message).toMatch(message);
  expect(frames.filter(isLink).map(nameOf)).toEqual(['a']);
  expect(commands).toEqual([]);
  // Later events are still in the log.
  expect(journal.events.map(({ event }) => nameOf({ event }))).toEqual(['a', 'b', 'fault', 'c', 'barrier']);
  const seen = [...late];
  await pause(10);
  // What comes out late reaches no stage any more.
  expect(late).toEqual(seen);
});

test('what a stage asks for behind an operator that copies frames is not lost', async () => {
  const core = compose(
    settings,
    unsafe(
      'copy',
      map((frame: Frame) => ({ ...frame })),
    ),
    act('curious', (frame, context) => {
      if (isLink(frame)) context.request({ kind: 'ask', what: 'book', venue: 'v', instrument: btc.id });
    }),
  );
  const { driver: ears, commands } = listener();
  const frames = await collect(backtest(core, links('a'), { drivers: [ears] }));
  expect(frames[0]?.requests).toHaveLength(1);
  expect(commands.map(({ kind }) => kind)).toEqual(['ask']);
});
