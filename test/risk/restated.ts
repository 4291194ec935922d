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
  readonly sent: { readonly proposal: Proposal; readonly at: number }[];
  readonly limits: Map<string, number>;
  now: number;
}

const HAIR = 1e-9;
const signed = ({ side, quantity }: Proposal): number => (side === 'buy' ? quantity : -quantity);

/** Every position that there could be, whichever of the open orders fill, before and after this one does. */
export function outcomes(facts: Facts, id: string): number[] {
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

  const before = outcomes(facts, id);
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

  const lot = Number(definition.lot);
  const tick = Number(definition.tick);
  const limit = (name: string): number => facts.limits.get(name) as number;
  const rate = (known: Instrument): number =>
    known.quote === 'USD' ? 1 : (facts.rates.get(known.quote) ?? Number.NaN);
  const farthest = side === 'buy' ? Math.max(...after) : Math.min(...after);
  if (!(Math.abs(farthest) * lot <= limit('maxPosition') + HAIR)) return 'maxPosition';
  if (!(quantity * lot <= limit('maxOrderQuantity') + HAIR)) return 'maxOrderQuantity';
  const at = type === 'market' ? (side === 'buy' ? best.ask : best.bid) : price * tick;
  const worth = quantity * lot * (side === 'sell' ? Math.max(at, best.bid) : at) * rate(definition);
  if (!(worth <= limit('maxOrderNotional') + HAIR)) return 'maxOrderNotional';

  const money = (known: Instrument, lots: number): number =>
    lots === 0 ? 0 : lots * Number(known.lot) * (facts.marks.get(known.id) ?? Number.NaN) * rate(known);
  const all = (known: Instrument): number[] =>
    known.id === id ? [...before, ...after] : outcomes(facts, known.id);
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
  if (!(Math.abs(side === 'buy' ? long : short) <= limit('netExposure') + HAIR)) return 'netExposure';

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

function shrinks(from: number, to: number, held: number): boolean {
  return Math.sign(held) * to >= 0 && Math.abs(to) < Math.abs(from);
}
