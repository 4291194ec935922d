import type { Frame } from '../../core/frame.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { FillReport } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { sharpeRatio } from '../statistics/sharpe.js';
import type { ClosedTrade, Performance } from './performance.js';

/** What is asked of a ledger. */
interface MeteredLedger {
  readonly reportingCurrency: string;
  position(index: number): number;
  realised(index: number): number;
  profit(): number;
  fees(): number;
  convert(amount: number, from: string, to: string): number | undefined;
}

interface OpenTrade {
  readonly opened: number;
  readonly side: 'long' | 'short';
  /** Closed profit of the instrument before it. */
  readonly realised: number;
  fees: number;
}

/** More periods are no study but a mistake in the period. */
const MOST_PERIODS = 5_000_000;

/** Measures frames of a run that is not guarded, while each leaves: the ledger is read as it is then. */
export class Meter {
  readonly #instruments: InstrumentTable;
  readonly #period: number;
  readonly #periodsPerYear: number | undefined;
  #from: number;
  #currency = '';
  #last = Number.NaN;
  #nextPeriod = Number.NaN;
  #begin = { profit: 0, fees: 0 };
  #profit = 0;
  #periodProfit = 0;
  #fees = 0;
  #peak = 0;
  #drawdown = 0;
  #turnover = 0;
  #orders = 0;
  #fills = 0;
  #denied = 0;
  #started = false;
  readonly #open = new Map<number, OpenTrade>();
  readonly #trades: ClosedTrade[] = [];
  readonly #returns: number[] = [];

  /** @param from measured from this time on; `NaN`: from the first frame */
  constructor(
    instruments: InstrumentTable,
    from: number,
    period: number,
    periodsPerYear: number | undefined,
  ) {
    this.#instruments = instruments;
    this.#from = from;
    this.#period = period;
    this.#periodsPerYear = periodsPerYear;
  }

  /** @throws ConfigurationError for frames without a ledger, and for more periods than can be meant */
  observe(frame: Frame): void {
    const { ledger } = frame as { readonly ledger?: Partial<MeteredLedger> };
    if (typeof ledger?.profit !== 'function')
      throw new ConfigurationError('a desk needs ledger() in its chain to be measured');
    this.#observe(frame, ledger as MeteredLedger);
  }

  #observe(frame: Frame, ledger: MeteredLedger): void {
    const { ts, event } = frame;
    const profit = ledger.profit();
    if (this.#started) this.#closePeriods(ts);
    else if (!(ts < this.#from)) this.#start(ts, ledger, profit);
    else return;
    this.#last = ts;
    if (!Number.isNaN(profit)) {
      this.#profit = profit - this.#begin.profit;
      if (this.#profit > this.#peak) this.#peak = this.#profit;
      this.#drawdown = Math.max(this.#drawdown, this.#peak - this.#profit);
    }
    const fees = ledger.fees();
    if (!Number.isNaN(fees)) this.#fees = fees - this.#begin.fees;
    if (event.kind === 'submitted') this.#orders++;
    else if (event.kind === 'denied') this.#denied++;
    else if (event.kind === 'report' && event.type === 'fill') this.#fill(event, ts, ledger);
  }

  result(end: number, halted: string | null): Performance {
    if (this.#started && end > this.#last) this.#closePeriods(end);
    return {
      currency: this.#currency,
      from: this.#started ? this.#from : Number.NaN,
      to: this.#started ? Math.max(this.#last, end) : Number.NaN,
      netProfit: this.#profit,
      fees: this.#fees,
      sharpe:
        this.#periodsPerYear === undefined
          ? sharpeRatio(this.#returns, this.#period)
          : sharpeRatio(this.#returns, this.#period, this.#periodsPerYear),
      maximumDrawdown: this.#drawdown,
      turnover: this.#turnover,
      orders: this.#orders,
      fills: this.#fills,
      denied: this.#denied,
      trades: this.#trades,
      returns: this.#returns,
      halted,
    };
  }

  #start(ts: number, ledger: MeteredLedger, profit: number): void {
    this.#started = true;
    if (Number.isNaN(this.#from)) this.#from = ts;
    this.#nextPeriod = this.#from + this.#period;
    this.#currency = ledger.reportingCurrency;
    this.#begin = {
      profit: Number.isNaN(profit) ? 0 : profit,
      fees: Number.isNaN(ledger.fees()) ? 0 : ledger.fees(),
    };
  }

  /** What was earned up to the ends of the periods that are over at a time. */
  #closePeriods(ts: number): void {
    while (ts >= this.#nextPeriod) {
      if (this.#returns.length === MOST_PERIODS)
        throw new ConfigurationError(
          `more than ${MOST_PERIODS} periods of ${this.#period} ms: measure in longer ones`,
        );
      this.#returns.push(this.#profit - this.#periodProfit);
      this.#periodProfit = this.#profit;
      // Not by adding up, which would drift.
      this.#nextPeriod = this.#from + (this.#returns.length + 1) * this.#period;
    }
  }

  #fill(fill: FillReport, ts: number, ledger: MeteredLedger): void {
    const index = this.#instruments.indexOf(fill.instrument);
    if (index < 0) return;
    this.#fills++;
    const listed = this.#instruments.at(index);
    const { quote, settle, inverse } = listed.definition;
    const money = (amount: number, from: string): number =>
      amount === 0 ? 0 : (ledger.convert(amount, from, ledger.reportingCurrency) ?? Number.NaN);
    const contracts = listed.quantities.toNumber(fill.quantity) * Number(listed.definition.multiplier);
    const notional = inverse ? contracts : contracts * Math.abs(listed.prices.toNumber(fill.price));
    const worth = money(notional, quote);
    if (!Number.isNaN(worth)) this.#turnover += worth;
    this.#book(index, fill, ts, {
      position: ledger.position(index),
      realised: money(ledger.realised(index), settle),
      fee: money(Number(fill.fee), fill.feeCurrency),
    });
  }

  #book(
    index: number,
    { instrument }: FillReport,
    ts: number,
    now: { readonly position: number; readonly realised: number; readonly fee: number },
  ): void {
    const side = now.position > 0 ? 'long' : 'short';
    const trade = this.#open.get(index);
    if (trade !== undefined) {
      trade.fees += now.fee;
      if (now.position !== 0 && trade.side === side) return;
      this.#open.delete(index);
      const profit = now.realised - trade.realised - trade.fees;
      this.#trades.push({ instrument, opened: trade.opened, closed: ts, side: trade.side, profit });
    }
    if (now.position === 0) return;
    const fees = trade === undefined ? now.fee : 0;
    this.#open.set(index, { opened: ts, side, realised: now.realised, fees });
  }
}
