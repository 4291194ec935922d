import type { Frame } from '../../core/frame.js';
import { integerAtLeast, knownKeys } from '../../domain/check.js';
import type { CorrectionReport, FaultEvent, FillReport, ReportEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import { InstrumentTable } from '../../domain/instrument-table.js';
import { sign } from '../../domain/order.js';
import { Amendments } from './amendments.js';
import { ExposureCurve } from './exposure-curve.js';
import { FaultTallies } from './fault-tallies.js';
import type { FigureFields } from './figures.js';
import { FillStatistics, type MeasuredFill } from './fill-statistics.js';
import { OrderTallies } from './order-tallies.js';
import { ProfitCurve } from './profit-curve.js';
import type { DenialTally, SummaryResult } from './result.js';

/** The frames that a summary takes: those of a chain with a ledger and, behind it, `figures()`. */
export interface SummaryFrame extends Frame, Readonly<FigureFields> {
  /** Profit of the desk in the reporting currency. */
  readonly profit: number;
}

/** How a run is summed up. */
export interface RunSummaryOptions {
  readonly instruments: readonly Instrument[] | InstrumentTable;
  /** Most points of a curve; longer runs are thinned. @default 512 */
  readonly points?: number;
}

/**
 * Sums a run up, frame by frame, with bounded memory.
 *
 * ```
 * frames   --f--f--f-|
 *          observe(frame)
 * result()           {orders, fills, slippage, denials, curves, faults}
 * ```
 *
 * Slippage is what fills cost against the mid at the moment of decision (Perold's implementation shortfall, its
 * execution part): side × (price − arrival mid) ÷ arrival mid, weighted by notional.
 *
 * @example
 * const core = compose({ instruments }, books(), ledger({ reportingCurrency: 'USD' }), figures(), ...);
 * const summary = new RunSummary({ instruments });
 * backtest(core, recording, { drivers }).subscribe((frame) => summary.observe(frame));
 * @throws ConfigurationError for options that cannot be
 */
export class RunSummary {
  readonly #instruments: InstrumentTable;
  readonly #orders = new OrderTallies();
  readonly #fills = new FillStatistics();
  readonly #venues = new Map<string, FillStatistics>();
  readonly #denials = new Map<string, { count: number; readonly example: string }>();
  readonly #faults = new FaultTallies();
  readonly #profit: ProfitCurve;
  readonly #exposure: ExposureCurve;
  readonly #amendments = new Amendments();
  readonly #differences = { fills: 0, orders: 0, positions: 0, balances: 0 };
  #truths = 0;
  #busts = 0;
  #corrections = 0;
  #funding = 0;
  #interest = 0;
  #events = 0;
  #derived = 0;
  #firstTime = Number.NaN;
  #lastTime = Number.NaN;

  constructor(options: RunSummaryOptions) {
    knownKeys('RunSummary', options, ['instruments', 'points']);
    const points = integerAtLeast('RunSummary.points', options.points ?? 512, 4);
    const { instruments } = options;
    this.#instruments =
      instruments instanceof InstrumentTable ? instruments : new InstrumentTable(instruments);
    this.#profit = new ProfitCurve(points);
    this.#exposure = new ExposureCurve(points);
  }

  /** Takes a frame; nothing of it is kept. */
  observe(frame: SummaryFrame): void {
    const { event, ts } = frame;
    if (frame.sub === 0) this.#events++;
    else this.#derived++;
    if (Number.isNaN(this.#firstTime)) this.#firstTime = ts;
    this.#lastTime = ts;
    switch (event.kind) {
      case 'submitted':
        this.#orders.submitted(event.order, ts);
        break;
      case 'report': {
        // Told again: counted already.
        if (event.type === 'fill' && this.#amendments.knows(event)) break;
        const order = this.#orders.reported(event, ts);
        this.#traded(event, order?.arrivalMid ?? Number.NaN, frame.fillNotional);
        break;
      }
      case 'denied':
        this.#deny(event.rule, event.reason);
        break;
      case 'fault':
        this.#fault(event);
        break;
      case 'truth':
        this.#truths++;
        break;
      default:
    }
    if (!Number.isNaN(frame.funding)) this.#funding = frame.funding;
    if (!Number.isNaN(frame.interest)) this.#interest = frame.interest;
    this.#profit.observe(ts, frame.profit);
    this.#exposure.observe(ts, frame.exposure);
  }

  /** The figures so far. */
  result(): SummaryResult {
    const { orders, filled, done, rejected } = this.#orders;
    const denials: DenialTally[] = [...this.#denials]
      .map(([rule, { count, example }]) => ({ rule, count, example }))
      .sort((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1));
    const venues = [...new Set([...this.#orders.byVenue.keys(), ...this.#venues.keys()])].sort();
    return {
      events: this.#events,
      derived: this.#derived,
      frames: this.#events + this.#derived,
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      orders,
      ordersFilled: filled,
      ordersDone: done,
      rejected,
      denied: denials.reduce((sum, { count }) => sum + count, 0),
      denials,
      fills: this.#fills.tally(),
      venues: venues.map((venue) => ({
        venue,
        orders: this.#orders.byVenue.get(venue) ?? 0,
        ...(this.#venues.get(venue) ?? new FillStatistics()).tally(),
      })),
      latency: this.#orders.latency(),
      profit: this.#profit.result(),
      exposure: this.#exposure.result(),
      busts: this.#busts,
      corrections: this.#corrections,
      funding: this.#funding,
      interest: this.#interest,
      reconciliation: { truths: this.#truths, differences: { ...this.#differences } },
      faults: this.#faults.list(),
    };
  }

  #deny(rule: string, reason: string): void {
    const known = this.#denials.get(rule);
    if (known === undefined) this.#denials.set(rule, { count: 1, example: reason });
    else known.count++;
  }

  /** Fills count as they are now: once, without those that were busted, with the facts that they were corrected to. */
  #traded(report: ReportEvent, arrivalMid: number, notional: number): void {
    const { type } = report;
    let mid = arrivalMid;
    if (type === 'bust' || type === 'correction') {
      if (type === 'bust') this.#busts++;
      else this.#corrections++;
      const was = this.#amendments.take(report);
      if (was === undefined) return;
      this.#fills.remove(was);
      this.#of(report.venue).remove(was);
      mid = was.mid;
    } else if (type !== 'fill') return;
    if (type === 'bust') return;
    const fill = this.#measured(report, mid, notional);
    this.#amendments.remember(report, fill);
    this.#fills.add(fill);
    this.#of(report.venue).add(fill);
  }

  #measured(fill: FillReport | CorrectionReport, mid: number, notional: number): MeasuredFill {
    const listed = this.#instruments.find(fill.instrument);
    const price = listed === undefined ? Number.NaN : listed.prices.toNumber(fill.price);
    const slippage = ((sign(fill.side) * (price - mid)) / mid) * 10_000;
    return { notional, slippage, mid, liquidity: fill.liquidity };
  }

  #of(venue: string): FillStatistics {
    let statistics = this.#venues.get(venue);
    if (statistics === undefined) {
      statistics = new FillStatistics();
      this.#venues.set(venue, statistics);
    }
    return statistics;
  }

  /** A venue's truth that differs is told by faults of the ledger. */
  #fault(fault: FaultEvent): void {
    this.#faults.add(fault);
    if (fault.component !== 'ledger') return;
    if (fault.code === 'truth-fill') this.#differences.fills++;
    else if (fault.code === 'truth-order') this.#differences.orders++;
    else if (fault.code === 'truth-position') this.#differences.positions++;
    else if (fault.code === 'truth-balance') this.#differences.balances++;
  }
}
