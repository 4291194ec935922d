import type { FillReport, TrueOrder } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Side } from '../../domain/order.js';
import { type FixMessage, TAG } from '../fix/index.js';

/** What an execution report (message 8) says, before it is known whose order it is about. */
export interface Execution {
  readonly kind:
    | 'accepted'
    | 'fill'
    | 'bust'
    | 'correction'
    | 'canceled'
    | 'expired'
    | 'rejected'
    | 'replaced'
    /** The answer to a question; nothing has happened. */
    | 'status'
    /** A request is under way at the venue, or something that is no business of ours. */
    | 'pending';
  readonly clientOrderId: string;
  readonly originalId: string | undefined;
  readonly venueTime: number;
  readonly reason: string;
}

/** `150` by what it means, in both versions. */
const KINDS: Readonly<Record<string, Execution['kind']>> = {
  '0': 'accepted',
  '1': 'fill',
  '2': 'fill',
  '3': 'expired',
  '4': 'canceled',
  '5': 'replaced',
  '8': 'rejected',
  C: 'expired',
  F: 'fill',
  G: 'correction',
  H: 'bust',
  I: 'status',
};

/** `20` of FIX 4.2: a report about an earlier report, or no news at all. */
const TRANSACTIONS: Readonly<Record<string, Execution['kind']>> = {
  '1': 'bust',
  '2': 'correction',
  '3': 'status',
};

/** Reads an execution report as far as every version has it. */
export function readExecution(message: FixMessage): Execution {
  const amends = message.get(TAG.ExecTransType) ?? '';
  const transaction = Object.hasOwn(TRANSACTIONS, amends) ? TRANSACTIONS[amends] : undefined;
  const type = message.get(TAG.ExecType) ?? '';
  return {
    kind: transaction ?? (Object.hasOwn(KINDS, type) ? (KINDS[type] as Execution['kind']) : 'pending'),
    clientOrderId: message.get(TAG.ClOrdID) ?? '',
    originalId: message.get(TAG.OrigClOrdID),
    venueTime: timeOf(message),
    reason: (message.get(TAG.Text) ?? '').slice(0, 300),
  };
}

/** When the venue did it, or else when it said so. */
export function timeOf(message: FixMessage): number {
  const done = message.time(TAG.TransactTime);
  const time = Number.isNaN(done) ? message.time(TAG.SendingTime) : done;
  return Number.isNaN(time) ? 0 : time;
}

/** `39` as a truth has it; `undefined`: a state that says nothing of the order's end, such as pending. */
export function statusOf(message: FixMessage, filled: number): TrueOrder['status'] | undefined {
  switch (message.get(TAG.OrdStatus)) {
    case '2':
      return 'filled';
    case '3':
    case 'C':
      return 'expired';
    case '4':
      return 'canceled';
    case '8':
      return 'rejected';
    case '0':
    case '1':
    case '5':
    case '6':
    case '7':
    case '9':
    case 'A':
    case 'D':
    case 'E':
      return filled > 0 ? 'partiallyFilled' : 'accepted';
    default:
      return undefined;
  }
}

/** Lots by a field; `NaN` when it is missing or off the grid. */
export const lotsOf = (message: FixMessage, tag: number, { quantities }: ListedInstrument): number =>
  quantities.tryParse(message.get(tag) ?? '');

/** Lots of an order by the venue's count, less `base`, which the orders before it had; `undefined`: not told. */
export function filledOf(message: FixMessage, listed: ListedInstrument, base: number): number | undefined {
  const filled = lotsOf(message, TAG.CumQty, listed) - base;
  return filled >= 0 ? filled : undefined;
}

/** `54` as the core has it; a sale short and the like are none of ours. */
export const sideOf = (side: string | undefined): Side | undefined =>
  side === '1' ? 'buy' : side === '2' ? 'sell' : undefined;

/** How the fee of a fill is found. */
export type FeeOf = (message: FixMessage, lots: number, listed: ListedInstrument) => string;

/**
 * The facts of an execution, or why they cannot be had: a price off the grid, a quantity of nothing.
 *
 * Prices and quantities are read as exact decimals; nothing is rounded.
 */
export function executionFacts(
  message: FixMessage,
  listed: ListedInstrument,
  side: Side | undefined,
  feeOf: FeeOf,
): Pick<FillReport, 'side' | 'price' | 'quantity' | 'liquidity' | 'fee' | 'feeCurrency'> | string {
  const price = listed.prices.tryParse(message.get(TAG.LastPx) ?? '');
  const quantity = lotsOf(message, TAG.LastQty, listed);
  const own = message.get(TAG.Side);
  const traded = side ?? sideOf(own);
  if (Number.isNaN(price))
    return `price ${message.get(TAG.LastPx)} is not on the grid of ${listed.definition.tick}`;
  if (!(quantity > 0))
    return `quantity ${message.get(TAG.LastQty)} is no number of lots of ${listed.definition.lot}`;
  if (traded === undefined) return `side ${own} is neither buy nor sell`;
  return {
    side: traded,
    price,
    quantity,
    liquidity: message.get(LAST_LIQUIDITY) === '1' || message.get(AGGRESSOR) === 'N' ? 'maker' : 'taker',
    fee: feeOf(message, quantity, listed),
    feeCurrency: message.get(TAG.Currency) ?? listed.definition.settle,
  };
}

/** `LastLiquidityInd`: 1 added, 2 removed. */
const LAST_LIQUIDITY = 851;
/** `AggressorIndicator` of CME. */
const AGGRESSOR = 1057;
