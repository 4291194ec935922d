// Market making: both sides of one market by post-only orders around a price that leans against the inventory.
//   npm run build:examples && node .examples/market-making.js [--seed 1] [--minutes 30]
import { compose, instrument, pure } from 'millrace';
import { figures, RunSummary } from 'millrace/monitoring';
import {
  books,
  dispatch,
  ledger,
  marketMaking,
  maxDailyLoss,
  maxPosition,
  orderRate,
  risk,
} from 'millrace/operators';
import { backtest, simulateMarket } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { optionsFrom, SEED, usd } from './command-line.js';

const { seed, minutes } = optionsFrom('Market making on one simulated market, by post-only orders.', {
  seed: SEED,
  minutes: { value: 30, least: 2, most: 600, what: 'simulated minutes; for the first it only watches' },
});

/** A perpetual, since a maker must be able to be short; it pays makers a small rebate. */
const btc = instrument({
  venue: 'simulated',
  symbol: 'BTC-PERP',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USD',
  tick: '0.5',
  lot: '0.001',
  fees: { maker: -0.000_05, taker: 0.000_4 },
});
const QUOTE = 50; // lots of a quote: 0.05 BTC
const MOST = 100; // lots that it holds at most, long or short: 0.1 BTC
const STEP = 10; // lots of a row of the picture below

const source = simulateMarket({
  seed,
  duration: minutes * 60_000,
  instruments: [{ definition: btc, eventsPerSecond: 40, spread: 2, noise: 1.5, levelNotional: 8_000 }],
});

const desk = compose(
  { name: 'market-making', instruments: [btc] },
  books(),
  ledger({ reportingCurrency: 'USD', capital: 50_000 }),
  // Prices are of Avellaneda and Stoikov; `aversion` and `decay` are in 1 / price, so they fit this price only.
  marketMaking({
    instrument: btc,
    lots: QUOTE,
    maximumInventory: MOST,
    aversion: 0.02,
    decay: 0.2,
    horizon: '20s',
    halfLife: '1m',
    tolerance: 10,
  }),
  risk([maxPosition({ limit: 0.15 }), maxDailyLoss({ limit: 500 }), orderRate({ limit: 20 })]),
  dispatch({ desk: 'maker' }),
  figures(),
  pure('fees', ({ ledger }) => ledger.fees(), 0), // the ledger is live: what is wanted after the pass is copied
);

const summary = new RunSummary({ instruments: [btc] });
const inventory = { least: 0, most: 0, last: 0 };
/** Milliseconds at each inventory, in steps. */
const spent = new Map<number, number>();
let before = Number.NaN;
let [captured, cancels, fees] = [0, 0, 0];
let mid = Number.NaN;

await backtest(desk, source, {
  drivers: [simulatedVenue({ venue: 'simulated', latency: { submit: 5, report: 5 } })],
}).forEach((frame) => {
  summary.observe(frame);
  const { event, ts } = frame;
  const step = Math.round(inventory.last / STEP);
  if (ts > before) spent.set(step, (spent.get(step) ?? 0) + ts - before);
  before = ts;
  fees = frame.fees;
  if (frame.mid > 0) mid = frame.mid;
  if (event.kind === 'cancelRequested') cancels++;
  if (event.kind !== 'report' || event.type !== 'fill') return;
  const signed = event.side === 'buy' ? event.quantity : -event.quantity;
  // How much better than the middle of the market it traded: what a maker lives on.
  captured += signed * Number(btc.lot) * (mid - event.price * Number(btc.tick));
  inventory.last += signed;
  inventory.least = Math.min(inventory.least, inventory.last);
  inventory.most = Math.max(inventory.most, inventory.last);
});

const { orders, ordersFilled, fills, denied, rejected, profit } = summary.result();
const moved = profit.last + fees - captured;
console.log(`A simulated market of ${btc.symbol} (seed ${seed}): ${minutes} minutes, quotes of ${size(QUOTE)}.

${orders} quotes sent, ${cancels} withdrawn because the price moved, ${ordersFilled} filled.
${denied} denied by risk, ${rejected} rejected by the venue (they would have taken, not made).
${fills.fills} fills, ${fills.maker} of them as maker, ${usd(fills.volume)} in all.

Inventory from ${size(inventory.least)} to ${size(inventory.most)} (limit ${size(MOST)}), ${size(inventory.last)} at the end.`);
const all = [...spent.values()].reduce((sum, each) => sum + each, 0);
for (const [step, time] of [...spent].sort(([one], [other]) => one - other)) {
  const share = time / all;
  const percent = `${(100 * share).toFixed(1)}%`.padStart(6);
  console.log(
    `  ${size(step * STEP).padStart(10)} ${percent} of the time ${'#'.repeat(Math.round(40 * share))}`.trimEnd(),
  );
}
console.log(
  `\nFills against the mid ${usd(captured).padStart(14)}   at the time they were told; below 0: the price had run through`,
);
console.log(`Holding the inventory ${usd(moved).padStart(14)}   what the price did after that`);
console.log(`Fees                  ${usd(-fees).padStart(14)}   above 0: the rebate of a maker`);
console.log(
  `Profit                  ${usd(profit.last).padStart(12)}   largest drawdown ${usd(profit.maximumDrawdown)}`,
);
console.log(
  profit.last > 0
    ? '\nIt won here; a real queue holds faster makers than a simulated one. Try other seeds.'
    : '\nIt lost here: who trades with a maker often knows where the price goes. Try other seeds.',
);

function size(lots: number): string {
  return `${(lots * Number(btc.lot)).toFixed(3)} BTC`;
}
