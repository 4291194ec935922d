import { type Decimal, formatDecimal, ZERO } from '../../domain/decimal.js';
import type { Position } from './position.js';
import type { Rates } from './rates.js';

/** Exact decimal strings in `currency`; `null` is unknown. */
export interface CurrencyTotal {
  readonly currency: string;
  readonly realised: string;
  readonly unrealised: string | null;
  readonly fees: string;
  /** Received; negative: paid. */
  readonly funding: string;
  /** Received; negative: paid. */
  readonly interest: string;
  /** Realised and unrealised profit, funding and interest less fees. */
  readonly net: string | null;
}

interface Amounts {
  realised: Decimal;
  unrealised: Decimal | null;
  fees: Decimal;
  funding: Decimal;
  interest: Decimal;
}

/** Adds positions up by currency, and the currencies up in the reporting currency. */
export class CurrencyTotals {
  readonly #rates: Rates;
  readonly #reportingCurrency: string;
  readonly #totals = new Map<string, Amounts>();

  constructor(rates: Rates, reportingCurrency: string) {
    this.#rates = rates;
    this.#reportingCurrency = reportingCurrency;
  }

  /** @param unrealised `null` when unknown, which makes the sum unknown too */
  add(settle: string, position: Position, unrealised: Decimal | null): void {
    const amounts = this.#of(settle);
    amounts.realised = amounts.realised.plus(position.realised);
    amounts.unrealised =
      amounts.unrealised === null || unrealised === null ? null : amounts.unrealised.plus(unrealised);
    amounts.funding = amounts.funding.plus(position.funding);
    for (const [currency, fee] of position.fees.entries()) {
      const paid = this.#of(currency);
      paid.fees = paid.fees.plus(fee);
    }
  }

  addInterest(currency: string, received: Decimal): void {
    const amounts = this.#of(currency);
    amounts.interest = amounts.interest.plus(received);
  }

  /** By currency, in alphabetical order. */
  rows(): readonly CurrencyTotal[] {
    return [...this.#totals]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, amounts]) => {
        const net = netOf(amounts);
        return {
          currency,
          realised: formatDecimal(amounts.realised),
          unrealised: amounts.unrealised === null ? null : formatDecimal(amounts.unrealised),
          fees: formatDecimal(amounts.fees),
          funding: formatDecimal(amounts.funding),
          interest: formatDecimal(amounts.interest),
          net: net === null ? null : formatDecimal(net),
        };
      });
  }

  /** The net of all currencies in the reporting currency; `null` when one is unknown that is not 0. */
  profit(): string | null {
    let profit = ZERO;
    for (const [currency, amounts] of this.#totals) {
      const net = netOf(amounts);
      if (net === null) return null;
      if (net.eq(ZERO)) continue;
      const factor = this.#rates.factor(currency, this.#reportingCurrency);
      if (factor === undefined) return null;
      profit = profit.plus(net.times(factor));
    }
    return formatDecimal(profit);
  }

  #of(currency: string): Amounts {
    let amounts = this.#totals.get(currency);
    if (amounts === undefined) {
      amounts = { realised: ZERO, unrealised: ZERO, fees: ZERO, funding: ZERO, interest: ZERO };
      this.#totals.set(currency, amounts);
    }
    return amounts;
  }
}

const netOf = ({ realised, unrealised, fees, funding, interest }: Amounts): Decimal | null =>
  unrealised === null ? null : realised.plus(unrealised).plus(funding).plus(interest).minus(fees);
