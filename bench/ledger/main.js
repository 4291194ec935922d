/**
 * The ledger's cost per event with few and with many open orders. `npm run build && node bench/ledger/main.js`
 *
 * One round is a market event, a mark, an order, its acknowledgement, a fill in part, a cancel and its confirmation,
 * while so many other orders rest. The cost must not grow with their number: the median of rounds is printed, and its
 * ratio to the smallest desk.
 */
import { InstrumentTable, instrument } from '../../dist/index.js';
import { Ledger } from '../../dist/operators/index.js';

const RESTING = [10, 1_000, 10_000];
const ROUNDS = 15;
const CYCLES = 2_000;
const EVENTS = 7;

const definition = instrument({
  venue: 'v',
  symbol: 'X',
  kind: 'perpetual',
  base: 'X',
  quote: 'USD',
  tick: '1',
  lot: '1',
});
const { id, venue } = definition;

/** @param {string} clientOrderId */
const submitted = (clientOrderId) => ({
  kind: 'submitted',
  order: {
    instrument: id,
    venue,
    clientOrderId,
    side: 'buy',
    type: 'limit',
    timeInForce: 'GTC',
    price: 100,
    quantity: 10,
    reduceOnly: false,
    postOnly: false,
    attribution: [{ agent: 'a', quantity: 10 }],
    arrivalMid: 100,
    requestTime: 0,
  },
});

/**
 * @param {string} clientOrderId
 * @param {object} more
 */
const report = (clientOrderId, more) => ({
  kind: 'report',
  venue,
  instrument: id,
  clientOrderId,
  venueTime: 0,
  reason: '',
  ...more,
});

/** @param {number} resting */
function desk(resting) {
  const ledger = new Ledger(new InstrumentTable([definition]), {
    reportingCurrency: 'USD',
    finishedOrders: 1_000,
    margin: { [venue]: { initial: 0.1, maintenance: 0.05 } },
  });
  for (let at = 0; at < resting; at++) {
    ledger.apply(submitted(`r${at}`), 0);
    ledger.apply(report(`r${at}`, { type: 'accepted' }), 0);
  }
  return ledger;
}

/**
 * @param {Ledger} ledger
 * @param {number} from
 */
function cycles(ledger, from) {
  const trade = {
    kind: 'trade',
    instrument: id,
    venueTime: 0,
    price: 100,
    quantity: 1,
    aggressor: 'buy',
    tradeId: '',
  };
  const started = process.hrtime.bigint();
  for (let at = from; at < from + CYCLES; at++) {
    const order = `o${at}`;
    ledger.apply(trade, at);
    ledger.mark(0, 100 + (at % 7));
    ledger.apply(submitted(order), at);
    ledger.apply(report(order, { type: 'accepted' }), at);
    const side = 'buy';
    ledger.apply(
      report(order, {
        type: 'fill',
        executionId: order,
        side,
        price: 100,
        quantity: 4,
        liquidity: 'maker',
        fee: '0.01',
        feeCurrency: 'USD',
      }),
      at,
    );
    ledger.apply({ kind: 'cancelRequested', clientOrderId: order, instrument: id, reason: '' }, at);
    ledger.apply(report(order, { type: 'canceled' }), at);
    ledger.reserved(venue, 'USD');
    ledger.marginInitial(venue);
  }
  return Number(process.hrtime.bigint() - started) / (CYCLES * EVENTS);
}

// Desks take turns, so that what else the machine does meets all of them alike.
const desks = RESTING.map((resting) => ({
  resting,
  ledger: desk(resting),
  times: /** @type {number[]} */ ([]),
}));
for (let round = 0; round < ROUNDS; round++) {
  for (const { ledger, times } of desks) times.push(cycles(ledger, round * CYCLES));
}
const medians = desks.map(
  ({ times }) => [...times.slice(3)].sort((a, b) => a - b)[(ROUNDS - 3) >> 1] ?? Number.NaN,
);
desks.forEach(({ resting }, at) => {
  const median = medians[at] ?? Number.NaN;
  const ratio = median / (medians[0] ?? Number.NaN);
  console.log(
    `${String(resting).padStart(6)} open orders: ${median.toFixed(0)} ns an event, ${ratio.toFixed(2)} times the smallest`,
  );
});
