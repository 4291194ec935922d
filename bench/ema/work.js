// @ts-check
import { pollute } from '../harness/pollute.js';
import { closesOf } from './prices.js';
import { VARIANTS } from './variants.js';

/**
 * Nanoseconds of processor time a bar, after a run that warms up, and whether the result is that of the loop by hand.
 *
 * @param {{ variant: string, quick?: boolean, bars: number, warmUp: number, repeat: number }} task
 */
export async function work({ variant, quick, bars, warmUp, repeat }) {
  const { run, same } = /** @type {typeof VARIANTS[string]} */ (VARIANTS[variant]);
  const seen = pollute(quick);
  const closes = closesOf(bars);
  const warm = closesOf(warmUp);
  for (let round = 0; round < 3; round++) await run(warm);
  const start = process.cpuUsage();
  let { trades, profit, events = bars } = await run(closes);
  for (let round = 1; round < repeat; round++) ({ trades, profit, events = bars } = await run(closes));
  const { user, system } = process.cpuUsage(start);
  const wanted = await same(closes);
  if (trades !== wanted.trades || Math.abs(profit - wanted.profit) > 5e-7)
    throw new Error(
      `${variant}: ${trades} trades and ${profit}, where the loop by hand has ${wanted.trades} and ${wanted.profit}`,
    );
  return {
    each: ((user + system) * 1_000) / (bars * repeat),
    eventsPerBar: events / bars,
    trades,
    profit: profit.toFixed(6),
    seen,
  };
}
