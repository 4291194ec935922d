import { parseArgs } from 'node:util';
import { RunSummary } from 'millrace/monitoring';
import { backtest, simulateMarket } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { makeDesk } from './desk.js';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '60' } },
});
const source = simulateMarket({ seed: Number(values.seed), duration: Number(values.minutes) * 60_000 });
const { instruments } = source;
const summary = new RunSummary({ instruments });
const venues = [...new Set(instruments.map(({ venue }) => venue))];

backtest(makeDesk(instruments), source, {
  drivers: venues.map((venue) => simulatedVenue({ venue, latency: { submit: 20, report: 20 } })),
}).subscribe({
  next: (frame) => summary.observe(frame),
  error: (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
  complete: () => {
    const { events, orders, fills, denied, profit } = summary.result();
    const { last, maximumDrawdown } = profit;
    console.log(`a simulated market, seed ${values.seed}: ${events} events in ${values.minutes} minutes`);
    console.log(`${orders} orders, ${fills.fills} fills, ${denied} denied`);
    console.log(`profit ${last.toFixed(2)} USD, largest drawdown ${maximumDrawdown.toFixed(2)} USD`);
  },
});
