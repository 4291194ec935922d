import type { Core } from '../../../core/core.js';
import type { Driver } from '../../../core/driver.js';
import type { Frame } from '../../../core/frame.js';
import { type PipelineRun, run } from '../../../core/run.js';
import type { Snapshot } from '../../../core/snapshot.js';
import type { SubmitCommand } from '../../../domain/command.js';
import type { TimedEvent } from '../../../domain/event.js';
import type { Plain } from '../../../domain/plain.js';
import { MemoryClock } from '../../../research/frames/memory-clock.js';
import { standIn } from '../../../research/frames/perturb.js';
import { coreOf } from '../../../research/look-ahead.js';
import { MemoryJournal } from '../../../streams/replay/memory.js';
import { differing, type Failure } from '../failure.js';
import { type Check, playDesk, type Subject } from '../subject.js';
import { booksDisagree, sentTwice } from './books-agree.js';
import { Traffic } from './venue-tap.js';

/** Snapshots are this often in the log of a desk that crashes. */
const BARRIER = 20;

/**
 * The process dies at an order, just before it leaves or just after. Another one restores the last snapshot, passes the
 * log through its core, takes over and goes on with the venues as they are.
 */
export const crash: Check = {
  holds: 'a crash at an order, before or after it left, loses and doubles nothing',
  impossible: (drivers) => {
    const without = drivers.find(({ save }) => save === undefined);
    return without === undefined ? undefined : `driver ${without.name} saves no state`;
  },
  async run(subject, events) {
    const uncut = await playDesk(subject, events, { barrierEvery: BARRIER });
    const orders = uncut.frames.flatMap((frame) => submitsOf(frame).map((submit) => ({ frame, submit })));
    for (const nth of spread(orders.length, subject.effort.crashes)) {
      for (const moment of ['before', 'after'] as const) {
        const failure = await standIn(subject.given, events, () =>
          crashAt(subject, events, { uncut: uncut.frames, nth, moment }),
        );
        if (failure !== undefined) return failure;
      }
    }
    return undefined;
  },
};

interface Case {
  readonly uncut: readonly Frame[];
  /** Which order, from 0. */
  readonly nth: number;
  readonly moment: 'before' | 'after';
}

/** What is left when the process has died. */
interface Remains {
  readonly journal: MemoryJournal;
  readonly snapshot: Snapshot | undefined;
  /** States of the drivers, which live on elsewhere. */
  readonly outside: ReadonlyMap<string, Plain>;
  readonly taken: number;
  readonly now: number;
  readonly order: string;
}

async function crashAt(
  subject: Subject,
  events: readonly TimedEvent[],
  { uncut, nth, moment }: Case,
): Promise<Failure | undefined> {
  const traffic = new Traffic();
  const remains = await live(subject, events, traffic, nth, moment);
  if (remains === undefined) return undefined;
  const after = new Traffic();
  for (const [id, times] of traffic.sent) after.sent.set(id, times);
  const second = await takeOver(subject, events, after, remains);
  const word = moment === 'before' ? 'just before' : 'just after';
  const when = `after a crash ${word} order ${remains.order} left`;
  const runs = [
    { name: 'uncut', frames: uncut },
    { name: 'after crash', frames: second.frames },
  ];
  const { halted } = second.pipeline;
  if (halted !== undefined)
    return { what: `${when} it halts: ${halted.component}: ${halted.message}`, ts: remains.now, runs };
  const restoredAt = remains.snapshot?.seq ?? 0;
  const last = remains.journal.events.at(-1)?.seq ?? 0;
  const before = uncut.filter(
    ({ seq, sub }) => seq <= last && (seq > restoredAt || (seq === restoredAt && sub > 0)),
  );
  const difference = subject.values.firstOf(before, second.followed);
  if (difference !== undefined)
    return differing(`${when}, snapshot and log give something else than what was before`, difference, runs);
  const failure =
    doubled(uncut, second.frames, remains, when) ??
    sentTwice(after, when, remains.now) ??
    booksDisagree(second.core, second.frames, after, when);
  return failure === undefined ? undefined : { ...failure, runs };
}

/** The first life, up to the crash; `undefined`: the order never came. */
async function live(
  subject: Subject,
  events: readonly TimedEvent[],
  traffic: Traffic,
  nth: number,
  moment: 'before' | 'after',
): Promise<Remains | undefined> {
  const core = coreOf(subject.desk, events);
  const journal = new MemoryJournal();
  const clock = new MemoryClock(events, { grace: subject.grace });
  const inner = subject.drivers(core);
  const drivers = inner.map((driver) => traffic.watch(driver, undefined, () => true));
  const pipeline = run(core, { clock, drivers, journal, barrierEvery: BARRIER, development: false });
  let snapshot: Snapshot | undefined;
  pipeline.snapshots$.subscribe((taken) => {
    if (!traffic.cut) snapshot = taken;
  });
  return await new Promise((resolve, reject) => {
    let submits = 0;
    traffic.onSubmit = (when, order) => {
      if (when === 'before') submits++;
      if (submits !== nth + 1 || when !== moment || traffic.cut) return;
      traffic.cut = true;
      clock.stop();
      const remains = {
        // What is journalled behind this place is the dead process's own affair.
        journal: copyOf(journal),
        snapshot,
        outside: new Map(inner.map((driver) => [driver.name, driver.save?.() ?? null])),
        taken: clock.taken,
        now: clock.now(),
        order,
      };
      queueMicrotask(() => subscription.unsubscribe());
      resolve(remains);
    };
    const subscription = pipeline.subscribe({
      error: reject,
      complete: () => resolve(undefined),
    });
  });
}

