import { expect } from 'vitest';
import { type BookSide, L2Book } from '../../../src/books/index.js';
import { Wire } from '../conformance/wire.js';
import { BTC_USD, startDouble } from './coinbase-under-test.js';
import { chance as seeded } from './seeded.js';

/** What happened in one run, so that a test can tell that something did. */
export interface BookRun {
  readonly compared: number;
  readonly gaps: number;
}

const MID = 4_000_000;

/**
 * Sends random changes of a book through the real connection, some of them lost, doubled or out of order, and compares at
 * every word of the driver: the book is one that the double had, at that message's time, or unsynced.
 *
 * Messages carry no id of the book; a level far away from the others counts the changes, so that each state is known by
 * its quantity.
 */
export async function randomBooks(frames: number, seed: number): Promise<BookRun> {
  const { double, market, driver } = await startDouble();
  const chance = seeded(seed);
  const wire = new Wire(driver(), BTC_USD);
  const book = new L2Book();
  const history = new Map<number, string>();
  const marker = 1_000_000;
  let [next, compared, gaps, count] = [0, 0, 0, 0];

  const spell = (side: (which: BookSide) => readonly number[]): string =>
    JSON.stringify([side('bid'), side('ask')]);
  const told = (): string => spell((side) => market.book('BTC-USD').depth(side).flat());
  const kept = (): string =>
    spell((side) =>
      Array.from({ length: book.depth(side) }, (_, level) => [
        book.priceAt(side, level),
        book.quantityAt(side, level),
      ]).flat(),
    );
  const follow = (): void => {
    for (; next < wire.events.length; next++) {
      const event = wire.events[next];
      if (event?.kind === 'sync' && event.state === 'unsynced') {
        gaps++;
        book.desync(event.reason);
      }
      if (event?.kind === 'link' && event.channel === 'market' && event.state === 'down')
        book.desync(event.reason);
      if (event?.kind !== 'book') continue;
      book.apply(event);
      if (!book.synced) continue;
      const at = book.depth('bid') - 1;
      const number = book.priceAt('bid', at) === marker ? book.quantityAt('bid', at) : 0;
      expect(kept(), `the book at change ${number}, seed ${seed}`).toBe(history.get(number));
      compared++;
    }
  };
  const pause = () => new Promise((resolve) => setImmediate(resolve));
  /** One message of the channel: changes, and their number. */
  const change = async (): Promise<void> => {
    const changes = 1 + Math.floor(4 * chance());
    for (let each = 0; each < changes; each++) {
      const bid = chance() < 0.5;
      const away = 1_001 + Math.floor(60 * chance());
      const lots = chance() < 0.3 ? 0 : 1 + Math.floor(1e6 * chance());
      market.setLevel('BTC-USD', bid ? 'bid' : 'ask', MID + (bid ? -away : away), lots);
    }
    market.setLevel('BTC-USD', 'bid', marker, ++count);
    history.set(count, told());
    await Promise.resolve();
  };

  try {
    history.set(0, told());
    await wire.until('the link', () =>
      wire.events.some(
        (event) => event.kind === 'link' && event.channel === 'market' && event.state === 'up',
      ),
    );
    follow();
    let held: string[] = [];
    double.mangle = (frame, channel) => {
      if (channel !== 'l2_data' && held.length === 0) return [frame];
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
    for (let frame = 0; frame < frames; frame++) {
      await change();
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
    double.mangle = (frame) => [frame];
    double.jump(1);
    await change();
    await wire.until('a whole book', () => {
      follow();
      return book.synced && kept() === told();
    });
  } finally {
    await wire.close();
    await double.stop();
  }
  return { compared, gaps };
}
