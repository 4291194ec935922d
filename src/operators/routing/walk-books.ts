import { type Side, sign } from '../../domain/order.js';

/** A level of a book as an order sees it. Price in ticks, quantity in lots. */
export interface OfferLevel {
  readonly price: number;
  readonly lots: number;
  /** What a base unit costs there after fees and conversion: low is good to buy, high to sell. */
  readonly net: number;
}

/** What one instrument has for us. */
export interface Offer {
  /** Index in the instrument table. */
  readonly index: number;
  /** Best first. */
  readonly levels: readonly OfferLevel[];
  /** Base units in a lot. */
  readonly units: number;
  /** Lots that would close what is held there: they go first. */
  readonly closable: number;
  /** Whether it may be traded beyond that. */
  readonly opens: boolean;
  /** Lots that an order is a multiple of, and has at least. */
  readonly step: number;
  readonly least: number;
  /** Least worth of an order in the quote currency, and what a lot is worth there at a price in ticks. */
  readonly leastNotional: number;
  readonly worth: (ticks: number) => number;
}

/** Lots to take from one instrument, down (or up) to a price in ticks. */
export interface Part {
  readonly index: number;
  readonly lots: number;
  readonly price: number;
}

/**
 * Splits a quantity over the books of several instruments, always taking the level with the best price after fees next.
 *
 * Without a fixed cost an order no other split is cheaper. An instrument of which too little would be taken for an order is
 * left out, and its part goes to the others. No more is taken than the books show.
 *
 * @param quantity base units
 * @returns in the order of the offers
 */
export function walkBooks(offers: readonly Offer[], side: Side, quantity: number): Part[] {
  const left = new Set(offers);
  for (;;) {
    const parts = walk([...left], side, quantity);
    const tooSmall = parts.filter(({ offer, part }) => !isWorthAnOrder(offer, part));
    if (tooSmall.length === 0) return parts.map(({ part }) => part).filter(({ lots }) => lots > 0);
    // The least of them goes first: together with its part another may be large enough.
    tooSmall.sort((a, b) => a.part.lots * a.offer.units - b.part.lots * b.offer.units);
    left.delete((tooSmall[0] as { offer: Offer }).offer);
  }
}

/** Whether lots at a price are enough for an order; none at all are no order, and right. */
function isWorthAnOrder({ least, leastNotional, worth }: Offer, { lots, price }: Part): boolean {
  return lots === 0 || (lots >= least && lots * worth(price) >= leastNotional);
}

function walk(
  offers: readonly Offer[],
  side: Side,
  quantity: number,
): { readonly offer: Offer; readonly part: Part }[] {
  const takes = offers.map((offer) => ({ offer, level: 0, ofLevel: 0, lots: 0, price: Number.NaN }));
  let left = quantity;
  for (const closing of [true, false]) {
    const full = new Set<(typeof takes)[number]>();
    for (;;) {
      let best: (typeof takes)[number] | undefined;
      for (const take of takes) {
        const level = take.offer.levels[take.level];
        const may = closing ? take.lots < take.offer.closable : take.offer.opens;
        if (level === undefined || !may || full.has(take)) continue;
        const other = best?.offer.levels[best.level];
        if (other === undefined || (level.net - other.net) * sign(side) < 0) best = take;
      }
      if (best === undefined) break;
      const { offer } = best;
      const level = offer.levels[best.level] as OfferLevel;
      const most = closing ? offer.closable - best.lots : Number.POSITIVE_INFINITY;
      // A hair below a whole lot, by the rounding of floats, is that lot.
      const wanted = Math.min(Math.floor(left / offer.units + 1e-9), most);
      const lots = Math.min(wanted, level.lots - best.ofLevel);
      if (lots > 0) {
        best.lots += lots;
        best.ofLevel += lots;
        best.price = level.price;
        left -= lots * offer.units;
      }
      if (best.ofLevel >= level.lots) {
        best.level++;
        best.ofLevel = 0;
      } else full.add(best);
    }
  }
  return takes.map(({ offer, lots, price }) => ({
    offer,
    part: { index: offer.index, lots: lots - (lots % offer.step), price },
  }));
}
