import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import { calendar } from '../../src/domain/calendar.js';
import { decimal } from '../../src/domain/decimal.js';
import type { TimedEvent } from '../../src/domain/event.js';
import {
  barEvent,
  bars,
  type ClosedBar,
  imbalanceBars,
  notionalBars,
  resample,
  tickBars,
  timeBars,
  volumeBars,
} from '../../src/operators/bars/index.js';
import { books } from '../../src/operators/index.js';
import { spot } from '../../src/testing/index.js';
import { at, play } from './play.js';

const BTC = spot();
const ETH = spot({ base: 'ETH', lot: '0.00000001' });
const instruments = [BTC, ETH];
const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 4, 12);
/** Open for 20 minutes, closed for 10. */
const session = calendar({
  timeZone: 'UTC',
  sessions: [
    { open: 'thursday 12:00', close: 'thursday 12:20' },
    { open: 'thursday 12:30', close: 'thursday 12:50' },
    { open: 'thursday 13:00', close: 'thursday 14:00' },
  ],
});

const trades: fc.Arbitrary<readonly TimedEvent[]> = fc
  .array(
    fc.record({
      pause: fc.oneof({ weight: 4, arbitrary: fc.nat(20_000) }, { weight: 1, arbitrary: fc.nat(6 * MINUTE) }),
      lag: fc.nat(30_000),
      which: fc.constantFrom(BTC, BTC, ETH),
      price: fc.integer({ min: 1, max: 9e6 }),
      quantity: fc.integer({ min: 1, max: 1e12 }),
      aggressor: fc.constantFrom('buy', 'sell', 'none'),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((steps) => {
    let ts = START;
    return steps.map(({ pause, lag, which, price, quantity, aggressor }, index): TimedEvent => {
      ts += pause;
      return at(ts, {
        kind: 'trade',
        instrument: which.id,
        venueTime: ts - lag,
        price,
        quantity,
        aggressor: aggressor as 'buy',
        tradeId: String(index),
      });
    });
  });

const chain = compose(
  { instruments },
  books(),
  bars({
    minute: timeBars({ every: '1m', gaps: 'empty' }),
    gapless: timeBars({ every: '1m' }),
    event: timeBars({ every: '1m', on: 'event', patience: '5s' }),
    session: timeBars({ every: '7m', session, gaps: 'empty' }),
    ticks: tickBars({ trades: 5 }),
    volume: volumeBars({ quantity: 1e6 }),
    notional: notionalBars({ notional: 1e9 }),
    imbalance: imbalanceBars({ unit: 'notional', expectedTrades: 4, fewest: 1 }),
    daily: tickBars({ trades: 9, session }),
  }),
);

/** Long after the last trade, so that all time bars are closed. */
const later = (events: readonly TimedEvent[], by: number): TimedEvent =>
  at((events.at(-1)?.ts ?? 0) + by, { kind: 'epoch', epoch: 1, leader: 'a' });

const lots = (list: readonly { readonly quantity: number }[]): number =>
  list.reduce((sum, { quantity }) => sum + quantity, 0);

describe('bars', () => {
  it('conserve volume and turnover, and follow one another', () => {
    fc.assert(
      fc.property(trades, (events) => {
        const { frames } = play(chain, [...events, later(events, 10 * MINUTE)]);
        const all = frames.flatMap((frame) => frame.bars);
        for (const { id, tick, lot } of instruments) {
          const mine = events.flatMap(({ event }) =>
            event.kind === 'trade' && event.instrument === id ? [event] : [],
          );
          const turnover = mine
            .reduce((sum, { price, quantity }) => sum.plus(decimal(price).times(quantity)), decimal(0))
            .times(tick)
            .times(lot);
          for (const name of [
            'minute',
            'gapless',
            'event',
            'ticks',
            'volume',
            'notional',
            'imbalance',
          ] as const) {
            const list = all.filter((bar) => bar.name === name && bar.instrument === id);
            list.forEach((bar, index) => {
              expect(bar.start).toBeGreaterThanOrEqual(list[index - 1]?.end ?? 0);
              expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close, bar.low));
              expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
              expect(bar.closedAt).toBeGreaterThanOrEqual(name === 'event' ? 0 : bar.end);
            });
            const counted = list.reduce((sum, bar) => sum + bar.trades, 0);
            if (name === 'minute' || name === 'gapless' || name === 'event')
              expect(counted).toBe(mine.length);
            const seen = mine.slice(0, counted);
            expect(list.reduce((sum, bar) => sum + bar.volume, 0)).toBe(lots(seen));
            if (counted < mine.length) continue;
            const sum = list.reduce((total, bar) => total.plus(bar.turnover as string), decimal(0));
            expect(sum.eq(turnover)).toBe(true);
          }
        }
        const sessions = all.filter(({ name }) => name === 'session');
        for (const bar of sessions) {
          const { open, close } = session.sessionOf(bar.start) ?? { open: 0, close: 0 };
          expect((bar.start - open) % (7 * MINUTE)).toBe(0);
          expect(bar.end).toBe(Math.min(bar.start + 7 * MINUTE, close));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('go on to the bit from a state saved at any place', () => {
    fc.assert(
      fc.property(trades, fc.nat(), (events, where) => {
        const cut = where % events.length;
        const before = play(chain, events.slice(0, cut));
        // A barrier is an event like any other: bars may close on it.
        const barrier = at(events[cut - 1]?.ts ?? 0, { kind: 'barrier', id: 'cut' });
        const whole = play(chain, [...events.slice(0, cut), barrier, ...events.slice(cut)]);
        const after = play(chain, events.slice(cut), before.states);
        expect(canonicalBytes(after.states)).toEqual(canonicalBytes(whole.states));
        const closed = (list: readonly { readonly bars: readonly ClosedBar[] }[]) =>
          list.map((one) => one.bars);
        expect(closed(after.frames)).toEqual(closed(whole.frames.slice(cut)));
      }),
      { numRuns: 60 },
    );
  });

  it('of one minute, resampled to five, are those of five minutes', () => {
    const minutes = compose(
      { instruments },
      books(),
      bars({ one: timeBars({ every: '1m' }), five: timeBars({ every: '5m' }) }),
    );
    const resampled = compose({ instruments }, books(), bars({ five: resample({ every: '5m' }) }));
    const essence = ({ start, end, open, high, low, close, volume, trades, instrument }: ClosedBar) => [
      [start, end, open, high, low, close, volume, trades],
      instrument,
    ];
    fc.assert(
      fc.property(trades, (events) => {
        const all = play(minutes, [...events, later(events, 6 * MINUTE)]).frames.flatMap(({ bars }) => bars);
        const recorded = all
          .filter(({ name }) => name === 'one')
          .map((bar) => at(bar.end, barEvent(bar)))
          .sort((one, other) => one.ts - other.ts);
        const long = play(resampled, [...recorded, later(events, 7 * MINUTE)]).frames.flatMap(
          ({ bars }) => bars,
        );
        const sorted = (list: readonly ClosedBar[]) =>
          list.map(essence).sort((one, other) => (String(one) < String(other) ? -1 : 1));
        expect(sorted(long)).toEqual(sorted(all.filter(({ name }) => name === 'five')));
      }),
      { numRuns: 60 },
    );
  });
});
