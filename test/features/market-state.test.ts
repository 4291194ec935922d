import { describe, expect, it } from 'vitest';
import { L2Book } from '../../src/books/index.js';
import { bookImbalance, microprice, spread, tradeFlow } from '../../src/operators/features/index.js';
import { delta, snapshot } from '../books/events.js';
import { input, quote } from './inputs.js';
import { valuesOf } from './run.js';

const nan = Number.NaN;

describe('features of the standing market', () => {
  it('microprice leans to the side about to give way', () => {
    expect(
      valuesOf(microprice(), [quote(0, 100, 101, 3, 1), quote(0, 100, 101, 0, 0), input({ bid: 100 })]),
    ).toEqual([100.75, nan, nan]);
  });

  it('spread in price or basis points', () => {
    const inputs = [quote(0, 99.5, 100.5), quote(0, 101, 100), input({ bid: 1 })];
    expect(valuesOf(spread(), inputs)).toEqual([1, -1, nan]);
    expect(valuesOf(spread({ unit: 'basisPoints' }), inputs)[0]).toBeCloseTo(100, 12);
  });

  it('imbalance of one level from the best quotes, of more from a whole book', () => {
    expect(valuesOf(bookImbalance(), [quote(0, 100, 101, 3, 1)])).toEqual([0.5]);
    // An instrument of which only quotes come has a book that stays unsynced.
    expect(valuesOf(bookImbalance(), [{ ...quote(0, 100, 101, 3, 1), book: new L2Book() }])).toEqual([0.5]);
    expect(valuesOf(bookImbalance({ levels: 2 }), [quote(0, 100, 101, 3, 1)])).toEqual([nan]);
    const book = new L2Book();
    const feature = bookImbalance({ levels: 2 });
    const state = feature.init();
    expect(feature.update(state, input({ book }))).toBeNaN();
    book.apply(snapshot([100, 3, 99, 2], [101, 1, 102, 2, 103, 50]));
    expect(feature.update(state, input({ book }))).toBe((5 - 3) / 8);
    book.apply(delta([100, 0], []));
    expect(feature.update(state, input({ book }))).toBe((2 - 3) / 5);
    book.desync('link down');
    expect(feature.update(state, input({ book }))).toBeNaN();
  });
});

describe('tradeFlow', () => {
  const trade = (ts: number, tradeQuantity: number, tradeSign: number) =>
    input({ ts, kind: 'trade', tradePrice: 1, tradeQuantity, tradeSign });

  it('adds buys, subtracts sells, and halves with each half-life', () => {
    const values = valuesOf(tradeFlow({ halfLife: '10s' }), [
      input({ ts: 0 }),
      trade(0, 8, 1),
      input({ ts: 10_000 }),
      trade(20_000, 3, -1),
      input({ ts: 30_000 }),
    ]);
    expect(values[0]).toBeNaN();
    [8, 4, -1, -0.5].forEach((value, index) => {
      expect(values[index + 1]).toBeCloseTo(value, 13);
    });
  });

  it('does not count trades of unknown side or quantity', () => {
    expect(
      valuesOf(tradeFlow({ halfLife: 1_000 }), [trade(0, 5, 0), trade(0, nan, 1), trade(0, 2, -1)]),
    ).toEqual([nan, nan, -2]);
  });
});
