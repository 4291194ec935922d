/**
 * A pair on a CME calendar spread: two micro bitcoin futures of different expiry, held against each other when the difference
 * of their prices is far from its own mean.
 *
 *     node .examples/calendar-spread.js [--minutes 20] [--seed 1] [--json]
 *
 * The legs are two orders: one may fill without the other for a moment, and the report says how long and how far.
 */
import { compose, type Frame, instrument, instrumentId } from 'millrace';
import {
  type AgentFields,
  agent,
  agents,
  basis,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  type FeatureFields,
  features,
  type LedgerFields,
  ledger,
  maxDailyLoss,
  maxPosition,
  risk,
  sizing,
} from 'millrace/operators';
import { evaluate } from 'millrace/research';
import { backtest, simulateMarket } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { JSON_FLAG, minutesOf, optionsFrom, SEED } from './command-line.js';

const START = Date.UTC(2026, 2, 2, 14, 30);
const DAY = 86_400_000;

const future = (symbol: string, days: number) =>
  instrument({
    id: `${symbol}.FUT@cme`,
    venue: 'cme',
    symbol,
    kind: 'future',
    base: 'BTC',
    quote: 'USD',
    multiplier: '0.1',
    tick: '5',
    lot: '1',
    fees: { maker: 0.000_005, taker: 0.000_005 },
    expiry: START + days * DAY,
  });

const FRONT = future('MBTH6', 25);
const BACK = future('MBTJ6', 53);

/** Notional of the whole conviction on each leg, dollars. */
const BUDGET = 18_000;

/** Memory of the agent: plain data, so that it is part of snapshots. */
type Memory = { mean: number; square: number; seen: number; last: number; side: number };

/**
 * Short the dear leg and long the cheap one when the gap is `enter` deviations from its mean, flat again within `exit`. Mean and
 * deviation fade with event time.
 */
const pair = ({ enter, exit, halfLife }: { enter: number; exit: number; halfLife: number }) =>
  agent({
    name: 'calendar',
    lifetime: '1m',
    // At the back month's own events: the gap of the front to itself is nothing.
    hears: [BACK.id],
    memory: (): Memory => ({ mean: 0, square: 0, seen: 0, last: 0, side: 0 }),
    decide: ({ ts, features: { gap } }: Frame & FeatureFields<'gap'>, memory: Memory) => {
      if (Number.isNaN(gap)) return undefined;
      if (memory.seen === 0) memory.mean = gap;
      const weight = memory.seen === 0 ? 0 : 1 - 0.5 ** ((ts - memory.last) / halfLife);
      memory.last = ts;
      memory.seen++;
      const from = gap - memory.mean;
      const deviation = Math.sqrt(memory.square);
      memory.mean += weight * from;
      memory.square += weight * (from * from - memory.square);
      if (memory.seen < 200 || deviation === 0) return undefined;
      const stretch = from / deviation;
      if (Math.abs(stretch) >= enter) memory.side = -Math.sign(stretch);
      else if (Math.abs(stretch) <= exit) memory.side = 0;
      return [
        { of: { instrument: BACK.id }, exposure: memory.side, confidence: 1 },
        { of: { instrument: FRONT.id }, exposure: -memory.side, confidence: 1 },
      ];
    },
  });

const desk = () =>
  compose(
    { name: 'calendar-spread', instruments: [FRONT, BACK] },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 100_000 }),
    features({ gap: basis({ to: instrumentId(FRONT.id) }) }),
    agents([pair({ enter: 2, exit: 0.2, halfLife: 120_000 })]),
    confidenceWeighted(),
    sizing({ budget: BUDGET, minimumTrade: 0.3 }),
    bestNetPrice(),
    risk([maxPosition({ limit: 3 }), maxDailyLoss({ limit: 5_000 })]),
    dispatch({ desk: 'calendar' }),
  );

const market = (seed: number, minutes: number) =>
  simulateMarket({
    seed,
    start: START,
    duration: minutes * 60_000,
    instruments: [
      { definition: FRONT, eventsPerSecond: 8, noise: 1, spread: 0.6, levelNotional: 80_000 },
      { definition: BACK, eventsPerSecond: 5, basis: 35, noise: 8, spread: 0.6, levelNotional: 80_000 },
    ],
  });

const venue = () => simulatedVenue({ venue: 'cme', latency: { submit: 6, report: 4 } });

async function main(): Promise<void> {
  const { minutes, seed, json } = optionsFrom(
    'A pair on a CME calendar spread, on a simulated market.',
    { minutes: minutesOf(20), seed: SEED },
    JSON_FLAG,
  );
  const source = market(seed, minutes);
  const lots = new Map<string, number>();
  const fills: string[] = [];
  let [legged, since, most] = [0, Number.NaN, 0];
  await backtest(desk(), source, { drivers: [venue()] }).forEach(
    ({ ts, event }: Frame & LedgerFields & AgentFields) => {
      if (event.kind !== 'report' || event.type !== 'fill') return;
      const { instrument: leg, side, quantity, price } = event;
      lots.set(leg, (lots.get(leg) ?? 0) + (side === 'buy' ? quantity : -quantity));
      fills.push(
        `  ${((ts - START) / 1_000).toFixed(1).padStart(7)} s  ${side.padEnd(4)} ${quantity} ${leg.padEnd(14)} at ${(price * 5).toLocaleString('en')}`,
      );
      const net = Math.abs([...lots.values()].reduce((sum, each) => sum + each, 0));
      most = Math.max(most, net);
      if (!Number.isNaN(since)) legged += ts - since;
      since = net === 0 ? Number.NaN : ts;
    },
  );
  const performance = await evaluate(desk(), source, { drivers: [venue()], period: '10s' });
  const held = [FRONT, BACK].map(({ symbol, id }) => ({ symbol, lots: lots.get(id) ?? 0 }));
  if (json) {
    console.log(JSON.stringify({ performance, held, legged, most }));
    return;
  }
  const { netProfit, fees, maximumDrawdown, trades, sharpe } = performance;
  console.log(`A calendar spread on a simulated market (seed ${seed}, ${minutes} minutes):\n`);
  console.log(fills.slice(0, 12).join('\n'));
  if (fills.length > 12) console.log(`  and ${fills.length - 12} more fills`);
  const won = trades.filter(({ profit }) => profit > 0).length;
  console.log(
    `\n${trades.length} trades of a leg closed, ${won} with a profit. Net profit ${netProfit.toFixed(2)} USD after fees of ${fees.toFixed(2)}, drawdown ${maximumDrawdown.toFixed(2)}, Sharpe ${sharpe.perPeriod.toFixed(3)} per 10 s.`,
  );
  console.log(`Held at the end: ${held.map((leg) => `${leg.lots} ${leg.symbol}`).join(', ')}.`);
  console.log(`Legs were unequal for ${(legged / 1_000).toFixed(2)} s in all, by ${most} contracts at most.`);
}

await main();
