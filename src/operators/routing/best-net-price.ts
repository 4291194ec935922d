import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { knownKeys, numberAtLeast } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Intent } from '../../domain/intent.js';
import { type Proposal, sign } from '../../domain/order.js';
import type { MarketFields } from '../books/books.js';
import { baseUnitsPerLot, notionalOf, orderableLots } from '../contract-units.js';
import type { LedgerFields } from '../ledger/stage.js';
import type { IntentFields } from '../sizing/sizing.js';
import { closableLots } from './closable-lots.js';
import { splitLots } from './split-lots.js';

/** What routing adds to a frame. */
export interface ProposalFields {
  /** Orders that the desk would like to send; risk has not seen them. */
  proposals: readonly Proposal[];
}

/** How intents find their venue. */
export interface BestNetPriceOptions {
  /** How far beyond the best price an order may reach, as a share of the price. @default 0.0005 */
  readonly collar?: number;
  /** A market not heard of for so long is not traded on. @default "5s" */
  readonly staleAfter?: Duration;
}

/** One venue's offer for an intent. */
interface Candidate {
  readonly listed: ListedInstrument;
  /** Price after the taker fee, in the reporting currency: low is good to buy, high to sell. */
  readonly netPrice: number;
  /** Lots that this instrument can take. */
  readonly capacity: number;
  /** Whether it would close what is held there. */
  readonly closes: boolean;
}

/**
 * Routes each intent to the instrument with the best price after fees and conversion, as immediate-or-cancel limit orders.
 *
 * ```
 * quotes     cd-----     c: cheap asks 100 and a fee of 0.1%; d: dear asks 99.90 and 0.6%
 * intents    ---b---     buy one BTC
 *            bestNetPrice()
 * proposals  ---b---     at cheap: 100.10 beats 100.50
 * ```
 *
 * What closes an opposite position of the same agents goes first, so that they do not hold both sides of an asset; spot
 * is never sold short, nor sold from under another agent. A market that is unsynced, closed, stale or without a rate is passed over; if none is left the intent is
 * dropped, and sizing will come back to it.
 *
 * @throws ConfigurationError for options that cannot be
 *
 * @example
 * bestNetPrice();
 */
export function bestNetPrice(
  options: BestNetPriceOptions = {},
): StageOperator<Frame & MarketFields & LedgerFields & IntentFields, ProposalFields> {
  knownKeys('bestNetPrice', options, ['collar', 'staleAfter']);
  const collar = numberAtLeast('bestNetPrice.collar', options.collar ?? 0.000_5, 0, 0.1);
  const staleAfter = milliseconds('bestNetPrice.staleAfter', options.staleAfter ?? '5s');
  return stage<Frame & MarketFields & LedgerFields & IntentFields, ProposalFields, null>({
    name: 'routing',
    fingerprint: JSON.stringify({ kind: 'bestNetPrice', collar, staleAfter }),
    adds: { proposals: NONE },
    init: () => null,
    step: (_state, frame, context) => {
      if (frame.intents.length === 0) return;
      const proposals: Proposal[] = [];
      for (const intent of frame.intents) route(intent, frame, context, collar, staleAfter, proposals);
      if (proposals.length > 0) frame.proposals = proposals;
    },
    save: () => null,
    restore: () => null,
  });
}

type Routed = Frame & MarketFields & LedgerFields;

function route(
  intent: Intent,
  frame: Routed,
  { instruments: table }: StageContext,
  collar: number,
  staleAfter: number,
  proposals: Proposal[],
): void {
  const { of, side } = intent;
  const listed = of.asset === undefined ? [table.find(of.instrument)] : table.ofAsset(of.asset);
  const candidates: Candidate[] = [];
  for (const one of listed) if (one !== undefined) addCandidates(one, intent, frame, staleAfter, candidates);
  if (candidates.length > 1)
    candidates.sort(
      (a, b) =>
        Number(b.closes) - Number(a.closes) ||
        sign(side) * (a.netPrice - b.netPrice) ||
        a.listed.index - b.listed.index,
    );
  // One order an instrument, though it may both close what is held there and open anew.
  const taken = new Map<ListedInstrument, number>();
  let left = intent.quantity;
  for (const { listed: one, capacity } of candidates) {
    const units = baseUnitsPerLot(one, touchOf(one, intent, frame));
    // A hair below a whole lot, by the rounding of floats, is that lot.
    const lots = orderableLots(one, Math.min(capacity, Math.floor(left / units + 1e-9)));
    if (lots <= 0) continue;
    taken.set(one, (taken.get(one) ?? 0) + lots);
    left -= lots * units;
  }
  for (const [one, lots] of taken)
    if (isWorthAnOrder(one, lots, touchOf(one, intent, frame)))
      proposals.push(propose(one, lots, intent, frame, collar));
}

function touchOf({ index }: ListedInstrument, { side }: Intent, { markets }: Routed): number {
  return side === 'buy' ? markets.ask(index) : markets.bid(index);
}

function isWorthAnOrder(listed: ListedInstrument, lots: number, price: number): boolean {
  const { definition, quantities } = listed;
  return (
    lots >= quantities.parse(definition.minQuantity) &&
    notionalOf(listed, lots, price) >= Number(definition.minNotional)
  );
}

function propose(
  listed: ListedInstrument,
  lots: number,
  intent: Intent,
  frame: Routed,
  collar: number,
): Proposal {
  const { side, shares } = intent;
  const limit = touchOf(listed, intent, frame) * (1 + sign(side) * collar);
  const signed = splitLots(
    shares.map(({ quantity }) => quantity),
    sign(side) * lots,
  );
  return {
    instrument: listed.id,
    side,
    type: 'limit',
    timeInForce: 'IOC',
    price: side === 'buy' ? listed.prices.ceil(limit) : Math.max(1, listed.prices.floor(limit)),
    quantity: lots,
    reduceOnly: false,
    postOnly: false,
    attribution: shares
      .map(({ agent }, place) => ({ agent, quantity: signed[place] as number }))
      .filter(({ quantity }) => quantity !== 0),
    arrivalMid: frame.markets.mid(listed.index),
  };
}

/** Adds none, one that opens, one that closes what is held, or both. */
function addCandidates(
  listed: ListedInstrument,
  intent: Intent,
  frame: Routed,
  staleAfter: number,
  candidates: Candidate[],
): void {
  const { markets, ledger, ts } = frame;
  const { index, definition } = listed;
  const { side } = intent;
  if (!markets.synced(index) || !markets.open(index) || ts - markets.updatedAt(index) > staleAfter) return;
  const rate = ledger.convert(1, definition.quote, ledger.reportingCurrency);
  const touch = touchOf(listed, intent, frame);
  if (rate === undefined || !(touch > 0)) return;
  const netPrice = touch * (1 + sign(side) * definition.fees.taker) * rate;
  const closable = closableLots(index, intent, frame);
  if (closable > 0) candidates.push({ listed, netPrice, capacity: closable, closes: true });
  if (side === 'buy' || definition.kind !== 'spot') {
    candidates.push({ listed, netPrice, capacity: Number.POSITIVE_INFINITY, closes: false });
  }
}
