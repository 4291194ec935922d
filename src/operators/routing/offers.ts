import type { Frame } from '../../core/frame.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import type { Intent } from '../../domain/intent.js';
import { type Side, sign } from '../../domain/order.js';
import type { MarketFields } from '../books/books.js';
import { baseUnitsPerLot, notionalOf } from '../contract-units.js';
import type { LedgerFields } from '../ledger/stage.js';
import { closableLots } from './closable-lots.js';
import type { VenueHealth } from './venue-health.js';
import type { Offer, OfferLevel } from './walk-books.js';

/** What decides whether a market is looked at, and what waiting for it costs. */
export interface OfferLimits {
  /** How far beyond the best price a level may be, as a share of it. */
  readonly collar: number;
  readonly staleAfter: number;
  /** What a second of a venue's latency costs, as a share of the price. */
  readonly latencyCost: number;
}

type Seen = Frame & MarketFields & LedgerFields;

/** The instruments that an intent may be executed in. */
export function instrumentsOf(of: Intent['of'], table: InstrumentTable): readonly ListedInstrument[] {
  if (of.asset !== undefined) return table.ofAsset(of.asset);
  const listed = table.find(of.instrument);
  return listed === undefined ? [] : [listed];
}

/** Rate from an instrument's quote to the reporting currency, where its market can be traded on now; else `undefined`. */
export function rateOf(
  { index, definition }: ListedInstrument,
  frame: Seen,
  staleAfter: number,
): number | undefined {
  const { markets, ledger, ts } = frame;
  if (!markets.synced(index) || !markets.open(index) || ts - markets.updatedAt(index) > staleAfter)
    return undefined;
  return ledger.convert(1, definition.quote, ledger.reportingCurrency);
}

/**
 * What an instrument offers to those who would take; `undefined`: nothing.
 *
 * @param rate from its quote to the reporting currency
 */
export function offerOf(
  listed: ListedInstrument,
  rate: number,
  { side, shares }: Pick<Intent, 'side' | 'shares'>,
  frame: Seen,
  health: VenueHealth,
  limits: OfferLimits,
): Offer | undefined {
  const { index, definition, prices, quantities, orderStep } = listed;
  const { markets } = frame;
  const touch = side === 'buy' ? markets.ask(index) : markets.bid(index);
  if (!(touch > 0)) return undefined;
  const waiting = (health.latency(definition.venue) / 1_000) * limits.latencyCost;
  const factor = (1 + sign(side) * (definition.fees.taker + waiting)) * rate;
  const levels = levelsOf(listed, side, touch, frame, limits.collar).map(({ price, lots }) => ({
    price,
    lots,
    net: prices.toNumber(price) * factor,
  }));
  if (levels.length === 0) return undefined;
  return {
    index,
    levels,
    units: baseUnitsPerLot(listed, touch),
    closable: Math.max(0, closableLots(index, { side, shares }, frame)),
    opens: side === 'buy' || definition.kind !== 'spot',
    step: orderStep,
    least: Math.max(orderStep, quantities.parse(definition.minQuantity)),
    leastNotional: Number(definition.minNotional),
    worth: (ticks) => notionalOf(listed, 1, prices.toNumber(ticks)),
  };
}

/** The levels of a book that are within the collar; the best price alone where the venue sends no book. */
function levelsOf(
  { index, prices, quantities }: ListedInstrument,
  side: Side,
  touch: number,
  { markets }: Seen,
  collar: number,
): Omit<OfferLevel, 'net'>[] {
  const opposite = side === 'buy' ? 'ask' : 'bid';
  const book = markets.book(index);
  const furthest = touch * (1 + sign(side) * collar);
  const levels: Omit<OfferLevel, 'net'>[] = [];
  for (let level = 0; ; level++) {
    const price = book.priceAt(opposite, level);
    if (Number.isNaN(price) || (prices.toNumber(price) - furthest) * sign(side) > 1e-9 * touch) break;
    levels.push({ price, lots: book.quantityAt(opposite, level) });
  }
  if (book.depth(opposite) > 0) return levels;
  const lots = quantities.floor(side === 'buy' ? markets.askQuantity(index) : markets.bidQuantity(index));
  return lots > 0 ? [{ price: prices.nearest(touch), lots }] : [];
}
