import type { Instrument, Journal } from 'millrace';
import { backtest, type RecordingSource, type ReplayClockProgress } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';
import { type ExampleDeskOptions, exampleDesk } from './desk.js';
import { followRun, type Outcome } from './follow-run.js';
import { closeWhenStopped, livePage, type PageSettings } from './live-page.js';

/** How the desk is let loose on a market. */
export interface TradeSettings {
  readonly desk: ExampleDeskOptions;
  /** Seconds of the market in one second; `Infinity`: as fast as it goes. */
  readonly speed: number;
  /** Guards against misuse of frames, at a cost. */
  readonly development: boolean;
  readonly journal?: Journal;
  readonly progress?: (progress: ReplayClockProgress) => void;
  /** Of the live page; `undefined`: there is none. */
  readonly page?: PageSettings | undefined;
  /** Ends the run early, in good order. */
  readonly stop?: AbortSignal;
}

/** Milliseconds from our order to a venue's book, and back. */
const LATENCY = { submit: 12, report: 8 };

/** Plays a market through the desk, against a simulated venue for each venue in it; with a live page until somebody stops it. */
export async function trade(
  source: RecordingSource,
  instruments: readonly Instrument[],
  settings: TradeSettings,
): Promise<Outcome> {
  const { desk, speed, development, journal, progress, stop } = settings;
  const core = exampleDesk(instruments, desk);
  const page = settings.page && livePage(settings.page, instruments, core.parts);
  const venues = [...new Set(instruments.map(({ venue }) => venue))];
  const run = backtest(core, source, {
    drivers: [
      ...venues.map((venue) => simulatedVenue({ venue, latency: LATENCY })),
      ...(page === undefined ? [] : [page.driver]),
    ],
    ...(page === undefined ? {} : { probe: page.probe }),
    speed,
    development,
    ...(journal === undefined ? {} : { journal }),
    ...(progress === undefined ? {} : { progress }),
  });
  const served = await page?.open(run);
  const outcome = await followRun(run, instruments, stop, { page: served });
  if (served !== undefined) await closeWhenStopped(served, stop);
  return outcome;
}
