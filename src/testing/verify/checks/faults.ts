import type { Frame } from '../../../core/frame.js';
import { run } from '../../../core/run.js';
import type { TimedEvent } from '../../../domain/event.js';
import { MemoryClock } from '../../../research/frames/memory-clock.js';
import { standIn } from '../../../research/frames/perturb.js';
import { coreOf } from '../../../research/look-ahead.js';
import type { Failure } from '../failure.js';
import type { Check, Subject } from '../subject.js';
import { booksDisagree, sentTwice } from './books-agree.js';
import { Traffic } from './venue-tap.js';

/** Venues that reject, lose, delay, reorder and repeat: nothing halts, no order is sent twice, and the books are right at the end. */
export const faults: Check = {
  holds: 'with venues that reject, lose, delay, reorder and repeat words, nothing halts and the books hold',
  async run(subject, events, chance) {
    if (events.length === 0) return undefined;
    for (let nth = 0; nth < subject.effort.runs; nth++) {
      const seed = Math.floor(chance.draw() * 1_000_000);
      const failure = await withFaults(subject, events, seed);
      if (failure !== undefined) return failure;
    }
    return undefined;
  },
};

async function withFaults(
  subject: Subject,
  events: readonly TimedEvent[],
  seed: number,
): Promise<Failure | undefined> {
  return await standIn(subject.given, events, async () => {
    const core = coreOf(subject.desk, events);
    const traffic = new Traffic();
    const calm = (events.at(-1) as TimedEvent).ts;
    const drivers = subject
      .faultyDrivers(core, seed, calm)
      .map((driver) => traffic.watch(driver, undefined, () => true));
    const clock = new MemoryClock(events, {
      grace: subject.grace,
      beforeEnd: () => traffic.askTruth(core.instruments.venues, clock.now()),
    });
    const frames: Frame[] = [];
    const pipeline = run(core, { clock, drivers, development: false });
    await pipeline.forEach((frame) => {
      frames.push(frame);
    });
    const when = `at a faulty venue (seed ${seed})`;
    const runs = [{ name: 'faulty venue', frames }];
    const { halted } = pipeline;
    if (halted !== undefined)
      return {
        what: `${when} it halts: ${halted.component}: ${halted.message}`,
        ts: frames.at(-1)?.ts ?? Number.NaN,
        runs,
      };
    const failure = booksDisagree(core, frames, traffic, when) ?? sentTwice(traffic, when, calm);
    return failure === undefined ? undefined : { ...failure, runs };
  });
}
