// Cross-venue arbitrage: a fast spot market against a perpetual whose venue lags behind; legs, fees and accidents.
//   npm run build:examples && node .examples/cross-venue-arbitrage.js [--seed 1] [--minutes 30]
import { compose, instrument, pure } from 'millrace';
import { breakdown, figures, RunSummary } from 'millrace/monitoring';
import {
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  crossVenueArbitrage,
  dispatch,
  ledger,
  maxDailyLoss,
  maxPosition,
  risk,
  sizing,
} from 'millrace/operators';
import { backtest, simulateMarket } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { optionsFrom, SEED, usd } from './command-line.js';

const { seed, minutes, lag, fee } = optionsFrom(
  'Arbitrage between two simulated venues, one of which lags.',
  {
    seed: SEED,
    minutes: { value: 30, least: 2, most: 600, what: 'simulated minutes; for the first it only watches' },
    fee: { value: 2, least: 0, most: 1_000, what: 'taker fee in tenths of a basis point' },
    lag: { value: 1_500, least: 0, most: 5_000, what: 'milliseconds by which the slow venue lags' },
  },
);

// Spot is never sold short, so one leg has to be a contract: the arbitrage is short the perpetual, long the spot.
const COMMON = { base: 'BTC', quote: 'USD', tick: '0.1', lot: '0.0001' } as const;
const FEES = { maker: 0, taker: fee / 100_000 }; // the default is what the best customers pay
const spot = instrument({ ...COMMON, venue: 'fast', symbol: 'BTC-USD', kind: 'spot', fees: FEES });
const perpetual = instrument({ ...COMMON, venue: 'slow', symbol: 'BTC-PERP', kind: 'perpetual', fees: FEES });
const legs = [spot, perpetual] as const;
const BUDGET = 30_000; // USD of a leg

const source = simulateMarket({
  seed,
  duration: minutes * 60_000,
  instruments: [
    { definition: spot, eventsPerSecond: 40, spread: 0.3, noise: 0.3, levelNotional: 40_000 },
    {
      definition: perpetual,
      eventsPerSecond: 25,
      spread: 0.5,
      noise: 1,
      basis: 3,
      lag,
      levelNotional: 40_000,
    },
  ],
});

const desk = compose(
  { name: 'cross-venue-arbitrage', instruments: legs },
  books(),
  ledger({ reportingCurrency: 'USD', capital: 100_000 }),
  // It learns what is usual (the basis) and trades what parts from it by more than the fees of four fills.
  agents([
    crossVenueArbitrage({ legs, minimumEdge: 0.000_05, halfLife: '1m', depth: 0.2, legTimeout: '2s' }),
  ]),
  confidenceWeighted(),
  sizing({ budget: BUDGET, minimumTrade: 0.1 }),
  bestNetPrice({ collar: 0.000_1 }),
  risk([maxPosition({ limit: 1 }), maxDailyLoss({ limit: 1_000 })]),
  dispatch({ desk: 'arb' }),
  figures(),
  breakdown(),
  pure('fees', ({ ledger }) => ledger.fees(), 0), // the ledger is live: what is wanted after the pass is copied
);

/** From the first fill of a pair until both legs are flat again. */
interface Trip {
  readonly from: number;
  to: number; // the last fill so far
  fills: number;
  /** Milliseconds in which one leg was held without the other, and the most units of that. */
  alone: number;
  most: number;
}

const UNIT = Number(COMMON.lot);
const summary = new RunSummary({ instruments: legs });
const held = new Map<string, number>();
const trips: Trip[] = [];
let trip: Trip | undefined;
let [before, start, fees] = [Number.NaN, Number.NaN, 0];
let byVenue: readonly { readonly venue: string; readonly profit: number }[] = [];

await backtest(desk, source, {
  // The two venues answer at different speeds: that is what leaves a leg alone.
  drivers: [
    simulatedVenue({ venue: 'fast', latency: { submit: 4, report: 4 } }),
    simulatedVenue({
      venue: 'slow',
      latency: { submit: { kind: 'lognormal', median: 60, sigma: 0.5 }, report: 20 },
    }),
  ],
}).forEach((frame) => {
  summary.observe(frame);
  const { event, ts } = frame;
  if (Number.isNaN(start)) start = ts;
  fees = frame.fees;
  if (frame.breakdown !== undefined) byVenue = frame.breakdown.venues;
  if (trip !== undefined && alone()) trip.alone += ts - before;
  before = ts;
  if (event.kind !== 'report' || event.type !== 'fill') return;
  const signed = event.side === 'buy' ? event.quantity : -event.quantity;
  held.set(event.instrument, (held.get(event.instrument) ?? 0) + signed);
  if (trip === undefined) {
    trip = { from: ts, to: ts, fills: 0, alone: 0, most: 0 };
    trips.push(trip);
  }
  trip.fills++;
  trip.to = ts;
  if (alone()) trip.most = Math.max(trip.most, Math.abs(net()) * UNIT);
  if ([...held.values()].every((lots) => lots === 0)) trip = undefined;
});

const { orders, fills, denied, profit } = summary.result();
console.log(`A simulated market (seed ${seed}, ${minutes} minutes): ${spot.symbol} at fast, ${perpetual.symbol} at slow, ${lag} ms late.
A round trip opens two legs and closes them; "alone" is how long one stood without the other.

   begins   lasts   fills    alone   at most`);
for (const { from, to, fills: count, alone: wait, most } of trips.slice(0, 8)) {
  const begins = `${((from - start) / 1_000).toFixed(1)} s`.padStart(9);
  const times = [seconds(to - from).padStart(8), `${count}`.padStart(8), seconds(wait).padStart(9)];
  console.log(`${begins}${times.join('')}${most.toFixed(3).padStart(6)} BTC`);
}
if (trips.length > 8) console.log(`  and ${trips.length - 8} more`);
if (trips.length === 0) console.log('  none: the prices never parted by more than the fees');
const waits = trips.map((one) => one.alone);
const still = legs.map(({ id, symbol }) => `${((held.get(id) ?? 0) * UNIT).toFixed(4)} of ${symbol}`);
console.log(`
${orders} orders, ${fills.fills} fills, ${denied} denied by risk, ${trips.length} round trips.
One leg alone: ${seconds(waits.reduce((sum, each) => sum + each, 0))} in all, ${seconds(Math.max(0, ...waits))} in the worst.
Still held: ${still.join(', ')}.
Profit before fees ${usd(profit.last + fees)}, fees ${usd(fees)}: ${usd(profit.last)} after fees.
By venue, after fees: ${byVenue.map((one) => `${one.venue} ${usd(one.profit)}`).join(', ')}; one leg pays for the other.
`);
if (fills.fills === 0) console.log('Nothing to win here.');
else if (profit.last > 0)
  console.log('It won here, at fees that few have. Try --fee 10, or --lag 0: a venue that is not late.');
else console.log('It lost here: fees, or what had parted came together before the slow leg was there.');

/** Lots of one leg that the other does not cover. */
function net(): number {
  return [...held.values()].reduce((sum, each) => sum + each, 0);
}

/** A tenth may differ: the legs are of the same worth, not of the same size. */
function alone(): boolean {
  return Math.abs(net()) > 0.1 * Math.max(...[...held.values()].map(Math.abs));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`;
}
