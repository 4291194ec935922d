// A language model as an agent, with a script in the model's place: what it is asked, what it says, and what the desk makes of nonsense.
//   npm run build:examples && node .examples/llm-agent.js [--seed 1] [--minutes 12]
//
// With a real model only `ask` is another:
//   ask: async (prompt, signal) => {
//     const response = await fetch(URL, { method: 'POST', headers, body: JSON.stringify({ prompt }), signal });
//     return ((await response.json()) as { text: string }).text;
//   }
import { compose, type Frame, pure } from 'millrace';
import { asynchronousAgents, languageAgent } from 'millrace/agents';
import { figures, RunSummary } from 'millrace/monitoring';
import {
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ema,
  type FeatureFields,
  features,
  ledger,
  type MarketFields,
  maxDailyLoss,
  maxPosition,
  risk,
  rsi,
  sizing,
} from 'millrace/operators';
import { backtest, simulateMarket } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { optionsFrom, SEED, usd } from './command-line.js';

const { seed, minutes } = optionsFrom('A language model as an agent, with a script in place of the model.', {
  seed: SEED,
  minutes: { value: 12, least: 3, most: 240, what: 'simulated minutes; it is asked once in each' },
});

const source = simulateMarket({ seed, duration: minutes * 60_000 });
const { instruments } = source;
const talk: { readonly prompt: string; readonly said: string }[] = [];

/** Stands in for a provider: mostly it reads the numbers, and sometimes it says what models say. */
async function ask(prompt: string): Promise<string> {
  const said = words(talk.length, prompt);
  talk.push({ prompt, said });
  return said;
}

function words(turn: number, prompt: string): string {
  if (turn === 2) return 'I think that bitcoin looks strong today! You should buy.';
  if (turn === 4) return '[{"asset": "BTC", "exposure": 25, "confidence": 1}]';
  if (turn === 6) return '[{"asset": "DOGE", "exposure": 0.2, "confidence": 0.9}]';
  const strength = Number(/"strength":([\d.]+)/.exec(prompt)?.[1]);
  if (!(Math.abs(strength - 50) > 3)) return '[]';
  const exposure = strength > 50 ? 0.3 : 0;
  return `\`\`\`json\n[{"asset": "BTC", "exposure": ${exposure}, "confidence": 0.7}]\n\`\`\``;
}

type Seen = Frame & MarketFields & FeatureFields<'strength' | 'average'>;

const analyst = languageAgent({
  name: 'analyst',
  every: '1m',
  lifetime: '3m', // an answer counts for so long
  about: [{ asset: 'BTC' }], // it may speak about nothing else
  budget: 0.5, // nor want more than half of the desk's money
  latency: 2_500, // what the backtest lets pass before the answer is there, in milliseconds
  lane: { deadline: '30s', failures: 3 },
  // Plain data, rounded: a model reads no more than that, and shorter prompts cost less.
  observe: ({ instrument, mid, features: { strength, average } }: Seen) =>
    instrument === 0 && strength >= 0 && average > 0
      ? { mid: round(mid), average: round(average), strength: round(strength) }
      : undefined,
  ask,
});

const desk = compose(
  { name: 'llm-agent', instruments },
  books(),
  ledger({ reportingCurrency: 'USD', capital: 100_000 }),
  features({ strength: rsi({ period: 14, every: '2s' }), average: ema({ period: 30, every: '1s' }) }),
  agents([analyst]),
  confidenceWeighted(),
  sizing({ budget: 20_000, minimumTrade: 0.1 }),
  bestNetPrice(),
  risk([maxPosition({ limit: 1 }), maxDailyLoss({ limit: 1_000 })]),
  dispatch({ desk: 'llm' }),
  figures(),
  pure('fees', ({ ledger }) => ledger.fees(), 0), // the ledger is live: what is wanted after the pass is copied
);

const summary = new RunSummary({ instruments });
const minds = asynchronousAgents([analyst]);
const outcomes = new Map<number, string>();
let [fees, failures] = [0, 0];

await backtest(desk, source, {
  drivers: [
    minds,
    ...['binance', 'coinbase', 'cme'].map((venue) =>
      simulatedVenue({ venue, latency: { submit: 20, report: 20 } }),
    ),
  ],
}).forEach((frame) => {
  summary.observe(frame);
  fees = frame.fees;
  // An answer comes in as an event; what was asked last is what it is about, since one question is open at a time.
  for (const { exposure, confidence } of frame.decisions)
    outcomes.set(
      talk.length - 1,
      `taken: wants ${exposure} of the budget in bitcoin, confidence ${confidence}`,
    );
  const { event } = frame;
  if (event.kind === 'fault' && event.component === 'agent:analyst')
    outcomes.set(talk.length - 1, `refused by the desk: ${event.message}`);
  // A single failure is no event, so that nobody can flood the log: the driver counts it.
  const health = minds.health()[0];
  if (health === undefined || health.failed === failures) return;
  failures = health.failed;
  outcomes.set(talk.length - 1, `refused by its lane: ${health.lastFailure}`);
});

const { orders, fills, profit, faults } = summary.result();
console.log(
  `A simulated market (seed ${seed}, ${minutes} minutes) and a script in place of a language model.\n`,
);
console.log('The first prompt, as a model would read it:\n');
console.log((talk[0]?.prompt ?? '').replaceAll(/^/gm, '  | '));
console.log('\nWhat it said each time, and what came of it:\n');
for (const [turn, { said }] of talk.entries()) {
  console.log(`  ${`${turn + 1}`.padStart(3)}  ${said.replaceAll(/\s+/g, ' ')}`);
  console.log(`       ${outcomes.get(turn) ?? (said === '[]' ? 'abstained' : 'the run ended first')}`);
}
const [health] = minds.health();
if (health !== undefined) {
  const { shown, answered, abstained, failed } = health;
  const benched = faults.filter(({ component }) => component === 'agent:analyst');
  const refused = benched.reduce((sum, { count }) => sum + count, 0);
  console.log(
    `\n${shown} questions. Abstained: ${abstained}. Not in the form: ${failed}. Answered: ${answered}, of which the desk refused ${refused}.`,
  );
}
console.log(`${orders} orders, ${fills.fills} fills. Profit ${usd(profit.last)} after fees of ${usd(fees)}.`);

function round(value: number): number {
  return Number(value.toFixed(2));
}
