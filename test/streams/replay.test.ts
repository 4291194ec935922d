import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { instrumentId } from '../../src/domain/brand.js';
import { ConfigurationError, InputError } from '../../src/domain/errors.js';
import type { TimedEvent } from '../../src/domain/event.js';
import { instrument } from '../../src/domain/instrument.js';
import { mergeSources } from '../../src/streams/readers/merge-sources.js';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import { RecordingWriter } from '../../src/streams/recording/recording-writer.js';
import { type ReplayProgress, replayEvents } from '../../src/streams/recording/replay-events.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const timed = (ts: number, name = 'a'): TimedEvent => ({
  ts,
  event: { kind: 'status', instrument: instrumentId(name), venueTime: 0, state: 'open' },
});

/** A source of batches in memory that writes down what is asked of it. */
function sourceOf(
  name: string,
  batches: readonly (readonly TimedEvent[])[],
  fail = false,
): RecordingSource & {
  readonly log: string[];
} {
  const log: string[] = [];
  return {
    name,
    kind: 'market',
    bytesTotal: batches.length,
    instruments: [],
    log,
    async *batches() {
      try {
        for (const [index, events] of batches.entries()) {
          log.push(`read ${index}`);
          yield { events, bytesRead: index + 1 };
        }
        if (fail) throw new InputError(`${name}: damaged`);
      } finally {
        log.push('closed');
      }
    },
  };
}

