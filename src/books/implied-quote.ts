import type { BookView } from './book-view.js';

/** Best bid and ask of an instrument: prices in ticks, `NaN` where there is none; quantities in lots. */
export interface TopOfBook {
  readonly bestBid: number;
  readonly bestBidQuantity: number;
  readonly bestAsk: number;
  readonly bestAskQuantity: number;
}

/** A leg of a combination: so many of it are bought (or, below 0, sold) for one of the combination. */
export interface Leg {
  /** Its best prices; an unsynced or half-applied book counts as empty. */
  readonly book: TopOfBook | BookView;
  /** An integer other than 0. */
  readonly ratio: number;
}

/**
 * Best bid and ask of a combination as its legs imply them. All legs are on one tick.
 *
 * A calendar spread is its near outright less its far one; an outright in turn is implied by the spread and the other
 * outright:
 *
 * ```
 * impliedQuote([{ book: near, ratio: 1 }, { book: far, ratio: -1 }])      the spread
 * impliedQuote([{ book: spread, ratio: 1 }, { book: far, ratio: 1 }])     the near outright
 * impliedQuote([{ book: near, ratio: 1 }, { book: spread, ratio: -1 }])   the far outright
 * ```
 *
 * A side on which any leg is unknown is unknown: `NaN`, with 0 lots.
 *
 * @example
 * const spread = impliedQuote([{ book: near, ratio: 1 }, { book: far, ratio: -1 }]);
 */
export function impliedQuote(legs: readonly Leg[]): TopOfBook {
  const bid = legs.length > 0 ? { price: 0, lots: Number.POSITIVE_INFINITY } : { price: Number.NaN, lots: 0 };
  const ask = { ...bid };
  for (const { book, ratio } of legs) {
    const known = !('whole' in book) || (book.synced && book.whole);
    // The combination is sold at its bid: legs of a negative ratio are then bought, at their ask.
    const buys = ratio > 0;
    const times = Math.abs(ratio);
    const { bestBid, bestBidQuantity, bestAsk, bestAskQuantity } = book;
    add(
      bid,
      ratio * (buys ? bestBid : bestAsk),
      known ? (buys ? bestBidQuantity : bestAskQuantity) : 0,
      times,
    );
    add(
      ask,
      ratio * (buys ? bestAsk : bestBid),
      known ? (buys ? bestAskQuantity : bestBidQuantity) : 0,
      times,
    );
  }
  return {
    bestBid: bid.lots > 0 ? bid.price : Number.NaN,
    bestBidQuantity: bid.lots,
    bestAsk: ask.lots > 0 ? ask.price : Number.NaN,
    bestAskQuantity: ask.lots,
  };
}

function add(sum: { price: number; lots: number }, price: number, lots: number, times: number): void {
  sum.price += price;
  sum.lots = Math.min(sum.lots, Math.floor(lots / times));
}
