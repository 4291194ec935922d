import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/core/snapshot.js';
import { encodeSnapshot } from '../../../src/core/snapshot.js';
import { LogFeed } from '../../../src/failover/bridge/log-feed.js';
import type { Append, Message, SnapshotChunk } from '../../../src/failover/protocol/message.js';
import type { Block } from '../../../src/journal/journal-store.js';
import { until } from './open-pair.js';

/** A journal in memory and a network that takes what `open` says, and all that was sent. */
class Bench {
  readonly blocks: Block[] = [];
  readonly sent: Message[] = [];
  readonly errors: Error[] = [];
  reads = 0;
  open = true;
  snapshot: Snapshot | undefined;
  readonly feed: LogFeed;

  constructor() {
    const bench = this;
    this.feed = new LogFeed(
      {
        get last() {
          return bench.blocks.at(-1)?.to ?? 0;
        },
        async *blocks(after) {
          bench.reads += 1;
          for (const block of bench.blocks.filter(({ to }) => to > after)) {
            await Promise.resolve();
            yield block;
          }
        },
        newestSnapshot: async () => bench.snapshot,
      },
      {
        send: (message) => {
          if (this.open) this.sent.push(message);
          return this.open;
        },
      },
      (error) => this.errors.push(error),
    );
  }

  /** Appends a block of so many events and bytes; `told` as a leader does, or from before it led. */
  append(events = 1, size = 10, told = true): void {
    const from = (this.blocks.at(-1)?.to ?? 0) + 1;
    const block = { from, to: from + events - 1, bytes: new Uint8Array(size).fill(from) };
    this.blocks.push(block);
    if (told) this.feed.appended(block);
  }

  get appends(): Append[] {
    return this.sent.filter((message): message is Append => message.type === 'append');
  }

  get ranges(): (readonly [number, number])[] {
    return this.appends.map(({ from, to }) => [from, to]);
  }
}

const order = (after: number, session = 1, snapshot = 0) => ({ epoch: 3, session, after, snapshot });
const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

