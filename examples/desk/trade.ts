import { type Instrument, type Journal, type Snapshot, stateHash } from 'millrace';
import { type CostResult, CostSummary, RunSummary, type SummaryResult } from 'millrace/monitoring';
import { backtest, type RecordingSource, type ReplayClockProgress } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import type { Account } from './account.js';
import { type ExampleDeskOptions, exampleDesk } from './desk.js';

/** How the desk is let loose on a market. */
export interface TradeSettings {
  readonly desk: ExampleDeskOptions;
  /** Seconds of the market in one second; `Infinity`: as fast as it goes. */
  readonly speed: number;
  /** Guards against misuse of frames, at a cost. */
  readonly development: boolean;
  readonly journal?: Journal;
  readonly progress?: (progress: ReplayClockProgress) => void;
  /** Ends the run early, in good order. */
  readonly stop?: AbortSignal;
}

/** What came of it. */
export interface Outcome {
  readonly summary: SummaryResult;
  readonly costs: CostResult;
  readonly account: Account;
  readonly stateHash: string;
  /** Why no new order left any more, or `undefined`. */
  readonly halted: string | undefined;
  /** The risk engine's word at the end. */
  readonly tradingStatus: string;
  readonly stopped: boolean;
  readonly seconds: number;
}

/** Milliseconds from our order to a venue's book, and back. */
const LATENCY = { submit: 12, report: 8 };

/** Plays a market through the desk, against a simulated venue for each venue in it. */
export function trade(
  source: RecordingSource,
  instruments: readonly Instrument[],
  settings: TradeSettings,
): Promise<Outcome> {
  const { desk, speed, development, journal, progress, stop } = settings;
  const venues = [...new Set(instruments.map(({ venue }) => venue))];
  const run = backtest(exampleDesk(instruments, desk), source, {
    drivers: venues.map((venue) => simulatedVenue({ venue, latency: LATENCY })),
    speed,
    development,
    ...(journal === undefined ? {} : { journal }),
    ...(progress === undefined ? {} : { progress }),
  });
  const summary = new RunSummary({ instruments });
  const costs = new CostSummary();
  const started = performance.now();
  return new Promise<Outcome>((resolve, reject) => {
    let account: Account | undefined;
    let last: Snapshot | undefined;
    let tradingStatus = 'active';
    run.snapshots$.subscribe((snapshot) => {
      last = snapshot;
    });
    const halt = (): void => run.stop();
    run.subscribe({
      next: (frame) => {
        summary.observe(frame);
        costs.observe(frame);
        tradingStatus = frame.tradingStatus;
        if (frame.account !== undefined) account = frame.account;
      },
      error: reject,
      complete: () => {
        stop?.removeEventListener('abort', halt);
        if (account === undefined || last === undefined) {
          reject(new Error(run.halted?.message ?? 'the pipeline ended without a snapshot'));
          return;
        }
        resolve({
          summary: summary.result(),
          costs: costs.result(),
          account,
          stateHash: stateHash(last.stages),
          halted: run.halted && `${run.halted.component}: ${run.halted.message}`,
          tradingStatus,
          stopped: stop?.aborted === true,
          seconds: (performance.now() - started) / 1_000,
        });
      },
    });
    stop?.addEventListener('abort', halt);
    if (stop?.aborted) halt();
  });
}
