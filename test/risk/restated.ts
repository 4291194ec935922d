import type { Instrument } from '../../src/domain/instrument.js';
import type { Proposal } from '../../src/domain/order.js';

/** An order as the restatement sees it: plain facts, kept by the test itself. */
export interface Known {
  readonly id: string;
  readonly proposal: Proposal;
  open: boolean;
  left: number;
}

/** Everything that the restatement judges by, kept by the test from the events that it makes. */
export interface Facts {
  readonly instruments: readonly Instrument[];
  readonly positions: Map<string, number>;
  readonly orders: Known[];
  /** Approved in this very frame, not yet told to anybody. */
  readonly fresh: Proposal[];
  readonly marks: Map<string, number>;
  readonly best: Map<string, { readonly bid: number; readonly ask: number; readonly at: number } | undefined>;
  readonly closed: Set<string>;
  readonly restricted: Set<string>;
  readonly rates: Map<string, number>;
  /** With the limit of the rate that was in force when it was sent. */
  readonly sent: { readonly proposal: Proposal; readonly at: number; readonly rate: number }[];
  readonly limits: Map<string, number>;
  /** Venues whose link for orders is down. */
  readonly down: Set<string>;
  /** Signed lots and price of every fill. */
  readonly fills: { readonly instrument: string; readonly lots: number; readonly price: number }[];
  peak: number;
  now: number;
}

export const CAPITAL = 200;
/** A book smaller than this counts as if it were as large. */
export const FROM = 400;
export const WEIGHTS: Readonly<Record<string, number>> = { BTC: 1, ETH: -0.5 };

export const HAIR = 1e-9;
/** What lies between includes flat, where one order after the other may lead through it. */
const span = (lots: readonly number[]): readonly number[] =>
  Math.min(...lots) < 0 && Math.max(...lots) > 0 ? [0] : lots;
const signed = ({ side, quantity }: Proposal): number => (side === 'buy' ? quantity : -quantity);

/** Every position that there could be, whichever of the open orders fill, before and after this one does. */
export function outcomes(facts: Pick<Facts, 'positions' | 'orders' | 'fresh'>, id: string): number[] {
  let reached = [facts.positions.get(id) ?? 0];
  const may = [
    ...facts.orders
      .filter(({ open, proposal }) => open && proposal.instrument === id)
      .map(({ left, proposal }) => Math.sign(signed(proposal)) * left),
    ...facts.fresh.filter(({ instrument }) => instrument === id).map(signed),
  ];
  for (const lots of may) reached = [...new Set(reached.flatMap((position) => [position, position + lots]))];
  return reached;
}

const rateOf = (facts: Facts, currency: string): number =>
  currency === 'USD' ? 1 : (facts.rates.get(currency) ?? Number.NaN);

/** Base units of a lot where the price is known, and what a lot is worth in its settlement currency. */
const units = (known: Instrument, price: number): number =>
  (Number(known.lot) * Number(known.multiplier)) / (known.inverse ? price : 1);
const worthOf = (known: Instrument, price: number): number =>
  units(known, price) * (known.inverse ? 1 : price);

/** What has been earned, fill by fill: each at its price then, against the mark now. `NaN`: unknown. */
export function profitOf(facts: Facts): number {
  let total = 0;
  for (const known of facts.instruments) {
    const mark = facts.marks.get(known.id) ?? Number.NaN;
    const each = Number(known.lot) * Number(known.multiplier);
    let earned = 0;
    for (const { instrument, lots, price } of facts.fills) {
      if (instrument !== known.id) continue;
      earned += known.inverse ? lots * each * (1 / price - 1 / mark) : lots * each * (mark - price);
    }
    // What never traded, or came out even, needs no rate.
    if (earned !== 0) total += earned * rateOf(facts, known.settle);
  }
  return total;
}

