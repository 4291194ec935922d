/**
 * A parameter sweep in worker threads, with a progress bar: 24 settings of a crossover, each on the same simulated market, and
 * what is left of the best one when it is known that 24 were tried.
 *
 *     node .examples/parameter-sweep.js [--minutes 20] [--seed 1] [--workers 2] [--json]
 *
 * Worker threads load this file too: what they need are its exports `market` and `desk`.
 */

import { isMainThread } from 'node:worker_threads';
import type { Frame } from 'millrace';
import { compose, type Instrument, instrument } from 'millrace';
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
  maxPosition,
  risk,
  sizing,
} from 'millrace/operators';
import {
  describeMonteCarlo,
  describeSensitivity,
  describeSweep,
  monteCarlo,
  overfitting,
  type SweepProgress,
  sensitivity,
  sweep,
} from 'millrace/research';
import { type RecordingSource, simulateMarket } from 'millrace/streams';
import { lastValueFrom, tap } from 'rxjs';
import { JSON_FLAG, minutesOf, optionsFrom, SEED, WORKERS } from './command-line.js';

// What the workers are told comes with the URL: ?minutes=20&seed=1
const told = new URL(import.meta.url).searchParams;

const PERPETUAL = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.1',
  lot: '0.001',
  fees: { maker: 0.00002, taker: 0.00005 },
});

/** The market that every combination is tried on. */
export const market = (): RecordingSource =>
  simulateMarket({
    seed: Number(told.get('seed') ?? 1),
    duration: Number(told.get('minutes') ?? 20) * 60_000,
    instruments: [{ definition: PERPETUAL, eventsPerSecond: 5, spread: 0.2 }],
  });

/** A desk with one combination: long while the fast average is above the slow one by a band, short while it is below. */
export const desk = (
  { fast, slow, band }: { fast: number; slow: number; band: number },
  instruments: readonly Instrument[],
) =>
  compose(
    { name: 'crossover', instruments },
    books(),
    ledger({ reportingCurrency: 'USDT' }),
    features({ fast: ema({ period: fast, every: '1s' }), slow: ema({ period: slow, every: '1s' }) }),
    agents([
      agent({
        name: 'crossover',
        decide: ({ features: { fast: quick, slow: lazy } }: Frame & FeatureFields<'fast' | 'slow'>) => {
          const gap = quick / lazy - 1;
          if (Number.isNaN(gap) || Math.abs(gap) < band / 10_000) return undefined;
          return { of: { asset: 'BTC' }, exposure: Math.sign(gap), confidence: 1 };
        },
      }),
    ]),
    confidenceWeighted(),
    sizing({ budget: 100_000, minimumTrade: 0.2 }),
    bestNetPrice(),
    risk([maxPosition({ limit: 10 })]),
    dispatch(),
  );

/** A bar that is redrawn on a terminal; elsewhere nothing. */
function show({ done, total, failed }: SweepProgress): void {
  if (process.stderr.isTTY !== true) return;
  const full = Math.round((done / total) * 30);
  process.stderr.write(
    done === total
      ? '\r\x1b[2K'
      : `\r\x1b[2K${'█'.repeat(full)}${'░'.repeat(30 - full)} ${done} of ${total}${failed > 0 ? `, ${failed} failed` : ''}`,
  );
}

async function main(): Promise<void> {
  const { minutes, seed, workers, json } = optionsFrom(
    'A parameter sweep: 24 settings of a crossover, each on the same simulated market.',
    { minutes: minutesOf(20, 3), seed: SEED, workers: WORKERS },
    JSON_FLAG,
  );
  const study = new URL(`?minutes=${minutes}&seed=${seed}`, import.meta.url);
  // Ctrl-C: the rows so far.
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.stderr.write(`24 combinations in ${workers} worker thread${workers === 1 ? '' : 's'}\n`);
  const { result } = await lastValueFrom(
    sweep({
      study,
      parameters: { fast: [5, 10, 20, 40], slow: [60, 120, 240], band: [0, 1] },
      period: '10s',
      workers,
      signal: stop.signal,
    }).pipe(tap(show)),
  );
  if (result === undefined) return;
  if (json) {
    console.log(JSON.stringify(result));
    return;
  }
  console.log(
    `A sweep on a simulated market (seed ${seed}, ${minutes} minutes): nothing here is a promise.\n`,
  );
  console.log(describeSweep(result, 8));
  const returns = result.rows.flatMap(({ performance }) =>
    performance?.returns.length ? [performance.returns] : [],
  );
  if (returns.length >= 2 && (returns[0]?.length ?? 0) >= 16) {
    const { probability, splits } = overfitting(returns, 8);
    console.log(
      `Probability of backtest overfitting: ${(100 * probability).toFixed(0)}% of ${splits} halves of the data choose what is below the middle in the other half.`,
    );
  }
  const best = result.rows[result.verdict.best];
  if (best?.performance === undefined || stop.signal.aborted) return;
  console.log('\nThe best one under other costs:\n');
  const costs = await lastValueFrom(
    sensitivity({
      study,
      parameters: best.parameters,
      fees: [0, 1, 2],
      latency: [5, 200],
      period: '10s',
      workers,
    }),
  );
  if (costs.result !== undefined) console.log(describeSensitivity(costs.result));
  const trades = best.performance.trades.map(({ profit }) => profit);
  const few = trades.length < 10;
  console.log(`\nIts ${few ? 'periods' : 'trades'}, drawn anew:\n`);
  const drawn = monteCarlo(few ? best.performance.returns : trades, {
    method: 'blocks',
    samples: 2_000,
    seed,
  });
  console.log(describeMonteCarlo(drawn));
}

if (isMainThread && told.size === 0) await main();
