import type { Core } from '../../core/core.js';
import type { Driver } from '../../core/driver.js';
import type { Frame } from '../../core/frame.js';
import { Chance } from '../../domain/chance.js';
import { integerAtLeast, knownKeys, numberAtLeast, subsetOf } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { TimedEvent } from '../../domain/event.js';
import { borrowed } from '../../research/frames/perturb.js';
import { checkOrder, coreOf, type DeskUnderTest, usualVenues } from '../../research/look-ahead.js';
import type { RecordingSource } from '../../streams/recording/source.js';
import { simulatedVenue } from '../../venues/simulated/index.js';
import { showValue } from '../show-value.js';
import { crash } from './checks/crash.js';
import { faults } from './checks/faults.js';
import { future } from './checks/future.js';
import { merging } from './checks/merging.js';
import { restore } from './checks/restore.js';
import { completes, kept, reenacted, repeat } from './checks/runs.js';
import { DeskVerificationError } from './desk-verification-error.js';
import { drawFailure } from './draw.js';
import type { CheckName, Failure } from './failure.js';
import { shrink } from './shrink.js';
import { type Check, frameValuesOf, playDesk, type Subject } from './subject.js';

/** How a desk is verified. */
export interface VerifyOptions {
  /** Makes fresh drivers for a run. @default a simulated venue each, 12 ms to it and 8 ms back */
  readonly drivers?: (core: Core<Frame>) => readonly Driver[];
  /** Makes fresh drivers that fail, calm from a time on (Unix milliseconds). @default simulated venues with every kind of fault */
  readonly faultyDrivers?: (core: Core<Frame>, seed: number, calmFrom: number) => readonly Driver[];
  /** Which checks are made, in their own order. @default all */
  readonly checks?: readonly CheckName[];
  /** The same seed tries the same. @default 1 */
  readonly seed?: number;
  /** How many places or seeds a check tries where it cannot try all. @default 3 */
  readonly runs?: number;
  /** At how many orders the process crashes, each before and after it left. @default 8 */
  readonly crashes?: number;
  /** Milliseconds of event time after the last event, in which what is under way comes to its end. @default 60000 */
  readonly grace?: number;
  /** Most attempts to make a counterexample smaller; 0: it is shown as it is. @default 250 */
  readonly shrink?: number;
}

/** What was verified. */
export interface DeskVerification {
  /** The checks that were made, each with what holds. */
  readonly checks: readonly { readonly check: CheckName; readonly holds: string }[];
  /** Checks that could not be made with these drivers, and why. */
  readonly skipped: readonly { readonly check: CheckName; readonly why: string }[];
  readonly events: number;
  readonly frames: number;
  /** Orders that a plain run sends: without any, some checks say little. */
  readonly orders: number;
  readonly fills: number;
}

const CHECKS: Readonly<Record<CheckName, Check>> = {
  completes,
  repeat,
  reenact: reenacted,
  kept,
  restore,
  future,
  merging,
  crash,
  faults,
};

/** In this order: the first that fails is the most telling. */
const NAMES = Object.keys(CHECKS) as readonly CheckName[];

/**
 * Verifies that a desk keeps the promises of the pipeline on given events, and shows the shortest events that break one.
 *
 * | check | what must hold |
 * |---|---|
 * | `completes` | no stage throws, nothing halts |
 * | `repeat` | a second run, with another date and other chance, is equal to the bit |
 * | `reenact` | so is its journal, without the drivers |
 * | `kept` | kept frames and snapshots never change, no live view is used late |
 * | `restore` | a run that is cut anywhere goes on from its snapshot to the bit |
 * | `future` | other events later change nothing before: no look-ahead |
 * | `merging` | bursts that merge in the inbox give one log, and the same market |
 * | `crash` | the process dies at orders, before and after they leave: nothing is lost or doubled |
 * | `faults` | venues that lose, delay, reorder and repeat: nothing halts, the books hold |
 *
 * A desk that is made from the events, or looks into the list, is given as a function; the list holds the events of each
 * run while that lasts, unless it is frozen.
 *
 * ```
 * restored from its snapshot at seq 3 it showed something else than the run that was not cut
 *
 *   given     a-b-c
 *   uncut     ----b
 *   restored  -----
 *                 ^
 * ```
 *
 * @param desk a core that `compose` made, or a function that makes one of the events
 * @param events in the order of `ts` (Unix milliseconds), or a recording that fits in memory
 * @throws DeskVerificationError for the first check that fails; ConfigurationError for options that cannot be, and without events
 * @example
 * // In a test: it rejects with what it found.
 * const { orders } = await verifyDesk(desk, simulateMarket({ seed: 7, duration: 10_000 }));
 * console.log(orders > 0);
 */
export async function verifyDesk(
  desk: DeskUnderTest,
  events: readonly TimedEvent[] | RecordingSource,
  options: VerifyOptions = {},
): Promise<DeskVerification> {
  knownKeys('verifyDesk', options, [
    'drivers',
    'faultyDrivers',
    'checks',
    'seed',
    'runs',
    'crashes',
    'grace',
    'shrink',
  ]);
  const seed = integerAtLeast('verifyDesk.seed', options.seed ?? 1, 0);
  const attempts = integerAtLeast('verifyDesk.shrink', options.shrink ?? 250, 0);
  const names = subsetOf('verifyDesk.checks', options.checks ?? NAMES, NAMES);
  const effort = {
    runs: integerAtLeast('verifyDesk.runs', options.runs ?? 3, 1),
    crashes: integerAtLeast('verifyDesk.crashes', options.crashes ?? 8, 1),
  };
  const grace = numberAtLeast('verifyDesk.grace', options.grace ?? 60_000, 0);
  const given = isList(events) ? events : await listOf(events);
  checkOrder('verifyDesk.events', given);
  if (given.length === 0) throw new ConfigurationError('verifyDesk.events must hold at least one event');
  return await borrowed(given, () =>
    verified(desk, given, { ...options, seed, attempts, names, effort, grace }),
  );
}

