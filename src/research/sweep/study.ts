import type { Core } from '../../core/core.js';
import type { Driver } from '../../core/driver.js';
import type { Frame } from '../../core/frame.js';
import type { Duration } from '../../domain/duration.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { Instrument } from '../../domain/instrument.js';
import type { RecordingSource } from '../../streams/recording/source.js';
import { simulatedVenue } from '../../venues/simulated/index.js';
import { evaluate } from '../performance/evaluate.js';
import type { Performance } from '../performance/performance.js';

/** The parameters of one combination, by name. */
export type Parameters = Readonly<Record<string, number | string | boolean>>;

/** What trading costs, against what instruments and venues say themselves. */
export interface Costs {
  /** Every fee is multiplied by it. @default 1 */
  readonly fees?: number;
  /** Share of the notional that every fill that takes liquidity costs besides: 0.0001 is a basis point. @default 0 */
  readonly slippage?: number;
  /** Milliseconds to the venue; the way back takes as long. @default 12 and 8 */
  readonly latency?: number;
}

/**
 * What is studied: the market, and a desk for each combination of parameters. In a module of its own (its exports, or an
 * object as the default), a study runs in worker threads; each reads the market itself.
 *
 * @example
 * const study: Study = {
 *   market: () => simulateMarket({ seed: 7 }),
 *   desk: (_parameters, instruments) => compose({ instruments }, books(), ledger({ reportingCurrency: 'USD' })),
 * };
 */
export interface Study {
  market(): RecordingSource | Promise<RecordingSource>;
  desk(parameters: never, instruments: readonly Instrument[]): Core<never> | Core<Frame>;
  /** Fresh drivers for a run. @default a simulated venue each, with the costs that are asked for */
  drivers?(parameters: never, instruments: readonly Instrument[], costs: Costs): readonly Driver[];
}

/** One run of a study. */
export interface Job {
  readonly parameters: Parameters;
  readonly from?: number;
  readonly to?: number;
  readonly period?: Duration;
  readonly periodsPerYear?: number;
  readonly costs?: Costs;
}

/** @throws ConfigurationError for a module that cannot be loaded, or exports no study */
export async function loadStudy(href: string): Promise<Study> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = (await import(href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new ConfigurationError(`the study ${href} cannot be loaded: ${(error as Error).message}`);
  }
  for (const candidate of [module, module['default']]) if (isStudy(candidate)) return candidate;
  throw new ConfigurationError(`the study ${href} must export functions "market" and "desk"`);
}

/** Whether something has the two functions of a study. */
export function isStudy(value: unknown): value is Study {
  const { market, desk } = (value ?? {}) as Partial<Record<keyof Study, unknown>>;
  return typeof market === 'function' && typeof desk === 'function';
}

/** Runs one combination. @throws whatever the study throws */
export async function runJob(study: Study, job: Job, signal?: AbortSignal): Promise<Performance> {
  const { parameters, costs = {}, from, to, period, periodsPerYear } = job;
  const source = await study.market();
  const { instruments } = source;
  const core = study.desk(parameters as never, instruments) as Core<Frame>;
  const drivers =
    study.drivers?.(parameters as never, instruments, costs) ?? costlyVenues(core.instruments.venues, costs);
  return await evaluate(core, source, {
    drivers,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(period === undefined ? {} : { period }),
    ...(periodsPerYear === undefined ? {} : { periodsPerYear }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/**
 * Simulated venues with costs of one's choice.
 *
 * @throws ConfigurationError for a fee factor, slippage or latency below 0
 * @example
 * costlyVenues(['binance'], { fees: 2, slippage: 0.0001, latency: 50 });
 */
export function costlyVenues(
  venues: readonly string[],
  { fees = 1, slippage = 0, latency }: Costs = {},
): readonly Driver[] {
  for (const [name, value] of Object.entries({ fees, slippage, latency: latency ?? 0 }))
    if (typeof value !== 'number' || !(value >= 0) || !Number.isFinite(value))
      throw new ConfigurationError(`costs.${name} must be a number of at least 0, not ${String(value)}`);
  return venues.map((venue) =>
    simulatedVenue({
      venue,
      latency: latency === undefined ? { submit: 12, report: 8 } : { submit: latency, report: latency },
      ...(fees === 1 && slippage === 0
        ? {}
        : {
            fees: (_order, { definition }) => ({
              maker: definition.fees.maker * fees,
              taker: definition.fees.taker * fees + slippage,
            }),
          }),
    }),
  );
}
