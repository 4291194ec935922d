import { type Frame, type Instrument, type PipelineRun, type Snapshot, stateHash } from 'millrace';
import type { Dashboard, OverviewFields } from 'millrace/dashboard';
import {
  type CostResult,
  CostSummary,
  type MeasuredCosts,
  type SummaryResult,
  TearSheet,
  type TearSheetData,
  type TearSheetFrame,
} from 'millrace/monitoring';
import type { Account } from './account.js';

/** What came of it. */
export interface Outcome {
  readonly summary: SummaryResult;
  /** For `--report`. */
  readonly sheet: TearSheetData;
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

/** What a frame of the desk tells of it. */
export type DeskFrame = TearSheetFrame &
  OverviewFields &
  Frame & {
    readonly tradingStatus: 'active' | 'reducing' | 'halted';
    readonly account: Account | undefined;
    readonly costs: readonly MeasuredCosts[];
  };

/** Who sees every frame. */
export interface Lookers {
  readonly look?: (frame: DeskFrame) => void;
  readonly page?: Dashboard | undefined;
}

/** Runs a desk to its end, under whichever clock, and sums it up. */
export function followRun(
  run: PipelineRun<DeskFrame>,
  instruments: readonly Instrument[],
  stop: AbortSignal | undefined,
  { look, page }: Lookers = {},
): Promise<Outcome> {
  const sheet = new TearSheet({ instruments });
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
    const frames = page === undefined ? run : run.pipe(page.tap());
    frames.subscribe({
      next: (frame) => {
        sheet.observe(frame);
        costs.observe(frame);
        look?.(frame);
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
        const data = sheet.data();
        resolve({
          summary: data.summary,
          sheet: data,
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
