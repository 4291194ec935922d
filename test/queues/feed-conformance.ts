import { afterEach, describe, expect, it } from 'vitest';
import { instrumentId } from '../../src/domain/brand.js';
import type { Signal } from '../../src/domain/signal.js';
import type { SignalFeed } from '../../src/queues/index.js';

/** One feed with as many handles as a test wants; the publisher is the first. */
export interface FeedPlace {
  publisher(): SignalFeed;
  listener(): SignalFeed;
}

export const said = (changes: Partial<Signal> = {}): Signal => ({
  name: 'news',
  instrument: instrumentId('BTC-USDT.SPOT@binance'),
  direction: 1,
  strength: 0.5,
  confidence: 1,
  horizon: 60_000,
  eventTime: 1_000,
  validUntil: 9_000_000_000_000,
  model: 'trees-3',
  features: 'f00',
  ...changes,
});

/** Listens until so many words were told, or nothing came for a while. */
export async function heard(
  feed: SignalFeed,
  count: number,
  meanwhile?: () => Promise<void>,
): Promise<Signal[]> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 15_000);
  const words: Signal[] = [];
  const working = meanwhile?.();
  working?.catch(() => undefined);
  for await (const signal of feed.listen(abort.signal)) {
    words.push(signal);
    if (words.length === count) break;
  }
  clearTimeout(timer);
  await working;
  return words;
}

/** What every feed does. */
export function feedConformance(name: string, fresh: () => Promise<FeedPlace>): void {
  describe(`a signal feed: ${name}`, () => {
    const open: SignalFeed[] = [];
    const use = (feed: SignalFeed): SignalFeed => {
      open.push(feed);
      return feed;
    };
    afterEach(async () => {
      await Promise.all(open.splice(0).map((feed) => feed.close()));
    });

    it('tells who joins late what counts: the newest word of each, nothing late, doubled or expired', async () => {
      const place = await fresh();
      const publisher = use(place.publisher());
      await publisher.publish(said({ eventTime: 1 }));
      await publisher.publish(said({ eventTime: 3, direction: -1 }));
      await publisher.publish(said({ eventTime: 2 }));
      await publisher.publish(said({ name: 'gone', validUntil: 5 }));
      await publisher.publish(said({ name: 'other', eventTime: 9 }));
      await publisher.publish(said({ name: 'other', eventTime: 9 }));
      const words = await heard(use(place.listener()), 3, async () => {
        await new Promise((done) => setTimeout(done, 500));
        await publisher.publish(said({ name: 'last' }));
      });
      expect(words.map(({ name, eventTime }) => `${name} ${eventTime}`).sort()).toEqual([
        'last 1000',
        'news 3',
        'other 9',
      ]);
      expect(words.find((word) => word.name === 'news')).toEqual(said({ eventTime: 3, direction: -1 }));
    });

    it('is deaf to no word for one of its name from the future, which who joins late does not hear', async () => {
      const place = await fresh();
      const publisher = use(place.publisher());
      await publisher.publish(said({ eventTime: 1 }));
      await publisher.publish(said({ eventTime: 8_000_000_000_000 }));
      await publisher.publish(said({ eventTime: 2 }));
      const words = await heard(use(place.listener()), 2, async () => {
        await new Promise((done) => setTimeout(done, 500));
        await publisher.publish(said({ name: 'last' }));
      });
      expect(words.map(({ name, eventTime }) => `${name} ${eventTime}`)).toEqual(['news 2', 'last 1000']);
    });

    it('tells what comes once and in order to each who listens', async () => {
      const place = await fresh();
      const publisher = use(place.publisher());
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), 15_000);
      const listen = () => {
        const words: string[] = [];
        const feed = use(place.listener());
        const listening = (async () => {
          for await (const { name: spoken, eventTime } of feed.listen(abort.signal)) {
            words.push(`${spoken} ${eventTime}`);
            if (eventTime === 40) return;
          }
        })();
        return { words, listening };
      };
      const both = [listen(), listen()];
      // Who has heard something that was said after it came hears all that follows.
      for (let time = 1_001; !abort.signal.aborted; time++) {
        await publisher.publish(said({ name: 'probe', eventTime: time }));
        await new Promise((done) => setTimeout(done, 50));
        if (both.every(({ words }) => words.length > 1)) break;
      }
      for (let time = 1; time <= 40; time++) {
        await publisher.publish(said({ eventTime: time }));
        if (time % 3 === 0) await publisher.publish(said({ eventTime: time }));
        if (time % 5 === 0) await publisher.publish(said({ eventTime: time - 2 }));
        if (time % 7 === 0) await publisher.publish(said({ name: 'stale', validUntil: time }));
      }
      await Promise.all(both.map(({ listening }) => listening));
      clearTimeout(timer);
      const expected = Array.from({ length: 40 }, (_, index) => `news ${index + 1}`);
      for (const { words } of both)
        expect(words.filter((word) => !word.startsWith('probe'))).toEqual(expected);
    });

    it('refuses what is no signal, and everything once it is closed', async () => {
      const place = await fresh();
      const publisher = use(place.publisher());
      await expect(publisher.publish(said({ strength: 2 }))).rejects.toThrow(/strength/);
      await publisher.close();
      await expect(publisher.publish(said())).rejects.toThrow('is closed');
      await expect(
        publisher.listen(new AbortController().signal)[Symbol.asyncIterator]().next(),
      ).rejects.toThrow('is closed');
    });

    it('ends when it is told to', async () => {
      const place = await fresh();
      const listener = use(place.listener());
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 50);
      for await (const _word of listener.listen(abort.signal)) expect.unreachable();
    });
  });
}
