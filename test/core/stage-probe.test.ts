import { map } from 'rxjs';
import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { pure } from '../../src/core/pure.js';
import type { StageProbe } from '../../src/core/stage-probe.js';
import { unsafe } from '../../src/core/unsafe.js';
import { ConfigurationError } from '../../src/domain/errors.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { act, collect, links } from './support.js';

/** A clock that a stage moves on itself, and what was measured on it. */
function measured(every: number) {
  const clock = { ms: 0 };
  const seen: [part: number, milliseconds: number][] = [];
  const probe: StageProbe = {
    every,
    now: () => clock.ms,
    took: (part, milliseconds) => seen.push([part, milliseconds]),
  };
  return { clock, seen, probe };
}

const slow = (name: string, clock: { ms: number }, milliseconds: number) =>
  act(name, () => {
    clock.ms += milliseconds;
  });

test('every so many frames, each part tells how long it took', async () => {
  const { clock, seen, probe } = measured(2);
  const core = compose(
    { name: 'probed', instruments: [] },
    slow('one', clock, 3),
    pure('length', ({ event }) => event.kind.length, 0),
    slow('two', clock, 5),
  );
  const run = backtest(core, links('a', 'b', 'c', 'd'), { probe });
  const frames = await collect(run);
  // Four links and the barrier at the end: the second and the fourth are measured.
  expect(frames).toHaveLength(5);
  expect(seen).toEqual([
    [0, 3],
    [1, 0],
    [2, 5],
    [0, 3],
    [1, 0],
    [2, 5],
  ]);
});

test('each frame that came out of the chain is shown before a subscriber has it', async () => {
  const { probe } = measured(1_000);
  const order: string[] = [];
  const core = compose(
    { name: 'probed', instruments: [] },
    act('one', () => undefined),
  );
  const run = backtest(core, links('a', 'b'), {
    probe: { ...probe, passed: ({ seq, event }) => order.push(`probe ${seq} ${event.kind}`) },
  });
  await run.forEach(({ seq, event }) => {
    order.push(`subscriber ${seq} ${event.kind}`);
  });
  expect(order).toEqual([
    'probe 1 link',
    'subscriber 1 link',
    'probe 2 link',
    'subscriber 2 link',
    'probe 3 barrier',
    'subscriber 3 barrier',
  ]);
});

test('an RxJS operator in the chain is passed by, the stages around it are measured', async () => {
  const { clock, seen, probe } = measured(1);
  const core = compose(
    { name: 'probed', instruments: [] },
    slow('one', clock, 3),
    unsafe(
      'operator',
      map((frame) => frame),
    ),
    slow('two', clock, 5),
  );
  await collect(backtest(core, links('a'), { probe }));
  expect(seen.slice(0, 2)).toEqual([
    [0, 3],
    [2, 5],
  ]);
});

test('a stage that throws in a measured pass is named, as ever', async () => {
  const { probe } = measured(1);
  const broken = act('broken', ({ event }) => {
    if (event.kind === 'link' && event.reason === 'b') throw new Error('no');
  });
  const run = backtest(compose({ name: 'probed', instruments: [] }, broken), links('a', 'b', 'c'), { probe });
  await collect(run);
  expect(run.halted).toMatchObject({ component: 'broken', code: 'threw' });
});

test('a pace that is no count is refused', () => {
  const { probe } = measured(0);
  expect(() =>
    backtest(
      compose(
        { name: 'probed', instruments: [] },
        act('idle', () => undefined),
      ),
      links('a'),
      { probe },
    ),
  ).toThrow(ConfigurationError);
});
