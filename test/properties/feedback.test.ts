import { expect, test } from 'vitest';
import type { OutsideEvent } from '../../src/domain/event.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { driver } from '../core/support.js';
import { fullDesk, market, venues } from './full-desk.js';

const source = market(3, 3_000);
const core = fullDesk(source.instruments);
const grace = 1_000;

test('an order approved in a frame is known to the ledger before the next outside event, however deep the inbox', async () => {
  // Every quote of the recording drags a burst of fifty ticks behind it.
  const burst = driver('burst', ({ events$ }, say) => {
    events$.subscribe(({ event, sub }) => {
      if (sub !== 0 || event.kind !== 'quote' || event.updateId < 0) return;
      for (let index = 0; index < 50; index++) {
        const { instrument } = event;
        const tick: OutsideEvent = {
          kind: 'trade',
          instrument,
          venueTime: 0,
          price: event.bidPrice,
          quantity: 1,
          aggressor: 'sell',
          tradeId: `burst ${index}`,
        };
        say(tick);
      }
    });
  });
  let approved: string[] = [];
  let orders = 0;
  let deepest = 0;
  const pipeline = backtest(core, source, { drivers: [burst, ...venues(0, 0)], grace });
  await pipeline.forEach((frame) => {
    // This is called within the pass of nobody: the ledger is asked through the frames of derived events.
    if (frame.event.kind === 'submitted') {
      expect(approved.shift()).toBe(frame.event.order.clientOrderId);
      orders++;
    }
    if (frame.sub === 0) expect(approved).toEqual([]);
    approved = [...approved, ...frame.commands.map(({ order }) => order.clientOrderId as string)];
    deepest = Math.max(deepest, pipeline.inbox.waiting);
  });
  expect(orders).toBeGreaterThan(10);
  expect(deepest).toBeGreaterThan(40);
});

test('a fill at once, from within the event that caused it, comes after that event and after what it derived', async () => {
  const seen: string[] = [];
  const cause = new Map<string, number>();
  const journal = new MemoryJournal();
  await backtest(core, source, { drivers: venues(0, 0), journal, grace }).forEach((frame) => {
    seen.push(`${frame.seq}.${frame.sub}`);
    for (const { order } of frame.commands) cause.set(order.clientOrderId, frame.seq);
    const { event } = frame;
    if (event.kind === 'submitted') expect(cause.get(event.order.clientOrderId)).toBe(frame.seq);
    if (event.kind !== 'report') return;
    expect(cause.get(event.clientOrderId)).toBeLessThan(frame.seq);
  });
  const places = seen.map((place) => place.split('.').map(Number) as [number, number]);
  for (let index = 1; index < places.length; index++) {
    const [seq, sub] = places[index] as [number, number];
    const [lastSeq, lastSub] = places[index - 1] as [number, number];
    expect(sub === 0 ? seq === lastSeq + 1 : seq === lastSeq && sub === lastSub + 1).toBe(true);
  }
  expect(journal.events.filter(({ event }) => event.kind === 'report').length).toBeGreaterThan(20);
});
