import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { LateViewError, liveView } from '../../src/core/live-view.js';
import { stage } from '../../src/core/stage.js';
import { link } from './support.js';

class Counted {
  count = 0;

  read(times = 1): number {
    return this.count * times;
  }
}

const counting = stage<Frame, { view: Counted }, Counted>({
  name: 'counting',
  adds: { view: undefined as unknown as Counted },
  init: () => new Counted(),
  step: (state, frame, context) => {
    state.count++;
    frame.view = liveView(context, 'frame.view', state);
  },
  save: () => null,
  restore: () => new Counted(),
});

test('a method that was taken off a live view in time throws when it is called too late', () => {
  const taken: ((times?: number) => number)[] = [];
  const core = compose(
    { instruments: [] },
    counting,
    stage<Frame & { view: Counted }, object, null>({
      name: 'taker',
      adds: {},
      init: () => null,
      step: (_state, { view }) => {
        const { read } = view;
        expect(read(2)).toBe(2 * view.count);
        taken.push(read);
      },
      save: () => null,
      restore: () => null,
    }),
  ).start();
  core.pass(1, 0, 1, link('a'));
  expect(taken[0]).toThrow(LateViewError);
  core.pass(2, 0, 2, link('b'));
  expect(taken[0]).toThrow(/^frame\.view\.read was used after its pass/);
});
