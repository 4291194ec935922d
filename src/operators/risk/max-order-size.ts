import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import { notionalOf } from '../contract-units.js';
import { highestPrice } from './order-price.js';
import type { RiskRule, RiskView } from './rule.js';
import { type RuleScope, Scope } from './scope.js';
import { within } from './within.js';
import { lotsOf, unitsPerLot } from './worst-case.js';

/** The largest order. */
export interface MaxOrderSizeOptions {
  /** Of an order's quantity in base units, or of its notional in the reporting currency. */
  readonly of: 'quantity' | 'notional';
  readonly limit: number;
  /** Whose orders, and where. @default every order */
  readonly scope?: RuleScope;
  /** Whether a larger order is denied or cut. @default "deny" */
  readonly action?: 'deny' | 'clip';
}

/**
 * No single order larger than this. A buy is valued at its limit, a sell at the better of its limit and the bid, an order
 * at market at the price it would meet, a stop where it wakes.
 *
 * ```
 * proposals  --a-b-     buy 1, buy 3
 *            risk([maxOrderSize({ of: 'quantity', limit: 2 })])
 * verdicts   --a-b-     approved, denied; with the action clip b is cut to 2
 * ```
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([maxOrderSize({ of: 'notional', limit: 100_000 }), maxOrderSize({ of: 'quantity', limit: 5, scope: { asset: 'BTC' } })])
 */
export function maxOrderSize(options: MaxOrderSizeOptions): RiskRule {
  knownKeys('maxOrderSize', options, ['of', 'limit', 'scope', 'action']);
  const of = oneOf('maxOrderSize.of', options.of, ['quantity', 'notional']);
  const limit = positiveNumber('maxOrderSize.limit', options.limit);
  const scope = new Scope('maxOrderSize', options.scope);
  const action = oneOf('maxOrderSize.action', options.action ?? 'deny', ['deny', 'clip']);
  return {
    name: scope.ruleName(of === 'quantity' ? 'maxOrderQuantity' : 'maxOrderNotional'),
    limit,
    fingerprint: `maxOrderSize(${of},${scope.name},${action})`,
    check: (instruments) => scope.check(instruments),
    clips: action === 'clip',
    judge: (proposal, listed, allowed, view) => {
      if (!scope.concerns(proposal, listed)) return undefined;
      const lots = Math.abs(lotsOf(proposal, scope.agent));
      const size =
        of === 'quantity' ? lots * unitsPerLot(listed, view) : worthOf(proposal, listed, lots, view);
      if (within(size, allowed)) return undefined;
      if (Number.isNaN(size)) return `the ${of} is unknown: a price or a conversion rate is missing`;
      const unit = of === 'quantity' ? listed.definition.base : view.ledger.reportingCurrency;
      const said = of === 'quantity' ? String(Number(size.toPrecision(10))) : size.toFixed(2);
      return `the ${of} is ${said} ${unit}, beyond the limit of ${allowed}`;
    },
  };
}

/** What lots of an order may be worth at most when it is filled, in the reporting currency. */
function worthOf(proposal: Proposal, listed: ListedInstrument, lots: number, view: RiskView): number {
  const price = highestPrice(proposal, listed, view);
  const { reportingCurrency } = view.ledger;
  return (
    view.ledger.convert(
      Math.abs(notionalOf(listed, lots, price)),
      listed.definition.quote,
      reportingCurrency,
    ) ?? Number.NaN
  );
}
