import type { ClientOrderId } from '../../domain/brand.js';
import type { CorrectionReport, FillReport, ReportEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { type Order, type Proposal, sign } from '../../domain/order.js';
import { RecentMap } from '../../domain/recent-map.js';
import type { Family } from '../metrics/family.js';
import type { Metrics } from '../metrics/metrics.js';
import type { HistogramSeries, Series } from '../metrics/series.js';
import { ORDER_LATENCY, SLIPPAGE } from './bounds.js';
import { Executions } from './executions.js';

interface Share {
  readonly agent: string;
  /** From 0 to 1. */
  readonly share: number;
}

interface Open {
  readonly order: Order;
  readonly shares: readonly Share[];
  readonly sentAt: number;
  remaining: number;
  heardOf: boolean;
}

/** Orders without an end that are remembered; the oldest are given up first. */
const MOST_OPEN = 10_000;

/** Orders and fills: how many, how soon, how much of what was asked for, and what they cost against the mid at the decision. */
export class OrderMetrics {
  readonly #table: InstrumentTable;
  readonly #open = new RecentMap<ClientOrderId, Open>(MOST_OPEN);
  readonly #executions = new Executions();
  readonly #orders: Family<Series>;
  readonly #ackLatency: Family<HistogramSeries>;
  readonly #fillLatency: Family<HistogramSeries>;
  readonly #requested: Family<Series>;
  readonly #filled: Family<Series>;
  readonly #fills: Family<Series>;
  readonly #notional: Family<Series>;
  readonly #slippage: Family<HistogramSeries>;
  readonly #paid: Family<Series>;
  readonly #gained: Family<Series>;

  constructor(metrics: Metrics, table: InstrumentTable) {
    this.#table = table;
    this.#orders = metrics.counter({
      name: 'orders_total',
      help: 'Orders by what became of them; each is counted once in every state that it reached.',
      labels: ['venue', 'agent', 'status'],
    });
    this.#ackLatency = metrics.histogram({
      name: 'order_ack_latency_seconds',
      help: 'From the decision to the first word of the venue, on the clock of the log.',
      labels: ['venue'],
      bounds: ORDER_LATENCY,
    });
    this.#fillLatency = metrics.histogram({
      name: 'order_fill_latency_seconds',
      help: 'From the decision to the first fill, on the clock of the log.',
      labels: ['venue'],
      bounds: ORDER_LATENCY,
    });
    this.#requested = metrics.counter({
      name: 'order_requested_base_units_total',
      help: 'Base units (contracts of a derivative) that orders asked for.',
      labels: ['venue', 'agent', 'symbol'],
    });
    this.#filled = metrics.counter({
      name: 'order_filled_base_units_total',
      help: 'Base units (contracts of a derivative) that were filled; what a venue busts later stays counted here.',
      labels: ['venue', 'agent', 'symbol'],
    });
    this.#fills = metrics.counter({
      name: 'fills_total',
      help: 'Executions.',
      labels: ['venue', 'liquidity'],
    });
    this.#notional = metrics.counter({
      name: 'filled_notional_quote_total',
      help: 'Traded notional in the reporting currency.',
      labels: ['venue', 'agent'],
    });
    this.#slippage = metrics.histogram({
      name: 'slippage_ratio',
      help: 'What a fill cost against the mid at the decision, as a share of it; below 0: better than the mid.',
      labels: ['venue', 'side'],
      bounds: SLIPPAGE,
    });
    this.#paid = metrics.counter({
      name: 'slippage_paid_quote_total',
      help: 'Slippage that cost, in the reporting currency.',
      labels: ['venue', 'agent'],
    });
    this.#gained = metrics.counter({
      name: 'slippage_gained_quote_total',
      help: 'Slippage that was in favour, in the reporting currency.',
      labels: ['venue', 'agent'],
    });
  }

  submitted(order: Order, ts: number): void {
    const shares = sharesOf(order);
    this.#open.set(order.clientOrderId, {
      order,
      shares,
      sentAt: ts,
      remaining: order.quantity,
      heardOf: false,
    });
    this.#count(order, order.venue, 'submitted');
    const listed = this.#table.find(order.instrument);
    if (listed === undefined) return;
    for (const { agent, share } of shares) {
      const units = listed.quantities.toNumber(order.quantity) * share;
      this.#requested.bind(order.venue, agent, listed.definition.symbol).value += units;
    }
  }

  denied(proposal: Proposal): void {
    const venue = this.#table.find(proposal.instrument)?.definition.venue ?? 'other';
    this.#count(proposal, venue, 'denied');
  }

  /** Takes a word of the venue. The notional of a fill in the reporting currency, `NaN` where unknown. */
  reported(report: ReportEvent, ts: number, notional: number): void {
    const open = this.#open.get(report.clientOrderId);
    if (report.type === 'fill' && !this.#executions.isNew(report)) return;
    if (open !== undefined && !open.heardOf && report.type !== 'unknown' && report.type !== 'notFound') {
      open.heardOf = true;
      this.#ackLatency.bind(open.order.venue).observe((ts - open.sentAt) / 1_000);
    }
    switch (report.type) {
      case 'fill':
        this.#traded(report, open, ts, notional);
        return;
      case 'bust':
      case 'correction':
        return;
      default:
        if (open !== undefined) this.#count(open.order, report.venue, report.type);
        if (report.type === 'rejected' || report.type === 'canceled' || report.type === 'expired')
          this.#open.delete(report.clientOrderId);
    }
  }

  #traded(fill: FillReport, open: Open | undefined, ts: number, notional: number): void {
    const { venue, side, liquidity } = fill;
    this.#fills.bind(venue, liquidity).value++;
    const slippage = this.#slippageOf(fill, open?.order.arrivalMid ?? Number.NaN);
    if (!Number.isNaN(slippage)) this.#slippage.bind(venue, side).observe(slippage);
    const listed = this.#table.find(fill.instrument);
    for (const { agent, share } of open?.shares ?? NOBODY) {
      if (listed !== undefined) {
        const units = listed.quantities.toNumber(fill.quantity) * share;
        this.#filled.bind(venue, agent, listed.definition.symbol).value += units;
      }
      if (Number.isNaN(notional)) continue;
      this.#notional.bind(venue, agent).value += notional * share;
      const cost = slippage * notional * share;
      if (cost > 0) this.#paid.bind(venue, agent).value += cost;
      else if (cost < 0) this.#gained.bind(venue, agent).value -= cost;
    }
    if (open === undefined) return;
    if (open.remaining === open.order.quantity) {
      this.#fillLatency.bind(venue).observe((ts - open.sentAt) / 1_000);
      this.#count(open.order, venue, 'filledInPart');
    }
    open.remaining -= fill.quantity;
    if (open.remaining > 0) return;
    this.#count(open.order, venue, 'filled');
    this.#open.delete(fill.clientOrderId);
  }

  #slippageOf(fill: FillReport | CorrectionReport, mid: number): number {
    const listed = this.#table.find(fill.instrument);
    if (listed === undefined) return Number.NaN;
    return (sign(fill.side) * (listed.prices.toNumber(fill.price) - mid)) / mid;
  }

  #count(order: Pick<Proposal, 'attribution'>, venue: string, status: string): void {
    this.#orders.bind(venue, ownerOf(order), status).value++;
  }
}

const NOBODY: readonly Share[] = [{ agent: 'none', share: 1 }];

/** One agent's name, or that there are several: a series for each combination would be without end. */
const ownerOf = ({ attribution }: Pick<Proposal, 'attribution'>): string =>
  attribution.length === 1
    ? (attribution[0]?.agent ?? 'none')
    : attribution.length === 0
      ? 'none'
      : 'several';

/**
 * What each agent has of an order, as a share of its lots; shares add up to 1. Agents that pulled the other way have
 * none: what they wanted was netted away.
 */
function sharesOf(order: Pick<Order, 'attribution' | 'side'>): readonly Share[] {
  if (order.attribution.length === 0) return NOBODY;
  const direction = sign(order.side);
  const sameWay = order.attribution.filter(({ quantity }) => quantity * direction > 0);
  const total = sameWay.reduce((sum, { quantity }) => sum + quantity * direction, 0);
  if (total === 0) return NOBODY;
  return sameWay.map(({ agent, quantity }) => ({ agent, share: (quantity * direction) / total }));
}
