// @ts-check
import { nanosecondsEach } from '../harness/measure.js';
import { desk, INSTRUMENTS } from './desk.js';

const START = 1_800_000_000_000;
const LEVELS = 20;

/**
 * Nanoseconds of one pass.
 *
 * @param {{ what: Parameters<typeof desk>[0], event: 'quote' | 'trade' | 'intent', count: number }} task
 */
export function work({ what, event, count }) {
  let running = desk(what);
  let seq = 0;
  let proposals = 0;
  const pass = (/** @type {any} */ passed) => {
    proposals += running.pass(++seq, 0, START + seq * 0.001, passed).proposals?.length ?? 0;
    while (running.context.takeDerived() !== undefined);
  };
  const begin = () => {
    running = desk(what);
    for (const { id } of INSTRUMENTS) pass(bookOf(id));
    if (what === 'smartRouting with a parent') pass(INTENT);
  };
  begin();
  const trade = {
    kind: 'trade',
    instrument: INSTRUMENTS[0]?.id,
    venueTime: START,
    price: 10_000,
    quantity: 1,
    aggressor: 'buy',
    tradeId: '',
  };
  const deltas = Array.from({ length: 64 }, (_, at) => deltaOf(INSTRUMENTS[at % 3]?.id, 1 + (at % 7)));
  const each = nanosecondsEach(
    (from, to) => {
      for (let at = from; at < to; at++) {
        if (event === 'intent') {
          // Nobody judges the proposals of the one before: the desk is begun anew, outside of what is measured by the difference.
          begin();
          pass(INTENT);
        } else pass(event === 'trade' ? trade : deltas[at & 63]);
      }
    },
    { warmUp: Math.floor(count / 2), count },
  );
  if (event === 'intent' && what !== 'no routing' && proposals === 0) throw new Error('nothing was proposed');
  return { each };
}

const INTENT = { kind: 'timer', name: 'intent', due: START };

/** @param {any} instrument */
const bookOf = (instrument) => ({
  kind: 'book',
  instrument,
  venueTime: START,
  action: 'snapshot',
  first: -1,
  last: -1,
  previous: -1,
  bids: Array.from({ length: LEVELS }, (_, level) => [9_999 - level, 1_000]).flat(),
  asks: Array.from({ length: LEVELS }, (_, level) => [10_001 + level, 1_000]).flat(),
});

/** @param {any} instrument @param {number} lots */
const deltaOf = (instrument, lots) => ({
  kind: 'book',
  instrument,
  venueTime: START,
  action: 'delta',
  first: -1,
  last: -1,
  previous: -1,
  bids: [9_990, lots],
  asks: [],
});
