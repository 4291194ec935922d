/**
 * Walk-forward validation: parameters are chosen on some minutes and traded on the next, over and over, and only the minutes
 * that the choice had not seen count.
 *
 *     node .examples/walk-forward.js [--minutes 30] [--seed 1] [--workers 2] [--anchored] [--json]
 *
 * Worker threads load this file too: what they need are its exports `market` and `desk`.
 */

import { isMainThread } from 'node:worker_threads';
import { compose, type Instrument, instrument } from 'millrace';
import {
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  features,
  ledger,
  maxPosition,
  meanReversion,
  realisedVolatility,
  risk,
  sizing,
  zScore,
} from 'millrace/operators';
import { describeWalkForward, type WalkForwardProgress, walkForward } from 'millrace/research';
import { type RecordingSource, simulateMarket } from 'millrace/streams';
import { lastValueFrom, tap } from 'rxjs';
import { JSON_FLAG, minutesOf, optionsFrom, SEED, WORKERS } from './command-line.js';

const told = new URL(import.meta.url).searchParams;

const PERPETUAL = instrument({
  venue: 'binance',
  symbol: 'ETHUSDT',
  kind: 'perpetual',
  base: 'ETH',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.001',
  fees: { maker: 0, taker: 0.00002 },
});

/** The market, of which each fold plays what came before its window and its window. */
export const market = (): RecordingSource =>
  simulateMarket({
    seed: Number(told.get('seed') ?? 1),
    duration: Number(told.get('minutes') ?? 30) * 60_000,
    instruments: [{ definition: PERPETUAL, eventsPerSecond: 5, spread: 0.2 }],
  });

/** Sells what is dear by its own last prices, and buys what is cheap. */
export const desk = (
  { window, enter }: { window: number; enter: number },
  instruments: readonly Instrument[],
) =>
  compose(
    { name: 'reverter', instruments },
    books(),
    ledger({ reportingCurrency: 'USDT' }),
    features({
      stretch: zScore({ window, every: '1s' }),
      volatility: realisedVolatility({ window: 30, every: '1s' }),
    }),
    agents([meanReversion({ asset: 'ETH', enter, lifetime: '30s' })]),
    confidenceWeighted(),
    sizing({ budget: 50_000, minimumTrade: 0.2 }),
    bestNetPrice(),
    risk([maxPosition({ limit: 100 })]),
    dispatch(),
  );

function show({ done, total }: WalkForwardProgress): void {
  if (process.stderr.isTTY === true)
    process.stderr.write(done === total ? '\r\x1b[2K' : `\r\x1b[2K${done} of ${total} runs`);
}

async function main(): Promise<void> {
  const { minutes, seed, workers, anchored, json } = optionsFrom(
    'Walk-forward validation: settings chosen on the past, judged on what came after.',
    { minutes: minutesOf(30, 3), seed: SEED, workers: WORKERS },
    { anchored: 'train on all that came before, not on a window that moves', ...JSON_FLAG },
  );
  // A third of the time to train on; the rest in tests of half that length.
  const train = Math.round((minutes * 60_000) / 3);
  const { result } = await lastValueFrom(
    walkForward({
      study: new URL(`?minutes=${minutes}&seed=${seed}`, import.meta.url),
      parameters: { window: [30, 60], enter: [1, 1.5, 2] },
      train,
      test: Math.floor(train / 2) - 5_000,
      embargo: '5s',
      anchored,
      period: '10s',
      workers,
    }).pipe(tap(show)),
  );
  if (result === undefined) return;
  if (json) {
    console.log(JSON.stringify(result));
    return;
  }
  console.log(
    `Walk-forward on a simulated market (seed ${seed}, ${minutes} minutes), ${anchored ? 'anchored' : 'rolling'}:\n`,
  );
  console.log(describeWalkForward(result));
}

if (isMainThread && told.size === 0) await main();
