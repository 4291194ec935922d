import type { ClientOrderId } from '../../domain/brand.js';
import type { ReportEvent } from '../../domain/event.js';
import type { Order } from '../../domain/order.js';
import { RecentMap } from '../../domain/recent-map.js';

interface OpenOrder {
  readonly order: Order;
  readonly sentAt: number;
  remaining: number;
  heardOf: boolean;
}

/** Orders without an end that are remembered; the oldest are given up first. */
const MOST_OPEN = 10_000;

/** Follows orders from their submission to their end, for counts and latencies. Finished orders are forgotten. */
export class OrderTallies {
  readonly #open = new RecentMap<ClientOrderId, OpenOrder>(MOST_OPEN);
  readonly byVenue: Map<string, number> = new Map();
  orders = 0;
  filled = 0;
  done = 0;
  rejected = 0;
  #words = 0;
  #waited = 0;
  #longest = 0;

  submitted(order: Order, ts: number): void {
    this.orders++;
    this.byVenue.set(order.venue, (this.byVenue.get(order.venue) ?? 0) + 1);
    this.#open.set(order.clientOrderId, { order, sentAt: ts, remaining: order.quantity, heardOf: false });
  }

  /** Takes a word of the venue; gives the order that it is about, as far as it is remembered. */
  reported(report: ReportEvent, ts: number): Order | undefined {
    const open = this.#open.get(report.clientOrderId);
    if (open === undefined) return undefined;
    if (!open.heardOf) this.#heard(open, ts);
    if (report.type === 'fill') {
      if (open.remaining === open.order.quantity) this.filled++;
      open.remaining -= report.quantity;
      if (open.remaining <= 0) this.#end(report.clientOrderId);
    } else if (report.type === 'rejected' || report.type === 'canceled' || report.type === 'expired') {
      if (report.type === 'rejected') this.rejected++;
      this.#end(report.clientOrderId);
    }
    return open.order;
  }

  latency(): { readonly mean: number; readonly most: number } | null {
    return this.#words === 0 ? null : { mean: this.#waited / this.#words, most: this.#longest };
  }

  #heard(open: OpenOrder, ts: number): void {
    open.heardOf = true;
    const waited = ts - open.sentAt;
    this.#words++;
    this.#waited += waited;
    if (waited > this.#longest) this.#longest = waited;
  }

  #end(id: ClientOrderId): void {
    this.done++;
    this.#open.delete(id);
  }
}
