// @ts-check
import { compose, run } from 'millrace';
import { breakdown, figures, monitor } from 'millrace/monitoring';
import { NEVER, Subject } from 'rxjs';
import { decisionStages } from '../reference/decision-stages.js';
import { digest, mix } from '../reference/digest.js';
import { quoteOf, table } from '../reference/events.js';
import { featureStages, kernelStage, nothing } from '../reference/feature-stages.js';

/**
 * What the ledger of a desk puts on every frame: a view of the portfolio, and the profit.
 *
 * @param {import('../reference/portfolio-kernel.js').Portfolio} desk
 */
function ledgerOf(desk) {
  const { positions, marks, totals } = desk;
  const at = (/** @type {Int32Array | Float64Array} */ array, /** @type {number} */ index) =>
    /** @type {number} */ (array[index]);
  const exposure = (/** @type {string | undefined} */ venue) => {
    let sum = 0;
    for (let index = 0; index < positions.length; index++)
      if (venue === undefined || table.at(index).definition.venue === venue)
        sum += Math.abs(at(positions, index)) * at(marks, index);
    return sum;
  };
  return {
    reportingCurrency: 'USD',
    exposure,
    fundingReceived: () => 0,
    interest: () => 0,
    convert: (/** @type {number} */ amount) => amount,
    dayProfit: () => at(totals, 0),
    agents: () => AGENTS,
    agentProfit: () => at(totals, 0) / 4,
    venueProfit: () => at(totals, 0) / 2,
    position: (/** @type {number} */ index) => at(positions, index),
    realised: () => 0,
    unrealised: (/** @type {number} */ index) => at(positions, index) * at(marks, index),
    funding: () => 0,
  };
}

/** Ticks from one order to the next. */
const ORDER_EVERY = 60;

/** In place of the reference pipeline's own, whose pauses end with time: orders at a steady rate, that have all of an order, since they are measured. */
const dispatch = (/** @type {boolean} */ orders) =>
  kernelStage(
    'dispatch',
    {},
    () => ({ made: 0, ticks: 0 }),
    (state, { event, instrument, seq }, context) => {
      if (!orders || event.kind !== 'quote' || ++state.ticks % ORDER_EVERY !== 0) return;
      const { id, definition } = context.instruments.at(instrument);
      const order = {
        clientOrderId: `bench-${++state.made}`,
        venue: definition.venue,
        instrument: id,
        side: seq % 7 < 4 ? 'buy' : 'sell',
        type: 'limit',
        timeInForce: 'ioc',
        price: 100_000,
        quantity: 3,
        arrivalMid: 1_000,
        attribution: [{ agent: AGENTS[seq & 3], quantity: 3 }],
      };
      context.derive({ kind: 'submitted', order });
    },
  );

/** The word of a venue that an order was filled. @param {any} order */
const fillOf = ({ clientOrderId, venue, instrument, side, quantity, price }) => ({
  kind: 'report',
  type: 'fill',
  venue,
  instrument,
  venueTime: 0,
  clientOrderId,
  executionId: clientOrderId,
  side,
  price,
  quantity,
  fee: '0',
  feeCurrency: 'USD',
  liquidity: 'taker',
});

/** Unix milliseconds. */
const START = 1_770_000_000_000;

const AGENTS = ['one', 'two', 'three', 'four'];

/** What of monitoring is at work: parts of the chain, the measurement of stages, the stamps of events, the tap. */
const VARIANTS = {
  bare: {},
  everything: { breakdown: true, probe: true, tap: true },
  breakdown: { breakdown: true },
  probe: { probe: true },
  tap: { tap: true },
  figures: { figures: true },
};

/** @typedef {keyof typeof VARIANTS} Variant */

/**
 * The reference pipeline as `composed` has it, its frames given to a subscriber, with some of monitoring or none.
 *
 * @param {import('../reference/columns.js').Columns} columns
 * @param {Variant} variant
 * @param {boolean} orders whether orders are made; without, every tick is a quiet one
 */
export function monitored(columns, variant, orders) {
  const used = /** @type {Record<string, boolean | undefined>} */ (VARIANTS[variant]);
  const { front, back, desk, risk } = decisionStages();
  const view = ledgerOf(desk);
  const ledger = kernelStage(
    'ledger',
    { ledger: undefined, profit: Number.NaN },
    nothing,
    (_state, frame) => {
      frame.ledger = view;
      frame.profit = desk.totals[0];
    },
  );
  const core = /** @type {any} */ (compose)(
    { name: 'reference', instruments: table },
    front,
    ledger,
    ...featureStages(),
    ...back.slice(0, -1),
    dispatch(orders),
    ...(used['figures'] ? [figures()] : []),
    ...(used['breakdown'] ? [breakdown()] : []),
  );
  const watch = monitor({ instruments: table, parts: core.parts, capital: 1_000_000, process: false });
  let sum = 0;
  /** @type {any[]} */
  const sent = [];
  // As a live clock stamps events at this pace: whole milliseconds, of which each has thousands of them.
  let now = START;
  /** @type {any} */
  let target;
  const clock = {
    mode: /** @type {const} */ ('replay'),
    now: () => now,
    schedule: () => () => {},
    start: (/** @type {any} */ given) => {
      target = given;
      return () => {};
    },
  };
  const { every, now: read, took, accepted, passed } = watch.probe;
  const probe = {
    every: used['probe'] ? every : 2 ** 30,
    now: read,
    took,
    ...(used['probe'] ? { accepted } : {}),
    ...(used['tap'] ? { passed } : {}),
  };
  const probed = used['tap'] || used['probe'] ? { probe } : {};
  run(core, { clock, development: false, ...probed }).subscribe({
    next: (/** @type {any} */ frame) => {
      if (frame.event.kind === 'submitted') sent.push(frame.event.order);
      if (frame.sub !== 0 || frame.event.kind !== 'quote') return;
      sum = mix(sum, frame.targets, frame.instrument, frame.approved);
    },
    error: (error) => {
      throw error;
    },
  });
  // Orders leave at once, as for a gate that waits for nobody.
  /** @type {Subject<any>} */
  const commands$ = new Subject();
  if (used['probe']) watch.driver.connect(/** @type {any} */ ({ commands$, leading$: NEVER })).subscribe();
  /** @param {number} from @param {number} to */
  const play = (from, to) => {
    for (let row = from; row < to; row++) {
      if ((row & 4_095) === 0) now++;
      target.offerRecorded(quoteOf(columns, row));
      while (sent.length > 0) {
        const order = sent.pop();
        commands$.next({ kind: 'submit', order });
        target.offerRecorded(/** @type {any} */ (fillOf(order)));
      }
    }
  };
  return {
    play,
    // Whoever reads a metric has what was noted counted.
    settle: () => watch.metrics.families[0]?.series,
    digest: () => digest(sum, desk, risk.denied),
  };
}
