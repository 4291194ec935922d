// @ts-check
import { compose, stage } from 'millrace';
import { bytesEach, nanosecondsEach } from '../harness/measure.js';
import { pollute } from '../harness/pollute.js';

/** @param {number} index */
const first = (index) =>
  stage({
    name: `first${index}`,
    adds: { turn: 0 },
    init: () => null,
    step: (_state, frame) => {
      frame.turn = frame.seq & 7;
    },
    save: () => null,
    restore: () => null,
  });

/** A stage that merely counts what passes, so that it cannot be left out. @param {number} index */
const passThrough = (index) =>
  stage({
    name: `pass${index}`,
    adds: {},
    init: () => ({ passed: 0 }),
    step: (state, /** @type {any} */ frame) => {
      state.passed += frame.turn;
    },
    save: ({ passed }) => ({ passed }),
    restore: (saved) => /** @type {any} */ (saved),
  });

/** @param {number} stages */
function chain(stages) {
  const parts = [first(0), ...Array.from({ length: stages }, (_, index) => passThrough(index))];
  const core = /** @type {any} */ (compose)({ name: `chain${stages}`, instruments: [] }, ...parts);
  const running = core.start({ development: false });
  let seen = 0;
  return {
    play: (/** @type {number} */ from, /** @type {number} */ to) => {
      for (let seq = from; seq < to; seq++) {
        seen += running.pass(seq, 0, 1_770_000_000_000.5 + seq, { kind: 'timer', name: 'a', due: 0 }).turn;
      }
    },
    seen: () => seen,
  };
}

/** @param {{ variant: string, measure: 'time' | 'bytes', quick?: boolean, warmUp: number, count: number }} task */
export async function work({ variant, measure, quick, warmUp, count }) {
  const polluted = pollute(quick);
  const stages = Number(variant);
  // Other lengths of the same stages first: what V8 learns of a stage is shared by all its chains.
  let others = 0;
  for (const other of [3, 6, stages]) {
    const { play, seen } = chain(other);
    play(0, 20_000);
    others += seen();
  }
  const { play, seen } = chain(stages);
  const size = { warmUp, count };
  const each = measure === 'time' ? nanosecondsEach(play, size) : await bytesEach(play, size);
  return { each, seen: seen() + others + polluted };
}
