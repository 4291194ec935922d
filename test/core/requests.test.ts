import { map } from 'rxjs';
import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { pure } from '../../src/core/pure.js';
import { unsafe } from '../../src/core/unsafe.js';
import { type ActContext, act, link } from './support.js';

const asking = (name: string, times: number) =>
  act(name, (frame, context) => {
    for (let time = 1; time <= times; time++)
      context.request({ kind: 'timer', name: `${name}${time}`, due: frame.seq });
  });
const namesOf = (requests: readonly { kind: string }[]): string =>
  requests.map((request) => (request as { kind: string; name: string }).name).join(' ');
const seen = (field: 'first' | 'second') => pure(field, ({ requests }) => namesOf(requests), '');

const chains = {
  linked: compose({ instruments: [] }, asking('a', 2), seen('first'), asking('b', 1), seen('second')),
  'with an operator that copies': compose(
    { instruments: [] },
    asking('a', 2),
    seen('first'),
    unsafe(
      'copy',
      map((frame) => ({ ...frame })),
    ),
    asking('b', 1),
    seen('second'),
  ),
};

test.each(Object.entries(chains))(
  'what a stage asks for is on the frame that the next one sees: %s',
  (_, core) => {
    const running = core.start();
    for (const seq of [1, 2]) {
      const { first, second, requests } = running.pass(seq, 0, seq, link('x'));
      expect([first, second, namesOf(requests)]).toEqual(['a1 a2', 'a1 a2 b1', 'a1 a2 b1']);
      expect(requests.every((request) => request.kind === 'timer' && request.due === seq)).toBe(true);
    }
  },
);

test('a barrier asks as well, and each frame keeps what was asked in its own pass', () => {
  const running = compose({ instruments: [] }, asking('a', 1)).start();
  const barrier = running.pass(1, 0, 1, { kind: 'barrier', id: 'b' });
  const after = running.pass(2, 0, 2, link('x'));
  expect(barrier.requests).toEqual([{ kind: 'timer', name: 'a1', due: 1 }]);
  expect(after.requests).toEqual([{ kind: 'timer', name: 'a1', due: 2 }]);
});

test('what a stage asked for before it threw is on no later frame', () => {
  let failing = true;
  const running = compose(
    { instruments: [] },
    act('moody', (frame, context) => {
      if (!failing) return;
      context.request({ kind: 'timer', name: 'lost', due: frame.seq });
      throw new Error('oops');
    }),
    asking('b', 1),
  ).start();
  expect(() => running.pass(1, 0, 1, link('x'))).toThrow(/moody failed at \(1, 0\)/);
  failing = false;
  expect(namesOf(running.pass(2, 0, 2, link('x')).requests)).toBe('b1');
});

test('nobody asks between passes', () => {
  let kept: ActContext | undefined;
  const running = compose(
    { instruments: [] },
    act('keeps', (_frame, context) => {
      kept = context;
    }),
  ).start();
  running.pass(1, 0, 1, link('x'));
  expect(() => kept?.request({ kind: 'timer', name: 'late', due: 1 })).toThrow(/only while a frame passes/);
});

test.each([0, 3, 4, 8])('a chain of nine stages names the one that threw: number %i', (place) => {
  const parts = Array.from({ length: 9 }, (_, index) =>
    act(`s${index}`, () => {
      if (index === place) throw new Error('oops');
    }),
  );
  const core = (compose as (settings: object, ...parts: unknown[]) => ReturnType<typeof compose>)(
    { instruments: [] },
    ...parts,
  );
  expect(() => core.start().pass(1, 0, 1, link('x'))).toThrow(`s${place} failed at (1, 0)`);
});
