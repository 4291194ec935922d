import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { instrument } from '../../src/domain/instrument.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  type Feature,
  type FeatureFields,
  feature,
  features,
  ledger,
  type MarketFields,
  maxDailyLoss,
  maxPosition,
  risk,
  sizing,
} from '../../src/operators/index.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';

const BARS = 500_000;
const TICKS = 1e12;
const BUDGET = 1_000_000;
const WALK = instrument({
  venue: 'walk',
  symbol: 'WALK',
  kind: 'perpetual',
  base: 'WALK',
  quote: 'USD',
  // The walk has no grid: this one is too fine for the printed digits.
  tick: '0.000000000001',
  lot: '1',
});

function* closes(): Generator<number> {
  let state = 12_345;
  let price = 100;
  for (let bar = 0; bar < BARS; bar++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    price *= 1 + (state / 2 ** 32 - 0.5) * 0.002;
    yield price;
  }
}

/** The case by hand: both averages begin with the first close; what is open at the end is no trade. */
function byHand(): { readonly fills: number; readonly profit: number } {
  let fast = Number.NaN;
  let slow = Number.NaN;
  let entry = Number.NaN;
  let fills = 0;
  let profit = 0;
  for (const close of closes()) {
    fast = Number.isNaN(fast) ? close : fast + (2 / 6) * (close - fast);
    slow = Number.isNaN(slow) ? close : slow + (2 / 21) * (close - slow);
    if (Number.isNaN(entry) ? !(fast > slow) : !(fast < slow)) continue;
    fills++;
    if (Number.isNaN(entry)) {
      entry = close;
    } else {
      profit += close - entry;
      entry = Number.NaN;
    }
  }
  return { fills, profit };
}

const average = (period: number): Feature =>
  feature({
    fingerprint: `averageFromFirst(period=${period})`,
    init: () => ({ value: Number.NaN }),
    update: (state, { mid }) => {
      state.value = Number.isNaN(state.value) ? mid : state.value + (2 / (period + 1)) * (mid - state.value);
      return state.value;
    },
  });

const crossover = agent({
  name: 'crossover',
  lifetime: '1h',
  memory: () => ({ long: false as boolean }),
  decide: (
    { features: { fast, slow }, mid }: Frame & MarketFields & FeatureFields<'fast' | 'slow'>,
    memory,
  ) => {
    if (memory.long ? !(fast < slow) : !(fast > slow)) return undefined;
    memory.long = !memory.long;
    // The share of the budget that is one unit.
    return { of: { asset: 'WALK' }, exposure: memory.long ? mid / BUDGET : 0, confidence: 1 };
  },
});

const desk = compose(
  { name: 'ema', instruments: [WALK] },
  books(),
  ledger({ reportingCurrency: 'USD', capital: BUDGET }),
  features({ fast: average(5), slow: average(20) }),
  agents([crossover]),
  confidenceWeighted({ hysteresis: 0 }),
  sizing({ budget: BUDGET, minimumTrade: 0 }),
  bestNetPrice(),
  risk([maxPosition({ limit: 1 }), maxDailyLoss({ limit: 100_000 })]),
  dispatch({ desk: 'ema' }),
  pure(
    'realised',
    ({ snapshot, ledger: live }) => (snapshot === undefined ? Number.NaN : live.realised(0)),
    Number.NaN,
  ),
);

/** Each close as a quote at which both sides can be had, a millionth of a millionth apart. */
const walk: RecordingSource = {
  name: 'walk',
  kind: 'market',
  bytesTotal: BARS,
  instruments: [WALK],
  async *batches() {
    let bar = 0;
    let events = [];
    for (const close of closes()) {
      const price = Math.round(close * TICKS);
      const event = {
        kind: 'quote' as const,
        instrument: WALK.id,
        venueTime: bar * 1_000,
        bidPrice: price,
        bidQuantity: 10,
        askPrice: price + 1,
        askQuantity: 10,
        updateId: bar,
      };
      events.push({ ts: bar * 1_000, event });
      if (++bar % 4_096 !== 0 && bar < BARS) continue;
      yield { events, bytesRead: bar };
      events = [];
    }
  },
};

test('EMA 5/20 long or flat on half a million bars: 16,226 trades and a profit of -24.973594, as by hand', async () => {
  const hand = byHand();
  const journal = new MemoryJournal();
  let fills = 0;
  let late = 0;
  let realised = Number.NaN;
  let faults = 0;
  const drivers = [simulatedVenue({ venue: 'walk' })];
  await backtest(desk, walk, { development: false, journal, drivers }).forEach((frame) => {
    const { event, ts } = frame;
    if (event.kind === 'denied' || event.kind === 'fault') faults++;
    if (event.kind === 'barrier') realised = frame.realised;
    if (event.kind !== 'report' || event.type !== 'fill') return;
    fills++;
    // A fill's price is the close of its own time: nothing but the tick that decided.
    if (event.venueTime !== ts) late++;
  });
  expect(hand.profit.toFixed(6)).toBe('-24.973594');
  expect({ fills, late, faults }).toEqual({ fills: hand.fills, late: 0, faults: 0 });
  // One is open at the end.
  expect((fills - 1) / 2).toBe(16_226);
  expect(realised.toFixed(6)).toBe('-24.973594');
  expect(journal.events.length).toBe(BARS + 2 * fills + 1);
});
