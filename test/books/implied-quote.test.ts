import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impliedQuote, L2Book, type TopOfBook } from '../../src/books/index.js';
import { snapshot } from './events.js';

const top = (
  bestBid: number,
  bestBidQuantity: number,
  bestAsk: number,
  bestAskQuantity: number,
): TopOfBook => ({
  bestBid,
  bestBidQuantity,
  bestAsk,
  bestAskQuantity,
});
const near = top(19_199, 5, 19_201, 7);
const far = top(19_400, 3, 19_403, 9);
const spread = top(-203, 4, -200, 2);

describe('impliedQuote', () => {
  it('implies a calendar spread from its outrights', () => {
    expect(
      impliedQuote([
        { book: near, ratio: 1 },
        { book: far, ratio: -1 },
      ]),
    ).toEqual(top(19_199 - 19_403, 5, 19_201 - 19_400, 3));
  });

  it('implies either outright from the spread and the other', () => {
    expect(
      impliedQuote([
        { book: spread, ratio: 1 },
        { book: far, ratio: 1 },
      ]),
    ).toEqual(top(19_400 - 203, 3, 19_403 - 200, 2));
    expect(
      impliedQuote([
        { book: near, ratio: 1 },
        { book: spread, ratio: -1 },
      ]),
    ).toEqual(top(19_199 + 200, 2, 19_201 + 203, 4));
  });

  it('takes ratios: a butterfly', () => {
    expect(
      impliedQuote([
        { book: near, ratio: 1 },
        { book: far, ratio: -2 },
        { book: near, ratio: 1 },
      ]),
    ).toEqual(top(2 * 19_199 - 2 * 19_403, 4, 2 * 19_201 - 2 * 19_400, 1));
  });

  it('does not know what a leg does not know', () => {
    const bidless = top(Number.NaN, 0, 19_403, 9);
    const quote = impliedQuote([
      { book: near, ratio: 1 },
      { book: bidless, ratio: -1 },
    ]);
    expect(quote).toEqual(top(19_199 - 19_403, 5, Number.NaN, 0));
    const book = new L2Book();
    const unknown = top(Number.NaN, 0, Number.NaN, 0);
    expect(impliedQuote([{ book, ratio: 1 }])).toEqual(unknown);
    expect(impliedQuote([])).toEqual(unknown);
    book.apply(snapshot([10, 1], [11, 2]));
    expect(impliedQuote([{ book, ratio: 1 }])).toEqual(top(10, 1, 11, 2));
    book.desync('wrong checksum');
    expect(impliedQuote([{ book, ratio: 1 }])).toEqual(unknown);
  });

  it('is never crossed when its legs are not', () => {
    const leg = fc
      .tuple(
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: -3, max: 3 }),
      )
      .filter(([, , ratio]) => ratio !== 0)
      .map(([bid, width, ratio]) => ({ book: top(bid, 100, bid + width, 100), ratio }));
    fc.assert(
      fc.property(fc.array(leg, { minLength: 1, maxLength: 4 }), (legs) => {
        const { bestBid, bestAsk } = impliedQuote(legs);
        expect(bestBid).toBeLessThan(bestAsk);
      }),
    );
  });
});
