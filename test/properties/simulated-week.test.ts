import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import type { Driver } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { Journal } from '../../src/core/run-options.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import type { Plain } from '../../src/domain/plain.js';
import { BlockEncoder, decodeBlock } from '../../src/journal/index.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ema,
  type FeatureFields,
  features,
  ledger,
  lookUps,
  type MarketFields,
  maxDailyLoss,
  maxPosition,
  maxVenueExposure,
  meanReversion,
  realisedVolatility,
  reconciliation,
  risk,
  signals,
  sizing,
  trendFollowing,
  zScore,
} from '../../src/operators/index.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { reenact } from '../../src/streams/replay/reenact.js';
import { defaultInstruments } from '../../src/streams/simulator/default-instruments.js';
import { simulateMarket } from '../../src/streams/simulator/index.js';
import type { FaultKind } from '../../src/venues/simulated/fault-options.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';
import { crossing } from '../crossing.js';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 2, 14, 30);
/** Days of event time: a week, or more by `MILLRACE_DAYS` (the future expires after 25); in fewer the heap is still filling up. */
const DAYS = Number(process.env['MILLRACE_DAYS'] ?? 7);
const END = START + DAYS * 24 * HOUR;
/** From then on nothing new goes wrong, and all that did has time to be cleared up. */
const CALM = END - 2 * HOUR;
const VENUES = ['binance', 'coinbase', 'cme'];
const EXPIRY = { requestExpiry: 5_000 };
const CAPABILITIES = Object.fromEntries(VENUES.map((venue) => [venue, EXPIRY]));
const FAULTS: readonly FaultKind[] = [
  'reject',
  'lostRequest',
  'lostReply',
  'fillAfterCancel',
  'disconnect',
  'late',
  'reorder',
  'double',
  'repeatedExecution',
];
const every = '1m';

/** A market of few events: what a week of trading leaves behind is asked, and not what a tick costs. */
const market = simulateMarket({
  seed: 11,
  start: START,
  duration: END - START,
  instruments: defaultInstruments(START).map((one) => ({ ...one, eventsPerSecond: 0.04 })),
});

/** Wants something else every quarter of an hour, and at the end something to hold. */
const restless = agent<Frame & MarketFields & FeatureFields<'fast' | 'slow'>, { next: number; turn: number }>(
  {
    name: 'restless',
    lifetime: '30m',
    memory: () => ({ next: 0, turn: 0 }),
    decide: ({ ts }, memory) => {
      if (ts < memory.next) return undefined;
      memory.next = ts + 900_000;
      memory.turn++;
      return {
        of: { asset: 'BTC' },
        exposure: ts > CALM ? 0.8 : ((memory.turn * 5) % 7) / 7 - 0.3,
        confidence: 0.9,
      };
    },
  },
);

const desk = compose(
  { name: 'week', instruments: market.instruments },
  books(),
  ledger({ reportingCurrency: 'USD', capital: 1_000_000, finishedOrders: 5_000 }),
  lookUps({ venues: CAPABILITIES }),
  reconciliation({ every: HOUR / 4 }),
  features({
    fast: ema({ period: 5, every }),
    slow: ema({ period: 20, every }),
    stretch: zScore({ window: 30, every }),
    volatility: realisedVolatility({ window: 30, every }),
  }),
  signals([crossing({ horizon: '10m', strength: 0.6 })]),
  agents([
    trendFollowing({ asset: 'BTC', signal: 'cross', targetVolatility: 1, lifetime: '10m' }),
    meanReversion({ asset: 'BTC', enter: 2, lifetime: '10m' }),
    restless,
  ]),
  confidenceWeighted({ hysteresis: 0.1 }),
  sizing({ budget: 60_000, minimumTrade: 0.05 }),
  bestNetPrice({ staleAfter: '10m' }),
  risk([
    maxPosition({ limit: 500_000 }),
    maxVenueExposure({ limit: 400_000 }),
    maxDailyLoss({ limit: 500_000 }),
  ]),
  dispatch({ desk: 'week', venues: CAPABILITIES }),
  pure('positions', ({ snapshot, ledger: live }): readonly number[] =>
    snapshot === undefined ? [] : market.instruments.map((_, index) => live.position(index)),
  ),
);

