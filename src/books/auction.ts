import type { BookView } from './book-view.js';

/** What an auction would do with a book, were it to end now. Prices in ticks, quantities in lots. */
export interface IndicativePrice {
  readonly price: number;
  /** Lots that would trade. */
  readonly matched: number;
  /** Lots at this price or better that would not: above 0 buyers are left over, below 0 sellers. */
  readonly surplus: number;
  /** The lowest price at which as many lots would trade. */
  readonly low: number;
  /** The highest price at which as many lots would trade. */
  readonly high: number;
}

/** Prices between which neither demand nor supply changes. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly matched: number;
  readonly surplus: number;
}

/**
 * The price at which most lots of a crossed book would trade, all at that one price; `undefined` when none would.
 *
 * Ties are broken in this order: the smallest surplus; then, if buyers are left over at all of these prices the
 * highest, if sellers the lowest; then the price nearest to `reference` (such as the last settlement); without one
 * the middle, rounded down. It knows what the book shows: stop orders and implied ones move the venue's own price.
 *
 * @example
 * indicativePrice(book, 19_196)?.price; // in ticks
 */
export function indicativePrice(book: BookView, reference: number = Number.NaN): IndicativePrice | undefined {
  if (!(book.bestBid >= book.bestAsk)) return undefined;
  const stretches = stretchesOf(book);
  const matched = Math.max(...stretches.map((stretch) => stretch.matched));
  const most = stretches.filter((stretch) => stretch.matched === matched);
  const least = Math.min(...most.map(({ surplus }) => Math.abs(surplus)));
  const best = most.filter(({ surplus }) => Math.abs(surplus) === least);
  const low = (best[0] as Stretch).from;
  const high = (best.at(-1) as Stretch).to;
  const price = best.every(({ surplus }) => surplus > 0)
    ? high
    : best.every(({ surplus }) => surplus < 0)
      ? low
      : nearest(low, high, reference);
  const { surplus } = best.find(({ to }) => price <= to) as Stretch;
  return { price, matched, surplus, low: (most[0] as Stretch).from, high: (most.at(-1) as Stretch).to };
}

/** The prices from best ask to best bid, cut where demand falls (right above a bid) or supply grows (at an ask). */
function stretchesOf(book: BookView): Stretch[] {
  const { bestBid, bestAsk } = book;
  const starts = new Set<number>();
  for (let level = 0; book.priceAt('ask', level) <= bestBid; level++) starts.add(book.priceAt('ask', level));
  for (let level = 1; book.priceAt('bid', level) >= bestAsk; level++) {
    starts.add(book.priceAt('bid', level) + 1);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, index) => {
    const to = index + 1 < sorted.length ? (sorted[index + 1] as number) - 1 : bestBid;
    const demand = book.quantityWithin('sell', from);
    const supply = book.quantityWithin('buy', from);
    return { from, to, matched: Math.min(demand, supply), surplus: demand - supply };
  });
}

function nearest(low: number, high: number, reference: number): number {
  return Number.isNaN(reference) ? Math.floor((low + high) / 2) : Math.min(Math.max(reference, low), high);
}
