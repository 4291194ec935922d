// @ts-check
import { compose, run } from 'millrace';
import { FrameLoop } from '../../dist/core/frame-loop.js';
import { decisionStages } from './decision-stages.js';
import { digest, mix } from './digest.js';
import { quoteOf, table } from './events.js';
import { featureStages } from './feature-stages.js';

/** The desk as a chain of sixteen fine stages. */
function chain() {
  const { front, back, ...states } = decisionStages();
  const core = /** @type {any} */ (compose)(
    { name: 'reference', instruments: table },
    front,
    ...featureStages(),
    ...back,
  );
  let sum = 0;
  /** @param {any} frame */
  const take = (frame) => {
    if (frame.sub !== 0 || frame.event.kind !== 'quote') return;
    sum = mix(sum, frame.targets, frame.instrument, frame.approved);
  };
  return {
    core,
    take,
    digest: () => digest(sum, states.desk, states.risk.denied),
    joins: () => states.joins.map(({ evaluations }) => evaluations),
  };
}

/**
 * Sixteen stages in the core's own loop of passes: each row becomes an event, each event a frame, and what the frame
 * derives (an order on its way) passes before the next. This is what `run` and `reenact` do for each logged event.
 *
 * @param {import('./columns.js').Columns} columns
 */
export function composed(columns) {
  const { core, take, ...rest } = chain();
  const loop = new FrameLoop(
    core,
    {
      frame: take,
      unseen: () => {},
      failed: (_component, _code, error) => {
        throw error;
      },
    },
    { development: false },
  );
  /** @param {number} from @param {number} to */
  const play = (from, to) => {
    for (let row = from; row < to; row++) {
      loop.accept(row + 1, /** @type {number} */ (columns.ts[row]), quoteOf(columns, row));
    }
  };
  return { play, ...rest };
}

/**
 * The same chain under `run`: a clock that plays the rows, the sequencer, the gate, and a subscriber to the frames.
 *
 * @param {import('./columns.js').Columns} columns
 */
export function underRun(columns) {
  const { core, take, ...rest } = chain();
  // A double in a closure's variable would be a new object, and a write barrier, for each row.
  const now = new Float64Array(1);
  /** @type {any} */
  let target;
  const clock = {
    mode: /** @type {const} */ ('replay'),
    now: () => /** @type {number} */ (now[0]),
    schedule: () => () => {},
    start: (/** @type {any} */ given) => {
      target = given;
      return () => {};
    },
  };
  run(core, { clock, development: false }).subscribe({
    next: take,
    error: (error) => {
      throw error;
    },
  });
  /** @param {number} from @param {number} to */
  const play = (from, to) => {
    for (let row = from; row < to; row++) {
      now[0] = /** @type {number} */ (columns.ts[row]);
      target.offerRecorded(quoteOf(columns, row));
    }
  };
  return { play, ...rest };
}
