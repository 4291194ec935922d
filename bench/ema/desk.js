// @ts-check
import { compose, instrument, pure } from 'millrace';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  feature,
  features,
  ledger,
  maxDailyLoss,
  maxPosition,
  risk,
  sizing,
} from 'millrace/operators';

/** Ticks in a unit of price. The walk has no grid; this one is too fine for the printed digits of any profit. */
const TICKS = 1e12;

export const MARKET = instrument({
  venue: 'walk',
  symbol: 'WALK',
  kind: 'perpetual',
  base: 'WALK',
  quote: 'USD',
  tick: '0.000000000001',
  lot: '1',
});

/** Notional at an exposure of 1; the agent asks for the share of it that is one unit. */
const BUDGET = 1_000_000;

/** An exponential average that begins with the first price, as the case says it; `ema` begins as TA-Lib's does. @param {number} period */
const average = (period) =>
  feature({
    fingerprint: `averageFromFirst(period=${period})`,
    unit: 'price',
    init: () => ({ value: Number.NaN }),
    update: (state, { mid }) => {
      state.value = Number.isNaN(state.value) ? mid : state.value + (2 / (period + 1)) * (mid - state.value);
      return state.value;
    },
  });

/** Long one unit while the fast average is above the slow one, flat while it is below. */
const crossover = agent({
  name: 'crossover',
  lifetime: '1h',
  memory: () => ({ long: false }),
  decide: (/** @type {any} */ { features: { fast, slow }, mid }, memory) => {
    if (memory.long ? !(fast < slow) : !(fast > slow)) return undefined;
    memory.long = !memory.long;
    return { of: { asset: 'WALK' }, exposure: memory.long ? mid / BUDGET : 0, confidence: 1 };
  },
});

/** The whole pipeline: books, ledger, features, an agent, ensemble, sizing, routing, risk, dispatch. */
export const desk = () =>
  /** @type {any} */ (compose)(
    { name: 'ema', instruments: [MARKET] },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    features({ fast: average(5), slow: average(20) }),
    agents(/** @type {any} */ ([crossover])),
    confidenceWeighted({ hysteresis: 0 }),
    sizing({ budget: BUDGET, minimumTrade: 0.000_005 }),
    bestNetPrice(),
    risk([maxPosition({ limit: 1 }), maxDailyLoss({ limit: 100_000 })]),
    dispatch({ desk: 'ema' }),
    // At the barrier at the end: the ledger is live for one pass only.
    pure('realised', (/** @type {any} */ { snapshot, ledger: live }) =>
      snapshot === undefined ? Number.NaN : live.realised(0),
    ),
  );

/**
 * A bar's close as a quote of a locked market: whoever takes pays the close, at the same tick. The ask
 * is a step of a millionth of a millionth higher, because a market that is locked is none that books trust.
 *
 * @param {number} close
 * @param {number} bar
 */
export const quoteOf = (close, bar) => ({
  kind: /** @type {const} */ ('quote'),
  instrument: MARKET.id,
  venueTime: bar * 1_000,
  bidPrice: Math.round(close * TICKS),
  bidQuantity: 10,
  askPrice: Math.round(close * TICKS) + 1,
  askQuantity: 10,
  updateId: bar,
});