/** Why an order must not pass, said as slowly and plainly as can be; `undefined` when nothing is against it. */
export function refusal(facts: Facts, proposal: Proposal): string | undefined {
  const { instrument: id, side, quantity, price, type, attribution } = proposal;
  const definition = facts.instruments.find((known) => known.id === id);
  if (definition === undefined) return 'instrument';
  if (side !== 'buy' && side !== 'sell') return 'side';
  if (!Number.isInteger(quantity) || quantity <= 0 || quantity > 2 ** 53) return 'quantity';
  if (!Number.isSafeInteger(price) || price < 0) return 'price';
  if (type === 'limit' ? price === 0 : price !== 0) return 'price';
  if (!attribution.every((share) => Number.isSafeInteger(share.quantity))) return 'shares';
  if (attribution.reduce((sum, share) => sum + share.quantity, 0) !== signed(proposal)) return 'shares';

  const of = new Map<string, number[]>();
  const reached = (where: string): number[] => {
    const known = of.get(where) ?? outcomes(facts, where);
    of.set(where, known);
    return known;
  };
  const before = reached(id);
  const after = before.map((position) => position + signed(proposal));
  // A reduction: whatever else fills, it leads towards flat and never through it.
  const held = facts.positions.get(id) ?? 0;
  if (held !== 0 && before.every((from, place) => shrinks(from, after[place] as number, held)))
    return undefined;

  if (proposal.reduceOnly) return 'reduceOnly';
  for (const scope of [
    'desk',
    `venue:${definition.venue}`,
    `instrument:${id}`,
    ...attribution.map(({ agent }) => `agent:${agent}`),
  ])
    if (facts.restricted.has(scope)) return 'state';
  const best = facts.best.get(id);
  if (best === undefined || facts.closed.has(id)) return 'market';

  const tick = Number(definition.tick);
  const limit = (name: string): number => facts.limits.get(name) as number;
  const farthest = side === 'buy' ? Math.max(...after) : Math.min(...after);
  const each = units(definition, (best.bid + best.ask) / 2);
  if (!(Math.abs(farthest) * each <= limit('maxPosition') + HAIR)) return 'maxPosition';
  if (!(quantity * each <= limit('maxOrderQuantity') + HAIR)) return 'maxOrderQuantity';
  const at = type === 'market' ? (side === 'buy' ? best.ask : best.bid) : price * tick;
  const dearest = side === 'sell' ? Math.max(at, best.bid) : at;
  const worth = quantity * units(definition, dearest) * dearest * rateOf(facts, definition.quote);
  if (!(worth <= limit('maxOrderNotional') + HAIR)) return 'maxOrderNotional';

  const money = (known: Instrument, lots: number): number =>
    lots === 0
      ? 0
      : lots * worthOf(known, facts.marks.get(known.id) ?? Number.NaN) * rateOf(facts, known.settle);
  const all = (known: Instrument): number[] => (known.id === id ? [...before, ...after] : reached(known.id));
  const gross = (known: Instrument): number =>
    Math.max(...all(known).map((lots) => Math.abs(money(known, lots))));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  if (!(sum(facts.instruments.map(gross)) <= limit('grossExposure') + HAIR)) return 'grossExposure';
  const here = facts.instruments.filter(({ venue }) => venue === definition.venue);
  if (!(sum(here.map(gross)) <= limit('maxVenueExposure') + HAIR)) return 'maxVenueExposure';
  const long = sum(
    facts.instruments.map((known) => Math.max(...all(known).map((lots) => money(known, lots)))),
  );
  const short = sum(
    facts.instruments.map((known) => Math.min(...all(known).map((lots) => money(known, lots)))),
  );
  if (!((side === 'buy' ? long : -short) <= limit('netExposure') + HAIR)) return 'netExposure';

  const profit = profitOf(facts);
  const equity = CAPITAL + profit;
  if (!(equity > 0)) return 'leverage';
  if (!(sum(facts.instruments.map(gross)) <= limit('leverage') * equity * (1 + HAIR))) return 'leverage';
  const mine = gross(definition);
  const others = facts.instruments
    .filter((known) => known.id !== id)
    .map((known) => Math.min(...span(reached(known.id)).map((lots) => Math.abs(money(known, lots)))));
  if (!(mine <= limit('concentration') * Math.max(FROM, mine + sum(others)) + HAIR)) return 'concentration';
  const weighted = facts.instruments.flatMap((known) => {
    const weight = WEIGHTS[known.base];
    return weight === undefined ? [] : [all(known).map((lots) => weight * money(known, lots))];
  });
  if (definition.base in WEIGHTS) {
    if (!(sum(weighted.map((values) => Math.max(...values))) <= limit('correlatedExposure:both') + HAIR))
      return 'correlatedExposure';
    if (!(sum(weighted.map((values) => Math.min(...values))) >= -limit('correlatedExposure:both') - HAIR))
      return 'correlatedExposure';
  }
  if (!(profit > HAIR - limit('maxDailyLoss'))) return 'maxDailyLoss';
  if (!(facts.peak - profit < limit('maxDrawdown') - HAIR)) return 'maxDrawdown';
  if (facts.down.has(definition.venue)) return 'venueLinkDown';
  // Every order puts one into the bucket, and until the next comes it runs out at the rate that is in force then.
  let full = 0;
  let then = 0;
  for (const { at: sentAt, rate } of facts.sent) {
    full = Math.max(0, full - ((sentAt - then) * rate) / 1_000) + 1;
    then = sentAt;
  }
  full = Math.max(0, full - ((facts.now - then) * limit('orderRate')) / 1_000);
  if (!(full + facts.fresh.length + 1 <= limit('orderRate') + HAIR)) return 'orderRate';

  const working = [...facts.orders.filter(({ open }) => open).map((known) => known.proposal), ...facts.fresh];
  if (working.length + 1 > limit('maxOpenOrders')) return 'maxOpenOrders';
  for (const other of working) {
    if (other.instrument !== id || other.side === side) continue;
    if (type === 'market' || other.type === 'market') return 'selfTradePrevention';
    if (side === 'buy' ? price >= other.price : price <= other.price) return 'selfTradePrevention';
  }
  for (const from of [facts.marks.get(id) as number, side === 'buy' ? best.ask : best.bid])
    if (!((side === 'buy' ? at - from : from - at) / from <= limit('priceCollar') + HAIR))
      return 'priceCollar';
  if (!(facts.now - best.at <= limit('staleMarket'))) return 'staleMarket';
  const same = (other: Proposal): boolean =>
    other.instrument === id &&
    other.side === side &&
    other.quantity === quantity &&
    other.price === price &&
    other.type === type;
  if (facts.fresh.some(same)) return 'duplicateIntent';
  if (facts.sent.some((other) => same(other.proposal) && facts.now - other.at < limit('duplicateIntent')))
    return 'duplicateIntent';
  return undefined;
}

/** Whether a position comes nearer to flat, and not through it. */
export function shrinks(from: number, to: number, held: number): boolean {
  return Math.sign(held) * to >= 0 && Math.abs(to) < Math.abs(from);
}
