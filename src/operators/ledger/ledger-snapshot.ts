import type { InstrumentId } from '../../domain/brand.js';
import { ConfigurationError, show } from '../../domain/errors.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import type { SavedAccounts } from './accounts.js';
import type { SavedBalances } from './balances.js';
import type { SavedFunding } from './funding.js';
import type { LedgerState } from './ledger-state.js';
import type { SavedOrders } from './orders.js';
import type { SavedRates } from './rates.js';
import type { SavedProfit } from './running-profit.js';

/** Grows with every change of what a snapshot of the ledger holds. */
const VERSION = 4;

type SavedLedger = {
  readonly version: number;
  readonly reportingCurrency: string;
  readonly costing: string;
  /** Ids in the order of the table that was saved; numbers in the snapshot mean places in this list. */
  readonly instruments: readonly string[];
  readonly marks: Float64Array;
  readonly rates: SavedRates;
  readonly orders: SavedOrders;
  readonly accounts: SavedAccounts;
  readonly funding: SavedFunding;
  readonly balances: SavedBalances;
  readonly payments: readonly string[];
  readonly profit: SavedProfit;
};

/** All of a ledger's state as plain data; later changes of the ledger do not show in it. */
export function saveState(state: LedgerState): Plain {
  return {
    version: VERSION,
    reportingCurrency: state.options.reportingCurrency,
    costing: state.options.costing,
    instruments: state.instruments.list.map((listed) => listed.id),
    marks: state.valuation.marks.slice(),
    rates: state.rates.save(),
    orders: state.orders.save(),
    accounts: state.accounts.save(),
    funding: state.funding.save(),
    balances: state.balances.save(),
    payments: [...state.payments],
    profit: state.profit.save(),
  } satisfies SavedLedger;
}

/**
 * Fills a fresh state from a snapshot.
 *
 * @throws ConfigurationError when the snapshot is of another version or reporting currency, or when the
 * table lacks an instrument of it
 */
export function restoreState(state: LedgerState, snapshot: Plain): void {
  const saved = fromPlain<SavedLedger>(snapshot);
  if (saved?.version !== VERSION)
    throw new ConfigurationError(
      `a ledger snapshot must be of version ${VERSION}, not ${show(saved?.version)}`,
    );
  if (saved.reportingCurrency !== state.options.reportingCurrency)
    throw new ConfigurationError(
      `ledger.reportingCurrency must be ${show(saved.reportingCurrency)} as in the snapshot, not ${show(state.options.reportingCurrency)}`,
    );
  if (saved.costing !== state.options.costing)
    throw new ConfigurationError(
      `ledger.costing must be ${show(saved.costing)} as in the snapshot, not ${show(state.options.costing)}`,
    );
  const indices = saved.instruments.map((id) => requireListed(state.instruments, id));
  const indexOf = (place: number): number => indices[place] as number;

  state.rates.restore(saved.rates);
  state.valuation.refresh();
  indices.forEach((index, place) => {
    state.valuation.marks[index] = saved.marks[place] as number;
  });
  state.orders.restore(saved.orders, (id) => requireListed(state.instruments, id));
  for (const tracked of state.orders.open()) state.working.add(tracked);
  state.accounts.restore(saved.accounts, indexOf);
  state.balances.restore(saved.balances);
  for (const payment of saved.payments) state.payments.add(payment);
  state.funding.restore(saved.funding, indexOf);
  state.profit.restore(saved.profit);
  state.exposure.refresh();
}

function requireListed(instruments: InstrumentTable, id: string): number {
  const index = instruments.indexOf(id as InstrumentId);
  if (index < 0)
    throw new ConfigurationError(
      `the ledger snapshot names ${show(id)}, which is not in the instrument table`,
    );
  return index;
}
