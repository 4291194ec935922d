// The first strategy: long bitcoin while its fast average is above the slow one, on a simulated market of three venues.
//   npm run build:examples && node .examples/first-strategy.js [--seed 7] [--minutes 60]
import { compose, type Frame, pure } from 'millrace';
import { breakdown, figures, RunSummary } from 'millrace/monitoring';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ema,
  type FeatureFields,
  features,
  ledger,
  maxDailyLoss,
  maxPosition,
  risk,
  sizing,
} from 'millrace/operators';
import { backtest, simulateMarket } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { optionsFrom, SEED, usd } from './command-line.js';

const { seed, minutes } = optionsFrom(
  'A first strategy: long bitcoin while its fast average is above the slow one, on a simulated market.',
  {
    seed: { ...SEED, value: 7 },
    minutes: { value: 60, least: 1, most: 600, what: 'simulated minutes; the slow average needs 10' },
  },
);

const source = simulateMarket({ seed, duration: minutes * 60_000 });
const { instruments } = source;

/** Wants its whole budget in bitcoin while the fast average is above the slow one, and nothing otherwise. */
const crossover = agent({
  name: 'crossover',
  // Features are kept by instrument. Heard from all three markets in turn, it would change its mind with every tick.
  hears: ({ id }) => id === instruments[0]?.id,
  decide: ({ features: { fast, slow } }: Frame & FeatureFields<'fast' | 'slow'>) => {
    if (fast > slow) return { of: { asset: 'BTC' }, exposure: 1, confidence: 1 };
    if (fast < slow) return { of: { asset: 'BTC' }, exposure: 0, confidence: 1 };
    return undefined; // an average that is not warm yet is NaN: no opinion
  },
});

const desk = compose(
  { name: 'first-strategy', instruments },
  books(),
  ledger({ reportingCurrency: 'USD', capital: 100_000 }),
  features({ fast: ema({ period: 120, every: '1s' }), slow: ema({ period: 600, every: '1s' }) }),
  agents([crossover]),
  confidenceWeighted({ hysteresis: 0.1 }), // one agent only: its wish is the target
  sizing({ budget: 20_000, minimumTrade: 0.1 }), // USD of a whole conviction
  bestNetPrice(), // the venue that is best after fees
  risk([maxPosition({ limit: 2 }), maxDailyLoss({ limit: 2_000 })]), // no order without it
  dispatch({ desk: 'first' }),
  figures(),
  breakdown(),
  pure('fees', ({ ledger }) => ledger.fees(), 0), // the ledger is live: what is wanted after the pass is copied
);

const summary = new RunSummary({ instruments });
const trades: string[] = [];
let byVenue: readonly { readonly venue: string; readonly profit: number }[] = [];
let fees = 0;
let [mid, firstMid, start] = [Number.NaN, Number.NaN, Number.NaN];

await backtest(desk, source, {
  drivers: ['binance', 'coinbase', 'cme'].map((venue) =>
    simulatedVenue({ venue, latency: { submit: 20, report: 20 } }),
  ),
}).forEach((frame) => {
  summary.observe(frame);
  if (frame.breakdown !== undefined) byVenue = frame.breakdown.venues;
  const { event, ts, instrument } = frame;
  if (instrument === 0 && frame.mid > 0) mid = frame.mid;
  if (!(firstMid > 0)) [firstMid, start] = [mid, ts];
  fees = frame.fees;
  if (event.kind !== 'report' || event.type !== 'fill') return;
  const { tick, lot, multiplier, base } = instruments[instrument] as (typeof instruments)[number];
  const quantity = (event.quantity * Number(lot) * Number(multiplier)).toFixed(4);
  const price = usd(event.price * Number(tick));
  const at = `${((ts - start) / 60_000).toFixed(1)} min`;
  trades.push(`  ${at.padStart(9)}  ${event.side.padEnd(4)} ${quantity} ${base} at ${price}, ${event.venue}`);
});

const { events, orders, fills, denied, profit } = summary.result();
console.log(
  `A simulated market of bitcoin at three venues (seed ${seed}): ${minutes} minutes, ${events} events.`,
);
console.log('Long while the average of 2 minutes is above the one of 10, flat otherwise.\n');
const SHOWN = 10;
console.log(
  trades.slice(0, SHOWN).join('\n') || '  It never traded: an average of 600 seconds needs ten minutes.',
);
if (trades.length > SHOWN) console.log(`  and ${trades.length - SHOWN} more fills`);
console.log(`\n${orders} orders, ${fills.fills} fills, ${denied} denied by risk.`);
console.log(
  `Profit before fees ${usd(profit.last + fees)}, fees ${usd(fees)}: ${usd(profit.last)} after fees.`,
);
console.log(`By venue, after fees: ${byVenue.map((one) => `${one.venue} ${usd(one.profit)}`).join(', ')}.`);
console.log(
  `Largest drawdown ${usd(profit.maximumDrawdown)}; 20,000 USD of bitcoin held all the time: ${usd(20_000 * (mid / firstMid - 1))}.`,
);
console.log(
  fills.fills === 0
    ? 'Nothing was won or lost.'
    : profit.last > 0
      ? 'It won here. One run says little: try other seeds.'
      : 'It won nothing here, as averages often do not after fees. Try other seeds.',
);
