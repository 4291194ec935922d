import type { Frame } from '../../../core/frame.js';
import { firstDifference } from '../../../research/frames/frame-values.js';
import { standIn } from '../../../research/frames/perturb.js';
import type { Played } from '../../../research/frames/play.js';
import { coreOf } from '../../../research/look-ahead.js';
import { MemoryJournal } from '../../../streams/replay/memory.js';
import { reenact } from '../../../streams/replay/reenact.js';
import { differing, type Failure } from '../failure.js';
import { inAnotherWorld } from '../other-world.js';
import { type Check, playDesk, type Subject } from '../subject.js';

/** The desk comes to the end of the events without a halt. */
export const completes: Check = {
  holds: 'the desk runs to the end without a halt',
  async run(subject, events) {
    return haltOf(await playDesk(subject, events));
  },
};

/** A second run, at another date and with other chance, gives the same to the bit. */
export const repeat: Check = {
  holds: 'a second run of the same events, on another day, gives the same to the bit',
  async run(subject, events) {
    const one = await playDesk(subject, events);
    const two = await playDesk(subject, events, {}, inAnotherWorld);
    return comparison(subject, 'a second run of the same events showed something else', one, two);
  },
};

/** The journal of a run, without its drivers, gives the same frames. */
export const reenacted: Check = {
  holds: 'the journal of a run, passed through the desk again without its drivers, gives the same frames',
  async run(subject, events) {
    const journal = new MemoryJournal();
    const one = await playDesk(subject, events, { journal });
    const { frames, failed } = await passAgain(subject, events, journal);
    const runs = [
      { name: 'the run', frames: one.frames },
      { name: 're-enacted', frames },
    ];
    if (failed !== undefined)
      return { what: `re-enacting its journal failed: ${failed}`, ts: frames.at(-1)?.ts ?? Number.NaN, runs };
    const difference = subject.values.firstOf(one.frames, frames);
    return difference === undefined
      ? undefined
      : differing('its journal, re-enacted, showed something else', difference, runs);
  },
};

/** Frames and snapshots that were kept are at the end what they were. */
export const kept: Check = {
  holds: 'a frame or snapshot that is kept never changes, and no live view is used after its pass',
  async run(subject, events) {
    const { values } = subject;
    const before: { readonly frame: Frame; readonly copy: Readonly<Record<string, unknown>> }[] = [];
    const played = await playDesk(subject, events, {
      barrierEvery: 25,
      seen: (frame) => before.push({ frame, copy: values.copy(frame) }),
    });
    const runs = [{ name: 'the run', frames: played.frames }];
    for (const { frame, copy } of before) {
      const difference = values.change(copy, frame);
      if (difference !== undefined)
        return differing('a frame changed after it had left the desk', difference, runs);
    }
    const guarded = await playDesk(subject, events, { development: true });
    const [halt] = guarded.halts;
    if (halt === undefined || played.halts.length > 0) return undefined;
    const what = `with guarded frames it halts: ${halt.component}: ${halt.message}`;
    return {
      what,
      ts: guarded.frames.at(-1)?.ts ?? Number.NaN,
      runs: [{ name: 'guarded', frames: guarded.frames }],
    };
  },
};

/** The frames of a journal passed through the desk once more. */
export async function passAgain(
  subject: Subject,
  events: readonly import('../../../domain/event.js').TimedEvent[],
  journal: MemoryJournal,
): Promise<{ readonly frames: readonly Frame[]; readonly failed: string | undefined }> {
  const frames: Frame[] = [];
  let failed: string | undefined;
  await standIn(subject.given, events, async () => {
    const core = coreOf(subject.desk, events);
    await reenact(core, journal.source(), { development: false })
      .forEach((frame) => {
        frames.push(frame);
      })
      .catch((error: unknown) => {
        failed = error instanceof Error ? error.message : String(error);
      });
  });
  return { frames, failed };
}

/** Why a run halted, as a failure. */
export function haltOf({ halts, frames }: Played): Failure | undefined {
  const [halt] = halts;
  if (halt === undefined) return undefined;
  const what = `it halts: ${halt.component}: ${halt.message}`;
  return { what, ts: frames.at(-1)?.ts ?? Number.NaN, runs: [{ name: 'the run', frames }] };
}

/** Two runs that must be equal, with the states in which they ended. */
export function comparison(
  { values }: Subject,
  what: string,
  one: Played,
  two: Played,
  names: readonly [string, string] = ['first run', 'second run'],
): Failure | undefined {
  const runs = [
    { name: names[0], frames: one.frames },
    { name: names[1], frames: two.frames },
  ];
  const difference = values.firstOf(one.frames, two.frames);
  if (difference !== undefined) return differing(what, difference, runs);
  const [here, there] = [one.snapshots.at(-1), two.snapshots.at(-1)];
  const found = firstDifference(here?.stages, there?.stages, '');
  if (found === undefined) return undefined;
  const frame = one.frames.at(-1) as Frame;
  const stage = found.field.split('.')[0] as string;
  return differing(
    `${what}: the states in which they ended`,
    {
      seq: frame.seq,
      sub: frame.sub,
      ts: frame.ts,
      kind: 'barrier',
      stage,
      ...found,
      field: `state ${found.field}`,
    },
    runs,
  );
}
