import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import {
  atr,
  bars,
  basis,
  books,
  donchian,
  ema,
  features,
  fundingRate,
  sessionVwap,
  timeBars,
} from '../../src/operators/index.js';
import { quote, spot } from '../../src/testing/index.js';
import { at, play } from '../bars/play.js';

const BTC = spot();
const ETH = spot({ base: 'ETH' });

const trade = (instrument: typeof BTC, price: number): OutsideEvent => ({
  kind: 'trade',
  instrument: instrument.id,
  venueTime: 0,
  price: Math.round(price / Number(instrument.tick)),
  quantity: 1,
  aggressor: 'buy',
  tradeId: String(price),
});
const funding = (rate: string): OutsideEvent => ({
  kind: 'funding',
  instrument: BTC.id,
  venueTime: 0,
  rate,
  fundingTime: 9_999,
});

const core = compose(
  { instruments: [BTC, ETH] },
  books(),
  bars({ second: timeBars({ every: '1s' }) }),
  features({
    close: ema({ period: 1, of: 'barClose', bars: 'second' }),
    outside: ema({ period: 1, of: 'barClose' }),
    high: donchian({ period: 2, line: 'upper', bars: 'second' }),
    range: atr({ period: 1, seed: 'wilder', bars: 'second' }),
    basis: basis({ to: ETH.id }),
    funding: fundingRate(),
  }),
);

const EVENTS = [
  at(0, trade(BTC, 100)),
  at(10, trade(ETH, 50)),
  at(20, quote(ETH, 50)),
  at(30, quote(BTC, 100)),
  at(500, trade(BTC, 103)),
  // The bars of both instruments end at 1000: the next event closes them, whosever it is.
  at(1_001, trade(ETH, 51)),
  at(1_002, quote(ETH, 40)),
  at(1_003, quote(BTC, 100)),
  at(1_500, trade(BTC, 101)),
  at(1_600, funding('0.0001')),
  at(2_001, trade(BTC, 99)),
];

test('bars that a stage before has closed reach the features of their instrument, whoever closed them', () => {
  const { frames } = play(core, EVENTS);
  // Derived events have frames of their own.
  const rows = EVENTS.map(({ event }) => frames.find((frame) => frame.event === event)?.features);
  expect(rows.at(-1)).toMatchObject({ close: 101, high: 103, range: 2, basis: 1.5, funding: 0.0001 });
  expect(rows.at(-1)?.outside).toBeNaN();
  expect(rows[7]).toMatchObject({ close: 103, range: 3 });
  expect(rows[5]).toMatchObject({ close: 50, range: 0 });
  expect(rows[3]?.basis).toBe(1);
});

test('a saved chain goes on to the bit', () => {
  for (let cut = 1; cut < EVENTS.length; cut++) {
    const first = play(core, EVENTS.slice(0, cut));
    const second = play(core, EVENTS.slice(cut), first.states);
    expect(second.states).toEqual(play(core, EVENTS).states);
  }
});

test('a closed bar counts for the session in which it began, not for the one in which it is known', () => {
  const vwap = compose(
    { instruments: [BTC, ETH] },
    books(),
    bars({ second: timeBars({ every: '1s' }) }),
    features({ vwap: sessionVwap({ session: '1s', of: 'bar', bars: 'second' }) }),
  );
  const { frames } = play(vwap, EVENTS);
  const values = EVENTS.map(({ event }) => frames.find((frame) => frame.event === event))
    .filter((frame) => frame?.instrument === 0)
    .map((frame) => frame?.features.vwap);
  // Of 100 to 103 known at 1001, then of 101 known at 2001.
  const first = (103 + 100 + 103) / 3;
  expect(values).toEqual([Number.NaN, Number.NaN, Number.NaN, first, first, first, 101]);
});
