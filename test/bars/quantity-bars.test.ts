import { describe, expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { cmeEquityIndex } from '../../src/domain/ready-calendars.js';
import {
  type BarFields,
  bars,
  imbalanceBars,
  notionalBars,
  tickBars,
  volumeBars,
} from '../../src/operators/bars/index.js';
import { books } from '../../src/operators/index.js';
import { perpetual, quote, spot, trade } from '../../src/testing/index.js';
import { at, play } from './play.js';

const BTC = spot({ tick: '0.5', lot: '0.1' });
const INVERSE = perpetual({ inverse: true, multiplier: '100', tick: '0.5', lot: '1' });
const instruments = [BTC, INVERSE];
const print = (price: number, quantity: number, aggressor: 'buy' | 'sell' | 'none' = 'buy') =>
  trade(BTC, { price, quantity, aggressor });
const closed = (frames: readonly BarFields[]) => frames.flatMap(({ bars }) => bars);

describe('bars by what is traded', () => {
  it('of a number of trades, from the first to the last', () => {
    const core = compose({ instruments }, books(), bars({ pairs: tickBars({ trades: 2 }) }));
    const { frames } = play(core, [
      at(1, print(5, 1)),
      at(2, trade(INVERSE, { price: 50, quantity: 1 })),
      at(3, print(6, 1)),
      at(4, print(7, 1)),
    ]);
    expect(frames.map(({ bars }) => bars.length)).toEqual([0, 0, 1, 0]);
    expect(closed(frames)).toMatchObject([
      { name: 'pairs', start: 1, end: 3, closedAt: 3, open: 10, close: 12, trades: 2, complete: true },
    ]);
  });

  it('of a number of changes of the mid', () => {
    const core = compose({ instruments }, books(), bars({ mids: tickBars({ trades: 2, of: 'mid' }) }));
    const mid = (bid: number) => quote(BTC, { bid, ask: bid + 1 });
    const { frames } = play(core, [at(1, mid(5)), at(2, mid(5)), at(3, mid(6))]);
    expect(closed(frames)).toMatchObject([{ start: 1, end: 3, open: 11, close: 13, trades: 0, volume: 0 }]);
  });

  it('of at least a quantity, where the trade that fills a bar is not split', () => {
    const core = compose({ instruments }, books(), bars({ volume: volumeBars({ quantity: 0.3 }) }));
    const { frames } = play(core, [at(1, print(5, 0.1)), at(2, print(5, 0.2)), at(3, print(5, 9))]);
    expect(closed(frames).map(({ volume, plain }) => [volume, plain.volume])).toEqual([
      [3, 0.3],
      [90, 9],
    ]);
  });

  it('of at least a notional, linear and inverse', () => {
    const core = compose({ instruments }, books(), bars({ money: notionalBars({ notional: 1_000 }) }));
    const { frames } = play(core, [
      at(1, print(500, 1)),
      at(2, print(499.5, 1)),
      at(3, print(5, 0.1)),
      at(4, trade(INVERSE, { price: 5, quantity: 9 })),
      at(5, trade(INVERSE, { price: 5, quantity: 1 })),
    ]);
    expect(closed(frames).map(({ instrument, trades, turnover }) => [instrument, trades, turnover])).toEqual([
      [BTC.id, 3, '1000'],
      [INVERSE.id, 2, '50'],
    ]);
  });

  it('end with the session, cut short', () => {
    const session = cmeEquityIndex();
    const close = Date.UTC(2024, 0, 4, 22);
    const core = compose({ instruments }, books(), bars({ three: tickBars({ trades: 3, session }) }));
    const { frames } = play(core, [
      at(close - 2, print(5, 1)),
      at(close - 1, print(6, 1)),
      at(close, print(7, 1)),
      at(close + 3_600_000, print(8, 1)),
    ]);
    expect(frames.map(({ bars }) => bars.length)).toEqual([0, 0, 1, 0]);
    expect(frames[0]?.requests).toEqual([{ kind: 'timer', name: 'bars', due: close }]);
    expect(closed(frames)).toMatchObject([{ trades: 2, complete: false, closedAt: close, end: close - 1 }]);
  });
});

describe('imbalance bars', () => {
  const lengths = (definition: ReturnType<typeof imbalanceBars>, signs: string) => {
    const core = compose({ instruments }, books(), bars({ imbalance: definition }));
    const events = [...signs].map((sign, index) =>
      at(index, print(5, 1, sign === 'b' ? 'buy' : sign === 's' ? 'sell' : 'none')),
    );
    return closed(play(core, events).frames).map(({ trades }) => trades);
  };

  it('end when the sum of signs passes expected length times expected imbalance, as written in the book', () => {
    const definition = imbalanceBars({ expectedTrades: 4, bars: 1, trades: 3, fewest: 1, most: 100 });
    // Averages over spans of 1 bar and 3 trades: gains 1 and 1/2.
    // bbbs: E[b] = 1, 1, 1, 0; the first bar has 4 trades and the limit becomes 4 x 0 = 0.
    // b: |1| >= 0, one trade; E[b] = 0.5, the limit becomes 0.5. s: |-1| >= 0.5, one trade; E[b] = -0.25.
    // Then the limit is 0.25, and each trade is a bar.
    expect(lengths(definition, 'bbbsbs')).toEqual([4, 1, 1]);
    // bbbb: E[b] = 1; the limit becomes 4: four buys in a row, or later.
    expect(lengths(definition, 'bbbbbsbsbbbbb')).toEqual([4, 8]);
  });

  it('are bounded, and follow the tick rule where the venue does not say the side', () => {
    const definition = imbalanceBars({ expectedTrades: 4, trades: 3, fewest: 2, most: 6 });
    // E[b] = 0 after the first bar: one trade would be enough.
    expect(lengths(definition, 'bbbsbs')).toEqual([4, 2]);
    expect(lengths(definition, 'bbbbbsbsbsbs')).toEqual([4, 6]);
    const core = compose({ instruments }, books(), bars({ imbalance: definition }));
    const prices = [5, 6, 6, 7, 8, 9, 8, 10].map((price, index) => at(index, print(price, 1, 'none')));
    expect(play(core, prices).frames.filter(({ bars }) => bars.length > 0).length).toBe(1);
  });

  it('weigh by quantity and notional', () => {
    for (const unit of ['quantity', 'notional'] as const) {
      const definition = imbalanceBars({ unit, expectedTrades: 2, trades: 1, fewest: 1, most: 50 });
      const core = compose({ instruments }, books(), bars({ imbalance: definition }));
      // After the first bar the limit is 2 x 10: a trade of 20 is a bar, two of 1 are none.
      const sizes = [1, 1, 0.1, 0.1, 2].map((size, index) => at(index, print(5, size)));
      const { frames } = play(core, sizes);
      expect(closed(frames).map(({ trades, volume }) => [trades, volume])).toEqual([
        [2, 20],
        [3, 22],
      ]);
    }
  });
});

it('refuse options that cannot be', () => {
  expect(() => tickBars({ trades: 0 })).toThrow('tickBars.trades must be an integer of at least 1');
  expect(() => volumeBars({ quantity: -1 })).toThrow('volumeBars.quantity must be a number above 0');
  expect(() => notionalBars({ notional: 1, of: 'mid' as 'trade' })).toThrow('notionalBars.of must be one of');
  expect(() => imbalanceBars({ expectedTrades: 5, fewest: 9, most: 3 })).toThrow(
    'imbalanceBars.most must be',
  );
});