/** {@link VerifyOptions}, checked. */
interface Settings extends Pick<VerifyOptions, 'drivers' | 'faultyDrivers'> {
  readonly seed: number;
  readonly attempts: number;
  readonly names: readonly CheckName[];
  readonly effort: Subject['effort'];
  readonly grace: number;
}

async function verified(
  desk: DeskUnderTest,
  given: readonly TimedEvent[],
  settings: Settings,
): Promise<DeskVerification> {
  const {
    drivers = usualVenues,
    faultyDrivers = faultyVenues,
    seed,
    attempts,
    names,
    effort,
    grace,
  } = settings;
  const all: readonly TimedEvent[] = [...given];
  const subject: Subject = {
    desk,
    given,
    grace,
    effort,
    seed,
    drivers,
    faultyDrivers,
    values: await frameValuesOf(desk, all, drivers),
  };
  const skipped: { check: CheckName; why: string }[] = [];
  const checks: { check: CheckName; holds: string }[] = [];
  for (const name of NAMES.filter((each) => names.includes(each))) {
    const check = CHECKS[name];
    const why = check.impossible?.(drivers(coreOf(desk, all)));
    if (why !== undefined) {
      skipped.push({ check: name, why });
      continue;
    }
    const failure = await attempt(check, subject, all, name);
    if (failure !== undefined) throw await counterexample(name, check, subject, all, failure, attempts);
    checks.push({ check: name, holds: check.holds });
  }
  const { frames } = await playDesk(subject, all);
  return {
    checks,
    skipped,
    events: all.length,
    frames: frames.length,
    orders: frames.filter(({ event }) => event.kind === 'submitted').length,
    fills: frames.filter(({ event }) => event.kind === 'report' && event.type === 'fill').length,
  };
}

/** Chance that follows from the seed and the check alone, so that a check tries the same whichever others are made. */
function attempt(
  check: Check,
  subject: Subject,
  events: readonly TimedEvent[],
  name: CheckName,
): Promise<Failure | undefined> {
  return check.run(subject, events, new Chance(subject.seed, `verify:${name}`)).catch((error: unknown) => ({
    what: `the run failed: ${error instanceof Error ? error.message : String(error)}`,
    ts: Number.NaN,
    runs: [],
  }));
}

async function counterexample(
  name: CheckName,
  check: Check,
  subject: Subject,
  all: readonly TimedEvent[],
  failure: Failure,
  maximum: number,
): Promise<DeskVerificationError> {
  const fails = (events: readonly TimedEvent[]): Promise<Failure | undefined> =>
    events.length === 0 ? Promise.resolve(undefined) : attempt(check, subject, events, name);
  let shortest = { items: all, failure };
  if (maximum > 0) {
    // What came after the difference is seldom needed.
    const until = all.filter(({ ts }) => !(ts > failure.ts));
    const early = until.length < all.length ? await fails(until) : undefined;
    if (early !== undefined) shortest = { items: until, failure: early };
    shortest = await shrink(shortest.items, shortest.failure, fails, maximum);
  }
  const { items, failure: left } = shortest;
  const { difference } = left;
  const message = [
    `verifyDesk, check "${name}": ${left.what}`,
    '',
    drawFailure(items, left),
    '',
    ...(difference === undefined
      ? []
      : [
          `  frame (${difference.seq}, ${difference.sub}), a ${difference.kind} event: ${difference.stage === 'the log' ? '' : `stage ${difference.stage}, `}${difference.field}: expected ${showValue(difference.expected)}, received ${showValue(difference.received)}`,
        ]),
    `  what must hold: ${check.holds}`,
    `  ${items.length} of ${all.length} events are left; seed ${subject.seed}`,
    '',
  ].join('\n');
  return new DeskVerificationError(message, { check: name, events: items, difference, seed: subject.seed });
}

const isList = (events: readonly TimedEvent[] | RecordingSource): events is readonly TimedEvent[] =>
  Array.isArray(events);

async function listOf(source: RecordingSource): Promise<readonly TimedEvent[]> {
  if (typeof source?.batches !== 'function')
    throw new ConfigurationError(
      'verifyDesk.events must be a list of events or a recording, such as simulateMarket() gives',
    );
  const events: TimedEvent[] = [];
  for await (const batch of source.batches()) events.push(...batch.events);
  return events;
}

/** Venues at which everything goes wrong now and then. */
function faultyVenues(core: Core<Frame>, seed: number, calmFrom: number): readonly Driver[] {
  return core.instruments.venues.map((venue, place) =>
    simulatedVenue({
      venue,
      latency: { submit: { kind: 'uniform', from: 1, to: 40 }, report: { kind: 'uniform', from: 1, to: 40 } },
      faults: {
        seed: seed + place,
        calmFrom,
        outage: 2_000,
        chances: {
          reject: 0.08,
          lostRequest: 0.05,
          lostReply: 0.08,
          late: 0.1,
          reorder: 0.05,
          double: 0.1,
          repeatedExecution: 0.1,
          fillAfterCancel: 0.2,
          disconnect: 0.03,
        },
      },
    }),
  );
}
