import { afterEach, describe, expect, test } from 'vitest';
import type { SignalEntry, SignalLog } from '../../src/queues/signal-log.js';

/** One queue that the suite may open and hurt. */
export interface QueuePlace {
  /** A new handle of the same queue. */
  open(): SignalLog;
  /** A handle whose process is gone: nothing of it says goodbye. @default close() */
  readonly drop?: (log: SignalLog) => Promise<void>;
  /** Resolves when a queue that holds something outlives its server. */
  readonly kept?: () => Promise<void>;
  /** The server is killed with -9 and started again. */
  readonly crash?: () => Promise<void>;
  readonly hang?: () => void;
  readonly goOn?: () => void;
}

/** What engines differ in, as their documentation says. */
export interface QueueTraits {
  /** Positions are places in the log: the same for every handle, with a reader that can go back to them. */
  readonly places: boolean;
  /** Two handles may be open at once. */
  readonly shared: boolean;
  /** Another handle knows ids that one appended. */
  readonly remembersForAll: boolean;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = ({ payload }: SignalEntry): string => Buffer.from(payload).toString();

/** What every signal log must do; `fresh` gives a queue that nobody used. */
export function queueConformance(traits: QueueTraits, fresh: () => Promise<QueuePlace>): void {
  const handles = new Set<SignalLog>();
  const opened = (place: QueuePlace): SignalLog => {
    const log = place.open();
    handles.add(log);
    return log;
  };
  afterEach(async () => {
    await Promise.all([...handles].map((each) => each.close()));
    handles.clear();
  });

  test('hands out what was appended, in order, bytes as they were', async () => {
    const log = opened(await fresh());
    const payloads = [new Uint8Array(0), Uint8Array.from([0, 255, 13, 10, 0]), bytes('ü'), bytes('{"a":1}')];
    const positions: number[] = [];
    for (const [index, payload] of payloads.entries())
      positions.push(await log.append(`id-${index}`, payload));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(new Set(positions).size).toBe(4);
    const entries = await take(log, 4);
    expect(entries.map(({ payload }) => [...payload])).toEqual(payloads.map((each) => [...each]));
    expect(entries.map(({ id }) => id)).toEqual(['id-0', 'id-1', 'id-2', 'id-3']);
    expect(entries.map(({ deliveries }) => deliveries)).toEqual([0, 0, 0, 0]);
    if (traits.places) expect(entries.map(({ position }) => position)).toEqual(positions);
  });

  test('opened ahead, or in vain, it is read as ever', async () => {
    const place = await fresh();
    const log = opened(place);
    const ended = new AbortController();
    await log.open?.(ended.signal);
    await log.open?.(ended.signal);
    await log.append('a', bytes('1'));
    expect((await take(log, 1)).map(text)).toEqual(['1']);
    await log.open?.(ended.signal);
    ended.abort();
    await log.open?.(ended.signal);
    expect((await take(log, 1)).map(text)).toEqual(['1']);
  });

  test('an id may be anything of 1 to 200 characters; a payload up to a million bytes', async () => {
    const log = opened(await fresh());
    const ids = ['x'.repeat(200), 'with space', 'line\nbreak', 'größe:€/%20"\'\\', '😀'];
    for (const id of ids) await log.append(id, bytes(id));
    const big = new Uint8Array(1_000_000).map((_, index) => (index * 7919) % 251);
    await log.append('big', big);
    const entries = await take(log, ids.length + 1);
    expect(entries.slice(0, -1).map((each) => [each.id, text(each)])).toEqual(ids.map((id) => [id, id]));
    expect(Buffer.compare((entries.at(-1) as SignalEntry).payload, big)).toBe(0);
    for (const id of ['', 'x'.repeat(201), '\ud800', 7 as never])
      await expect(log.append(id, bytes(''))).rejects.toThrow(
        /the id of a signal must have 1 to 200 characters/,
      );
    for (const payload of [new Uint8Array(1_000_001), 'text' as never])
      await expect(log.append('id', payload)).rejects.toThrow(
        /the payload of "id" must be at most 1000000 bytes/,
      );
    for (const position of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(log.ack(position)).rejects.toThrow(/a position must be an integer of at least 0/);
  });

  test('the payload is what it was when it was appended', async () => {
    const log = opened(await fresh());
    const payload = bytes('before');
    const appended = log.append('a', payload);
    payload.fill(0);
    await appended;
    expect((await take(log, 1)).map(text)).toEqual(['before']);
  });

  test('an id that is appended again is one signal, also at once', async () => {
    const log = opened(await fresh());
    const first = await log.append('a', bytes('first'));
    expect(await log.append('a', bytes('second'))).toBe(first);
    await log.append('b', bytes('b'));
    expect((await take(log, 2)).map(text)).toEqual(['first', 'b']);
  });

  test('what was not acknowledged comes again, what was does not', async () => {
    const place = await fresh();
    const log = opened(place);
    for (const id of ['a', 'b', 'c', 'd']) await log.append(id, bytes(id));
    await reading(log, async (next) => {
      const entries = [await next(), await next(), await next()];
      await log.ack((entries[1] as SignalEntry).position);
    });
    await settled();
    expect((await take(log, 2)).map(({ id }) => id)).toEqual(['c', 'd']);
    await (place.drop ?? ((each) => each.close()))(log);
    const successor = opened(place);
    await reading(successor, async (next) => {
      const entries = [await next(), await next()];
      expect(entries.map(({ id }) => id)).toEqual(['c', 'd']);
      await successor.ack((entries[1] as SignalEntry).position);
      await successor.append('e', bytes('e'));
      const last = await next();
      expect(last.id).toBe('e');
      await successor.ack(last.position);
      // An older one acknowledged again takes nothing back.
      await successor.ack((entries[0] as SignalEntry).position);
    });
    await successor.close();
    const third = opened(place);
    await third.append('f', bytes('f'));
    expect((await take(third, 1)).map(({ id }) => id)).toEqual(['f']);
  });

  test('a reader that waits is told of what comes, and ends when aborted', async () => {
    const log = opened(await fresh());
    const abort = new AbortController();
    const seen: string[] = [];
    const reader = (async () => {
      for await (const { id } of log.readFrom(0, abort.signal)) {
        seen.push(id);
        if (seen.length === 3) abort.abort();
      }
    })();
    for (const id of ['a', 'b', 'c', 'd']) {
      await log.append(id, bytes(id));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await reader;
    expect(seen).toEqual(['a', 'b', 'c']);
    const idle = new AbortController();
    const waiting = (async () => {
      for await (const entry of log.readFrom(0, idle.signal)) if (entry.id === 'd') idle.abort();
    })();
    await waiting;
    const never = log.readFrom(0, AbortSignal.abort())[Symbol.asyncIterator]();
    expect((await never.next()).done).toBe(true);
  });

  test('a reader that is slow gets everything, in order', async () => {
    const log = opened(await fresh());
    const count = 700;
    for (let from = 0; from < count; from += 100)
      for (let index = from; index < from + 100; index++)
        await log.append(`id-${index}`, bytes(String(index)));
    const got: string[] = [];
    await reading(log, async (next) => {
      for (let index = 0; index < count; index++) {
        got.push(text(await next()));
        if (index % 200 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
    expect(got).toEqual(Array.from({ length: count }, (_, index) => String(index)));
  });

  test('closing ends readers and what is asked later; closing twice does nothing', async () => {
    const log = opened(await fresh());
    await log.append('a', bytes('a'));
    const reader = (async () => {
      for await (const entry of log.readFrom(0, new AbortController().signal)) expect(entry.id).toBe('a');
    })();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await log.close();
    await log.close();
    await reader;
    await expect(log.append('b', bytes('b'))).rejects.toThrow(`${log.name} is closed`);
  });

  test.runIf(traits.places)(
    'a reader goes on behind a position, and an acknowledgement behind the end is one of all',
    async () => {
      const log = opened(await fresh());
      const positions: number[] = [];
      for (const id of ['a', 'b', 'c']) positions.push(await log.append(id, bytes(id)));
      await reading(
        log,
        async (next) => {
          expect((await next()).id).toBe('c');
        },
        positions[1] as number,
      );
      await log.ack((positions[2] as number) + 1_000);
      await settled();
      const next = await log.append('d', bytes('d'));
      expect(next).toBe((positions[2] as number) + 1);
      expect((await take(log, 1)).map(({ id }) => id)).toEqual(['d']);
    },
  );

  test.runIf(traits.remembersForAll)('another handle knows an id', async () => {
    const place = await fresh();
    const one = opened(place);
    const position = await one.append('a', bytes('first'));
    if (!traits.shared) await one.close();
    const other = opened(place);
    expect(await other.append('a', bytes('second'))).toBe(position);
    await other.append('b', bytes('b'));
    expect((await take(other, 2)).map(text)).toEqual(['first', 'b']);
  });

  test.runIf(traits.shared)('one appends, another reads', async () => {
    const place = await fresh();
    const [producer, consumer] = [opened(place), opened(place)];
    await producer.append('a', bytes('a'));
    await reading(consumer, async (next) => {
      expect((await next()).id).toBe('a');
      await producer.append('b', bytes('b'));
      expect((await next()).id).toBe('b');
    });
  });
}

/** What every log on a server must do as well. */
export function servedConformance(fresh: () => Promise<Required<Omit<QueuePlace, 'drop'>>>): void {
  describe('and its server', () => {
    test('what was confirmed survives kill -9 of the server, and a reader goes on by itself', async () => {
      const place = await fresh();
      const log = place.open();
      const confirmed: string[] = [];
      const append = async (id: string): Promise<void> => {
        for (;;) {
          try {
            await log.append(id, bytes(id));
            confirmed.push(id);
            return;
          } catch {
            // Whether it was done is not known: the same id again is the same signal.
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        }
      };
      for (let index = 0; index < 20; index++) await append(`before-${index}`);
      await place.kept();
      const got = new Set<string>();
      await reading(log, async (next) => {
        for (let index = 0; index < 20; index++) got.add((await next()).id);
        const crashing = place.crash();
        for (let index = 0; index < 5; index++) await append(`after-${index}`);
        await crashing;
        while (!confirmed.every((id) => got.has(id))) got.add((await next()).id);
      });
      expect([...got].sort()).toEqual([...confirmed].sort());
      await log.close();
    });

    test('it is read at once though what was opened ahead is gone', async () => {
      const place = await fresh();
      const log = place.open();
      const ended = new AbortController();
      await log.append('a', bytes('1'));
      await log.open?.(ended.signal);
      await place.kept();
      await place.crash();
      expect((await take(log, 1)).map(text)).toEqual(['1']);
      ended.abort();
      await log.close();
    });

    test('a server that hangs is told by name, and closing does not wait for it', async () => {
      const place = await fresh();
      const log = place.open();
      await log.append('a', bytes('a'));
      place.hang();
      try {
        const failed = expect(log.append('b', bytes('b'))).rejects.toThrow(log.name);
        await failed;
        await log.close();
      } finally {
        place.goOn();
      }
    });
  });
}

/** The next entries, from the first that is not acknowledged. */
export async function take(log: SignalLog, count: number): Promise<readonly SignalEntry[]> {
  const entries: SignalEntry[] = [];
  await reading(log, async (next) => {
    while (entries.length < count) entries.push(await next());
  });
  return entries;
}

async function reading(
  log: SignalLog,
  use: (next: () => Promise<SignalEntry>) => Promise<void>,
  from = 0,
): Promise<void> {
  const abort = new AbortController();
  const iterator = log.readFrom(from, abort.signal)[Symbol.asyncIterator]();
  try {
    await use(async () => {
      const { value, done } = await iterator.next();
      if (done === true) throw new Error('the reader ended');
      return value as SignalEntry;
    });
  } finally {
    abort.abort();
    await iterator.return?.();
  }
}

/** Acknowledgements that a server only takes note of reach it. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