function copyOf({ events }: MemoryJournal): MemoryJournal {
  const copy = new MemoryJournal();
  copy.events.push(...events);
  return copy;
}

/** The second life: the snapshot, the log, and then the lead. */
async function takeOver(
  subject: Subject,
  events: readonly TimedEvent[],
  traffic: Traffic,
  { journal, snapshot, outside, taken, now }: Remains,
): Promise<{
  readonly core: Core<Frame>;
  readonly pipeline: PipelineRun<Frame>;
  readonly followed: readonly Frame[];
  readonly frames: readonly Frame[];
}> {
  const core = coreOf(subject.desk, events);
  let leads = false;
  const drivers: readonly Driver[] = subject
    .drivers(core)
    .map((driver) => traffic.watch(driver, outside.get(driver.name), () => leads));
  const clock = new MemoryClock(events, {
    grace: subject.grace,
    from: taken,
    beforeEnd: () => traffic.askTruth(core.instruments.venues, clock.now()),
  });
  const pipeline = run(core, {
    clock,
    drivers,
    role: 'follower',
    barrierEvery: BARRIER,
    development: false,
    ...(snapshot === undefined ? {} : { restore: snapshot }),
  });
  const frames: Frame[] = [];
  const followed: Frame[] = [];
  const ended = pipeline.forEach((frame) => {
    frames.push(frame);
    if (!leads) followed.push(frame);
  });
  for (const event of journal.events) if (event.seq > (snapshot?.seq ?? 0)) pipeline.follow(event);
  clock.advance(now);
  leads = true;
  pipeline.lead({ epoch: 1, leader: core.name });
  await ended;
  return { core, pipeline, followed, frames };
}

const submitsOf = (frame: Frame | undefined): readonly SubmitCommand[] =>
  ((frame as { readonly commands?: readonly SubmitCommand[] } | undefined)?.commands ?? []).filter(
    ({ kind }) => kind === 'submit',
  );

/**
 * An order of the same instrument, side and quantity, in the time in which the desk that never crashed waits for the first
 * word about its own, is the same wish twice: unless that desk sends one, too. (Later than that the two desks may well
 * want different things.)
 */
function doubled(
  uncut: readonly Frame[],
  after: readonly Frame[],
  { order: doubtful }: Remains,
  when: string,
): Failure | undefined {
  const start = uncut.findIndex((frame) =>
    submitsOf(frame).some(({ order }) => order.clientOrderId === doubtful),
  );
  const epoch = after.findIndex(({ event }) => event.kind === 'epoch');
  const submit = submitsOf(uncut[start]).find(({ order }) => order.clientOrderId === doubtful);
  if (submit === undefined || epoch < 0) return undefined;
  const { instrument, side, quantity } = submit.order;
  const heard = uncut.slice(start).find((frame) => isWordOf(frame, doubtful))?.ts ?? Number.POSITIVE_INFINITY;
  const rival = (frames: readonly Frame[], from: number): { frame: Frame; id: string } | undefined => {
    for (const frame of frames.slice(from)) {
      if (frame.ts > heard || isWordOf(frame, doubtful)) return undefined;
      for (const { order } of submitsOf(frame)) {
        const same = order.instrument === instrument && order.side === side && order.quantity === quantity;
        if (same && order.clientOrderId !== doubtful) return { frame, id: order.clientOrderId };
      }
    }
    return undefined;
  };
  const found = rival(after, epoch);
  if (found === undefined || rival(uncut, start) !== undefined) return undefined;
  return {
    what: `${when} the desk sends ${found.id}, the same ${side} of ${quantity} lots of ${instrument} again, before it knows what became of the first`,
    ts: found.frame.ts,
    runs: [],
  };
}

function isWordOf({ event }: Frame, id: string): boolean {
  return (
    (event.kind === 'report' || event.kind === 'lookedUp') &&
    event.clientOrderId === id &&
    !(event.kind === 'report' && event.type === 'unknown')
  );
}

/** At most so many places, evenly spread. */
function spread(length: number, most: number): readonly number[] {
  if (length <= most) return Array.from({ length }, (_, place) => place);
  return Array.from({ length: most }, (_, nth) => Math.floor(((nth + 0.5) * length) / most));
}
