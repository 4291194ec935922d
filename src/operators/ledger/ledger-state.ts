import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import { Accounts } from './accounts.js';
import { Balances } from './balances.js';
import { ExposureBound } from './exposure-bound.js';
import { FundingSchedule } from './funding.js';
import { type LedgerOptions, type LedgerSettings, ledgerOptions } from './ledger-options.js';
import { Orders } from './orders.js';
import { Rates } from './rates.js';
import { RunningProfit } from './running-profit.js';
import { Valuation } from './valuation.js';
import { WorkingLots } from './working-lots.js';

/** The parts that a ledger is made of. */
export class LedgerState {
  readonly instruments: InstrumentTable;
  readonly options: LedgerSettings;
  readonly rates: Rates;
  readonly valuation: Valuation;
  readonly accounts: Accounts;
  readonly orders: Orders;
  readonly working: WorkingLots;
  readonly profit: RunningProfit;
  readonly exposure: ExposureBound;
  readonly balances: Balances = new Balances();
  /** Orders whose group wants them canceled; the stage asks for it within the same pass. */
  toCancel: Order[] = [];
  /** Interest payments that were booked, oldest first. */
  readonly payments: Set<string> = new Set();
  readonly funding: FundingSchedule = new FundingSchedule();

  /** @throws ConfigurationError naming the setting that is wrong */
  constructor(instruments: InstrumentTable, options: LedgerOptions) {
    this.instruments = instruments;
    this.options = ledgerOptions(options);
    this.rates = new Rates();
    this.valuation = new Valuation(instruments, this.rates, this.options.reportingCurrency);
    this.accounts = new Accounts(this.valuation, this.options.costing);
    this.orders = new Orders(this.options.finishedOrders);
    this.working = new WorkingLots(instruments.size);
    this.profit = new RunningProfit(this.accounts.desk, this.options.dayOffset);
    this.exposure = new ExposureBound(instruments, this.accounts.desk, this.valuation);
  }

  /** After fills and changed rates: what is held and what it is worth may be anything now. */
  revalue(): void {
    this.profit.refresh();
    this.exposure.refresh();
  }
}
