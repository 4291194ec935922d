import { InstrumentTable, instrument } from '../../dist/index.js';
import { Ledger } from '../../dist/operators/index.js';

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
 * @param {number} count
 */
function cycles(ledger, from, count) {
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
  for (let at = from; at < from + count; at++) {
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
  return Number(process.hrtime.bigint() - started) / (count * EVENTS);
}

/**
 * Nanoseconds an event, a figure a round for each number of resting orders. Desks take turns, so that what else the
 * machine does meets all of them alike.
 *
 * @param {{ resting: readonly number[], warmUp: number, rounds: number, count: number }} task
 */
export function work({ resting, warmUp, rounds, count }) {
  const desks = resting.map((orders) => ({ ledger: desk(orders), times: /** @type {number[]} */ ([]) }));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const { ledger, times } of desks) {
      const each = cycles(ledger, round * count, count);
      if (round >= warmUp) times.push(each);
    }
  }
  return { times: desks.map(({ times }) => times) };
}
