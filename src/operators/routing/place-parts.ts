import type { Frame } from '../../core/frame.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Attribution, sign } from '../../domain/order.js';
import type { MarketFields } from '../books/books.js';
import { baseUnitsPerLot, notionalOf, orderableLots } from '../contract-units.js';
import type { LedgerFields } from '../ledger/stage.js';
import { closableLots } from './closable-lots.js';
import type { MarketVolume } from './market-volume.js';
import { type OfferLimits, offerOf, rateOf } from './offers.js';
import type { ParentOrder } from './parent-order.js';
import { type CheckedPlacement, expectedCosts } from './placement.js';
import type { CheckedSchedule } from './schedule.js';
import type { VenueHealth } from './venue-health.js';
import { walkBooks } from './walk-books.js';

/** {@link SmartRoutingOptions}, checked and complete. */
export interface RouterSettings extends OfferLimits {
  readonly schedule: CheckedSchedule;
  readonly schedules: ReadonlyMap<string, CheckedSchedule>;
  readonly placement: CheckedPlacement;
  readonly retryAfter: number;
}

/** What is known of the world when parts are placed. */
export interface PlacingAids {
  readonly settings: RouterSettings;
  readonly health: VenueHealth;
  /** When liquidity was last taken from an instrument: until its market moves, its book shows what is gone. */
  readonly taken: Float64Array;
  readonly volume: MarketVolume | undefined;
}

/** A part of a parent that is about to be proposed. */
export interface Placed {
  readonly listed: ListedInstrument;
  readonly index: number;
  readonly lots: number;
  readonly price: number;
  readonly units: number;
  /** Whether it waits in the book. */
  readonly rests: boolean;
  readonly attribution: readonly Attribution[];
}

type Seen = Frame & MarketFields & LedgerFields;

/** An instrument that can be traded on now. */
interface Ready {
  readonly listed: ListedInstrument;
  readonly rate: number;
}

/** Whether a quantity makes no order anywhere, as far as prices are known. */
export function isTooSmall(
  quantity: number,
  instruments: readonly ListedInstrument[],
  { markets }: Seen,
): boolean {
  return instruments.every((listed) => {
    const mid = markets.mid(listed.index);
    const units = baseUnitsPerLot(listed, mid);
    if (Number.isNaN(units)) return false;
    const lots = orderableLots(listed, Math.floor(quantity / units + 1e-9));
    const { minNotional } = listed.definition;
    return lots < leastLots(listed) || (mid > 0 && notionalOf(listed, lots, mid) < Number(minNotional));
  });
}

/** When an instrument may be sent orders of a parent, `frame.ts` being now; `Infinity`: nobody can tell. */
export function readyAt(
  { index, definition }: ListedInstrument,
  { children }: ParentOrder,
  { markets, ts }: Seen,
  { settings, health, taken }: PlacingAids,
): number {
  for (const child of children)
    if (child.index === index && !child.over && !child.rests) return Number.POSITIVE_INFINITY;
  const since = taken[index] as number;
  const fresh = markets.updatedAt(index) <= since ? since + settings.retryAfter : ts;
  return Math.max(fresh, health.readyAt(definition.venue, ts));
}

/** Turns base units of a parent into orders, by its placement. Empty: nothing is to be had now. */
export function placeParts(
  parent: ParentOrder,
  wanted: number,
  instruments: readonly ListedInstrument[],
  frame: Seen,
  aids: PlacingAids,
): Placed[] {
  const { settings } = aids;
  const { ts } = frame;
  const ready = instruments.flatMap((listed): Ready[] => {
    if (readyAt(listed, parent, frame, aids) > ts) return [];
    const rate = rateOf(listed, frame, settings.staleAfter);
    return rate === undefined ? [] : [{ listed, rate }];
  });
  const { placement } = settings;
  const { takes } = parent.fields;
  if (placement.kind === 'post') {
    if (takes > 0) return take(parent, Math.min(wanted, takes), ready, frame, aids);
    const rest = bestRest(parent, wanted, ready, frame);
    return rest === undefined ? [] : [rest];
  }
  const rest = placement.kind === 'cheapest' ? cheapestRest(parent, wanted, ready, frame, aids) : undefined;
  return rest === undefined ? take(parent, wanted, ready, frame, aids) : [rest];
}

function take(
  parent: ParentOrder,
  wanted: number,
  ready: readonly Ready[],
  frame: Seen,
  { settings, health }: PlacingAids,
): Placed[] {
  const { side } = parent.fields;
  const who = { side, shares: parent.shares };
  const offers = ready.flatMap(({ listed, rate }) => {
    const offer = offerOf(listed, rate, who, frame, health, settings);
    return offer === undefined ? [] : [offer];
  });
  const placed: Placed[] = [];
  const byIndex = new Map(ready.map(({ listed }) => [listed.index, listed]));
  for (const { index, lots, price } of walkBooks(offers, side, wanted)) {
    const listed = byIndex.get(index) as ListedInstrument;
    const { units } = offers.find((offer) => offer.index === index) as { units: number };
    const attribution = parent.attribute(lots, units, placed);
    placed.push({ listed, index, lots, price, units, rests: false, attribution });
  }
  return placed;
}

