import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import { type Frame, NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { Event } from '../../src/domain/event.js';
import type { Instrument } from '../../src/domain/instrument.js';
import type { TradeEvent } from '../../src/domain/market-event.js';
import type { Proposal } from '../../src/domain/order.js';
import type { Verdict } from '../../src/domain/verdict.js';
import {
  books,
  type CommandFields,
  dispatch,
  type LedgerFields,
  ledger,
  type MarketFields,
  type RiskOptions,
  type RiskRule,
  risk,
  type VerdictFields,
} from '../../src/operators/index.js';
import { matching, trade } from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

/** What a test of the risk engine says; the rest is one spot instrument and no rule. */
export interface RiskDesk {
  readonly rules?: readonly RiskRule[];
  readonly options?: RiskOptions;
  readonly instruments?: readonly Instrument[];
  /** Terms that a proposal has beside those of its trade. */
  readonly terms?: Partial<Proposal> | ((proposal: Proposal) => Partial<Proposal>);
}

type RiskFrame = Frame & MarketFields & LedgerFields & VerdictFields & CommandFields;

/**
 * A desk without a mind of its own: it proposes what a test draws.
 *
 * A trade in the diagram stands for a proposal of that side, price and quantity, so that risk may be asked about orders
 * that no sensible routing would make.
 */
export function riskDesk({
  rules = [],
  options,
  instruments = [BTC],
  terms = {},
}: RiskDesk = {}): Core<RiskFrame> {
  return compose(
    { instruments },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    pure(
      'proposals',
      ({ event }: Frame & MarketFields & LedgerFields) =>
        proposalsOf(event).map((proposal) => ({
          ...proposal,
          ...(typeof terms === 'function' ? terms(proposal) : terms),
        })),
      NONE as readonly Proposal[],
    ),
    risk(rules, options),
    dispatch(),
  );
}

/** Wants to buy, for `good till canceled`: an order that works until a test says otherwise. */
export const buy = (quantity: number, price: number = 100, instrument: Instrument = BTC): TradeEvent =>
  trade(instrument, { aggressor: 'buy', quantity, price });

/** Wants to sell. */
export const sell = (quantity: number, price: number = 100, instrument: Instrument = BTC): TradeEvent =>
  trade(instrument, { aggressor: 'sell', quantity, price });

/** An approval of so many lots. */
export const approved = (quantity: number): Verdict => matching({ kind: 'approved', proposal: { quantity } });

/** A denial by a rule; its reason ends with these words. */
export const denied = (rule: string, reason: string): Verdict =>
  matching({ kind: 'denied', rule, reason: endingWith(reason) as unknown as string });

function endingWith(words: string): {
  asymmetricMatch(text: unknown): boolean;
  toAsymmetricMatcher(): string;
} {
  return {
    asymmetricMatch: (text) => typeof text === 'string' && text.endsWith(words),
    toAsymmetricMatcher: () => `… ${words}`,
  };
}

function proposalsOf(event: Event): readonly Proposal[] {
  if (event.kind !== 'trade' || event.aggressor === 'none') return NONE;
  const { instrument, aggressor: side, price, quantity } = event;
  return [
    {
      instrument,
      side,
      type: 'limit',
      timeInForce: 'GTC',
      price,
      quantity,
      reduceOnly: false,
      postOnly: false,
      attribution: [{ agent: 'test', quantity: side === 'buy' ? quantity : -quantity }],
      arrivalMid: Number.NaN,
    },
  ];
}
