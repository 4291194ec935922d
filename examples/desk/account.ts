import { Grid, type Instrument } from 'millrace';
import type { LedgerView, StatementSection } from 'millrace/operators';

/** The result of an agent, a venue or the desk, in the reporting currency. `null`: unknown. */
export interface Result {
  readonly name: string;
  readonly realised: number | null;
  readonly unrealised: number | null;
  readonly fees: number | null;
  /** Exact: realised and unrealised less fees. */
  readonly net: string | null;
}

/** What is held of an instrument at the end. */
export interface Position {
  readonly instrument: string;
  readonly venue: string;
  /** Exact, in the venue's units. */
  readonly quantity: string;
  readonly averagePrice: number;
  readonly mark: number;
  /** Gross, in the reporting currency. */
  readonly notional: number;
}

/** The books at the end of a run: agents add up to the desk, and so do venues. */
export interface Account {
  readonly currency: string;
  readonly desk: Result;
  readonly agents: readonly Result[];
  readonly venues: readonly Result[];
  readonly positions: readonly Position[];
}

/** Reads a ledger; to be called within its frame's pass. An agent that never traded has a result of nothing. */
export function accountOf(
  ledger: LedgerView,
  instruments: readonly Instrument[],
  agents: readonly string[],
): Account {
  const statement = ledger.statement();
  const section = ({ name, currencies, profit }: StatementSection): Result => {
    const sum = (of: 'realised' | 'unrealised' | 'fees'): number | null => {
      let total = 0;
      for (const row of currencies) {
        const amount = row[of];
        // Nothing in a currency needs no rate.
        if (amount === '0') continue;
        total +=
          amount === null
            ? Number.NaN
            : (ledger.convert(Number(amount), row.currency, currency) ?? Number.NaN);
      }
      return Number.isNaN(total) ? null : total;
    };
    return { name, realised: sum('realised'), unrealised: sum('unrealised'), fees: sum('fees'), net: profit };
  };
  const currency = statement.reportingCurrency;
  return {
    currency,
    desk: section(statement.desk),
    agents: [
      ...statement.agents.map(section),
      ...agents.filter((agent) => !ledger.agents().includes(agent)).map(nothing),
    ],
    venues: statement.venues.map(section),
    positions: instruments.flatMap((instrument, index) => {
      const lots = ledger.position(index);
      if (lots === 0) return [];
      return {
        instrument: instrument.id,
        venue: instrument.venue,
        quantity: new Grid(instrument.lot).format(lots),
        averagePrice: ledger.averagePrice(index),
        mark: ledger.markPrice(index),
        notional: Math.abs(lots) * ledger.lotNotional(index),
      };
    }),
  };
}

const nothing = (name: string): Result => ({ name, realised: 0, unrealised: 0, fees: 0, net: '0' });
