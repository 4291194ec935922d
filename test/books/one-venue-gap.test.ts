import { describe, expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { OutsideEvent, TimedEvent } from '../../src/domain/event.js';
import { bookImbalance, books, ema, features, microprice } from '../../src/operators/index.js';
import { backtest, recordingOf } from '../../src/streams/index.js';
import { bookDelta, bookSnapshot, link, spot, trade } from '../../src/testing/index.js';

const HERE = spot();
const THERE = spot({ venue: 'other' });
const core = compose(
  { instruments: [HERE, THERE] },
  books({ silentAfter: '5s' }),
  features({
    micro: microprice(),
    slow: ema({ period: 5 }),
    imbalance: bookImbalance({ levels: 2 }),
  }),
);

/** Books of two venues that move every 100 ms. */
function events(befalls: (index: number) => OutsideEvent | 'lost' | undefined): TimedEvent[] {
  const all: TimedEvent[] = [];
  for (const of of [HERE, THERE])
    all.push({ ts: 0, event: bookSnapshot(of, { bids: [[99, 1]], asks: [[101, 2]], last: 0 }) });
  for (let index = 1; index <= 200; index++) {
    for (const of of [HERE, THERE]) {
      const moved = of === HERE ? befalls(index) : undefined;
      const event =
        moved ??
        (index % 5 === 0
          ? trade(of, { price: 100 + (index % 3) })
          : bookDelta(of, {
              first: index,
              last: index % 5 === 4 ? index + 1 : index,
              bids: [[99 + (index % 7) / 10, index % 4]],
              asks: [[101 - (index % 3) / 10, (index % 5) + 1]],
            }));
      if (event !== 'lost') all.push({ ts: index * 100, event });
    }
  }
  return all;
}

/** What the chain says of the other venue, frame by frame: copied values, without the place in the log. */
async function ofTheOther(recorded: readonly TimedEvent[]): Promise<{ told: unknown[]; lost: number }> {
  const told: unknown[] = [];
  let lost = 0;
  await backtest(core, recordingOf(recorded), { grace: 0 }).forEach((frame) => {
    const { seq: _seq, book: _book, markets: _markets, features: row, ...rest } = frame;
    if (frame.instrument === 1) told.push({ ...rest, features: { ...row } });
    if (frame.event.kind === 'sync' && frame.event.state === 'unsynced') lost += 1;
  });
  return { told, lost };
}

describe('a gap at one venue', () => {
  it.each<[string, (index: number) => OutsideEvent | 'lost' | undefined]>([
    ['a lost delta', (index) => (index === 52 ? 'lost' : undefined)],
    ['a lost link', (index) => (index === 52 ? link('venue', 'down') : undefined)],
    [
      'a book that stays crossed',
      (index) => (index === 51 ? bookDelta(HERE, { first: 51, last: 51, bids: [[105, 1]] }) : undefined),
    ],
    ['silence', (index) => (index > 50 && index < 150 ? 'lost' : undefined)],
  ])('by %s leaves the outputs of every other as they are, to the bit', async (_what, befalls) => {
    const without = await ofTheOther(events(() => undefined));
    const withGap = await ofTheOther(events(befalls));
    expect([without.lost, withGap.lost > 0]).toEqual([0, true]);
    expect(without.told.length).toBeGreaterThan(200);
    expect(withGap.told).toEqual(without.told);
  });
});
