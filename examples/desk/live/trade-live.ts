import { type Driver, type Journal, type RateEvent, run } from 'millrace';
import { liveClock } from 'millrace/streams';
import { from } from 'rxjs';
import { type ExampleDeskOptions, exampleDesk } from '../desk.js';
import { followRun, type Outcome } from '../follow-run.js';
import { closeWhenStopped, livePage, type PageSettings } from '../live-page.js';
import type { Rate } from '../option-error.js';
import type { LiveVenue } from './live-venues.js';
import { Ticker } from './ticker.js';

export interface LiveSettings {
  readonly desk: Omit<ExampleDeskOptions, 'venues' | 'orderNames'>;
  readonly rates: readonly Rate[];
  /** Milliseconds; `undefined`: until it is stopped. */
  readonly duration: number | undefined;
  readonly development: boolean;
  readonly journal?: Journal;
  /** Of the live page; `undefined`: there is none. */
  readonly page?: PageSettings | undefined;
  readonly stop: AbortSignal;
}

/** Trades as it happens, until the time is over or somebody stops it; resolves when every connection is closed. */
export async function tradeLive(venues: readonly LiveVenue[], settings: LiveSettings): Promise<Outcome> {
  const { desk, rates, duration, development, journal, stop } = settings;
  const instruments = venues.flatMap((venue) => venue.instruments);
  const core = exampleDesk(instruments, {
    ...desk,
    venues: Object.fromEntries(venues.map(({ name, capabilities }) => [name, capabilities])),
    orderNames: freshName(),
  });
  const page = settings.page && livePage(settings.page, instruments, core.parts);
  const pipeline = run(core, {
    clock: liveClock(),
    drivers: [
      told(rates),
      ...venues.map(({ driver }) => driver),
      ...(page === undefined ? [] : [page.driver]),
    ],
    development,
    ...(page === undefined ? {} : { probe: page.probe }),
    ...(journal === undefined ? {} : { journal }),
  });
  const timer = duration === undefined ? undefined : setTimeout(() => pipeline.stop(), duration);
  const ticker = new Ticker(process.stderr);
  try {
    const served = await page?.open(pipeline);
    const outcome = await followRun(pipeline, instruments, stop, {
      look: (frame) => ticker.see(frame),
      page: served,
    });
    if (served !== undefined) await closeWhenStopped(served, stop);
    return outcome;
  } finally {
    clearTimeout(timer);
    await Promise.all(venues.map(({ driver }) => driver.closed()));
  }
}

/**
 * Orders are named by their place in the log, and a log that begins anew would name them as the last one did: at a venue
 * that takes an id once, new orders would be taken for old ones.
 */
const freshName = (): string => `x${Math.floor(Date.now() / 1_000).toString(36)}`;

/** Rates that no venue of ours tells. */
function told(rates: readonly Rate[]): Driver {
  return {
    name: 'rates',
    connect: ({ clock }) =>
      from(
        rates.map(({ from: one, to, rate }): RateEvent => {
          return { kind: 'rate', venueTime: clock.now(), from: one, to, rate };
        }),
      ),
  };
}
