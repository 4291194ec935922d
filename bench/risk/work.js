// @ts-check
import { nanosecondsEach } from '../harness/measure.js';
import { desk, INSTRUMENTS } from './desk.js';

const START = 1_800_000_000_000;

/** Nanoseconds of one pass. @param {{ what: 'no risk' | 'no rules' | 'all rules', event: 'quote' | 'order', count: number }} task */
export function work({ what, event, count }) {
  const running = desk(what);
  let seq = 0;
  let verdicts = 0;
  const pass = (/** @type {any} */ passed) => {
    verdicts += running.pass(++seq, 0, START + seq, passed).verdicts?.length ?? 0;
    while (running.context.takeDerived() !== undefined);
  };
  for (const { id } of INSTRUMENTS) pass(quoteOf(id, 0));
  for (const { venue } of INSTRUMENTS) {
    const balances = [{ currency: 'USD', free: '1000000', locked: '0' }];
    pass({ kind: 'account', venue, venueTime: START, balances });
    // Something is held, so that rules which look after every event have something to look at.
    pass(heldAt(venue));
  }
  const quotes = Array.from({ length: 64 }, (_, at) => quoteOf(INSTRUMENTS[at % 3]?.id, at % 7));
  const order = { kind: 'timer', name: 'order', due: START };
  const each = nanosecondsEach(
    (from, to) => {
      for (let at = from; at < to; at++) pass(event === 'order' ? order : quotes[at & 63]);
    },
    { warmUp: Math.floor(count / 2), count },
  );
  if (what !== 'no risk' && event === 'order' && verdicts === 0) throw new Error('no order was judged');
  return { each };
}

/** @param {any} instrument @param {number} ticks */
const quoteOf = (instrument, ticks) => ({
  kind: 'quote',
  instrument,
  venueTime: START,
  bidPrice: 9_990 + ticks,
  bidQuantity: 1_000,
  askPrice: 10_000 + ticks,
  askQuantity: 1_000,
  updateId: -1,
});

/** @param {string} venue */
const heldAt = (venue) => ({
  kind: 'report',
  type: 'fill',
  venue,
  instrument: INSTRUMENTS.find((one) => one.venue === venue)?.id,
  clientOrderId: 'before',
  venueTime: START,
  executionId: venue,
  side: 'buy',
  price: 10_000,
  quantity: 1_000,
  liquidity: 'taker',
  fee: '0',
  feeCurrency: 'USD',
});
