// @ts-check
import { compose, instrument, pure } from 'millrace';
import * as operators from 'millrace/operators';

const { books, ledger, risk } = operators;

export const INSTRUMENTS = ['one', 'two', 'three'].map((venue) =>
  instrument({
    venue,
    symbol: `BTCUSD${venue}`,
    kind: 'perpetual',
    base: 'BTC',
    quote: 'USD',
    tick: '0.01',
    lot: '0.001',
  }),
);

/** Every rule, with limits that let the order pass, so that each is asked. */
export const rules = () => [
  operators.maxPosition({ limit: 1_000 }),
  operators.maxPosition({ limit: 1_000, scope: { agent: 'a' } }),
  operators.maxOrderSize({ of: 'quantity', limit: 10 }),
  operators.maxOrderSize({ of: 'notional', limit: 10_000 }),
  operators.grossExposure({ limit: 1e9 }),
  operators.netExposure({ limit: 1e9 }),
  operators.maxVenueExposure({ limit: 1e9 }),
  operators.leverage({ limit: 100 }),
  operators.concentration({ limit: 0.9, from: 1e6 }),
  operators.correlatedExposure({ group: 'all', weights: { BTC: 1 }, limit: 1e9 }),
  operators.freeBalance(),
  operators.priceCollar({ limit: 0.05 }),
  operators.orderRate({ limit: 100 }),
  operators.cancelRate({ limit: 100 }),
  operators.messagesPerFill({ limit: 100 }),
  operators.maxOpenOrders({ limit: 100 }),
  operators.selfTradePrevention(),
  operators.duplicateIntent(),
  operators.staleMarket({ olderThan: '1h' }),
  operators.maxDailyLoss({ limit: 1e6 }),
  operators.maxDrawdown({ limit: 1e6 }),
  operators.lossStreak({ limit: 5, coolDown: '1h' }),
  operators.expiryNear({ within: '1d' }),
  operators.venueLinkDown(),
  operators.maxClockSkew({ limit: '1h' }),
];

/** The last rule: it refuses, so that nothing is ever open and every order meets the same desk. */
const refuseAll = { name: 'refuseAll', limit: 1, fingerprint: '', judge: () => 'enough' };

const lots = 100;
const wish = {
  instrument: INSTRUMENTS[0]?.id,
  side: 'buy',
  type: 'limit',
  timeInForce: 'GTC',
  price: 10_000,
  quantity: lots,
  reduceOnly: false,
  postOnly: false,
  attribution: [{ agent: 'a', quantity: lots }],
  arrivalMid: 100,
};
const ONE = [wish];
/** @type {any[]} */
const NONE = [];

/**
 * Books and ledger, then risk unless it is left out. Every timer event brings an order.
 *
 * @param {'no risk' | 'no rules' | 'all rules'} what
 */
export function desk(what) {
  const parts = [
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    pure('proposals', (/** @type {any} */ { event }) => (event.kind === 'timer' ? ONE : NONE)),
  ];
  if (what !== 'no risk') parts.push(risk(what === 'no rules' ? [refuseAll] : [...rules(), refuseAll]));
  return /** @type {any} */ (compose)({ name: 'risk-bench', instruments: INSTRUMENTS }, ...parts).start({
    development: false,
  });
}