/** The log as encoded blocks, outside of the heap that is measured. */
class EncodedJournal implements Journal {
  readonly #encoder = new BlockEncoder();
  readonly #blocks: Uint8Array[] = [];
  #open: SequencedEvent[] = [];
  length = 0;

  append(event: SequencedEvent): void {
    this.length++;
    if (this.#open.push(event) === 256) this.#close();
  }

  source(): RecordingSource {
    if (this.#open.length > 0) this.#close();
    const blocks = this.#blocks;
    return {
      name: 'journal of the week',
      kind: 'journal',
      bytesTotal: blocks.length,
      instruments: [],
      async *batches() {
        for (const block of blocks) yield { events: decodeBlock(block), bytesRead: 1 };
      },
    };
  }

  #close(): void {
    this.#blocks.push(Uint8Array.from(this.#encoder.encode(this.#open).bytes));
    this.#open = [];
  }
}

function faultyVenue(venue: string, seed: number): Driver {
  return simulatedVenue({
    venue,
    latency: { submit: 20, report: 20 },
    remembered: 50,
    capabilities: EXPIRY,
    faults: {
      seed,
      calmFrom: CALM,
      chances: Object.fromEntries(FAULTS.map((fault) => [fault, 0.03])),
    },
  });
}

/** What a venue holds for us by its own books. */
function positionsAt(driver: Driver): Readonly<Record<string, number>> {
  const saved = driver.save?.() as unknown as {
    readonly exchange: { readonly registrar: { readonly positions: Readonly<Record<string, number>> } };
  };
  return saved.exchange.registrar.positions;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test.skipIf(process.env['MILLRACE_LONG'] !== '1')(
  'a week of trading at faulty venues: heap flat, positions those of the venues, the log gives the same state',
  { timeout: 600_000 },
  async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const journal = new EncodedJournal();
    const drivers = VENUES.map((venue, index) => faultyVenue(venue, index + 1));
    const heap: number[] = [];
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    let sampleAt = START;
    let live: Plain = null;
    let positions: readonly number[] = [];
    const pipeline = backtest(desk, market, { journal, drivers, grace: HOUR });
    await pipeline.forEach((frame) => {
      const { event, ts } = frame;
      if (event.kind === 'report') count(event.type);
      else if (event.kind === 'fault') count(event.code);
      else if (event.kind === 'denied') count(`denied ${event.rule}`);
      else if (event.kind === 'link') count(`${event.channel} ${event.state}`);
      if (frame.snapshot !== undefined) {
        live = frame.snapshot as Plain;
        positions = frame.positions;
      }
      if (ts < sampleAt) return;
      sampleAt += 6 * HOUR;
      collect();
      heap.push(process.memoryUsage().heapUsed);
    });

    console.info(
      `${journal.length} events, ${JSON.stringify(Object.fromEntries(seen))}, heap ${heap.map((bytes) => (bytes / 1e6).toFixed(1)).join(' ')} MB`,
    );
    // It went wrong in every way that can be seen from outside, and the desk went on.
    expect(pipeline.halted).toBeUndefined();
    for (const what of ['fill', 'rejected', 'unknown', 'notFound', 'orders down'])
      expect(seen.get(what), what).toBeGreaterThan(DAYS);

    // Positions: the venues' own books, to the lot.
    const held = drivers.map(positionsAt);
    const theirs = market.instruments.map(
      ({ id, venue }) => held[VENUES.indexOf(venue)]?.[id as string] ?? 0,
    );
    expect(positions).toEqual(theirs);
    expect(theirs.some((lots) => lots !== 0)).toBe(true);

    // Heap: what is remembered fills up in the first days, then it stays.
    const quarter = Math.floor(heap.length / 4);
    const before = mean(heap.slice(2 * quarter, 3 * quarter));
    const after = mean(heap.slice(-quarter));
    expect(after / before).toBeLessThan(1.04);

    // The log, through the same desk again.
    let again: Plain = null;
    await reenact(desk, journal.source()).forEach((frame) => {
      if (frame.snapshot !== undefined) again = frame.snapshot as Plain;
    });
    expect(live).not.toBeNull();
    expect(stateHash(again)).toBe(stateHash(live));
  },
);
