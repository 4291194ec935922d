// @ts-check
import { compose } from 'millrace';
import { breakdown, figures, monitor } from 'millrace/monitoring';
import { NEVER, Observable, Subject } from 'rxjs';
import { FrameLoop } from '../../dist/core/frame-loop.js';
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

/** As the reference pipeline's own, with orders that have all of an order: they are measured. */
const dispatch = (/** @type {boolean} */ orders) =>
  kernelStage(
    'dispatch',
    {},
    () => ({ made: 0 }),
    (state, { approved, venue, seq }, context) => {
      if (approved === 0 || !orders) return;
      const { id, definition } = context.instruments.at(venue);
      const order = {
        clientOrderId: `bench-${++state.made}`,
        venue: definition.venue,
        instrument: id,
        side: approved > 0 ? 'buy' : 'sell',
        type: 'limit',
        timeInForce: 'ioc',
        price: 100_000,
        quantity: approved,
        arrivalMid: 1_000,
        attribution: [{ agent: AGENTS[seq & 3], quantity: approved }],
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
  quantity: Math.abs(quantity),
  fee: '0',
  feeCurrency: 'USD',
  liquidity: 'taker',
});

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
    ...(used['breakdown'] ? [breakdown({ every: 5_000 })] : []),
  );
  const watch = monitor({ instruments: table, parts: core.parts, capital: 1_000_000, process: false });
  let sum = 0;
  let seq = 0;
  /** @type {any[]} */
  const sent = [];
  /** @type {any} */
  let frames;
  const frames$ = new Observable((subscriber) => {
    frames = subscriber;
  });
  frames$.subscribe((/** @type {any} */ frame) => {
    if (frame.event.kind === 'submitted') sent.push(frame.event.order);
    if (frame.sub !== 0 || frame.event.kind !== 'quote') return;
    sum = mix(sum, frame.targets, frame.instrument, frame.approved);
  });
  const loop = new FrameLoop(
    core,
    {
      frame: used['tap']
        ? (frame) => {
            watch.probe.passed?.(frame);
            frames.next(frame);
          }
        : (frame) => frames.next(frame),
      unseen: () => {},
      failed: (_component, _code, error) => {
        throw error;
      },
    },
    { development: false, ...(used['probe'] ? { probe: watch.probe } : {}) },
  );
  // Orders leave at once, as for a gate that waits for nobody.
  /** @type {Subject<any>} */
  const commands$ = new Subject();
  if (used['probe']) watch.driver.connect(/** @type {any} */ ({ commands$, leading$: NEVER })).subscribe();
  const accepted = used['probe'] ? watch.probe.accepted : undefined;
  /** @param {number} from @param {number} to */
  const play = (from, to) => {
    for (let row = from; row < to; row++) {
      const ts = /** @type {number} */ (columns.ts[row]);
      // The stamp of a live clock: whole milliseconds, of which each has thousands of events here.
      const stamp = Math.floor(row / 4_096);
      seq++;
      accepted?.(seq, stamp);
      loop.accept(seq, ts, quoteOf(columns, row));
      while (sent.length > 0) {
        const order = sent.pop();
        commands$.next({ kind: 'submit', order });
        seq++;
        accepted?.(seq, stamp);
        loop.accept(seq, ts, /** @type {any} */ (fillOf(order)));
      }
    }
  };
  return { play, digest: () => digest(sum, desk, risk.denied), events: () => seq };
}
