import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  asyncScheduler,
  filter,
  lastValueFrom,
  map,
  merge,
  type SchedulerLike,
  tap,
  timer,
  VirtualTimeScheduler,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { canonicalBytes, stateHash } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Driver } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import { run } from '../../src/core/run.js';
import type { OutsideEvent, TimedEvent } from '../../src/domain/event.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  type CommandFields,
  confidenceWeighted,
  dispatch,
  ledger,
  type MarketFields,
  risk,
  sizing,
} from '../../src/operators/index.js';
import {
  backtest,
  events,
  liveClock,
  openOwnRecording,
  RecordingWriter,
  record,
  reenact,
} from '../../src/streams/index.js';
import { bookDelta, bookSnapshot, quote, spot, trade } from '../../src/testing/index.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';
import { readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const START = Date.UTC(2026, 0, 5, 14, 30);
const BTC = spot();
const ETH = spot({ base: 'ETH' });
const instruments = [BTC, ETH];

/** Rides the price of bitcoin up and down, so that orders and fills come of it. */
const desk = (): Core<Frame & MarketFields & CommandFields> =>
  compose(
    { name: 'desk', instruments },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    agents<Frame & MarketFields>([
      agent({
        name: 'rider',
        memory: () => ({ last: Number.NaN }),
        decide: ({ mid, instrument }, memory: { last: number }) => {
          if (instrument !== 0 || Number.isNaN(mid)) return undefined;
          const exposure = mid > memory.last ? 0.8 : 0.1;
          memory.last = mid;
          return { of: { instrument: BTC.id }, exposure, confidence: 0.9 };
        },
      }),
    ]),
    confidenceWeighted(),
    sizing({ budget: 10_000, retryAfter: 1 }),
    bestNetPrice({ collar: 0.05 }),
    risk([]),
    dispatch(),
  );

/** What a venue says in three tenths of a second: a book that wanders, trades, and quotes of another market. */
const said: readonly TimedEvent[] = Array.from({ length: 100 }, (_, index) => {
  const price = 100 + Math.round(5 * Math.sin(index / 4));
  const levels = { bids: [[price - 1, 2]], asks: [[price + 1, 2]] } as const;
  const event: OutsideEvent =
    index % 2 === 0
      ? bookSnapshot(BTC, { ...levels, last: 10 * index })
      : index % 10 === 3
        ? bookDelta(BTC, { first: 10 * index - 9 })
        : index % 3 === 0
          ? trade(BTC, { price, quantity: 1 })
          : quote(ETH, 10 + (index % 7));
  return { ts: START + 3 * index, event };
});
const drivers = (): Driver[] => [simulatedVenue({ venue: 'venue', latency: { submit: 2, report: 2 } })];
const MARKET: ReadonlySet<string> = new Set(
  'trade quote book bookOrder bar funding rate instrument status link sync'.split(' '),
);

const LIVE: ReadonlySet<string> = new Set(['book', 'markets', 'ledger', 'limits']);
/** A frame's own values as one text. */
const told = (frame: Frame): string =>
  Buffer.from(
    canonicalBytes(Object.fromEntries(Object.entries(frame).filter(([name]) => !LIVE.has(name))) as never),
  ).toString('base64');

let files = 0;

/** Runs the desk live and writes what came from the market, and its log. */
async function live(scheduler: SchedulerLike, flush: () => void, start: number) {
  const number = files++;
  const [recording, log] = [`${folder.path}/market-${number}`, `${folder.path}/journal-${number}`];
  const journal = new RecordingWriter(log, { kind: 'journal', instruments });
  const feed = merge(
    ...said.map(({ ts, event }) =>
      timer(ts - START + start - scheduler.now(), scheduler).pipe(map(() => event)),
    ),
  );
  const pipeline = run(desk(), {
    clock: liveClock(scheduler),
    drivers: [...drivers(), events('feed', feed)],
    journal: { append: (sequenced) => journal.write(sequenced) },
  });
  let hash = '';
  pipeline.snapshots$.subscribe(({ stages }) => {
    hash = stateHash(stages);
  });
  const frames: string[] = [];
  let orders = 0;
  const done = lastValueFrom(
    pipeline.pipe(
      tap((frame) => {
        frames.push(told(frame));
        orders += frame.commands.filter(({ kind }) => kind === 'submit').length;
      }),
      filter(({ sub, event }) => sub === 0 && MARKET.has(event.kind)),
      map(({ ts, event }): TimedEvent => ({ ts, event: event as OutsideEvent })),
      record(recording, { kind: 'market', instruments }),
    ),
  );
  flush();
  await done;
  await journal.close();
  return { recording, log, hash, frames, orders };
}

const virtual = () => {
  const scheduler = new VirtualTimeScheduler();
  scheduler.frame = START;
  return live(scheduler, () => scheduler.flush(), START);
};

/** The frames of a run, and the hash of its last state where it takes snapshots. */
async function framesOf(frames: ReturnType<typeof reenact>): Promise<string[]> {
  const found: string[] = [];
  await frames.forEach((frame) => void found.push(told(frame)));
  return found;
}

describe('a live pipeline', () => {
  it('leaves a recording that a backtest plays to the same frames and the same state', async () => {
    const { recording, hash, frames, orders } = await virtual();
    expect(orders).toBeGreaterThan(5);
    const source = await openOwnRecording(recording, { kind: 'market' });
    expect((await readAll(source)).events).toEqual(said);
    const again = backtest(desk(), source, { drivers: drivers(), grace: 0 });
    let replayed = '';
    again.snapshots$.subscribe(({ stages }) => {
      replayed = stateHash(stages);
    });
    expect(await framesOf(again)).toEqual(frames);
    expect(replayed).toBe(hash);
  });

  it.each([
    ['in virtual time', virtual],
    ['in the time of the world', () => live(asyncScheduler, () => {}, asyncScheduler.now())],
  ])('leaves a journal that re-enacts to the same frames and the same state, %s', async (_name, play) => {
    const { log, hash, frames } = await play();
    const found: string[] = [];
    let last: Frame | undefined;
    await reenact(desk(), await openOwnRecording(log, { kind: 'journal' })).forEach((frame) => {
      found.push(told(frame));
      last = frame;
    });
    expect(found).toEqual(frames);
    expect(stateHash(last?.snapshot ?? null)).toBe(hash);
  });

  it('leaves of both what was whole when it died, wherever that was', async () => {
    const { recording, log, frames } = await virtual();
    const [market, journal] = [readFileSync(recording), readFileSync(log)];
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.35, max: 1, noNaN: true }), async (part) => {
        const torn = (bytes: Buffer, name: string) =>
          openOwnRecording(folder.write(name, bytes.subarray(0, Math.floor(bytes.length * part))));
        const { events: kept, error } = await readAll(await torn(market, 'torn-market'));
        expect([error, kept]).toEqual([undefined, said.slice(0, kept.length)]);
        const found = await framesOf(reenact(desk(), await torn(journal, 'torn-journal')));
        expect(found).toEqual(frames.slice(0, found.length));
        expect(kept.length).toBeGreaterThan(0);
        expect(found.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });
});
