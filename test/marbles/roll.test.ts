import { describe, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { alwaysOpen, calendar, type Instrument, type InstrumentId, instrument } from '../../src/index.js';
import { books, type RollOptions, roll } from '../../src/operators/index.js';
import {
  changes,
  eventsOf,
  expectPipeline,
  matching,
  observing,
  quote,
  trade,
  value,
} from '../../src/testing/index.js';

const contract = (symbol: string, expiry: number): Instrument =>
  instrument({
    id: `${symbol}.FUT@cme`,
    venue: 'cme',
    symbol,
    kind: 'future',
    base: 'ES',
    quote: 'USD',
    tick: '0.25',
    lot: '1',
    multiplier: '50',
    expiry,
  });

// A marble run starts at time 0, which is a Thursday.
const march = contract('ESH0', 4_000);
const june = contract('ESM0', 120_000);
const september = contract('ESU0', 180_000);
const instruments = [march, june, september];
const chain = instruments.map(({ id }) => id);
const rolling = (options: Partial<RollOptions> = {}) =>
  compose(
    { instruments },
    books(),
    roll({ chain, rule: { by: 'expiry', days: 0, calendar: alwaysOpen }, ...options }),
  );

/** Two sessions a day, a minute each: the first ends where the marble `@60s` stands. */
const minutes = calendar({
  timeZone: 'UTC',
  sessions: [
    { open: 'thursday 00:00', close: 'thursday 00:01' },
    { open: 'friday 00:00', close: 'friday 00:01' },
  ],
});
const late = contract('ESH0', 500_000_000);
const later = contract('ESM0', 600_000_000);
const byVolume = compose(
  { instruments: [late, later] },
  books(),
  roll({ chain: [late.id, later.id], continuous: 'ES1!', rule: { by: 'volume', calendar: minutes } }),
);

const rolled = (from: Instrument, to: Instrument, reason: 'expiry' | 'volume', at: number) => ({
  kind: 'roll' as const,
  venueTime: 0,
  continuous: 'ES',
  from: from.id,
  to: to.id,
  reason,
  at,
});

describe('roll', () => {
  test('by expiry: the event comes with the first frame at or after the expiry, in the same instant', () => {
    expectPipeline(
      observing(rolling(), {
        front: changes(({ front }) => front as InstrumentId),
        rolls: value(({ event }) => (event.kind === 'roll' ? event : undefined)),
        // The frame of the event itself is about the new front: its market is on it.
        mid: value(({ event, mid }) => (event.kind === 'roll' ? mid : undefined)),
      }),
      { step: '1s' },
    )
      .given('m-j-q-|', { m: quote(march, 100), j: quote(june, 110), q: quote(march, 101) })
      .emits(
        { front: 'm---j-|', rolls: '----r-|', mid: '----p-|' },
        {
          front: { m: march.id, j: june.id },
          rolls: { r: rolled(march, june, 'expiry', 4_000) },
          mid: { p: 110 },
        },
      );
  });

  test('by volume: at the close of the session in which the next traded more', () => {
    expectPipeline(eventsOf(byVolume, 'roll'), { step: '20s' })
      // Two lots of March, three of June; the session closes after a minute.
      .given('mj-q', {
        m: trade(late, { price: 100, quantity: 2 }),
        j: trade(later, { price: 110, quantity: 3 }),
        q: quote(late, 100),
      })
      .emits('---r', {
        r: { ...rolled(late, later, 'volume', 60_000), continuous: 'ES1!' },
      });
  });

  test('by volume: stays while the front trades as much', () => {
    expectPipeline(eventsOf(byVolume, 'roll'), { step: '20s' })
      .given('mj-q', {
        m: trade(late, { price: 100, quantity: 3 }),
        j: trade(later, { price: 110, quantity: 3 }),
        q: quote(late, 100),
      })
      .emits('----', {});
  });

  test('steps that passed unseen are told one by one, each with its own time', () => {
    expectPipeline(eventsOf(rolling(), 'roll'), { step: '1m' })
      .given('m-q', { m: quote(march, 100), q: quote(june, 110) })
      .emits('--(rs)', {
        r: rolled(march, june, 'expiry', 4_000),
        s: rolled(june, september, 'expiry', 120_000),
      });
  });

  test('a word of somebody else about a roll passes, and moves nothing', () => {
    const word = rolled(march, september, 'volume', 1_000);
    expectPipeline(
      observing(rolling(), {
        front: changes(({ front }) => front as InstrumentId),
        rolls: value(({ event }) => (event.kind === 'roll' ? event : undefined)),
      }),
    )
      .given('mw-|', { m: quote(march, 100), w: word })
      .emits({ front: 'm--|', rolls: '-w-|' }, { front: { m: march.id }, rolls: { w: matching(word) } });
  });
});
