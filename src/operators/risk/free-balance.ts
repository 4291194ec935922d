import { knownKeys, numberAtLeast, oneOf } from '../../domain/check.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import { baseUnitsPerLot, notionalOf } from '../contract-units.js';
import { BalanceBook, type Need } from './balance-book.js';
import { hasLimit, highestPrice, worstPrice } from './order-price.js';
import type { RiskRule, RiskView } from './rule.js';
import { within } from './within.js';

/** What an account must be able to pay. */
export interface FreeBalanceOptions {
  /** Share of the free balance that orders may take, above 0 and at most 1. @default 1 */
  readonly limit?: number;
  /** Initial margin of a contract as a share of its notional: 0.1 at ten times leverage. @default 1 */
  readonly marginRate?: number;
  /** Whether an order that is too large is denied or cut. @default "deny" */
  readonly action?: 'deny' | 'clip';
}

/**
 * No order that the venue's account could not pay, by itself or together with those that were sent since the account last
 * told its balances.
 *
 * ```
 * account    f-------     100 free
 * proposals  --a-b-c-     buy for 60, buy for 60, buy for 40; nothing is filled
 *            risk([freeBalance()])
 * verdicts   --a-b-c-     approved, denied, approved
 * ```
 *
 * A spot buy takes quote currency with the taker fee, a spot sell base currency, a contract margin and fee in its
 * settlement currency. Without an `account` event of the venue that names the currency nothing is added there.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([freeBalance({ limit: 0.95, marginRate: 0.1 })])
 */
export function freeBalance(options: FreeBalanceOptions = {}): RiskRule<BalanceBook> {
  knownKeys('freeBalance', options, ['limit', 'marginRate', 'action']);
  const limit = numberAtLeast('freeBalance.limit', options.limit ?? 1, Number.MIN_VALUE, 1);
  const marginRate = numberAtLeast('freeBalance.marginRate', options.marginRate ?? 1, 0.000_1, 10);
  const action = oneOf('freeBalance.action', options.action ?? 'deny', ['deny', 'clip']);
  return {
    name: 'freeBalance',
    limit,
    fingerprint: `freeBalance(${marginRate},${action})`,
    clips: action === 'clip',
    allows: (share) => (share <= 1 ? undefined : 'a share of at most 1'),
    observes: ['account', 'submitted', 'report'],
    init: () => new BalanceBook(),
    observe: (book, event, view, index) => {
      if (event.kind === 'account') book.account(event);
      else if (event.kind === 'report') book.report(event);
      else if (event.kind === 'submitted' && index >= 0)
        book.submitted(event.order, needOf(event.order, view.instruments.at(index), view, marginRate));
    },
    save: (book) => book.save(),
    restore: (saved) => BalanceBook.restore(saved),
    judge: (proposal, listed, allowed, view, book) => {
      const { of, amount } = needOf(proposal, listed, view, marginRate);
      let free = book.free(of);
      for (const other of view.onTheWay) {
        const its = view.instruments.find(other.instrument);
        if (its === undefined) continue;
        const need = needOf(other, its, view, marginRate);
        if (need.of === of) free -= need.amount;
      }
      if (within(amount, free * allowed)) return undefined;
      const [venue, currency] = of.split(' ');
      if (Number.isNaN(free)) return `what is free of ${currency} at ${venue} is unknown`;
      if (Number.isNaN(amount))
        return `what it needs of ${currency} is unknown: a price or a rate is missing`;
      return `it needs ${plain(amount)} ${currency}, and ${plain(free * allowed)} are free at ${venue}`;
    },
  };
}

/** What an order may take at most. */
function needOf(proposal: Proposal, listed: ListedInstrument, view: RiskView, marginRate: number): Need {
  const { definition, index } = listed;
  const { side, quantity } = proposal;
  const { venue, kind, inverse, base, quote, settle } = definition;
  const fee = Math.max(0, definition.fees.taker, definition.fees.maker);
  const limit = worstPrice(proposal, listed, view);
  if (kind === 'spot') {
    if (side === 'sell') return { of: `${venue} ${base}`, amount: baseUnitsPerLot(listed, limit) * quantity };
    return { of: `${venue} ${quote}`, amount: notionalOf(listed, quantity, limit) * (1 + fee) };
  }
  if (inverse) {
    // The better a buy is filled, the more base currency its notional is.
    const price = side === 'buy' && hasLimit(proposal) ? Math.min(limit, view.markets.bid(index)) : limit;
    return {
      of: `${venue} ${settle}`,
      amount: baseUnitsPerLot(listed, price) * quantity * (marginRate + fee),
    };
  }
  const notional = Math.abs(notionalOf(listed, quantity, highestPrice(proposal, listed, view)));
  const settled = view.ledger.convert(notional, quote, settle) ?? Number.NaN;
  return { of: `${venue} ${settle}`, amount: settled * (marginRate + fee) };
}

const plain = (amount: number): string => String(Number(amount.toPrecision(10)));