/** An order that could rest in one instrument at the best price of its side. */
interface Rest extends Omit<Placed, 'attribution'> {
  readonly touch: number;
  readonly closes: boolean;
}

function restIn({ listed }: Ready, parent: ParentOrder, wanted: number, frame: Seen): Rest | undefined {
  const { side } = parent.fields;
  const { index, definition, prices } = listed;
  const { markets } = frame;
  const touch = side === 'buy' ? markets.bid(index) : markets.ask(index);
  if (!(touch > 0)) return undefined;
  const units = baseUnitsPerLot(listed, touch);
  const closable = Math.max(0, closableLots(index, { side, shares: parent.shares }, frame));
  const closes = closable > 0;
  const most = closes
    ? closable
    : side === 'buy' || definition.kind !== 'spot'
      ? Number.POSITIVE_INFINITY
      : 0;
  const lots = orderableLots(listed, Math.min(most, Math.floor(wanted / units + 1e-9)));
  if (lots < leastLots(listed) || notionalOf(listed, lots, touch) < Number(definition.minNotional))
    return undefined;
  return { listed, index, lots, price: prices.nearest(touch), units, rests: true, touch, closes };
}

const leastLots = ({ orderStep, quantities, definition }: ListedInstrument): number =>
  Math.max(orderStep, quantities.parse(definition.minQuantity));

function placedOf({ touch: _touch, closes: _closes, ...rest }: Rest, parent: ParentOrder): Placed {
  return { ...rest, attribution: parent.attribute(rest.lots, rest.units) };
}

/** Where an order that rests would net most, what closes first. */
function bestRest(
  parent: ParentOrder,
  wanted: number,
  ready: readonly Ready[],
  frame: Seen,
): Placed | undefined {
  let best: { rest: Rest; net: number } | undefined;
  const direction = sign(parent.fields.side);
  for (const each of ready) {
    const rest = restIn(each, parent, wanted, frame);
    if (rest === undefined) continue;
    const net = rest.touch * (1 + direction * each.listed.definition.fees.maker) * each.rate;
    const better =
      best === undefined ||
      Number(rest.closes) > Number(best.rest.closes) ||
      (rest.closes === best.rest.closes && (net - best.net) * direction < 0);
    if (better) best = { rest, net };
  }
  return best === undefined ? undefined : placedOf(best.rest, parent);
}

/** The order that rests and is expected to cost less than any that takes; `undefined`: take. */
function cheapestRest(
  parent: ParentOrder,
  wanted: number,
  ready: readonly Ready[],
  frame: Seen,
  { settings, health, volume }: PlacingAids,
): Placed | undefined {
  const { placement } = settings;
  if (placement.kind !== 'cheapest' || volume === undefined) return undefined;
  const { side } = parent.fields;
  const { markets, ts } = frame;
  let best: { rest: Rest; net: number } | undefined;
  let taken = Number.POSITIVE_INFINITY;
  for (const each of ready) {
    const { listed, rate } = each;
    const { index, definition, prices } = listed;
    const rest = restIn(each, parent, wanted, frame);
    const mid = markets.mid(index);
    const opposite = side === 'buy' ? markets.ask(index) : markets.bid(index);
    if (rest === undefined || !(mid > 0) || !(opposite > 0)) continue;
    // Without a book, or one deep enough, the best price stands for what taking costs.
    const swept = prices.toNumber(markets.book(index).vwapToFill(side, rest.lots)) || opposite;
    const waiting = (health.latency(definition.venue) / 1_000) * settings.latencyCost;
    const costs = expectedCosts({
      halfSpreadToTake: Math.abs(swept - mid) / mid,
      halfSpreadToPost: Math.abs(mid - rest.touch) / mid,
      takerFee: definition.fees.taker + waiting,
      makerFee: definition.fees.maker,
      ahead: listed.quantities.nearest(
        side === 'buy' ? markets.bidQuantity(index) : markets.askQuantity(index),
      ),
      lots: rest.lots,
      volume: volume.against(side, index, ts, placement.patience),
      waitingCost: placement.waitingCost,
      adverseSelection: placement.adverseSelection,
    });
    // Prices of venues differ: what counts is where one ends up, not how far from the own mid.
    const at = (cost: number): number => sign(side) * mid * rate * (1 + sign(side) * cost);
    taken = Math.min(taken, at(costs.take));
    const net = at(costs.post);
    if (best === undefined || net < best.net) best = { rest, net };
  }
  return best === undefined || best.net >= taken ? undefined : placedOf(best.rest, parent);
}
