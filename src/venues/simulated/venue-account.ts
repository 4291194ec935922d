import type { InstrumentId } from '../../domain/brand.js';
import { type Decimal, decimal, formatDecimal, quotient, ZERO } from '../../domain/decimal.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { sign } from '../../domain/order.js';
import { notional } from './fees.js';
import type { Fill, VenueOrder } from './venue-order.js';

export type VenueAccountState = {
  readonly balances: { readonly [currency: string]: string };
  readonly entries: { readonly [instrument: string]: readonly [lots: number, average: string] };
};

/** What of a fill moves money. */
type Booked = Pick<Fill, 'side' | 'price' | 'quantity' | 'fee' | 'feeCurrency'>;

/**
 * The money of our account at the venue, exact: spot trades exchange one currency for another, contracts pay what closed
 * lots earned against their average entry price.
 */
export class VenueAccount {
  readonly #balances = new Map<string, Decimal>();
  readonly #entries = new Map<InstrumentId, { lots: number; average: Decimal }>();

  /** @param balances by currency, as exact decimal strings */
  constructor(balances: Readonly<Record<string, string>>) {
    for (const [currency, amount] of Object.entries(balances)) this.#balances.set(currency, decimal(amount));
  }

  book(fill: Booked, listed: ListedInstrument): void {
    const { definition } = listed;
    const direction = sign(fill.side);
    const { price, quantity } = fill;
    if (definition.kind === 'spot') {
      const amount = decimal(listed.quantities.format(quantity)).times(listed.multiplier);
      this.pay(definition.base, amount.times(direction));
      this.pay(definition.quote, notional(listed, price, quantity).times(-direction));
    }
    this.#enter(direction * quantity, price, listed);
    this.pay(fill.feeCurrency, decimal(fill.fee).times(-1));
  }

  /** Takes a fill back: as if the opposite had been traded at its price, and its fee returned. */
  unbook(fill: Booked, listed: ListedInstrument): void {
    const side = fill.side === 'buy' ? 'sell' : 'buy';
    this.book({ ...fill, side, fee: formatDecimal(decimal(fill.fee).times(-1)) }, listed);
  }

  pay(currency: string, amount: Decimal): void {
    this.#balances.set(currency, (this.#balances.get(currency) ?? ZERO).plus(amount));
  }

  /** Mean entry price of what is held, an exact decimal string; "0" when flat. */
  averagePrice(instrument: InstrumentId): string {
    const entry = this.#entries.get(instrument);
    return entry === undefined ? '0' : formatDecimal(entry.average);
  }

  /**
   * What is held of every currency: free, and locked by orders that rest. Only spot orders lock: a buy its worth at its
   * limit, a sell what it sells.
   */
  tell(
    resting: readonly VenueOrder[],
    listedOf: (instrument: InstrumentId) => ListedInstrument,
  ): { readonly currency: string; readonly free: string; readonly locked: string }[] {
    const locked = new Map<string, Decimal>();
    for (const { instrument, side, price, remaining } of resting) {
      const listed = listedOf(instrument);
      const { kind, base, quote } = listed.definition;
      if (kind !== 'spot') continue;
      const [currency, amount] =
        side === 'buy'
          ? [quote, notional(listed, price, remaining)]
          : [base, decimal(listed.quantities.format(remaining)).times(listed.multiplier)];
      locked.set(currency, (locked.get(currency) ?? ZERO).plus(amount));
    }
    return [...this.#balances]
      .sort(([one], [two]) => (one < two ? -1 : 1))
      .map(([currency, amount]) => {
        const held = locked.get(currency) ?? ZERO;
        return { currency, free: formatDecimal(amount.minus(held)), locked: formatDecimal(held) };
      });
  }

  save(): VenueAccountState {
    const entries = [...this.#entries].sort(([one], [two]) => (one < two ? -1 : 1));
    return {
      balances: Object.fromEntries(
        [...this.#balances]
          .sort(([one], [two]) => (one < two ? -1 : 1))
          .map(([currency, amount]) => [currency, formatDecimal(amount)]),
      ),
      entries: Object.fromEntries(
        entries.map(([id, { lots, average }]) => [id, [lots, formatDecimal(average)] as const]),
      ),
    };
  }

  restore({ balances, entries }: VenueAccountState): void {
    this.#balances.clear();
    for (const [currency, amount] of Object.entries(balances)) this.#balances.set(currency, decimal(amount));
    for (const [id, [lots, average]] of Object.entries(entries))
      this.#entries.set(id as InstrumentId, { lots, average: decimal(average) });
  }

  /** Signed lots at a price: what adds moves the average, what closes pays the difference. */
  #enter(lots: number, ticks: number, listed: ListedInstrument): void {
    const price = decimal(listed.prices.format(ticks));
    const entry = this.#entries.get(listed.id) ?? { lots: 0, average: ZERO };
    const closes =
      Math.sign(entry.lots) === -Math.sign(lots) ? Math.min(Math.abs(entry.lots), Math.abs(lots)) : 0;
    if (closes > 0 && listed.definition.kind !== 'spot') {
      const worth = earned(listed, closes, entry.average, price).times(Math.sign(entry.lots));
      this.pay(listed.definition.settle, worth);
    }
    const after = entry.lots + lots;
    if (after === 0) {
      this.#entries.delete(listed.id);
      return;
    }
    const opened = Math.abs(lots) - closes;
    if (Math.sign(after) !== Math.sign(entry.lots)) entry.average = price;
    else if (opened > 0) {
      const before = entry.average.times(Math.abs(entry.lots));
      entry.average = quotient(before.plus(price.times(opened)), decimal(Math.abs(after)));
    }
    entry.lots = after;
    this.#entries.set(listed.id, entry);
  }
}

/** What lots held long earned from one price to another, in the settlement currency. */
function earned(listed: ListedInstrument, lots: number, from: Decimal, to: Decimal): Decimal {
  const contracts = decimal(listed.quantities.format(lots)).times(listed.multiplier);
  if (!listed.definition.inverse) return contracts.times(to.minus(from));
  return quotient(contracts, from).minus(quotient(contracts, to));
}
