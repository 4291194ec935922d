// @ts-check
import { backtest, MemoryJournal } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { from } from 'rxjs';
import { filter, map, scan } from 'rxjs/operators';
import { peer } from '../harness/peer.js';
import { desk, MARKET, quoteOf } from './desk.js';

/**
 * What a run came to: trades that were closed, their profit for one unit, and how many events passed where a bar is not all.
 *
 * @typedef {{ trades: number, profit: number, events?: number }} Outcome
 * @typedef {(closes: Float64Array) => Outcome | Promise<Outcome>} Variant
 */

/** @type {Variant} */
function handLoop(closes) {
  let fast = Number.NaN;
  let slow = Number.NaN;
  let entry = Number.NaN;
  let trades = 0;
  let profit = 0;
  for (let bar = 0; bar < closes.length; bar++) {
    const close = /** @type {number} */ (closes[bar]);
    fast = bar === 0 ? close : fast + (close - fast) / 3;
    slow = bar === 0 ? close : slow + ((close - slow) * 2) / 21;
    if (Number.isNaN(entry)) {
      if (fast > slow) entry = close;
    } else if (fast < slow) {
      trades++;
      profit += close - entry;
      entry = Number.NaN;
    }
  }
  return { trades, profit };
}

/** The same with the pause that grademark makes: an order fills at the next bar's open, and that bar asks no rule. @type {Variant} */
function handLoopWithPause(closes) {
  let fast = Number.NaN;
  let slow = Number.NaN;
  let entry = Number.NaN;
  let paused = false;
  let trades = 0;
  let profit = 0;
  for (let bar = 0; bar < closes.length; bar++) {
    const close = /** @type {number} */ (closes[bar]);
    fast = bar === 0 ? close : fast + (close - fast) / 3;
    slow = bar === 0 ? close : slow + ((close - slow) * 2) / 21;
    if (paused) {
      paused = false;
    } else if (Number.isNaN(entry)) {
      if (fast > slow) {
        entry = close;
        paused = true;
      }
    } else if (fast < slow && bar + 1 < closes.length) {
      trades++;
      profit += close - entry;
      entry = Number.NaN;
      paused = true;
    }
  }
  return { trades, profit };
}

/** The least that the same takes in RxJS: an average a `scan`, the position another. @type {Variant} */
function rxjs(closes) {
  let trades = 0;
  let profit = 0;
  from(closes)
    .pipe(
      scan(
        (/** @type {{ fast: number, slow: number, close: number } | undefined} */ before, close) =>
          before === undefined
            ? { fast: close, slow: close, close }
            : {
                fast: before.fast + (close - before.fast) / 3,
                slow: before.slow + ((close - before.slow) * 2) / 21,
                close,
              },
        undefined,
      ),
      map((averages) => /** @type {{ fast: number, slow: number, close: number }} */ (averages)),
      scan(
        ({ entry, long }, { fast, slow, close }) => {
          if (!long && fast > slow) return { long: true, entry: close, gain: Number.NaN };
          if (long && fast < slow) return { long: false, entry: Number.NaN, gain: close - entry };
          return { long, entry, gain: Number.NaN };
        },
        { long: false, entry: Number.NaN, gain: Number.NaN },
      ),
      map(({ gain }) => gain),
      filter((gain) => !Number.isNaN(gain)),
    )
    .subscribe((gain) => {
      trades++;
      profit += gain;
    });
  return { trades, profit };
}

/** Quotes made as they are read, in batches, as of a file. @param {Float64Array} closes */
const recording = (closes) => ({
  name: 'walk',
  kind: /** @type {const} */ ('market'),
  bytesTotal: closes.length,
  instruments: [MARKET],
  async *batches() {
    for (let start = 0; start < closes.length; start += 4_096) {
      const events = [];
      const end = Math.min(closes.length, start + 4_096);
      for (let bar = start; bar < end; bar++)
        events.push({ ts: bar * 1_000, event: quoteOf(/** @type {number} */ (closes[bar]), bar) });
      yield { events, bytesRead: end };
    }
  },
});

/** @type {Variant} */
async function millrace(closes) {
  let fills = 0;
  let events = 0;
  let profit = Number.NaN;
  const journal = new MemoryJournal();
  await backtest(desk(), recording(closes), {
    development: false,
    journal,
    drivers: [simulatedVenue({ venue: 'walk' })],
  }).forEach((/** @type {any} */ { event, realised }) => {
    events++;
    if (event.kind === 'report' && event.type === 'fill') fills++;
    if (event.kind === 'barrier') profit = realised;
  });
  // A fill opens, the next one closes.
  return { trades: fills >> 1, profit, events };
}

/** Bars whose open is the close before: the next bar's open is the price of the tick that decided. @type {Variant} */
async function grademark(closes) {
  const { backtest: play } = await peer('grademark');
  const { DataFrame } = await peer('data-forge', 'grademark');
  let fast = Number.NaN;
  let slow = Number.NaN;
  const bars = Array.from(closes, (close, bar) => {
    fast = bar === 0 ? close : fast + (close - fast) / 3;
    slow = bar === 0 ? close : slow + ((close - slow) * 2) / 21;
    const open = bar === 0 ? close : closes[bar - 1];
    return { time: bar, open, high: close, low: close, close, volume: 1, fast, slow };
  });
  const trades = play(
    {
      entryRule: (/** @type {() => void} */ enter, /** @type {any} */ { bar }) => {
        if (bar.fast > bar.slow) enter();
      },
      exitRule: (/** @type {() => void} */ exit, /** @type {any} */ { bar }) => {
        if (bar.fast < bar.slow) exit();
      },
    },
    new DataFrame(bars),
  ).filter((/** @type {any} */ { exitReason }) => exitReason !== 'finalize');
  return {
    trades: trades.length,
    profit: trades.reduce((/** @type {number} */ sum, /** @type {any} */ trade) => sum + trade.profit, 0),
  };
}

/** Its averages in the loop by hand: it has indicators and no backtest. @type {Variant} */
async function tradingSignals(closes) {
  const { EMA } = await peer('trading-signals');
  const fast = new EMA(5);
  const slow = new EMA(20);
  let entry = Number.NaN;
  let trades = 0;
  let profit = 0;
  for (let bar = 0; bar < closes.length; bar++) {
    const close = /** @type {number} */ (closes[bar]);
    const quick = fast.update(close, false);
    const lazy = slow.update(close, false);
    if (Number.isNaN(entry)) {
      if (quick > lazy) entry = close;
    } else if (quick < lazy) {
      trades++;
      profit += close - entry;
      entry = Number.NaN;
    }
  }
  return { trades, profit };
}

/** @type {Record<string, { run: Variant, same: Variant, peer?: string, install?: string }>} */
export const VARIANTS = {
  'hand loop': { run: handLoop, same: handLoop },
  'minimal RxJS': { run: rxjs, same: handLoop },
  millrace: { run: millrace, same: handLoop },
  'trading-signals': { run: tradingSignals, same: handLoop, peer: 'trading-signals' },
  grademark: { run: grademark, same: handLoopWithPause, peer: 'grademark', install: 'grademark chai@4' },
};
