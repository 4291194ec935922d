// @ts-check
import { compose, instrument } from 'millrace';
import * as operators from 'millrace/operators';
import { nanosecondsEach } from '../harness/measure.js';
import { OURS, technicalIndicators, tradingSignals } from './contestants.js';

const INPUTS = 4_096;

/** Inputs that are a quote, a trade and a bar at once: every feature finds what it wants. */
function inputs() {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let price = 60_000;
  return Array.from({ length: INPUTS }, (_, index) => {
    const before = price;
    price += Math.round((random() - 0.5) * 200) / 100;
    return {
      ts: 1_770_000_000_000 + index * 5,
      kind: 'bar',
      mid: price,
      bid: price - 0.01,
      ask: price + 0.01,
      bidQuantity: 1 + random(),
      askQuantity: 1 + random(),
      tradePrice: price,
      tradeQuantity: random(),
      tradeSign: random() < 0.5 ? 1 : -1,
      barName: '',
      barOpen: before,
      barHigh: Math.max(before, price) + random(),
      barLow: Math.min(before, price) - random(),
      barClose: price,
      barVolume: random() * 10,
      fundingRate: Number.NaN,
      fundingTime: Number.NaN,
      lotSize: 0.001,
      book: undefined,
      market: () => price / 2,
    };
  });
}

/** 20 features. */
const SET = () => ({
  ...Object.fromEntries([5, 10, 20, 50].map((period) => [`ema${period}`, operators.ema({ period })])),
  ...Object.fromEntries([20, 100, 500].map((window) => [`z${window}`, operators.zScore({ window })])),
  ...Object.fromEntries([20, 100].map((window) => [`v${window}`, operators.realisedVolatility({ window })])),
  ...Object.fromEntries([1, 5, 20].map((lookback) => [`m${lookback}`, operators.momentum({ lookback })])),
  rsi: operators.rsi(),
  macd: operators.macd(),
  bands: operators.bollinger({ line: 'position' }),
  highest: operators.rollingMaximum({ window: 100 }),
  median: operators.rollingQuantile({ window: 100, quantile: 0.5 }),
  flow: operators.orderFlowImbalance({ window: 50 }),
  imbalance: operators.bookImbalance(),
  micro: operators.microprice(),
});

/** Nanoseconds of a frame with 20 features, over 16 instruments; books alone are taken off by the caller. @param {boolean} whole */
function frames(whole) {
  const instruments = Array.from({ length: 16 }, (_, index) =>
    instrument({
      venue: 'v',
      symbol: `S${index}`,
      kind: 'spot',
      base: `B${index}`,
      quote: 'USD',
      tick: '0.01',
      lot: '0.001',
    }),
  );
  const parts = whole ? [operators.features(SET())] : [];
  const core = /** @type {any} */ (compose)({ instruments }, operators.books(), ...parts);
  const running = core.start({ development: false });
  return (/** @type {number} */ from, /** @type {number} */ to) => {
    for (let seq = from; seq < to; seq++) {
      const price = 6_000_000 + ((seq * 37) % 101);
      running.pass(seq + 1, 0, 1_770_000_000_000 + seq, {
        kind: 'quote',
        instrument: /** @type {any} */ (instruments[seq & 15]).id,
        venueTime: seq,
        bidPrice: price,
        bidQuantity: 1 + (seq % 7),
        askPrice: price + 1,
        askQuantity: 1 + (seq % 5),
        updateId: -1,
      });
      while (running.context.takeDerived() !== undefined);
    }
  };
}

/** @param {{ variant: string, warmUp: number, count: number }} task */
export async function work({ variant, warmUp, count }) {
  const size = { warmUp, count };
  if (variant === 'frame' || variant === 'books')
    return { each: nanosecondsEach(frames(variant === 'frame'), size) };
  const all = inputs();
  /** @type {Record<string, number>} */
  const each = {};
  const contestants =
    variant === 'millrace'
      ? Object.fromEntries(
          Object.entries(OURS).map(([name, make]) => [
            name,
            () => {
              const feature = make();
              const state = feature.init();
              return (/** @type {any} */ input) => feature.update(state, input);
            },
          ]),
        )
      : await (variant === 'trading-signals' ? tradingSignals() : technicalIndicators());
  for (const [name, make] of Object.entries(contestants)) {
    const update = make();
    let seen = 0;
    each[name] = nanosecondsEach((from, to) => {
      for (let at = from; at < to; at++) seen += update(all[at % INPUTS]) === undefined ? 0 : 1;
    }, size);
    if (seen < 0) throw new Error('nothing was seen');
  }
  return { each };
}
