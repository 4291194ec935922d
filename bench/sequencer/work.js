// @ts-check

import { compose, pure, run } from 'millrace';
import { Observable } from 'rxjs';
import { Sequencer } from '../../dist/core/sequencer.js';
import { nanosecondsEach } from '../harness/measure.js';
import { pollute } from '../harness/pollute.js';

/** @param {number} index */
const trade = (index) => ({
  kind: /** @type {const} */ ('trade'),
  instrument: /** @type {any} */ (`A${index & 15}`),
  venueTime: 1_770_000_000_000.5 + index,
  price: index & 1_023,
  quantity: 1,
  aggressor: /** @type {const} */ ('buy'),
  tradeId: '',
});

/** A sequencer whose log is summed up. */
function sequencer() {
  let now = 0;
  let seen = 0;
  const made = new Sequencer({
    now: () => now++,
    accept: ({ seq, event }) => {
      seen += seq + /** @type {any} */ (event).price;
    },
    halt: (_code, message) => {
      throw new Error(message);
    },
  });
  return { made, seen: () => seen };
}

const RING = Array.from({ length: 1_024 }, (_, index) => trade(index));

/** @type {Record<string, () => { play: (from: number, to: number) => void, seen: () => number }>} */
const VARIANTS = {
  'offered one by one': () => {
    const { made, seen } = sequencer();
    const play = (/** @type {number} */ from, /** @type {number} */ to) => {
      for (let index = from; index < to; index++) made.offer(/** @type {any} */ (RING[index & 1_023]));
    };
    return { play, seen };
  },
  'in bursts of 1024': () => {
    const { made, seen } = sequencer();
    const play = (/** @type {number} */ from, /** @type {number} */ to) => {
      for (let index = from; index < to; index += 1_024) made.offerAll(RING);
    };
    return { play, seen };
  },
  'run with 0 drivers that listen': () => fanOut(0),
  'run with 8 drivers that listen': () => fanOut(8),
  'array loop over 8 functions': () => {
    let seen = 0;
    const listeners = Array.from({ length: 8 }, (_, place) => (/** @type {any} */ { seq }) => {
      seen += seq + place;
    });
    const play = (/** @type {number} */ from, /** @type {number} */ to) => {
      for (let index = from; index < to; index++) {
        const logged = { seq: index, sub: 0, ts: index, event: RING[index & 1_023] };
        for (const listener of listeners) listener(logged);
      }
    };
    return { play, seen: () => seen };
  },
};

/** A run whose drivers hear every event. @param {number} drivers */
function fanOut(drivers) {
  let seen = 0;
  /** @type {any} */
  let target;
  let now = 0;
  const clock = {
    mode: /** @type {const} */ ('replay'),
    now: () => now,
    schedule: () => () => {},
    start: (/** @type {any} */ given) => {
      target = given;
      return () => {};
    },
  };
  run(
    compose(
      { instruments: [] },
      pure('turn', ({ seq }) => seq & 7, 0),
    ),
    {
      clock,
      development: false,
      drivers: Array.from({ length: drivers }, (_, place) => ({
        name: `listener${place}`,
        connect: (/** @type {any} */ { events$ }) =>
          new Observable(() =>
            events$.subscribe((/** @type {any} */ { seq }) => {
              seen += seq + place;
            }),
          ),
      })),
    },
  ).subscribe(({ turn }) => {
    seen += turn;
  });
  const play = (/** @type {number} */ from, /** @type {number} */ to) => {
    for (let index = from; index < to; index++) {
      now = index;
      target.offerRecorded(RING[index & 1_023]);
    }
  };
  return { play, seen: () => seen };
}

/** @param {{ variant: string, quick?: boolean, warmUp: number, count: number }} task */
export function work({ variant, quick, warmUp, count }) {
  const polluted = pollute(quick);
  const { play, seen } = /** @type {() => any} */ (VARIANTS[variant])();
  const each = nanosecondsEach(play, { warmUp, count });
  return { each, seen: seen() + polluted };
}
