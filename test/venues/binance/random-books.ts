import { expect } from 'vitest';
import type { BookSide } from '../../../src/books/index.js';
import { L2Book } from '../../../src/books/index.js';
import { binance } from '../../../src/venues/binance/index.js';
import { Wire } from '../conformance/wire.js';
import { quick, startDouble } from './binance-under-test.js';

/** What happened in one run, so that a test can tell that something did. */
export interface BookRun {
  readonly frames: number;
  readonly compared: number;
  readonly gaps: number;
  readonly seed: number;
}

/**
 * Sends random changes of a book through the real connection, some of them lost, doubled or out of order, and compares at
 * every word of the driver: the book is the double's as it was at that update, or unsynced.
 */
export async function randomBooks(kind: 'spot' | 'usdm', frames: number, seed: number): Promise<BookRun> {
  const double = await startDouble(kind);
  const { market } = double;
  const chance = generator(seed);
  const wire = new Wire(binance(quick(double, { limits: [] })), market.listed('BTCUSDT').definition);
  const book = new L2Book();
  /** The double's book by its last update. */
  const history = new Map<number, string>();
  let last = 1_000;
  let next = 0;
  let compared = 0;
  let gaps = 0;
  let askedAt = 0;

  const spell = (bids: readonly number[], asks: readonly number[]): string => JSON.stringify([bids, asks]);
  const told = (): string => {
    const side = (which: BookSide) =>
      market
        .book('BTCUSDT')
        .depth(which)
        .flatMap((each) => [...each]);
    return spell(side('bid'), side('ask'));
  };
  const kept = (): string => {
    const side = (which: BookSide) =>
      Array.from({ length: book.depth(which) }, (_, level) => [
        book.priceAt(which, level),
        book.quantityAt(which, level),
      ]).flat();
    return spell(side('bid'), side('ask'));
  };
  const follow = (): void => {
    for (; next < wire.events.length; next++) {
      const event = wire.events[next];
      if (event?.kind === 'sync' && event.state === 'unsynced') book.desync(event.reason);
      if (event?.kind !== 'book') continue;
      if (book.apply(event) === 'gap') gaps++;
      if (!book.synced) continue;
      expect(kept(), `the book at update ${book.lastId}, seed ${seed}`).toBe(history.get(book.lastId));
      compared++;
    }
    if (!book.synced && Date.now() - askedAt > 10) {
      askedAt = Date.now();
      wire.askForBook();
    }
  };
  const pause = () => new Promise((resolve) => setImmediate(resolve));

  try {
    let held: string[] = [];
    double.mangle = (frame) => {
      const parsed = JSON.parse(frame) as { readonly u: number };
      last = parsed.u;
      history.set(last, told());
      const draw = chance();
      if (draw < 0.01) return [];
      if (draw < 0.02) return [frame, frame];
      if (draw < 0.03 || held.length > 0) {
        held.push(frame);
        if (held.length < 2 + Math.floor(3 * chance())) return [];
        const late = held.sort(() => chance() - 0.5);
        held = [];
        return late;
      }
      return [frame];
    };
    history.set(double.lastUpdate('BTCUSDT'), told());
    await wire.until('the link', () =>
      wire.events.some(
        (event) => event.kind === 'link' && event.channel === 'market' && event.state === 'up',
      ),
    );
    const tick = kind === 'spot' ? 100 : 10;
    for (let frame = 0; frame < frames; frame++) {
      const changes = 1 + Math.floor(4 * chance());
      for (let change = 0; change < changes; change++) {
        const bid = chance() < 0.5;
        const away = 1 + Math.floor(60 * chance());
        const price = 40_000 * tick + (bid ? -away : away);
        market.setLevel(
          'BTCUSDT',
          bid ? 'bid' : 'ask',
          price,
          chance() < 0.3 ? 0 : 1 + Math.floor(1e6 * chance()),
        );
      }
      double.flush();
      if (frame % 10 === 9) {
        await pause();
        follow();
        // Often enough it gets the time to become whole before the next thing goes wrong.
        if (!book.synced && chance() < 0.8)
          for (let turn = 0; turn < 200 && !book.synced; turn++) {
            await pause();
            follow();
          }
      }
      if (chance() < 0.0005) double.disconnect();
    }
    // Nothing goes wrong any more: it has to become whole, and equal.
    held = [];
    double.mangle = (frame) => {
      history.set((JSON.parse(frame) as { readonly u: number }).u, told());
      return [frame];
    };
    await wire.until('a whole book', () => {
      market.setLevel('BTCUSDT', 'bid', 39_000 * tick, 1 + Math.floor(1e6 * chance()));
      double.flush();
      follow();
      return book.synced && book.lastId >= last;
    });
  } finally {
    await wire.close();
    await double.stop();
  }
  return { frames, compared, gaps, seed };
}

/** A seeded generator (mulberry32) of numbers from 0 to 1. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
