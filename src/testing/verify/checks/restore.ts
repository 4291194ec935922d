import type { Frame } from '../../../core/frame.js';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../../core/snapshot.js';
import { firstDifference } from '../../../research/frames/frame-values.js';
import type { Played } from '../../../research/frames/play.js';
import type { Failure } from '../failure.js';
import { type Check, playDesk } from '../subject.js';
import { comparison } from './runs.js';

/** With so few events every place is tried. */
const FEW = 16;

/** Of more events, there are about so many snapshots. */
const SNAPSHOTS = 100;

/** Events for which a restored run is followed, where not to the end. */
const AHEAD = 30;

/** A run that is cut and goes on from a snapshot gives the rest of the run that never stopped. */
export const restore: Check = {
  holds: 'a run that is cut anywhere and restored from its snapshot goes on to the bit',
  impossible: (drivers) => {
    const without = drivers.find(({ save }) => save === undefined);
    return without === undefined ? undefined : `driver ${without.name} saves no state`;
  },
  async run(subject, events, chance) {
    const few = events.length <= FEW;
    const barrierEvery = few
      ? 1
      : Math.max(3, Math.ceil(events.length / SNAPSHOTS)) + Math.floor(chance.draw() * 5);
    const whole = await playDesk(subject, events, { barrierEvery });
    const cuts = whole.snapshots.slice(0, -1);
    if (cuts.length === 0) return undefined;
    // Many are followed for a while, which is where most of what was forgotten shows; some to the end.
    const short = few ? [] : spread(cuts, 4 + 4 * subject.effort.runs);
    for (const cut of short) {
      const failure = await goOn(cut, AHEAD);
      if (failure !== undefined) return failure;
    }
    const long = few ? cuts : Array.from({ length: subject.effort.runs }, () => pick(cuts, chance.draw()));
    for (const cut of long) {
      const failure = await goOn(cut, Number.POSITIVE_INFINITY);
      if (failure !== undefined) return failure;
    }
    return undefined;

    async function goOn(cut: Snapshot, ahead: number): Promise<Failure | undefined> {
      const at = `restored from its snapshot at seq ${cut.seq}`;
      const upTo = Math.min(events.length, cut.replayed + ahead);
      const all = upTo === events.length;
      // What comes from the first event on that is left out is not compared.
      const until = events[upTo]?.ts ?? Number.POSITIVE_INFINITY;
      const rest = before(
        whole.frames.slice(1 + whole.frames.findIndex(({ seq, sub }) => seq === cut.seq && sub === 0)),
        until,
      );
      const runs = [{ name: 'uncut', frames: whole.frames }];
      let carried: Snapshot;
      let again: Played;
      try {
        carried = decodeSnapshot(encodeSnapshot(cut));
        const lost = firstDifference(cut.stages, carried.stages, '');
        if (lost !== undefined) {
          const stage = lost.field.split('.')[0] as string;
          const what = `the saved state of stage ${stage} is no plain data: ${lost.field} does not survive encoding`;
          return { what, ts: cut.ts, runs };
        }
        again = await playDesk(subject, events, { barrierEvery, restore: carried, upTo });
      } catch (error) {
        const what = `${at} it failed: ${error instanceof Error ? error.message : String(error)}`;
        return { what, ts: cut.ts, runs };
      }
      const failure = comparison(
        subject,
        `${at} it showed something else than the run that was not cut`,
        { ...whole, frames: rest, snapshots: all ? whole.snapshots : [] },
        { ...again, frames: before(again.frames, until), snapshots: all ? again.snapshots : [] },
        ['uncut', 'restored'],
      );
      // The drawing shows the run from its beginning.
      return failure === undefined ? undefined : { ...failure, runs: [...runs, ...failure.runs.slice(1)] };
    }
  },
};

const pick = <T>(items: readonly T[], draw: number): T =>
  items[Math.min(items.length - 1, Math.floor(draw * items.length))] as T;

/** At most so many, evenly spread. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, nth) => items[Math.floor(((nth + 0.5) * items.length) / most)] as T,
  );
}

/** The frames before a time; all of them before infinity. */
function before(frames: readonly Frame[], until: number): readonly Frame[] {
  if (until === Number.POSITIVE_INFINITY) return frames;
  const end = frames.findIndex(
    ({ ts, event }) => ts >= until || (event.kind === 'barrier' && event.id === 'end'),
  );
  return end < 0 ? frames : frames.slice(0, end);
}
