import type { Core } from '../../core/core.js';
import type { Driver } from '../../core/driver.js';
import type { Frame } from '../../core/frame.js';
import { run } from '../../core/run.js';
import type { Halt, Journal } from '../../core/run-options.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { TimedEvent } from '../../domain/event.js';
import { MemoryClock } from './memory-clock.js';

/** How a core is played over events in memory. */
export interface PlayOptions {
  readonly drivers?: readonly Driver[];
  /** @default 60000 */
  readonly grace?: number;
  readonly barrierEvery?: number;
  readonly restore?: Snapshot;
  /** @default false */
  readonly development?: boolean;
  readonly journal?: Journal;
  /** Called with each frame as it leaves. */
  readonly seen?: (frame: Frame) => void;
  /** See `MemoryClockOptions`. */
  readonly beforeEnd?: () => void;
}

/** What a run showed. */
export interface Played {
  readonly frames: readonly Frame[];
  readonly snapshots: readonly Snapshot[];
  readonly halts: readonly Halt[];
}

/** Plays a core over events to their end. A halt is part of what it shows; an error of a driver or the clock rejects. */
export async function play(
  core: Core<Frame>,
  events: readonly TimedEvent[],
  options: PlayOptions = {},
): Promise<Played> {
  const { grace, beforeEnd, seen, development = false, ...rest } = options;
  const frames: Frame[] = [];
  const snapshots: Snapshot[] = [];
  const halts: Halt[] = [];
  const clock = new MemoryClock(events, {
    ...(grace === undefined ? {} : { grace }),
    ...(beforeEnd === undefined ? {} : { beforeEnd }),
  });
  const pipeline = run(core, { ...rest, development, clock });
  pipeline.snapshots$.subscribe((snapshot) => snapshots.push(snapshot));
  pipeline.halts$.subscribe((halt) => halts.push(halt));
  await pipeline.forEach((frame) => {
    frames.push(frame);
    seen?.(frame);
  });
  return { frames, snapshots, halts };
}
