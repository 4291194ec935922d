// @ts-check
import { backtest, recordingOf, simulateMarket } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { desk } from './desk.js';

/**
 * Events of the simulated market, in memory, so that nobody measures how they are made.
 *
 * @param {number} duration simulated milliseconds
 */
export async function preload(duration) {
  const source = simulateMarket({ seed: 7, duration });
  const events = [];
  for await (const batch of source.batches()) events.push(...batch.events);
  return { events, instruments: source.instruments };
}

/**
 * A whole backtest: market, desk, simulated venues.
 *
 * @param {Awaited<ReturnType<typeof preload>>} market
 * @param {boolean} development
 * @param {(frame: any) => void} take
 */
export function wholeRun({ events, instruments }, development, take) {
  const venues = [...new Set(instruments.map(({ venue }) => venue))];
  const pipeline = backtest(desk(instruments), recordingOf(events, instruments), {
    development,
    drivers: venues.map((venue) => simulatedVenue({ venue, latency: { submit: 20, report: 20 } })),
  });
  return pipeline.forEach(take);
}
