import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TimedEvent } from '../../src/domain/event.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { MemoryJournal, recordingOf } from '../../src/streams/replay/memory.js';
import { reenact } from '../../src/streams/replay/reenact.js';
import { fullDesk, market, venues } from './full-desk.js';
import { manyRuns } from './many-runs.js';
import { digest, playRecorded } from './play.js';

const source = market(3);
const core = fullDesk(source.instruments);
const grace = 2_000;

async function eventsOf(recording: RecordingSource): Promise<TimedEvent[]> {
  const all: TimedEvent[] = [];
  for await (const batch of recording.batches()) all.push(...batch.events);
  return all;
}

/** The same events in batches of other sizes, each after a turn of a busy event loop. */
function chunked(events: readonly TimedEvent[], sizes: readonly number[]): RecordingSource {
  return {
    ...recordingOf(events),
    async *batches() {
      let taken = 0;
      for (let turn = 0; taken < events.length; turn++) {
        const size = sizes[turn % sizes.length] as number;
        if (turn % 2 === 0) await nextTurn();
        const batch = events.slice(taken, taken + size);
        taken += batch.length;
        yield { events: batch, bytesRead: taken };
      }
    },
  };
}

/** Work that keeps the event loop busy until it is stopped. */
function load(): () => void {
  let busy = true;
  const spin = (): void => {
    const until = performance.now() + 2;
    while (performance.now() < until);
    if (busy) setImmediate(spin);
  };
  spin();
  return () => {
    busy = false;
  };
}

describe('the same events', () => {
  test('make the desk trade at all, so that equal results mean something', async () => {
    const { frames, halts } = await playRecorded(core, source, { drivers: venues(), grace });
    expect(halts).toEqual([]);
    expect(frames.filter(({ commands }) => commands.length > 0).length).toBeGreaterThan(20);
    expect(frames.some(({ event }) => event.kind === 'report' && event.type === 'fill')).toBe(true);
    expect(
      new Set(frames.flatMap(({ decisions }) => decisions.map(({ agent }) => agent))).size,
    ).toBeGreaterThanOrEqual(3);
  });

  test('give the same frames and the same final state in a second run', async () => {
    const one = await playRecorded(core, source, { drivers: venues(), grace });
    const two = await playRecorded(fullDesk(source.instruments), source, { drivers: venues(), grace });
    expect(two.digests).toEqual(one.digests);
    expect(two.hash).toBe(one.hash);
  });

  test('give the same under load, in whatever chunks they arrive', async () => {
    const events = await eventsOf(source);
    const expected = await playRecorded(core, source, { drivers: venues(), grace });
    const stop = load();
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), async (sizes) => {
          const again = await playRecorded(core, chunked(events, sizes), { drivers: venues(), grace });
          expect(again.hash).toBe(expected.hash);
          expect(again.digests).toEqual(expected.digests);
        }),
        { numRuns: manyRuns(4) },
      );
    } finally {
      stop();
    }
  });

  test('give the same with the guards of development and without', async () => {
    const guarded = await playRecorded(core, source, { drivers: venues(), grace, development: true });
    const bare = await playRecorded(core, source, { drivers: venues(), grace, development: false });
    expect(bare.hash).toBe(guarded.hash);
    expect(bare.digests).toEqual(guarded.digests);
  });

  test('give the same whether stages are measured or not', async () => {
    const probe = { every: 3, now: () => performance.now(), took: () => undefined };
    const measured = await playRecorded(core, source, { drivers: venues(), grace, probe });
    const bare = await playRecorded(core, source, { drivers: venues(), grace });
    expect(measured.digests).toEqual(bare.digests);
  });

  test('give the same paced by the wall clock as at full speed', async () => {
    const short = market(5, 1_000);
    const fast = await playRecorded(core, short, { drivers: venues(), grace });
    const paced = await playRecorded(core, short, { drivers: venues(), grace, speed: 10 });
    expect(paced.digests).toEqual(fast.digests);
  });

  test('give another result when one of them is another', async () => {
    const events = await eventsOf(source);
    const index = events.findIndex(({ event }, at) => at > 300 && event.kind === 'quote');
    const { ts, event } = events[index] as TimedEvent;
    if (event.kind !== 'quote') throw new Error('no quote');
    const changed = events.with(index, { ts, event: { ...event, bidQuantity: event.bidQuantity + 1 } });
    const one = await playRecorded(core, source, { drivers: venues(), grace });
    const two = await playRecorded(core, recordingOf(changed), { drivers: venues(), grace });
    expect(two.digests).not.toEqual(one.digests);
  });
});

describe('a journal', () => {
  test('re-enacts to the same frames, orders included, without any driver', async () => {
    const journal = new MemoryJournal();
    const one = await playRecorded(core, source, { drivers: venues(), grace, journal, barrierEvery: 97 });
    const digests: string[] = [];
    const orders: string[] = [];
    await reenact(core, journal.source()).forEach((frame) => {
      digests.push(digest(frame));
      for (const { order } of frame.commands) orders.push(order.clientOrderId);
    });
    expect(digests).toEqual(one.digests);
    expect(orders).toEqual(
      one.frames.flatMap(({ commands }) => commands.map(({ order }) => order.clientOrderId)),
    );
    expect(orders.length).toBeGreaterThan(20);
  });
});
