import type { Core } from '../core/core.js';
import type { Driver } from '../core/driver.js';
import type { Frame } from '../core/frame.js';
import { Chance } from '../domain/chance.js';
import { integerAtLeast, knownKeys, numberAtLeast } from '../domain/check.js';
import { ConfigurationError } from '../domain/errors.js';
import type { TimedEvent } from '../domain/event.js';
import { simulatedVenue } from '../venues/simulated/index.js';
import { type FrameDifference, FrameValues } from './frames/frame-values.js';
import { anotherFuture, borrowed, standIn } from './frames/perturb.js';
import { type Played, play } from './frames/play.js';

/**
 * A desk, or what makes one of the events of its run: a desk that is fitted to data, or looks at it, is to be given as
 * a function, so that it is made of the events that it is played.
 */
export type DeskUnderTest = Core<never> | Core<Frame> | ((events: readonly TimedEvent[]) => Core<Frame>);

/** How the future is perturbed. */
export interface LookAheadOptions {
  /** Makes fresh drivers for a run. @default a simulated venue each, 12 ms to it and 8 ms back */
  readonly drivers?: () => readonly Driver[];
  /** At how many places the future is changed, evenly spread with some chance. @default 6 */
  readonly places?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Milliseconds of event time after the last event. @default 60000 */
  readonly grace?: number;
}

/** A past that changed with its future. */
export interface LookAhead {
  /** Place in the list of the last event that both runs shared, from 0. */
  readonly last: number;
  /** What became of the events behind it: they were left out, or moved by 3 of 100 and so many ticks (negative: down). */
  readonly future: 'none' | { readonly ticks: number };
  /** What was different before the first event that was: the frame, the stage, the field. */
  readonly difference: FrameDifference;
}

/** Drivers that a desk gets when its user names none. */
export const usualVenues = (core: Core<Frame>): readonly Driver[] =>
  core.instruments.venues.map((venue) => simulatedVenue({ venue, latency: { submit: 12, report: 8 } }));

/**
 * Looks for look-ahead: whatever happens after an event, all that a desk showed up to it (features, decisions, orders)
 * must be the same to the bit.
 *
 * ```
 * events     a--b--c--d--e|
 * again      a--b--c|             the future is left out
 * and again  a--b--c--D--E|       the future has other prices
 *                   ^ frames up to here must be equal
 * ```
 *
 * A list that is not frozen holds the other events while such a run lasts, so that a desk that looks into the list
 * itself is found out too.
 *
 * @param events in the order of `ts` (Unix milliseconds)
 * @returns the first thing that differed, or `undefined`
 * @throws ConfigurationError for options that cannot be, for events out of order or fewer than two
 * @example
 * const found = await findLookAhead((events) => desk(fit(events)), events);
 * if (found !== undefined) console.log(found.difference.stage, found.difference.field);
 */
export async function findLookAhead(
  desk: DeskUnderTest,
  events: readonly TimedEvent[],
  options: LookAheadOptions = {},
): Promise<LookAhead | undefined> {
  knownKeys('findLookAhead', options, ['drivers', 'places', 'seed', 'grace']);
  checkOptions(options);
  return await borrowed(events, () => lookAheadIn(desk, events, options));
}

function checkOptions(options: LookAheadOptions): void {
  integerAtLeast('findLookAhead.places', options.places ?? 6, 1);
  integerAtLeast('findLookAhead.seed', options.seed ?? 1, 0);
  numberAtLeast('findLookAhead.grace', options.grace ?? 60_000, 0);
}

/** As {@link findLookAhead}, for who has the list to himself. */
export async function lookAheadIn(
  desk: DeskUnderTest,
  events: readonly TimedEvent[],
  options: LookAheadOptions,
): Promise<LookAhead | undefined> {
  const { places = 6, seed = 1, grace = 60_000 } = options;
  checkOrder('findLookAhead.events', events);
  if (events.length < 2)
    throw new ConfigurationError('findLookAhead.events must be at least two: nothing has a future here');
  const values: { compare?: FrameValues } = {};
  const own = [...events];
  const played = (of: readonly TimedEvent[]): Promise<Played> =>
    standIn(events, of, async () => {
      const core = coreOf(desk, of);
      values.compare ??= new FrameValues(core);
      return await play(core, of, { drivers: options.drivers?.() ?? usualVenues(core), grace });
    });
  await learnLiveViews(values, desk, own, options.drivers);
  const whole = await played(own);
  const chance = new Chance(seed, 'look-ahead');
  for (const last of placesIn(own, places, chance)) {
    const until = (own[last + 1] as TimedEvent).ts;
    const far = 1 + Math.floor(chance.draw() * 50);
    for (const ticks of [0, chance.draw() < 0.5 ? -far : far]) {
      const other = await played(anotherFuture(own, last, ticks));
      const difference = (values.compare as FrameValues).firstOf(
        before(whole.frames, until),
        before(other.frames, until),
      );
      if (difference !== undefined) return { last, future: ticks === 0 ? 'none' : { ticks }, difference };
    }
  }
  return undefined;
}

/** A desk as its user gave it, made of the events of its run. @throws ConfigurationError for what makes no core */
export function coreOf(desk: DeskUnderTest, events: readonly TimedEvent[]): Core<Frame> {
  const core: unknown = typeof desk === 'function' ? desk(events) : desk;
  const { start, parts } = (core ?? {}) as { readonly start?: unknown; readonly parts?: unknown };
  if (typeof start !== 'function' || !Array.isArray(parts))
    throw new ConfigurationError(
      `a desk must be a core that compose() made, or a function that gives one, not ${typeof core}`,
    );
  return core as Core<Frame>;
}

/** @throws ConfigurationError naming the first event that is out of order or has no time */
export function checkOrder(name: string, events: readonly TimedEvent[]): void {
  let last = Number.NEGATIVE_INFINITY;
  for (const [place, { ts }] of events.entries()) {
    if (!Number.isFinite(ts) || ts < last)
      throw new ConfigurationError(
        `${name}[${place}].ts must be a time that does not go back, not ${ts} after ${last}`,
      );
    last = ts;
  }
}

/** Some events of a run in development mode tell which fields are live views. */
async function learnLiveViews(
  values: { compare?: FrameValues },
  desk: DeskUnderTest,
  events: readonly TimedEvent[],
  drivers: (() => readonly Driver[]) | undefined,
): Promise<void> {
  const core = coreOf(desk, events);
  const compare = new FrameValues(core);
  values.compare = compare;
  await play(core, events.slice(0, 50), {
    drivers: drivers?.() ?? usualVenues(core),
    development: true,
    grace: 0,
    seen: (frame) => compare.learn(frame),
  });
}

/** Places behind which another future can begin: the next event comes later. */
function placesIn(events: readonly TimedEvent[], count: number, chance: Chance): readonly number[] {
  const possible = events.flatMap(({ ts }, place) =>
    place + 1 < events.length && (events[place + 1] as TimedEvent).ts > ts ? [place] : [],
  );
  if (possible.length <= count) return possible;
  // The first place too: before it, what was fitted to everything has seen nothing.
  const width = possible.length / count;
  return Array.from(
    { length: count },
    (_, nth) => possible[nth === 0 ? 0 : Math.floor((nth + chance.draw()) * width)] as number,
  );
}

/** The frames before a time, without the barrier with which a run ends. */
function before(frames: readonly Frame[], until: number): readonly Frame[] {
  const end = frames.findIndex(
    ({ ts, event }) => ts >= until || (event.kind === 'barrier' && event.id === 'end'),
  );
  return end < 0 ? frames : frames.slice(0, end);
}
