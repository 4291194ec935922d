import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSnapshot, type Snapshot } from '../../src/core/snapshot.js';
import { LogFeed } from '../../src/failover/log-feed.js';
import type { Append, Message, SnapshotChunk } from '../../src/failover/protocol/message.js';
import type { Block } from '../../src/journal/journal-store.js';
import { manyRuns } from '../properties/many-runs.js';

/** A journal in memory, a network with so much room, and all that was sent. */
class Bench {
  readonly blocks: Block[] = [];
  readonly sent: Message[] = [];
  readonly errors: unknown[] = [];
  readonly missing: string[] = [];
  /** Messages that the network still takes. */
  room: number = Number.POSITIVE_INFINITY;
  refused = 0;
  snapshot: Snapshot | undefined;
  /** How often the journal was read. */
  reads = 0;
  /** Blocks that were read from it. */
  yielded = 0;
  /** Snapshots that are being read now, and at most. */
  reading = 0;
  mostReading = 0;
  readonly feed: LogFeed;

  constructor() {
    const bench = this;
    this.feed = new LogFeed(
      {
        get last() {
          return bench.blocks.at(-1)?.to ?? 0;
        },
        async *blocks(after) {
          bench.reads++;
          for (const block of bench.blocks.filter(({ to }) => to > after)) {
            await Promise.resolve();
            bench.yielded++;
            yield block;
          }
        },
        newestSnapshot: async () => {
          bench.reading++;
          bench.mostReading = Math.max(bench.mostReading, bench.reading);
          await new Promise(setImmediate);
          bench.reading--;
          return bench.snapshot;
        },
      },
      {
        send: (message) => {
          if (this.room <= 0) {
            this.refused++;
            return false;
          }
          this.room--;
          this.sent.push(message);
          return true;
        },
      },
      (error) => this.errors.push(error),
      (session, reason) => this.missing.push(`${session}: ${reason}`),
    );
  }

  /** Appends a block of so many events and bytes; `told` as a leader does, or from before it led. */
  append(events = 1, size = 10, told = true): void {
    const from = (this.blocks.at(-1)?.to ?? 0) + 1;
    const block = { from, to: from + events - 1, bytes: new Uint8Array(size).fill(from) };
    this.blocks.push(block);
    if (told) this.feed.appended(block);
  }

  start(after: number, session = 1, snapshot = 0): void {
    this.feed.start({ epoch: 3, session }, after, snapshot);
  }

  get appends(): Append[] {
    return this.sent.filter((message): message is Append => message.type === 'append');
  }
}

const turns = async (count = 5): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
};

