import { randomBytes } from 'node:crypto';
import { type Driver, InputError, type Instrument, type PipelineRun, type StageProbe } from 'millrace';
import { type Dashboard, type LimitGauge, serveDashboard } from 'millrace/dashboard';
import { monitor } from 'millrace/monitoring';
import type { ExampleDeskOptions } from './desk.js';
import type { DeskFrame } from './follow-run.js';

/** Where the live page is served. */
export interface PageSettings {
  readonly port: number;
  /** What kill and resume ask for; a new one each time unless `DESK_TOKEN` holds one. */
  readonly token: string;
  /** Said below the title. */
  readonly note: string;
  /** Milliseconds of the market in one candle. */
  readonly candle: number;
}

/** The page of a run that has not begun: what the run must be given, and what opens the page. */
export interface LivePage {
  readonly driver: Driver;
  readonly probe: StageProbe;
  open(run: PipelineRun<DeskFrame>): Promise<Dashboard>;
}

/** What proves who runs it, and may kill it. @throws InputError for a `DESK_TOKEN` that the page would not take */
export function pageToken(environment: NodeJS.ProcessEnv): string {
  const token = environment['DESK_TOKEN'] ?? randomBytes(18).toString('base64url');
  if (!/^[\x21-\x7e]{16,}$/.test(token))
    throw new InputError('DESK_TOKEN must be at least 16 printable characters without spaces, or not be set');
  return token;
}

export function livePage(
  { port, token, note, candle }: PageSettings,
  instruments: readonly Instrument[],
  parts: readonly { readonly name: string }[],
): LivePage {
  const watch = monitor({ instruments, parts });
  return {
    driver: watch.driver,
    probe: watch.probe,
    open: async (run) => {
      const page = await serveDashboard(run, {
        instruments,
        port,
        token,
        title: 'Example desk',
        note,
        candle,
        monitor: watch,
      });
      process.stderr.write(`the live page: ${page.url}#token=${token}\n`);
      return {
        port: page.port,
        url: page.url,
        tap: () => page.tap(),
        view: () => page.view(),
        history: () => page.history(),
        close: () => {
          watch.close();
          return page.close();
        },
      };
    },
  };
}

/** People may still look at how it ended, until somebody stops the process. */
export async function closeWhenStopped(page: Dashboard, stop: AbortSignal | undefined): Promise<void> {
  if (stop !== undefined && !stop.aborted) {
    process.stderr.write('the run is over; the page stays until Ctrl-C, then comes the report\n');
    await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  }
  await page.close();
}

/** The desk's limits, as the page shows how much of them is used. */
export function deskLimits(
  options: Pick<ExampleDeskOptions, 'maxPosition' | 'maxVenueExposure' | 'maxDailyLoss' | 'asset'>,
): readonly LimitGauge[] {
  return [
    {
      name: 'maxPosition',
      limit: options.maxPosition,
      unit: options.asset,
      used: (ledger, instruments) => {
        let most = 0;
        for (const { index, definition, quantities } of instruments.list) {
          if (definition.inverse) continue;
          const lots = Math.max(
            Math.abs(ledger.worstCaseLong(index)),
            Math.abs(ledger.worstCaseShort(index)),
          );
          most = Math.max(most, quantities.toNumber(lots) * Number(definition.multiplier));
        }
        return most;
      },
    },
    {
      name: 'maxVenueExposure',
      limit: options.maxVenueExposure,
      unit: 'USD',
      used: (ledger, instruments) =>
        Math.max(0, ...instruments.venues.map((venue) => ledger.worstCaseExposure(venue))),
    },
    {
      name: 'maxDailyLoss',
      limit: options.maxDailyLoss,
      unit: 'USD',
      used: (ledger) => Math.max(0, -ledger.dayProfit()),
    },
  ];
}
