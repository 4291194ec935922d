import type { Instrument } from '../../src/domain/instrument.js';
import type { Proposal } from '../../src/domain/order.js';
import { HAIR, type Known, outcomes, shrinks } from './restated.js';

/** What the rules about conduct, accounts and agents are restated by: plain facts, kept by the test from its events. */
export interface ConductFacts {
  readonly instruments: readonly Instrument[];
  readonly positions: Map<string, number>;
  readonly orders: Known[];
  readonly fresh: Proposal[];
  /** Bid and ask, and the venue's time beside our own when it was told; 0: it told none. */
  readonly quotes: Map<string, { readonly mid: number; readonly at: number; readonly venueTime: number }>;
  readonly restricted: Set<string>;
  readonly sent: { readonly proposal: Proposal; readonly at: number }[];
  readonly canceled: number[];
  /** Every execution once. */
  readonly fills: {
    readonly instrument: string;
    readonly at: number;
    readonly price: number;
    readonly parts: Proposal['attribution'];
  }[];
  /** The last word about free balances by venue time, `VENUE CURRENCY`. */
  readonly free: Map<string, { readonly amount: number; readonly venueTime: number }>;
  /** What each order took when it was sent, and the venue's last word about it. */
  readonly taken: Map<string, { readonly of: string; amount: number; heard: number }>;
  now: number;
  peakOfB: number;
}

export const LIMITS = {
  positionOfA: 2,
  quantityOfB: 0.8,
  ratePerSecondOfB: 2,
  grossOfA: 300,
  lossOfA: 8,
  lossAtTwo: 8,
  fallOfB: 8,
  losses: 2,
  coolDown: 3_000,
  messages: 3,
  freeMessages: 6,
  cancels: 2,
  skew: 200,
  expiry: 20_000,
  marginRate: 0.5,
};

const lotsOf = ({ attribution }: Pick<Proposal, 'attribution'>, agent: string): number =>
  attribution.reduce((sum, share) => sum + (share.agent === agent ? share.quantity : 0), 0);
const LOT = 0.001;
const signed = ({ side, quantity }: Proposal): number => (side === 'buy' ? quantity : -quantity);

/** What has been earned, fill by fill, against the last price: of an agent, at a venue, or of everything. */
export function earned(
  facts: ConductFacts,
  of: { readonly agent?: string; readonly venue?: string },
): number {
  let total = 0;
  for (const { instrument, price, parts } of facts.fills) {
    const known = facts.instruments.find(({ id }) => id === instrument) as Instrument;
    if (of.venue !== undefined && known.venue !== of.venue) continue;
    const lots =
      of.agent === undefined
        ? sum(parts.map(({ quantity }) => quantity))
        : lotsOf({ attribution: parts }, of.agent);
    total += lots * LOT * ((facts.quotes.get(instrument) as { mid: number }).mid - price);
  }
  return total;
}

/** Losses in a row, and when the last of them was: lots that close at a worse price than they cost on average. */
function streak(facts: ConductFacts): { readonly losses: number; readonly at: number } {
  const held = new Map<string, { lots: number; cost: number }>();
  let losses = 0;
  let last = 0;
  for (const { instrument, at, price, parts } of facts.fills) {
    const lots = sum(parts.map(({ quantity }) => quantity));
    const position = held.get(instrument) ?? { lots: 0, cost: 0 };
    held.set(instrument, position);
    const closes =
      Math.sign(lots) === -Math.sign(position.lots) ? Math.min(Math.abs(lots), Math.abs(position.lots)) : 0;
    if (closes > 0) {
      const mean = position.cost / position.lots;
      const gain = Math.sign(position.lots) * closes * (price - mean);
      position.cost -= Math.sign(position.lots) * closes * mean;
      position.lots -= Math.sign(position.lots) * closes;
      if (Math.abs(gain) > HAIR) {
        if (losses >= LIMITS.losses && at - last >= LIMITS.coolDown) losses = 0;
        losses = gain < 0 ? losses + 1 : 0;
        if (gain < 0) last = at;
      }
    }
    const opens = Math.sign(lots) * (Math.abs(lots) - closes);
    position.lots += opens;
    position.cost += opens * price;
  }
  return { losses, at: last };
}

