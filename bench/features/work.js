// @ts-check
import { compose, instrument } from 'millrace';
import * as operators from 'millrace/operators';
import { nanosecondsEach } from '../harness/measure.js';
import { median } from '../harness/statistics.js';
import { OURS, readPeer, technicalIndicators, tradingSignals } from './contestants.js';

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
      // Told anew each time round: time goes on.
      ts: 0,
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
      barStart: 1_770_000_000_000 + (index - 1) * 5,
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

const PEERS = { 'trading-signals': tradingSignals, technicalindicators: technicalIndicators };

/** Every feature with a fresh state. @returns {Record<string, () => (input: any) => any>} */
const own = () =>
  Object.fromEntries(
    Object.entries(OURS).map(([name, make]) => [
      name,
      () => {
        const feature = make();
        const state = feature.init();
        return (/** @type {any} */ input) => feature.update(state, input);
      },
    ]),
  );

/** @param {any[]} all @param {number} at */
function inputAt(all, at) {
  const input = all[at % INPUTS];
  input.ts = 1_770_000_000_000 + at * 5;
  return input;
}

/** Nanoseconds an update. @param {(input: any) => any} update @param {{ warmUp: number, count: number }} size */
function cost(update, size) {
  const all = inputs();
  let seen = 0;
  const each = nanosecondsEach((from, to) => {
    for (let at = from; at < to; at++) seen += update(inputAt(all, at)) === undefined ? 0 : 1;
  }, size);
  if (seen < 0) throw new Error('nothing was seen');
  return each;
}

/** Whose values are ours, once both are warm. @param {Record<string, () => (input: any) => unknown>} peers */
function equalOnes(peers) {
  const mine = own();
  return Object.keys(peers).filter((name) => {
    const all = inputs();
    const [ours, theirs] = [mine[name]?.(), peers[name]?.()];
    let compared = 0;
    for (let at = 0; at < 2 * INPUTS; at++) {
      const input = inputAt(all, at);
      const value = ours?.(input);
      const other = readPeer(name, theirs?.(input));
      if (at < INPUTS) continue;
      if (!(Math.abs(value - other) <= 1e-9 * Math.max(1, Math.abs(value)))) return false;
      compared += 1;
    }
    return compared > 0;
  });
}

/** @param {{ variant: string, warmUp: number, count: number }} task */
export async function work({ variant, warmUp, count }) {
  const size = { warmUp, count };
  if (variant === 'frame' || variant === 'books')
    return { each: nanosecondsEach(frames(variant === 'frame'), size) };
  if (variant === 'equal')
    return {
      each: Object.fromEntries(
        await Promise.all(Object.entries(PEERS).map(async ([name, peer]) => [name, equalOnes(await peer())])),
      ),
    };
  const contestants =
    variant === 'trading-signals' || variant === 'technicalindicators' ? await PEERS[variant]() : own();
  // All of them run before any is measured: otherwise the first would have the compiler for itself, as in no pipeline.
  for (const make of Object.values(contestants)) cost(make(), { warmUp, count: 100 });
  if (variant === 'windows') {
    // By turns, so that whatever else the machine does hits both.
    const ratios = Array.from({ length: 9 }, () => {
      const [short, long] = ['sma 20', 'sma 2000'].map((name) => cost(contestants[name](), size));
      return /** @type {number} */ (long) / /** @type {number} */ (short);
    });
    return { each: median(ratios) };
  }
  return {
    each: Object.fromEntries(Object.entries(contestants).map(([name, make]) => [name, cost(make(), size)])),
  };
}
