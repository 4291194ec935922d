import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TimedEvent } from '../../src/domain/event.js';
import { instrument } from '../../src/domain/instrument.js';
import type { MarketEvent } from '../../src/domain/market-event.js';
import { checkEvent } from '../../src/domain/wire.js';
import { type SimulationSettings, simulateMarket } from '../../src/streams/simulator/index.js';
import { ShadowBook } from './shadow-book.js';

async function collect(settings: SimulationSettings): Promise<TimedEvent[]> {
  const all: TimedEvent[] = [];
  for await (const { events } of simulateMarket(settings).batches()) all.push(...events);
  return all;
}

async function digest(settings: SimulationSettings): Promise<string> {
  const hash = createHash('sha256');
  for await (const { events } of simulateMarket(settings).batches()) hash.update(JSON.stringify(events));
  return hash.digest('hex');
}

const TEN_MINUTES = 600_000;

describe('simulateMarket', () => {
  test('the same seed gives the same events to the bit, another seed others', async () => {
    const first = await digest({ seed: 7, duration: TEN_MINUTES });
    expect(await digest({ seed: 7, duration: TEN_MINUTES })).toBe(first);
    expect(await digest({ seed: 8, duration: TEN_MINUTES })).not.toBe(first);
  });

  test('the events do not depend on the size of the batches', async () => {
    const small = await collect({ duration: 60_000, batchSize: 1 });
    expect(await collect({ duration: 60_000, batchSize: 4_096 })).toEqual(small);
  });

  test('one more instrument leaves the others as they are', async () => {
    const [only] = simulateMarket().instruments;
    if (only === undefined) throw new Error('no default instruments');
    const one = { definition: only, eventsPerSecond: 50 };
    const two = {
      definition: instrument({
        venue: 'kraken',
        symbol: 'XBTUSD',
        kind: 'spot',
        base: 'BTC',
        quote: 'USD',
        tick: '0.1',
        lot: '0.0001',
      }),
    };
    const about = (events: TimedEvent[]) => events.filter((entry) => 'instrument' in entry.event);
    const alone = about(await collect({ duration: 60_000, instruments: [one] }));
    const both = about(await collect({ duration: 60_000, instruments: [one, two] }));
    expect(
      both.filter(({ event }) => 'instrument' in event && event.instrument === one.definition.id),
    ).toEqual(alone);
  });

  test.each([1, 2, 3])('seed %i: one consistent market from the first event to the last', async (seed) => {
    const source = simulateMarket({ seed, duration: TEN_MINUTES });
    const books = new Map(source.instruments.map(({ id }) => [id, new ShadowBook()]));
    let last = 0;
    let count = 0;
    for await (const { events } of source.batches()) {
      for (const { ts, event } of events) {
        checkEvent(event);
        if (!(ts >= last)) throw new Error(`time goes back from ${last} to ${ts}`);
        if ('venueTime' in event && event.venueTime > ts)
          throw new Error(`known before it happened, at ${ts}`);
        last = ts;
        count++;
        if ('instrument' in event) books.get(event.instrument)?.take(event as MarketEvent);
      }
    }
    for (const book of books.values()) {
      expect(book.faults).toEqual([]);
      expect(book.trades).toBeGreaterThan(100);
    }
    expect(count / source.bytesTotal).toBeGreaterThan(0.7);
    expect(count / source.bytesTotal).toBeLessThan(1.5);
  });

  test('each instrument begins with definition, status, snapshot and quote, and rates come first', async () => {
    const events = await collect({ duration: 1 });
    expect(events.map(({ event }) => event.kind)).toEqual([
      'rate',
      ...['instrument', 'status', 'instrument', 'status', 'instrument', 'status'],
      ...['book', 'quote', 'book', 'quote', 'book', 'quote'],
    ]);
  });

  test('progress grows and ends at the total', async () => {
    const source = simulateMarket({ duration: TEN_MINUTES });
    let read = 0;
    for await (const batch of source.batches()) {
      expect(batch.bytesRead).toBeGreaterThanOrEqual(read);
      read = batch.bytesRead;
    }
    expect(read).toBe(source.bytesTotal);
  });

  test('it streams: a day is not built before its first batch is out', async () => {
    const batches = simulateMarket({ duration: 86_400_000 }).batches()[Symbol.asyncIterator]();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 50; round++) expect((await batches.next()).done).toBe(false);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200e6);
    await batches.return?.(undefined);
  });

  test('it says that it is simulated, and names the seed', () => {
    expect(simulateMarket({ seed: 42 }).name).toBe('simulated market, seed 42');
  });

  test('the imbalance of the book weakly foretells the next second', async () => {
    const quotes: { ts: number; mid: number; imbalance: number }[] = [];
    for await (const { events } of simulateMarket({ seed: 5, duration: 3 * TEN_MINUTES }).batches()) {
      for (const { ts, event } of events) {
        if (event.kind !== 'quote' || event.instrument !== 'BTC-USDT.SPOT@binance') continue;
        const { bidPrice, bidQuantity, askPrice, askQuantity } = event;
        const imbalance = (bidQuantity - askQuantity) / (bidQuantity + askQuantity);
        quotes.push({ ts, mid: (bidPrice + askPrice) / 2, imbalance });
      }
    }
    let later = 0;
    let product = 0;
    let squares = 0;
    let imbalances = 0;
    for (const { ts, mid, imbalance } of quotes) {
      while (later < quotes.length - 1 && (quotes[later]?.ts ?? 0) < ts + 1_000) later++;
      const change = (quotes[later]?.mid ?? mid) - mid;
      product += change * imbalance;
      squares += change * change;
      imbalances += imbalance * imbalance;
    }
    const correlation = product / Math.sqrt(squares * imbalances);
    expect(correlation).toBeGreaterThan(0.04);
    expect(correlation).toBeLessThan(0.4);
  });

  test.each([
    [{ seed: -1 }, 'simulateMarket.seed must be an integer of at least 0, not -1'],
    [{ duration: 0 }, 'simulateMarket.duration must be a number above 0, not 0'],
    [{ instruments: [] }, 'simulateMarket.instruments must be at least one, not an array of 0'],
    [{ tempo: 3 } as SimulationSettings, 'simulateMarket has an unknown setting "tempo"'],
    [{ prices: { BTC: 0 } }, 'simulateMarket.prices.BTC must be a number above 0, not 0'],
  ])('refuses %o', (settings, message) => {
    expect(() => simulateMarket(settings)).toThrow(message);
  });
});