/** What an order takes of an account, and of which. */
export function need(
  facts: ConductFacts,
  { instrument, side, quantity, price }: Proposal,
): { of: string; amount: number } {
  const { venue, kind, base, quote, settle, fees, tick } = facts.instruments.find(
    ({ id }) => id === instrument,
  ) as Instrument;
  const units = quantity * LOT;
  const limit = price * Number(tick);
  if (kind === 'spot')
    return side === 'sell'
      ? { of: `${venue} ${base}`, amount: units }
      : { of: `${venue} ${quote}`, amount: units * limit * (1 + fees.taker) };
  const bid = (facts.quotes.get(instrument) as { mid: number }).mid - 0.1;
  const dearest = side === 'sell' ? Math.max(limit, bid) : limit;
  return { of: `${venue} ${settle}`, amount: units * dearest * (LIMITS.marginRate + fees.taker) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How full a bucket is now that takes one at each of these times, and runs out at a rate a second. */
function bucket(times: readonly number[], now: number, rate: number): number {
  let full = 0;
  let then = 0;
  for (const at of times) {
    full = Math.max(0, full - ((at - then) * rate) / 1_000) + 1;
    then = at;
  }
  return Math.max(0, full - ((now - then) * rate) / 1_000);
}

/** Why an order must not pass, said as slowly and plainly as can be; `undefined` when nothing is against it. */
export function refusal(facts: ConductFacts, proposal: Proposal): string | undefined {
  const { instrument: id, attribution, quantity } = proposal;
  const known = facts.instruments.find((one) => one.id === id) as Instrument;
  const before = outcomes(facts, id);
  const held = facts.positions.get(id) ?? 0;
  // The desk's reductions pass, whoever of its agents they are for.
  if (held !== 0 && before.every((from) => shrinks(from, from + signed(proposal), held))) return undefined;
  const names = attribution.map(({ agent }) => agent);
  for (const scope of ['desk', `venue:${known.venue}`, ...names.map((agent) => `agent:${agent}`)])
    if (facts.restricted.has(scope)) return 'state';

  /** The most, one way or the other, that an agent may come to hold, with this order. */
  const most = (agent: string, where: string): number => {
    let longest = 0;
    let shortest = 0;
    for (const { instrument, parts } of facts.fills)
      if (instrument === where) longest = shortest = longest + lotsOf({ attribution: parts }, agent);
    const open = facts.orders.filter((order) => order.open).map((order) => order.proposal);
    for (const order of [...open, ...facts.fresh, proposal]) {
      if (order.instrument !== where) continue;
      const lots = lotsOf(order, agent);
      if (lots > 0) longest += lots;
      else shortest += lots;
    }
    return Math.max(Math.abs(longest), Math.abs(shortest));
  };
  if (names.includes('a')) {
    const way = lotsOf(proposal, 'a');
    if (way !== 0 && !(mostOneWay(facts, proposal, 'a') * LOT <= LIMITS.positionOfA + HAIR))
      return 'positionOfA';
    const gross = facts.instruments.map(
      (one) => most('a', one.id) * LOT * (facts.quotes.get(one.id) as { mid: number }).mid,
    );
    if (!(sum(gross) <= LIMITS.grossOfA + HAIR)) return 'grossOfA';
    if (!(earned(facts, { agent: 'a' }) > HAIR - LIMITS.lossOfA)) return 'lossOfA';
  }
  if (names.includes('b')) {
    if (!(Math.abs(lotsOf(proposal, 'b')) * LOT <= LIMITS.quantityOfB + HAIR)) return 'quantityOfB';
    const times = facts.sent.filter((one) => isOf(one.proposal, 'b')).map(({ at }) => at);
    const now = bucket(times, facts.now, LIMITS.ratePerSecondOfB);
    const fresh = facts.fresh.filter((one) => isOf(one, 'b')).length;
    if (!(now + fresh + 1 <= LIMITS.ratePerSecondOfB + HAIR)) return 'rateOfB';
    if (!(facts.peakOfB - earned(facts, { agent: 'b' }) < LIMITS.fallOfB - HAIR)) return 'fallOfB';
  }
  if (known.venue === 'two' && !(earned(facts, { venue: 'two' }) > HAIR - LIMITS.lossAtTwo))
    return 'lossAtTwo';

  const { losses, at } = streak(facts);
  if (losses >= LIMITS.losses && facts.now - at < LIMITS.coolDown) return 'lossStreak';
  const messages = facts.sent.length + facts.canceled.length + facts.fresh.length + 1;
  if (messages > LIMITS.freeMessages && messages > LIMITS.messages * Math.max(1, facts.fills.length))
    return 'messagesPerFill';
  if (!(bucket(facts.canceled, facts.now, LIMITS.cancels) + 1 <= LIMITS.cancels + HAIR)) return 'cancelRate';
  const quote = facts.quotes.get(id) as { readonly at: number; readonly venueTime: number };
  if (quote.venueTime === 0 || Math.abs(quote.at - quote.venueTime) > LIMITS.skew) return 'skew';
  if (known.expiry !== undefined && known.expiry - facts.now <= LIMITS.expiry) return 'expiry';

  const { of, amount } = need(facts, proposal);
  let free = facts.free.get(of)?.amount ?? Number.NaN;
  for (const each of facts.taken.values()) if (each.of === of) free -= each.amount;
  for (const each of facts.fresh.map((one) => need(facts, one))) if (each.of === of) free -= each.amount;
  if (!(amount <= free * (1 + HAIR))) return 'freeBalance';
  return quantity > 0 ? undefined : 'quantity';
}

const isOf = ({ attribution }: Proposal, agent: string): boolean =>
  attribution.some((share) => share.agent === agent);

/** What an agent may come to hold on the side on which this order is for it. */
function mostOneWay(facts: ConductFacts, proposal: Proposal, agent: string): number {
  const way = Math.sign(lotsOf(proposal, agent));
  const open = facts.orders.filter((order) => order.open).map((order) => order.proposal);
  const here = [...open, ...facts.fresh, proposal]
    .filter(({ instrument }) => instrument === proposal.instrument)
    .map((order) => lotsOf(order, agent))
    .filter((lots) => Math.sign(lots) === way);
  const held = facts.fills
    .filter(({ instrument }) => instrument === proposal.instrument)
    .map(({ parts }) => lotsOf({ attribution: parts }, agent));
  return Math.abs(sum(held) + sum(here));
}
