import type { Core } from '../../core/core.js';
import type { Driver } from '../../core/driver.js';
import type { Frame } from '../../core/frame.js';
import type { Chance } from '../../domain/chance.js';
import type { TimedEvent } from '../../domain/event.js';
import { FrameValues } from '../../research/frames/frame-values.js';
import { standIn } from '../../research/frames/perturb.js';
import { type Played, type PlayOptions, play } from '../../research/frames/play.js';
import { coreOf, type DeskUnderTest } from '../../research/look-ahead.js';

/** How many cases a check tries where it cannot try all. */
export interface Effort {
  readonly runs: number;
  readonly crashes: number;
}

/** The desk that is verified, and how it is run. */
export interface Subject {
  readonly desk: DeskUnderTest;
  /** The list that the user gave: it holds the events of a run while that lasts. */
  readonly given: readonly TimedEvent[];
  readonly grace: number;
  readonly effort: Effort;
  readonly seed: number;
  readonly values: FrameValues;
  drivers(core: Core<Frame>): readonly Driver[];
  faultyDrivers(core: Core<Frame>, seed: number, calmFrom: number): readonly Driver[];
}

/** A check of a desk. */
export interface Check {
  /** What must hold, as a sentence. */
  readonly holds: string;
  /** Why it cannot be made with these drivers, or `undefined`. */
  impossible?(drivers: readonly Driver[]): string | undefined;
  run(
    subject: Subject,
    events: readonly TimedEvent[],
    chance: Chance,
  ): Promise<import('./failure.js').Failure | undefined>;
}

/** How the desk is played. */
export interface DeskPlayOptions extends PlayOptions {
  /** How many of the events are played; the desk is made of all of them. @default all */
  readonly upTo?: number;
}

/** Plays the desk, made of these events, with fresh drivers. */
export function playDesk(
  subject: Subject,
  events: readonly TimedEvent[],
  { upTo, ...options }: DeskPlayOptions = {},
  change: (core: Core<Frame>) => Core<Frame> = (core) => core,
): Promise<Played> {
  return standIn(subject.given, events, async () => {
    const core = change(coreOf(subject.desk, events));
    return await play(core, upTo === undefined ? events : events.slice(0, upTo), {
      drivers: subject.drivers(core),
      grace: subject.grace,
      ...options,
    });
  });
}

/** Makes a comparison that knows which fields of the desk's frames are live views. */
export async function frameValuesOf(
  desk: DeskUnderTest,
  events: readonly TimedEvent[],
  drivers: (core: Core<Frame>) => readonly Driver[],
): Promise<FrameValues> {
  const core = coreOf(desk, events);
  const values = new FrameValues(core);
  await play(core, events.slice(0, 50), {
    drivers: drivers(core),
    development: true,
    grace: 0,
    seen: (frame) => values.learn(frame),
  });
  return values;
}
