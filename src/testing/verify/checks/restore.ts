import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../../core/snapshot.js';
import { firstDifference } from '../../../research/frames/frame-values.js';
import type { Played } from '../../../research/frames/play.js';
import type { Failure } from '../failure.js';
import { type Check, playDesk } from '../subject.js';
import { comparison } from './runs.js';

/** With so few events every place is tried. */
const FEW = 16;

/** A run that is cut and goes on from a snapshot gives the rest of the run that never stopped. */
export const restore: Check = {
  holds: 'a run that is cut anywhere and restored from its snapshot goes on to the bit',
  impossible: (drivers) => {
    const without = drivers.find(({ save }) => save === undefined);
    return without === undefined ? undefined : `driver ${without.name} saves no state`;
  },
  async run(subject, events, chance) {
    const few = events.length <= FEW;
    const barrierEvery = few ? 1 : 7 + Math.floor(chance.draw() * Math.max(7, events.length / 20));
    const whole = await playDesk(subject, events, { barrierEvery });
    const cuts = whole.snapshots.slice(0, -1);
    const chosen = few
      ? cuts
      : Array.from({ length: Math.min(cuts.length, subject.effort.runs) }, () => pick(cuts, chance.draw()));
    for (const cut of chosen) {
      const failure = await goOn(cut);
      if (failure !== undefined) return failure;
    }
    return undefined;

    async function goOn(cut: Snapshot): Promise<Failure | undefined> {
      const at = `restored from its snapshot at seq ${cut.seq}`;
      const rest = whole.frames.slice(
        1 + whole.frames.findIndex(({ seq, sub }) => seq === cut.seq && sub === 0),
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
        again = await playDesk(subject, events, { barrierEvery, restore: carried });
      } catch (error) {
        const what = `${at} it failed: ${error instanceof Error ? error.message : String(error)}`;
        return { what, ts: cut.ts, runs };
      }
      const failure = comparison(
        subject,
        `${at} it showed something else than the run that was not cut`,
        { ...whole, frames: rest },
        again,
        ['uncut', 'restored'],
      );
      // The drawing shows the run from its beginning.
      return failure === undefined ? undefined : { ...failure, runs: [...runs, ...failure.runs.slice(1)] };
    }
  },
};

const pick = <T>(items: readonly T[], draw: number): T =>
  items[Math.min(items.length - 1, Math.floor(draw * items.length))] as T;