describe('the feed of a log', () => {
  test('sends what is appended at once, the very bytes of the journal, as far as the credit goes', () => {
    const bench = new Bench();
    bench.start(0);
    bench.append(2);
    expect(bench.sent).toEqual([]);
    bench.feed.grant(1, 0, 15);
    expect(bench.sent).toEqual([
      { type: 'append', epoch: 3, session: 1, from: 1, to: 2, end: 2, block: bench.blocks[0]?.bytes },
    ]);
    expect(bench.appends[0]?.block).toBe(bench.blocks[0]?.bytes);
    bench.append();
    bench.append();
    expect(bench.appends.map(({ from }) => from)).toEqual([1, 3]);
    expect(bench.feed.inFlight).toBe(2);
    bench.feed.grant(1, 3, 15);
    expect(bench.appends.map(({ from }) => from)).toEqual([1, 3, 4]);
    expect(bench.feed.inFlight).toBe(1);
  });

  test('is crowded by four blocks that are not acked, and by two long ones, but never by one', () => {
    const crowdedAfter = (...sizes: number[]): boolean[] => {
      const bench = new Bench();
      bench.start(0);
      bench.feed.grant(1, 0, 1_000_000);
      return sizes.map((size) => {
        bench.append(1, size);
        return bench.feed.crowded;
      });
    };
    expect(crowdedAfter(10, 10, 10, 10)).toEqual([false, false, false, true]);
    expect(crowdedAfter(16_383, 16_384, 1)).toEqual([false, false, true]);
    expect(crowdedAfter(100_000, 1)).toEqual([false, true]);
    const bench = new Bench();
    bench.start(0);
    bench.feed.grant(1, 0, 1_000_000);
    for (let count = 0; count < 4; count++) bench.append();
    bench.feed.grant(1, 1, 1_000_000);
    expect(bench.feed.crowded).toBe(false);
    bench.append();
    expect(bench.feed.crowded).toBe(true);
    bench.feed.stop();
    expect(bench.feed.crowded).toBe(false);
  });

  test('feeds from memory what is not acked, and from the journal what was acked or appended while nobody was fed', async () => {
    const bench = new Bench();
    const fed = async (session: number, after: number): Promise<readonly number[]> => {
      const past = bench.sent.length;
      bench.start(after, session);
      bench.feed.grant(session, after, 1_000);
      await turns();
      return bench.sent.slice(past).map((message) => (message as Append).from);
    };
    bench.append();
    expect(await fed(1, 0)).toEqual([1]);
    expect(bench.reads).toBe(1);
    for (let count = 0; count < 3; count++) bench.append();
    bench.feed.grant(1, 2, 1_000);
    expect(await fed(2, 2)).toEqual([3, 4]);
    expect(bench.reads).toBe(1);
    expect(await fed(3, 1)).toEqual([2, 3, 4]);
    expect(bench.reads).toBe(2);
    bench.feed.stop();
    bench.append();
    expect(await fed(4, 4)).toEqual([5]);
    expect(bench.reads).toBe(3);
    expect([...bench.errors, ...bench.missing]).toEqual([]);
  });

  test('credit of another session counts for nothing, and nothing is sent before a start or after a stop', async () => {
    const bench = new Bench();
    bench.append();
    bench.feed.grant(1, 0, 100);
    bench.start(0, 2);
    bench.feed.grant(1, 0, 100);
    expect(bench.sent).toEqual([]);
    bench.feed.stop();
    bench.feed.grant(2, 0, 100);
    await turns();
    expect(bench.sent).toEqual([]);
    expect(bench.feed.inFlight).toBe(0);
  });

  test('a snapshot goes first, in pieces whose checksums fit, however little room the network has', async () => {
    const bench = new Bench();
    for (let count = 0; count < 10; count++) bench.append(1, 10, false);
    bench.snapshot = { version: 2, seq: 7, parts: [['p', 'x'.repeat(600_000)]] } as unknown as Snapshot;
    bench.room = 2;
    bench.start(2, 1, 7);
    bench.feed.grant(1, 2, 1_000);
    for (let turn = 0; turn < 40; turn++) {
      await turns(1);
      bench.room = 1;
      bench.feed.pump();
    }
    const pieces = bench.sent.filter((message): message is SnapshotChunk => message.type === 'snapshot');
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.map(({ chunk }) => chunk)).toEqual(pieces.map((_, index) => index));
    expect(pieces.every(({ chunks, seq }) => chunks === pieces.length && seq === 7)).toBe(true);
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(encodeSnapshot(bench.snapshot))).toBe(true);
    expect(bench.appends.map(({ from }) => from)).toEqual([8, 9, 10]);
    expect(bench.sent.findIndex(({ type }) => type === 'append')).toBe(pieces.length);
  });

  test('whoever begins anew again and again has one snapshot read at a time, and gets the last that it asked for', async () => {
    const bench = new Bench();
    bench.append(9);
    bench.snapshot = { seq: 9, time: 0, ids: 0, stages: {} } as unknown as Snapshot;
    for (let session = 1; session <= 100; session++) bench.start(0, session, 9);
    await turns(10);
    expect(bench.mostReading).toBe(1);
    expect(bench.sent.map((message) => 'session' in message && message.session)).toEqual([100]);
    expect(bench.errors).toEqual([]);
  });

  test('a snapshot that is gone, and a gap that retention left, are told to whoever may start anew', async () => {
    const bench = new Bench();
    bench.append();
    bench.start(0, 1, 7);
    await turns();
    expect(bench.missing).toEqual(['1: the snapshot at seq 7 is gone']);
    const gap = new Bench();
    for (let count = 0; count < 5; count++) gap.append(1, 10, false);
    gap.blocks.splice(0, 3);
    gap.start(1, 4);
    gap.feed.grant(4, 1, 1_000);
    await turns();
    expect(gap.missing).toEqual(['4: the journal has nothing between seq 1 and 4']);
    expect(gap.sent).toEqual([]);
  });

  test('a network without room is not asked again and again for what is read from the journal', async () => {
    const bench = new Bench();
    for (let count = 0; count < 5; count++) bench.append(1, 10, count === 4);
    bench.room = 0;
    bench.start(0);
    bench.feed.grant(1, 0, 1_000);
    await turns(3);
    expect(bench.refused).toBeLessThan(5);
    bench.room = 9;
    bench.feed.pump();
    await turns(3);
    expect(bench.appends.map(({ from }) => from)).toEqual([1, 2, 3, 4, 5]);
  });

  test('the journal is read once over for a follower that is behind, however few blocks the network takes at a time', async () => {
    const bench = new Bench();
    for (let count = 0; count < 500; count++) bench.append(1, 10, false);
    bench.room = 0;
    bench.start(0);
    for (let acked = 0; bench.appends.length < 500; acked = bench.appends.length) {
      bench.room = 4;
      bench.feed.grant(1, acked, 1_000);
      await turns(1);
    }
    expect(bench.appends.map(({ from }) => from)).toEqual(bench.blocks.map(({ from }) => from));
    expect(bench.yielded).toBe(500);
  });

  test('whatever the order of appends, acks, full networks and restarts, each session gets the log without gaps', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('append' as const),
        size: fc.integer({ min: 1, max: 50 }),
        told: fc.boolean(),
      }),
      fc.record({ do: fc.constant('ack' as const), credit: fc.integer({ min: 0, max: 120 }) }),
      fc.record({ do: fc.constant('room' as const), room: fc.integer({ min: 0, max: 4 }) }),
      fc.record({ do: fc.constant('restart' as const) }),
      fc.record({ do: fc.constant('turn' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const bench = new Bench();
        let told = false;
        let session = 1;
        let held = 0;
        bench.start(0);
        const take = (): void => {
          for (const append of bench.appends.filter((each) => each.session === session && each.to > held)) {
            expect(append.from).toBe(held + 1);
            held = append.to;
          }
        };
        for (const each of steps) {
          if (each.do === 'append') {
            // The memory of a leader begins at some block and has every later one.
            told ||= each.told;
            bench.append(1, each.size, told);
          } else if (each.do === 'room') bench.room = each.room;
          else if (each.do === 'turn') await turns(2);
          else if (each.do === 'ack') {
            take();
            bench.feed.grant(session, held, each.credit);
          } else {
            take();
            session++;
            bench.start(held, session);
          }
          take();
        }
        bench.room = Number.POSITIVE_INFINITY;
        const last = bench.blocks.at(-1)?.to ?? 0;
        for (let turn = 0; turn < 500 && held < last; turn++) {
          take();
          bench.feed.grant(session, held, 1_000);
          await turns(1);
        }
        take();
        expect(held).toBe(last);
        expect([...bench.errors, ...bench.missing]).toEqual([]);
      }),
      { numRuns: manyRuns(60) },
    );
  });
});
