import { type Decimal, decimal, formatDecimal, ZERO } from '../../domain/decimal.js';
import { addingUpTo } from './accounts.js';
import type { ContractValue } from './contract-value.js';
import { type CurrencyTotal, CurrencyTotals } from './currency-totals.js';
import type { LedgerState } from './ledger-state.js';
import type { Position } from './position.js';
import type { PositionBook } from './position-book.js';

/** One instrument of one owner. Money: exact decimal strings in the settlement currency; `null` is unknown. */
export interface StatementLine {
  readonly instrument: string;
  readonly venue: string;
  readonly settle: string;
  /** Signed lots. */
  readonly position: number;
  /** What the open lots were traded for; of an inverse contract with the opposite sign. */
  readonly cost: string;
  readonly realised: string;
  readonly unrealised: string | null;
  readonly fees: readonly { readonly currency: string; readonly amount: string }[];
  /** Received; negative: paid. */
  readonly funding: string;
  /** After fees and funding, in the reporting currency. */
  readonly profit: string | null;
}

/** The lines of one owner, or of one venue of the desk. Interest is in the currencies only: it is of no instrument. */
export interface StatementSection {
  readonly name: string;
  readonly lines: readonly StatementLine[];
  readonly currencies: readonly CurrencyTotal[];
  /** After fees, in the reporting currency. */
  readonly profit: string | null;
}

/**
 * The exact account of a run. The desk's lines by instrument, the same by venue, and the agents' parts: venues
 * and agents each add up to the desk, to the last decimal.
 *
 * Amounts are converted at the rates of the moment, by one factor a currency.
 */
export interface Statement {
  readonly reportingCurrency: string;
  readonly desk: StatementSection;
  readonly venues: readonly StatementSection[];
  readonly agents: readonly StatementSection[];
}

/** Draws the statement. */
export function drawStatement(sources: LedgerState): Statement {
  const { instruments, accounts } = sources;
  const agents = accounts.agents();
  const unrealised = unrealisedByOwner(
    sources,
    agents.map(([, book]) => book),
  );
  const section = (
    name: string,
    book: PositionBook,
    owner: readonly (Decimal | null)[],
    venue?: string,
  ): StatementSection => {
    const total = new CurrencyTotals(sources.rates, sources.options.reportingCurrency);
    const lines: StatementLine[] = [];
    for (const index of book.traded) {
      const { definition } = instruments.at(index);
      if (venue !== undefined && definition.venue !== venue) continue;
      const position = book.find(index) as Position;
      const open = owner[index] ?? null;
      const own = new CurrencyTotals(sources.rates, sources.options.reportingCurrency);
      for (const totals of [own, total]) totals.add(definition.settle, position, open);
      lines.push({
        instrument: definition.id,
        venue: definition.venue,
        settle: definition.settle,
        position: position.lots,
        cost: formatDecimal(position.cost),
        realised: formatDecimal(position.realised),
        unrealised: open === null ? null : formatDecimal(open),
        fees: Array.from(position.fees.entries(), ([currency, amount]) => ({
          currency,
          amount: formatDecimal(amount),
        })),
        funding: formatDecimal(position.funding),
        profit: own.profit(),
      });
    }
    for (const [at, totals] of book.interest) {
      if (venue !== undefined && at !== venue) continue;
      for (const [currency, received] of totals.entries()) total.addInterest(currency, received);
    }
    return { name, lines, currencies: total.rows(), profit: total.profit() };
  };
  return {
    reportingCurrency: sources.options.reportingCurrency,
    desk: section('desk', accounts.desk, unrealised.desk),
    venues: instruments.venues.map((venue) => section(venue, accounts.desk, unrealised.desk, venue)),
    agents: agents.map(([name, book], agent) =>
      section(name, book, unrealised.agents[agent] as readonly (Decimal | null)[]),
    ),
  };
}

/** Exact unrealised profit by instrument; the agents' rounding (inverse contracts) goes to the first who holds lots. */
function unrealisedByOwner(
  { accounts, valuation }: LedgerState,
  agents: readonly PositionBook[],
): { desk: (Decimal | null)[]; agents: (Decimal | null)[][] } {
  const desk: (Decimal | null)[] = [];
  const byAgent: (Decimal | null)[][] = agents.map(() => []);
  for (const index of accounts.desk.traded) {
    const contract = valuation.contracts[index] as ContractValue;
    const mark = valuation.marks[index] as number;
    const value = (lots: number): Decimal | null =>
      lots === 0 ? ZERO : Number.isNaN(mark) ? null : contract.exact(lots, decimal(mark));
    const minusCost = (amount: Decimal | null, book: PositionBook): Decimal | null =>
      amount === null ? null : amount.minus(book.find(index)?.cost ?? ZERO);

    const total = value(accounts.desk.lots[index] as number);
    const values = agents.map((book) => value(book.lots[index] as number));
    const holders = agents.flatMap((book, agent) => (book.lots[index] === 0 ? [] : [agent]));
    if (total !== null && !values.includes(null)) {
      const held = holders.map((agent) => values[agent] as Decimal);
      addingUpTo(total, held).forEach((amount, holder) => {
        values[holders[holder] as number] = amount;
      });
    }
    desk[index] = minusCost(total, accounts.desk);
    agents.forEach((book, agent) => {
      (byAgent[agent] as (Decimal | null)[])[index] = minusCost(values[agent] as Decimal | null, book);
    });
  }
  return { desk, agents: byAgent };
}