describe('the feed of a log', () => {
  test('sends what is appended at once, the very bytes of the journal, as far as the credit goes', () => {
    const bench = new Bench();
    bench.feed.start(order(0));
    bench.append(2);
    expect(bench.sent).toEqual([]);
    bench.feed.grant(1, 0, 25);
    expect(bench.sent).toEqual([
      { type: 'append', epoch: 3, session: 1, from: 1, to: 2, end: 2, block: bench.blocks[0]?.bytes },
    ]);
    expect(bench.appends[0]?.block).toBe(bench.blocks[0]?.bytes);
    expect(bench.feed.inFlight).toBe(1);
    bench.append();
    bench.append();
    expect(bench.feed.inFlight).toBe(3);
    expect(bench.ranges).toEqual([
      [1, 2],
      [3, 3],
    ]);
    bench.feed.grant(1, 2, 25);
    expect(bench.ranges).toEqual([
      [1, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(bench.reads).toBe(0);
  });

  test('a block longer than the credit goes out alone; no credit at all is no block', () => {
    const bench = new Bench();
    bench.feed.start(order(0));
    bench.feed.grant(1, 0, 5);
    bench.append(1, 100);
    bench.append(1, 100);
    expect(bench.ranges).toEqual([[1, 1]]);
    bench.feed.grant(1, 1, 0);
    expect(bench.ranges).toEqual([[1, 1]]);
    bench.feed.grant(1, 1, 5);
    expect(bench.ranges).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('credit of another session counts for nothing, and nothing is sent before a start or after a stop', () => {
    const bench = new Bench();
    bench.append();
    bench.feed.grant(1, 0, 100);
    bench.feed.start(order(0, 2));
    bench.feed.grant(1, 0, 100);
    expect(bench.sent).toEqual([]);
    bench.feed.stop();
    bench.feed.grant(2, 0, 100);
    expect(bench.sent).toEqual([]);
  });

  test('what is no longer in memory is read from the journal, then the tail goes on without a gap', async () => {
    const bench = new Bench();
    for (let count = 0; count < 50; count += 1) bench.append(3, 10, false);
    for (let count = 0; count < 5; count += 1) bench.append(3);
    bench.feed.start(order(30));
    for (let upTo = 30; upTo < 165; upTo = bench.appends.at(-1)?.to ?? upTo) {
      bench.feed.grant(1, upTo, 40);
      await turns();
      if (upTo === 90) bench.append(3);
    }
    expect(bench.appends.map(({ from }) => from)).toEqual(
      Array.from({ length: bench.appends.length }, (_, index) => 31 + 3 * index),
    );
    expect(bench.appends.at(-1)?.to).toBe(bench.blocks.at(-1)?.to);
  });

  test('a journal that shows less than its last seq is not read without end', async () => {
    const bench = new Bench();
    bench.append(1, 10, false);
    bench.append(1, 10, false);
    const [first] = bench.blocks.splice(0, 1);
    bench.blocks.push({ ...(first as Block), from: 9, to: 9 });
    bench.blocks.length = 1;
    bench.feed.start(order(2));
    bench.blocks[0] = { from: 5, to: 5, bytes: new Uint8Array(1_000) };
    bench.feed.grant(1, 2, 0);
    await turns();
    expect(bench.reads).toBe(0);
    bench.feed.grant(1, 2, 10);
    await turns();
    expect(bench.reads).toBeLessThan(5);
  });

  test('a log that was cut and goes on otherwise is fed from the journal, not from stale memory', async () => {
    const bench = new Bench();
    for (let count = 0; count < 5; count += 1) bench.append(1, 10);
    bench.blocks.length = 2;
    bench.append(1, 33);
    bench.feed.start(order(0));
    bench.feed.grant(1, 0, 1_000);
    await until(() => bench.appends.length === 3);
    expect(bench.appends.map(({ block }) => block.length)).toEqual([10, 10, 33]);
  });

  test('what the network does not take is sent later, in order', async () => {
    const bench = new Bench();
    bench.feed.start(order(0));
    bench.feed.grant(1, 0, 1_000);
    bench.open = false;
    for (let count = 0; count < 5; count += 1) bench.append();
    await turns();
    expect(bench.sent).toEqual([]);
    bench.open = true;
    await until(() => bench.appends.length === 5);
    expect(bench.appends.map(({ from }) => from)).toEqual([1, 2, 3, 4, 5]);
  });

  test('a snapshot goes first, in pieces whose checksums are right, then what follows it', async () => {
    const bench = new Bench();
    for (let count = 0; count < 10; count += 1) bench.append(1, 10, false);
    const parts = [['p', { text: 'x'.repeat(600_000) }]];
    bench.snapshot = { version: 1, seq: 7, parts } as unknown as Snapshot;
    bench.feed.start(order(2, 1, 7));
    await until(() => bench.sent.length === 3);
    bench.feed.grant(1, 7, 1_000);
    await until(() => bench.appends.length === 3);
    const pieces = bench.sent.filter((message): message is SnapshotChunk => message.type === 'snapshot');
    expect(pieces.map(({ chunk, chunks, seq }) => [chunk, chunks, seq])).toEqual([
      [0, 3, 7],
      [1, 3, 7],
      [2, 3, 7],
    ]);
    expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).equals(encodeSnapshot(bench.snapshot))).toBe(true);
    expect(bench.appends.map(({ from }) => from)).toEqual([8, 9, 10]);
  });

  test('a snapshot that is gone stops the feed by name', async () => {
    const bench = new Bench();
    bench.append();
    bench.feed.start(order(0, 1, 7));
    await until(() => bench.errors.length === 1);
    expect(bench.errors[0]?.message).toBe('the snapshot at 7 is not there any more');
    bench.feed.grant(1, 0, 100);
    expect(bench.sent).toEqual([]);
  });

  test('whatever the order of appends, acks, refusals and restarts, each session gets the log without gaps', async () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('append' as const),
        size: fc.integer({ min: 1, max: 50 }),
        told: fc.boolean(),
      }),
      fc.record({ do: fc.constant('ack' as const), credit: fc.integer({ min: 0, max: 120 }) }),
      fc.record({ do: fc.constant('toggle' as const) }),
      fc.record({ do: fc.constant('restart' as const) }),
      fc.record({ do: fc.constant('turn' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const bench = new Bench();
        let told = false;
        let session = 1;
        let held = 0;
        bench.feed.start(order(0, session));
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
          } else if (each.do === 'toggle') bench.open = !bench.open;
          else if (each.do === 'turn') await turns(3);
          else if (each.do === 'ack') {
            take();
            bench.feed.grant(session, held, each.credit);
          } else {
            take();
            session += 1;
            bench.feed.start(order(held, session));
          }
          take();
        }
        bench.open = true;
        const last = bench.blocks.at(-1)?.to ?? 0;
        await until(() => {
          take();
          bench.feed.grant(session, held, 1_000);
          return held === last;
        });
        bench.feed.stop();
        expect(bench.errors).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