describe('replayEvents', () => {
  it('reads a batch only after the last one was handed on, and tells the progress', async () => {
    const source = sourceOf('x', [[timed(1), timed(2)], [timed(3)]]);
    const steps: ReplayProgress[] = [];
    const replay = replayEvents(source, { progress: (step) => steps.push(step) });
    expect(source.log).toEqual([]);
    await new Promise<void>((resolve, reject) => {
      replay.subscribe({
        next: ({ ts }) => source.log.push(`event ${ts}`),
        error: reject,
        complete: resolve,
      });
    });
    expect(source.log).toEqual(['read 0', 'event 1', 'event 2', 'read 1', 'event 3', 'closed']);
    expect(steps).toEqual([
      { bytesRead: 1, bytesTotal: 2, events: 2 },
      { bytesRead: 2, bytesTotal: 2, events: 3 },
    ]);
    expect(await lastValueFrom(replay.pipe(toArray()))).toHaveLength(3);
  });

  it('stops within a batch and closes the file when nobody listens any more', async () => {
    const source = sourceOf('x', [[timed(1), timed(2)], [timed(3)]]);
    expect(await lastValueFrom(replayEvents(source).pipe(take(1)))).toEqual(timed(1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(source.log).toEqual(['read 0', 'closed']);
  });

  it('hands on what came before the damage, then errors', async () => {
    const seen: number[] = [];
    const ended = new Promise((resolve) => {
      replayEvents(sourceOf('x', [[timed(1)]], true)).subscribe({
        next: ({ ts }) => seen.push(ts),
        error: resolve,
      });
    });
    expect(await ended).toBeInstanceOf(InputError);
    expect(seen).toEqual([1]);
  });
});

describe('mergeSources', () => {
  it('orders by ts, and equals by the order of the sources', async () => {
    const merged = mergeSources([
      sourceOf('a', [[timed(1, 'a'), timed(3, 'a')], [], [timed(3, 'a'), timed(9, 'a')]]),
      sourceOf('b', [[timed(1, 'b'), timed(2, 'b'), timed(3, 'b')], [timed(4, 'b')]]),
    ]);
    const { events, bytesRead } = await readAll(merged);
    expect(events.map(({ ts, event }) => `${ts}${'instrument' in event ? event.instrument : ''}`)).toEqual(
      '1a 1b 2b 3a 3a 3b 4b 9a'.split(' '),
    );
    expect([bytesRead, merged.bytesTotal, merged.name]).toEqual([5, 5, 'a + b']);
  });

  it('loses and adds nothing, for any sources', async () => {
    const times = fc.array(fc.array(fc.nat(30), { maxLength: 5 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(times, { minLength: 1, maxLength: 4 }), async (all) => {
        const sources = all.map((batches, index) => {
          const sorted = batches.flat().sort((a, b) => a - b);
          const split = batches.map((batch) =>
            sorted.splice(0, batch.length).map((ts) => timed(ts, `s${index}`)),
          );
          return sourceOf(`s${index}`, split);
        });
        const flat: TimedEvent[] = [];
        for (const source of sources) flat.push(...(await readAll(source)).events);
        // A stable sort of the sources one after the other is the definition.
        expect((await readAll(mergeSources(sources))).events).toEqual(flat.sort((a, b) => a.ts - b.ts));
      }),
      { numRuns: 200 },
    );
  });

  it('ends with the error of one source and closes the others', async () => {
    const good = sourceOf('good', [[timed(1)], [timed(5)]]);
    const { events, error } = await readAll(mergeSources([good, sourceOf('bad', [[timed(2)]], true)]));
    expect(events.map(({ ts }) => ts)).toEqual([1, 2]);
    expect(String(error)).toMatch(/bad: damaged/);
    expect(good.log.at(-1)).toBe('closed');
  });

  it('refuses none, journals, and two definitions of one instrument', () => {
    const source = sourceOf('a', []);
    const defined = (tick: string): RecordingSource => ({
      ...source,
      instruments: [
        instrument({ venue: 'v', symbol: 's', kind: 'spot', base: 'B', quote: 'Q', tick, lot: '1' }),
      ],
    });
    expect(() => mergeSources([])).toThrow(ConfigurationError);
    expect(() => mergeSources([{ ...source, kind: 'journal' }])).toThrow(/source a must be of market events/);
    expect(() => mergeSources([defined('1'), defined('2')])).toThrow(/B-Q.SPOT@v, another has 1/);
    expect(mergeSources([defined('1'), defined('1')]).instruments).toHaveLength(1);
  });
});

describe('openRecording', () => {
  it('tells formats by content, sorts a folder by name and lists the rest', async () => {
    const quote = '1723161254087891268 {"u":1,"s":"BTCUSDT","b":"1","B":"2","a":"2","A":"3"}\n';
    folder.write('b.dat', quote);
    folder.write('notes.md', '# notes\n');
    folder.write('empty', '');
    const writer = new RecordingWriter(`${folder.path}/a.dat`, { kind: 'market', instruments: [] });
    await writer.close();
    const { sources, skipped } = await openRecording(folder.path);
    expect(sources.map(({ name }) => name)).toEqual(['a.dat', 'b.dat']);
    expect(skipped).toEqual(['empty', 'notes.md']);
    await expect(openRecording(`${folder.path}/notes.md`)).rejects.toThrow(
      /notes.md: not a recording that can be read/,
    );
    await expect(openRecording(`${folder.path}/empty`)).rejects.toThrow(/the file is empty/);
    await expect(openRecording(`${folder.path}/none`)).rejects.toThrow(/there is no such file or folder/);
  });

  it('names the folders in a folder without a recording, for it looks into none', async () => {
    const above = mkdtempSync(join(tmpdir(), 'above-'));
    try {
      await expect(openRecording(above)).rejects.toThrow(/holds no recording; skipped nothing$/);
      mkdirSync(join(above, 'okx'));
      mkdirSync(join(above, 'binance'));
      await expect(openRecording(above)).rejects.toThrow(
        /holds no recording; skipped nothing; folders in it are not looked into, name one of binance, okx$/,
      );
    } finally {
      rmSync(above, { recursive: true });
    }
  });

  it('gives an InputError for random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const outcome = await openRecording(folder.write('random', bytes)).catch((error: unknown) => error);
        expect(outcome).toBeInstanceOf(InputError);
      }),
      { numRuns: 150 },
    );
  });
});
