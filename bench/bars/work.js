// @ts-check
import { compose, instrument } from 'millrace';
import { bars, books, imbalanceBars, notionalBars, tickBars, timeBars, volumeBars } from 'millrace/operators';
import { bytesEach, nanosecondsEach } from '../harness/measure.js';
import { pollute } from '../harness/pollute.js';

const BTC = instrument({
  venue: 'venue',
  symbol: 'BTC',
  kind: 'spot',
  base: 'BTC',
  quote: 'USD',
  tick: '0.01',
  lot: '0.00001',
});
const START = 1_770_000_000_000;

const SERIES = {
  minute: timeBars({ every: '8h' }),
  ticks: tickBars({ trades: 1e9 }),
  volume: volumeBars({ quantity: 1e9 }),
  notional: notionalBars({ notional: 1e15 }),
  imbalance: imbalanceBars({ expectedTrades: 1e9 }),
};

/** A trade each millisecond; bars so long that none closes while it is measured. @param {number} count */
function chain(count) {
  const series = Object.fromEntries(Object.entries(SERIES).slice(0, count));
  const parts = count > 0 ? [bars(series)] : [];
  const core = /** @type {any} */ (compose)({ instruments: [BTC] }, books(), ...parts);
  const running = core.start({ development: false });
  /** @param {number} seq */
  const trade = (seq) => ({
    kind: 'trade',
    instrument: BTC.id,
    venueTime: START + seq,
    price: 6_000_000 + (seq & 63),
    quantity: 1 + (seq & 7),
    aggressor: (seq & 1) === 0 ? 'buy' : 'sell',
    tradeId: '',
  });
  let seen = 0;
  return {
    play: (/** @type {number} */ from, /** @type {number} */ to) => {
      for (let seq = from; seq < to; seq++) {
        const frame = running.pass(seq + 1, 0, START + seq, trade(seq));
        seen += (frame.bars?.length ?? 0) + frame.seq;
        while (running.context.takeDerived() !== undefined);
      }
    },
    seen: () => seen,
  };
}

/** @param {{ variant: string, measure: 'time' | 'bytes', quick?: boolean, warmUp: number, count: number }} task */
export async function work({ variant, measure, quick, warmUp, count }) {
  const polluted = pollute(quick);
  const { play, seen } = chain(Number(variant));
  const size = { warmUp, count };
  const each = measure === 'time' ? nanosecondsEach(play, size) : await bytesEach(play, size);
  return { each, seen: seen() + polluted };
}
