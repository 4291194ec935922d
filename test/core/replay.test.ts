import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Driver } from '../../src/core/driver.js';
import { ConfigurationError, InputError } from '../../src/domain/errors.js';
import { type ReplayClockProgress, replayClock } from '../../src/streams/clocks/replay-clock.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal, recordingOf } from '../../src/streams/replay/memory.js';
import { reenact } from '../../src/streams/replay/reenact.js';
import { act, collect, counter, driver, link, links, nameOf, placeOf } from './support.js';

const core = compose({ name: 'test', instruments: [] }, counter);

/** Says a word at each of these times. */
const alarm = (name: string, ...times: number[]): Driver =>
  driver(name, ({ clock, rank }, say) => {
    for (const at of times) clock.schedule(at, rank, () => say(link(`${name} ${at}`)));
  });

const at = (...events: [number, string][]): RecordingSource =>
  recordingOf(events.map(([ts, reason]) => ({ ts, event: link(reason) })));

describe('the clock of a replay', () => {
  test('breaks ties by rank: the recording first, then timers, then drivers in their order', async () => {
    const timer = act('timer', (frame, context) => {
      if (nameOf(frame) === 'a') context.request({ kind: 'timer', name: 't', due: 1_005 });
    });
    const pipeline = backtest(
      compose({ instruments: [] }, timer),
      at([1_000, 'a'], [1_005, 'b'], [1_006, 'c']),
      {
        drivers: [alarm('one', 1_005, 1_003), alarm('two', 1_003, 1_005)],
      },
    );
    const frames = await collect(pipeline);
    expect(frames.map((frame) => `${frame.ts - 1_000} ${nameOf(frame)}`)).toEqual([
      '0 a',
      '3 one 1003',
      '3 two 1003',
      '5 b',
      '5 timer',
      '5 one 1005',
      '5 two 1005',
      '6 c',
      '6 barrier',
    ]);
  });

  test('lets what is still due come for a while after the end, and no longer', async () => {
    const drivers = (): Driver[] => [alarm('late', 1_010, 1_100)];
    const names = async (grace?: number): Promise<string[]> =>
      (
        await collect(
          backtest(core, links('a'), { drivers: drivers(), ...(grace === undefined ? {} : { grace }) }),
        )
      ).map(nameOf);
    expect(await names(0)).toEqual(['a', 'barrier']);
    expect(await names(50)).toEqual(['a', 'late 1010', 'barrier']);
    expect(await names()).toEqual(['a', 'late 1010', 'late 1100', 'barrier']);
  });

  test('passes over what a snapshot holds already', () => {
    const taken: string[] = [];
    const clock = replayClock(links('a', 'b', 'c', 'd'));
    return new Promise<void>((resolve, reject) => {
      clock.start({
        skip: 2,
        startAt: 1_001,
        offerRecorded: (event) => taken.push(`${clock.now()} ${nameOf({ event })}`),
        ended: () => {
          expect(taken).toEqual(['1002 c', '1003 d']);
          resolve();
        },
        failed: reject,
      });
      expect(clock.now()).toBe(1_001);
    });
  });

  test('tells how far it is after every batch', async () => {
    const told: ReplayClockProgress[] = [];
    const source: RecordingSource = {
      ...links(),
      bytesTotal: 30,
      async *batches() {
        yield {
          events: [
            { ts: 5, event: link('a') },
            { ts: 6, event: link('b') },
          ],
          bytesRead: 20,
        };
        yield { events: [{ ts: 9, event: link('c') }], bytesRead: 30 };
      },
    };
    await collect(backtest(core, source, { progress: (progress) => told.push(progress) }));
    expect(told).toEqual([
      { bytesRead: 20, bytesTotal: 30, events: 2, ts: 6 },
      { bytesRead: 30, bytesTotal: 30, events: 3, ts: 9 },
    ]);
  });

  test('hands on what is wrong with a recording, after what came before it', async () => {
    const source: RecordingSource = {
      ...links(),
      async *batches() {
        yield { events: [{ ts: 5, event: link('a') }], bytesRead: 1 };
        throw new InputError('line 2 is no event');
      },
    };
    const seen: string[] = [];
    await expect(backtest(core, source).forEach((frame) => void seen.push(placeOf(frame)))).rejects.toThrow(
      'line 2',
    );
    expect(seen).toEqual(['1.0 a']);
  });

  test.each([
    [{ speed: 0 }, /replay options\.speed .*not 0/],
    [{ speed: Number.NaN }, /replay options\.speed .*not NaN/],
    [{ grace: -1 }, /replay options\.grace .*not -1/],
    [{ barrierEvery: 0.5 }, /run options\.barrierEvery .*not 0\.5/],
    [{ pace: 1 }, /unknown setting "pace"/],
  ])('refuses %o by name', (options, message) => {
    expect(() => backtest(core, links('a'), options as object)).toThrow(ConfigurationError);
    expect(() => backtest(core, links('a'), options as object)).toThrow(message);
  });
});

describe('the two replays are never mixed', () => {
  test('a backtest refuses a journal, by name', () => {
    expect(() => backtest(core, new MemoryJournal().source())).toThrow(ConfigurationError);
    expect(() => backtest(core, new MemoryJournal().source())).toThrow(
      /journal in memory is a journal.*reenact/,
    );
  });

  test('a re-enactment refuses a recording, by name', () => {
    expect(() => reenact(core, links('a'))).toThrow(ConfigurationError);
    expect(() => reenact(core, links('a'))).toThrow(/recording in memory is recorded market data.*backtest/);
  });
});

describe('a re-enactment', () => {
  const journalOf = async (...reasons: string[]): Promise<MemoryJournal> => {
    const journal = new MemoryJournal();
    await collect(backtest(core, links(...reasons), { journal }));
    return journal;
  };

  test('ends where it is told to', async () => {
    const journal = await journalOf('a', 'b', 'c');
    expect((await collect(reenact(core, journal.source(), { upTo: 2 }))).map(placeOf)).toEqual([
      '1.0 a',
      '2.0 b',
    ]);
  });

  test('notices that events are missing, at the start or in between', async () => {
    const journal = await journalOf('a', 'b', 'c');
    const [, second] = journal.events.splice(1, 1);
    void second;
    await expect(collect(reenact(core, journal.source()))).rejects.toThrow(InputError);
    await expect(collect(reenact(core, journal.source()))).rejects.toThrow(
      /seq 3 follows seq 1; events are missing/,
    );
    journal.events.shift();
    await expect(collect(reenact(core, journal.source()))).rejects.toThrow(/seq 3 follows seq 0/);
  });

  test('ends with the error of a stage that throws', async () => {
    const journal = await journalOf('a', 'b', 'c');
    const fragile = compose(
      { instruments: [] },
      act('fragile', (frame) => {
        if (nameOf(frame) === 'b') throw new Error('oops');
      }),
    );
    await expect(collect(reenact(fragile, journal.source()))).rejects.toThrow(
      /^fragile failed at \(2, 0\).*oops/,
    );
  });
});

test('two drivers of one name are refused, and a run runs once', async () => {
  const twice = (): unknown => backtest(core, links('a'), { drivers: [alarm('x'), alarm('x')] });
  expect(twice).toThrow(ConfigurationError);
  expect(twice).toThrow('two drivers are named "x"');
  const pipeline = backtest(core, links('a'));
  await collect(pipeline);
  await expect(collect(pipeline)).rejects.toThrow(/a run runs once/);
});
