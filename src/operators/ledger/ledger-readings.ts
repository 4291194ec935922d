import type { ClientOrderId } from '../../domain/brand.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import { executionKey } from './executions.js';
import type { LedgerOptions } from './ledger-options.js';
import { LedgerState } from './ledger-state.js';
import type { LedgerView } from './ledger-view.js';
import { initialMargin, maintenanceMargin, reservedBy } from './margin.js';
import { chainOf } from './replacements.js';
import { drawStatement, type Statement } from './statement.js';
import type { OrderRecord } from './tracked-order.js';

/** The reading half of the ledger. */
export class LedgerReadings implements LedgerView {
  readonly reportingCurrency: string;
  /** @internal */
  protected readonly state: LedgerState;
  readonly #all: readonly number[];
  readonly #byVenue: ReadonlyMap<string, readonly number[]>;

  constructor(instruments: InstrumentTable, options: LedgerOptions) {
    this.state = new LedgerState(instruments, options);
    this.reportingCurrency = this.state.options.reportingCurrency;
    this.#all = instruments.list.map((listed) => listed.index);
    this.#byVenue = new Map(
      instruments.venues.map((venue) => [
        venue,
        this.#all.filter((index) => instruments.at(index).definition.venue === venue),
      ]),
    );
  }

  position(index: number): number {
    return this.state.accounts.desk.lots[index] as number;
  }

  workingBuy(index: number): number {
    return this.state.working.buy[index] as number;
  }

  workingSell(index: number): number {
    return this.state.working.sell[index] as number;
  }

  worstCaseLong(index: number): number {
    return this.position(index) + this.workingBuy(index);
  }

  worstCaseShort(index: number): number {
    return this.position(index) - this.workingSell(index);
  }

  agentPosition(agent: string, index: number): number {
    return this.state.accounts.agent(agent)?.lots[index] ?? 0;
  }

  agentWorking(agent: string, index: number): number {
    return this.state.working.ofAgent(agent, index);
  }

  agents(): readonly string[] {
    return this.state.accounts.agents().map(([name]) => name);
  }

  get openOrderCount(): number {
    return this.state.orders.openCount;
  }

  openOrders(index?: number): Iterable<OrderRecord> {
    return this.state.orders.open(index);
  }

  finishedOrders(): Iterable<OrderRecord> {
    return this.state.orders.finished();
  }

  order(clientOrderId: ClientOrderId): OrderRecord | undefined {
    return this.state.orders.find(clientOrderId);
  }

  chain(clientOrderId: ClientOrderId): readonly ClientOrderId[] {
    return chainOf(this.state, clientOrderId);
  }

  forgottenUntil(venue: string): number {
    return this.state.orders.forgottenUntil(venue);
  }

  knowsExecution(report: Parameters<typeof executionKey>[0]): boolean {
    return this.state.orders.execution(executionKey(report)) !== undefined;
  }

  markPrice(index: number): number {
    return this.state.valuation.marks[index] as number;
  }

  averagePrice(index: number): number {
    return this.state.accounts.desk.averagePrice(index);
  }

  realised(index: number): number {
    return this.state.accounts.desk.realised(index);
  }

  unrealised(index: number): number {
    return this.state.accounts.desk.unrealised(index);
  }

  funding(index: number): number {
    return this.state.accounts.desk.funding(index);
  }

  lotNotional(index: number): number {
    return this.state.valuation.notional(index, 1);
  }

  profit(): number {
    return this.state.profit.value;
  }

  equity(): number {
    return this.state.options.capital + this.state.profit.value;
  }

  fees(): number {
    return this.state.profit.fees;
  }

  interest(): number {
    return this.state.profit.interest;
  }

  fundingReceived(): number {
    const { accounts, valuation } = this.state;
    let total = 0;
    for (const index of accounts.desk.traded) {
      const received = accounts.desk.funding(index);
      if (received !== 0) total += received * (valuation.factors[index] as number);
    }
    return total;
  }

  dayProfit(): number {
    return this.state.profit.sinceDayStart;
  }

  nextDay(): number {
    return this.state.profit.nextDay;
  }

  peakProfit(): number {
    return this.state.profit.peak;
  }

  drawdown(): number {
    return this.state.profit.peak - this.state.profit.value;
  }

  agentProfit(agent: string): number {
    return this.state.accounts.agent(agent)?.profit() ?? 0;
  }

  venueProfit(venue: string, agent?: string): number {
    const { accounts } = this.state;
    const book = agent === undefined ? accounts.desk : accounts.agent(agent);
    return book?.profitAt(venue, this.#indices(venue)) ?? 0;
  }

  exposure(venue?: string): number {
    let total = 0;
    for (const index of this.#indices(venue)) {
      total += this.state.valuation.notional(index, this.position(index));
    }
    return total;
  }

  exposureAtMost(venue?: string): number {
    return this.state.exposure.atMost(venue);
  }

  worstCaseExposure(venue?: string): number {
    let total = 0;
    for (const index of this.#indices(venue)) {
      const lots = Math.max(Math.abs(this.worstCaseLong(index)), Math.abs(this.worstCaseShort(index)));
      total += this.state.valuation.notional(index, lots);
    }
    return total;
  }

  balance(venue: string, currency: string): number {
    const balance = this.state.balances.find(venue, currency);
    return balance === undefined ? Number.NaN : Number(balance.free) + Number(balance.locked);
  }

  freeBalance(venue: string, currency: string): number {
    return Number(this.state.balances.find(venue, currency)?.free ?? Number.NaN);
  }

  reserved(venue: string, currency: string): number {
    return this.#sum(venue, (listed) => reservedBy(this.state, listed, currency));
  }

  marginInitial(venue: string): number {
    return this.#sum(venue, (listed) => initialMargin(this.state, listed));
  }

  marginMaintenance(venue: string): number {
    return this.#sum(venue, (listed) => maintenanceMargin(this.state, listed));
  }

  convert(amount: number, from: string, to: string): number | undefined {
    return this.state.rates.convert(amount, from, to);
  }

  rateTime(from: string, to: string): number | undefined {
    return this.state.rates.time(from, to);
  }

  statement(): Statement {
    return drawStatement(this.state);
  }

  #sum(venue: string, amount: (listed: ListedInstrument) => number): number {
    let total = 0;
    for (const index of this.#indices(venue)) total += amount(this.state.instruments.at(index));
    return total;
  }

  #indices(venue: string | undefined): readonly number[] {
    return venue === undefined ? this.#all : (this.#byVenue.get(venue) ?? []);
  }
}
